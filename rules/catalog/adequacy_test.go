package catalog

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func parse(t *testing.T, text string) Date {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return Date(day.Unix() / 86400)
}

// Each row once more, written independently, and asked for on the days at its edges.
func TestAdequateOnItsDays(t *testing.T) {
	t.Parallel()
	rows := []struct{ law, origin, countries, from, until string }{
		{"EEA", "", "AD", "2010-10-19", ""},
		{"EEA", "", "AR", "2003-06-30", ""},
		{"EEA", "DE", "BR", "2026-01-26", ""},
		{"EEA", "", "CA", "2001-12-20", ""},
		{"EEA", "", "CH", "2000-07-26", ""},
		{"EEA", "", "FO", "2010-03-05", ""},
		{"EEA", "", "GB", "2021-06-28", "2031-12-27"},
		{"EEA", "", "GG", "2003-11-21", ""},
		{"EEA", "", "IL", "2011-01-31", ""},
		{"EEA", "", "IM", "2004-04-28", ""},
		{"EEA", "", "JE", "2008-05-08", ""},
		{"EEA", "", "JP", "2019-01-23", ""},
		{"EEA", "", "KR", "2021-12-17", ""},
		{"EEA", "", "NZ", "2012-12-19", ""},
		{"EEA", "", "UY", "2012-08-21", ""},
		{"GB", "", "AD AR CA CH FO GG GI IL IM JE JP NZ UY AT IE NO LI IS RE AX", "2021-01-01", ""},
		{"GB", "", "KR", "2022-12-19", ""},
		{"CH", "", "AD AR CA FO GB GG GI IL IM JE MC NZ UY AT DE NO LI IS RE AX", "2023-09-01", ""},
	}
	for _, row := range rows {
		for country := range strings.FieldsSeq(row.countries) {
			from := parse(t, row.from)
			days := map[Date]bool{from - 1: false, from: true, parse(t, "2026-11-23"): true, parse(t, "2099-01-01"): row.until == ""}
			if row.until != "" {
				days[parse(t, row.until)] = true
				days[parse(t, row.until)+1] = false
			}
			for day, want := range days {
				found, ok := Adequate(row.law, row.origin, country, day)
				if ok != want {
					t.Errorf("%s → %s on %s: %t, want %t", row.law, country, day, ok, want)
				}
				if ok && (found.Law != row.law || found.From != from || found.Source == "") {
					t.Errorf("%s → %s on %s: answered by the row of %s for %s from %s", row.law, country, day, found.Law, found.Country, found.From)
				}
			}
		}
	}
}

func TestInadequate(t *testing.T) {
	t.Parallel()
	day := parse(t, "2026-11-23")
	for law, countries := range map[string]string{
		"EEA": "US GI MC RU CN IN AU SG AE TR UA RS XK NC PF GL ZZ",
		"GB":  "US BR MC RU CN IN AU SG GL NC ZZ",
		"CH":  "US BR JP KR RU CN IN AU SG GL NC ZZ",
		"US":  "DE GB CH CA",
		"":    "DE GB CH CA",
	} {
		for _, country := range append(strings.Fields(countries), "") {
			if row, ok := Adequate(law, "DE", country, day); ok {
				t.Errorf("%q → %q is adequate by %s", law, country, row.Source)
			}
		}
	}
	if _, ok := Adequate("EEA", "DE", "NZ", 0); ok {
		t.Error("adequate without a day")
	}
}

func TestBrazilDoesNotBindTheEFTAStates(t *testing.T) {
	t.Parallel()
	day := parse(t, "2026-11-23")
	for origin, want := range map[string]bool{
		"DE": true, "FR": true, "RE": true, "AX": true, "NO": false, "IS": false, "LI": false,
		"": true, "ZZ": false,
	} {
		row, ok := Adequate("EEA", origin, "BR", day)
		if ok != want {
			t.Errorf("from %q: %t, want %t", origin, ok, want)
		}
		if ok && !slices.Equal(row.Except, []string{"NO", "IS", "LI"}) {
			t.Errorf("the row excepts %v", row.Except)
		}
	}
}

func TestAdequaciesAreWellFormed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range Adequacies() {
		key := row.Law + " → " + row.Country
		if seen[key] {
			t.Errorf("%s has two rows", key)
		}
		seen[key] = true
		if _, assigned := Country(row.Country); !assigned && row.Country != "EEA" {
			t.Errorf("%s: no country", key)
		}
		if row.From <= 0 || row.Source == "" || row.Until != 0 && row.Until < row.From {
			t.Errorf("%s: has no first day, no source, or ends before it begins", key)
		}
	}
	for _, scoped := range []string{"EEA → CA", "EEA → JP", "EEA → KR", "GB → CA", "GB → JP", "CH → CA"} {
		law, country, _ := strings.Cut(scoped, " → ")
		if row, _ := Adequate(law, "", country, parse(t, "2026-01-01")); row.Scope == "" {
			t.Errorf("%s has no scope", scoped)
		}
	}
}

func TestFramework(t *testing.T) {
	t.Parallel()
	for law, from := range map[string]string{"EEA": "2023-07-10", "GB": "2023-10-12", "CH": "2024-09-15"} {
		first := parse(t, from)
		if f, ok := FrameworkOf(law, first-1); ok {
			t.Errorf("%s: %s the day before it began", law, f.Name)
		}
		f, ok := FrameworkOf(law, first)
		if !ok || f.Law != law || f.Country != "US" || f.From != first || f.Source == "" {
			t.Errorf("%s on %s: %+v, %t", law, first, f, ok)
		}
	}
	if f, ok := FrameworkOf("US", parse(t, "2026-01-01")); ok {
		t.Errorf("the law of the US recognises %s", f.Name)
	}
}

func TestInvalidated(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]struct{ ruling, day string }{
		"safe_harbor":          {"C-362/14", "2015-10-06"},
		"privacy_shield":       {"C-311/18", "2020-07-16"},
		"swiss_safe_harbor":    {"FDPIC", "2015-10-22"},
		"swiss_privacy_shield": {"FDPIC", "2020-09-08"},
	} {
		got, ok := Invalidated(word)
		if !ok || got.Word != word || !strings.Contains(got.Ruling, want.ruling) || got.Date.String() != want.day {
			t.Errorf("%s: %+v, %t; want %s of %s", word, got, ok, want.ruling, want.day)
		}
	}
	for _, word := range []string{"", "dpf", "scc", "adequacy"} {
		if got, ok := Invalidated(word); ok {
			t.Errorf("%q was ended by %s", word, got.Ruling)
		}
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	if got := date(2026, 1, 26); got != parse(t, "2026-01-26") || got.String() != "2026-01-26" {
		t.Errorf("date(2026, 1, 26) = %d, %s", got, got)
	}
	if got := Date(0).String(); got != "" {
		t.Errorf("no date is %q", got)
	}
}
