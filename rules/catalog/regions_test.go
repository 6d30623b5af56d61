package catalog

import (
	"strings"
	"testing"
)

func TestArea(t *testing.T) {
	t.Parallel()
	areas := map[string]string{
		"EEA": "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK " +
			"IS LI NO GF GP MF MQ RE YT AX",
		"GB": "GB",
		"CH": "CH",
	}
	want := map[string]string{}
	for area, codes := range areas {
		for code := range strings.FieldsSeq(codes) {
			want[code] = area
		}
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string([]rune{a, b}); Area(code) != want[code] {
				t.Errorf("Area(%s) = %q, want %q", code, Area(code), want[code])
			}
		}
	}
	for _, code := range []string{"", "EEA", "de", "DE-BE", "ZZ"} {
		if got := Area(code); got != "" {
			t.Errorf("Area(%q) = %q, want none", code, got)
		}
	}
}

// Territories of member states that are outside the EEA, and neighbours that are taken for members.
func TestAreaOutsiders(t *testing.T) {
	t.Parallel()
	for code := range strings.FieldsSeq("FO GL NC PF WF PM BL TF AW CW SX BQ SJ GI JE GG IM MC SM VA AD US CA UA TR RS XK") {
		if got := Area(code); got != "" {
			t.Errorf("Area(%s) = %q, want none", code, got)
		}
		if got, ok := Country(code); !ok || got != code {
			t.Errorf("Country(%s) = %q, %t; want itself", code, got, ok)
		}
	}
}

func TestCountry(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"DE": "DE", "de": "DE", "Fr": "FR",
		"EL": "GR", "uk": "GB", "XK": "XK",
		"US-CA": "US-CA", "us-ca": "US-CA", "ES-CE": "ES-CE", "UK-SCT": "GB-SCT", "FR-974": "FR-974",
		"FR-NC": "NC", "fr-pf": "PF", "FR-BL": "BL", "NL-AW": "AW", "NL-BQ2": "BQ", "NL-CW": "CW", "NL-SX": "SX", "NO-21": "SJ",
	} {
		if got, ok := Country(code); !ok || got != want {
			t.Errorf("Country(%q) = %q, %t; want %q, true", code, got, ok, want)
		}
	}
	for _, code := range []string{
		"", "D", "DEU", "ZZ", "EU", "AP", "AA", "QM", "XA", "XX", "A1", "IC", "SU", "AN", "YU", "276", "-", "US-", "-CA",
		"US-CALI", "US-C A", "US--", "US-CA-X", "ZZ-CA", " DE", "DE ", "ÄÖ", "ſı", "DE\x00",
	} {
		if got, ok := Country(code); ok || got != "" {
			t.Errorf("Country(%q) = %q, %t; want it refused", code, got, ok)
		}
	}
}

func TestAssignedCodes(t *testing.T) {
	t.Parallel()
	const iso, kosovo = 249, 1
	if len(assigned) != iso+kosovo {
		t.Errorf("%d codes are assigned, want %d", len(assigned), iso+kosovo)
	}
	for code := range eea {
		if !assigned[code] {
			t.Errorf("%s is in the EEA and not assigned", code)
		}
	}
	for from, to := range apart {
		if !eea[from[:2]] || !assigned[to] || Area(to) != "" {
			t.Errorf("%s is not apart from a state of the EEA as %s", from, to)
		}
	}
}
