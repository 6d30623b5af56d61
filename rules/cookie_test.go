package rules_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/rules"
)

// The tail is small enough to be sent to every browser, and says what the decision says.
func TestCookieTail(t *testing.T) {
	t.Parallel()
	p := loaded(t, `cookies: {_shopify_y: strictly_necessary, "sbjs_*": advertising}`)
	d := p.Decide(rules.Facts{Country: "DE"})
	var all bytes.Buffer
	packed := coding.NewWriter(coding.Brotli, &all)
	for purpose, least := range map[string]int{"advertising": 300, "analytics": 100, "functionality": 40, "strictly_necessary": 0, "social": 0, "unheard_of": 0} {
		tail := p.CookieTail(purpose)
		names := strings.Fields(tail)
		if len(names) < least || least == 0 && len(names) > 0 {
			t.Errorf("%s has %d names", purpose, len(names))
		}
		if _, err := packed.Write([]byte(tail + "\n")); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			name, beginning := strings.CutSuffix(name, "*")
			if beginning {
				name += "~"
			}
			r := d.Cookie(name)
			if r.Purpose != purpose || !strings.HasPrefix(r.At.File, "catalog/open-cookie-database") {
				t.Errorf("%s is of %s at %s, want %s", name, r.Purpose, r.At, purpose)
			}
		}
		if purpose == "analytics" && !slices.Contains(names, "dtLatC*") {
			t.Errorf("%s has not what begins with a whole name of the catalogue", purpose)
		}
		if slices.Contains(names, "_shopify_y") || slices.Contains(names, "sbjs_first") || slices.Contains(names, "_ga") {
			t.Errorf("%s has names that the policy or the catalogue speaks of", purpose)
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in brotli", all.Len())
	if all.Len() > 10<<10 {
		t.Errorf("%d bytes in brotli, want at most 10 KiB", all.Len())
	}
}
