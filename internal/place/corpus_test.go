package place_test

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/privet-gateway/privet/internal/place"
	"github.com/privet-gateway/privet/rules/catalog"
)

// addressBook is a list of addresses on whose country other databases agree, and of special ones that have none.
type addressBook struct {
	Agreed  []struct{ IP, Country string }
	Special []struct{ IP, Kind string }
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(os.Getenv("PRIVET_CORPUS"), "ip", "*.json"))
	if err != nil || os.Getenv("PRIVET_CORPUS") == "" || len(files) == 0 {
		t.Skip("PRIVET_CORPUS names no folder with addresses")
	}
	l := locator(t)
	total, right, rightOrigin := 0, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var book addressBook
		if err := json.Unmarshal(text, &book); err != nil {
			t.Fatal(err)
		}
		for _, entry := range book.Agreed {
			total++
			got := l.Country(netip.MustParseAddr(entry.IP))
			if origin(got) == origin(entry.Country) {
				rightOrigin++
			}
			if got == entry.Country {
				right++
				continue
			}
			t.Logf("%s is taken for %s, not %s", entry.IP, got, entry.Country)
			if area := catalog.Area(entry.Country); area != "" && origin(got) != area {
				t.Logf("%s is of the area %s, and is taken for the origin %s", entry.IP, area, origin(got))
			}
		}
		for _, entry := range book.Special {
			address := netip.MustParseAddr(entry.IP)
			if got := l.Country(address); got != l.Country(address.Unmap()) || got != place.Unknown && !address.Is4In6() {
				t.Errorf("%s (%s) is taken for %s", entry.IP, entry.Kind, got)
			}
		}
	}
	if total == 0 {
		t.Fatal("the list is empty")
	}
	t.Logf("%d of %d countries right: %.2f %%", right, total, 100*float64(right)/float64(total))
	share := 100 * float64(rightOrigin) / float64(total)
	t.Logf("%d of %d origins right: %.2f %%", rightOrigin, total, share)
	if share < 99 {
		t.Errorf("%.2f %% of the origins, which decisions depend on, are right, want 99", share)
	}
}

// origin is what decisions read of a country: its area, or itself.
func origin(country string) string {
	if area := catalog.Area(country); area != "" {
		return area
	}
	return country
}
