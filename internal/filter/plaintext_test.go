package filter

import (
	"testing"

	"github.com/privet-gateway/privet/rules"
)

func TestApplyText(t *testing.T) {
	t.Parallel()
	p := &Plan{tokens: testTokens(t)}
	token := string(p.tokens.appendToken(nil, []byte("anna")))
	numeric := string(p.tokens.appendNumber(nil, []byte("42")))
	tests := []struct {
		do             rules.Action
		name, text     string
		want           string
		remove, misfit bool
	}{
		{rules.Action{Kind: rules.Keep}, "q", "anna", "anna", false, false},
		{rules.Action{}, "q", "anna", "", true, false},
		{rules.Action{Kind: rules.Nullify}, "q", "anna", "", false, false},
		{rules.Action{Kind: rules.Empty}, "q", "anna", "", false, false},
		{rules.Action{Kind: rules.Replace, Value: `"none"`, Text: "none"}, "q", "anna", "none", false, false},
		{rules.Action{Kind: rules.Count}, "q", "anna", "", true, true},
		{rules.Action{Kind: rules.Pseudonymize}, "q", "anna", token, false, false},
		{rules.Action{Kind: rules.Mask, KeepFirst: 1, With: "•"}, "q", "anna", "a•••", false, false},
		{rules.Action{Kind: rules.Mask}, "q", "", "", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "lat", "52.5163", "52.52", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", "52.5163", "52.50", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", "52.5163,13.3777", "52.50,13.40", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "geohash", "u33db2m", "u33db", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", "u33db2m", "", true, true},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", " 52.5", "", true, true},
		{rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}, "q", "-0.04", "0.0", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "1980-05-17", "1980", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "17.5.1980", "", true, true},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "1980", "1980", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "1768433400", "1767225600", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "20260115", "", true, true},
		{rules.Action{Kind: rules.Empty, KeepType: true}, "q", "-1.5e3", "0", false, false},
		{rules.Action{Kind: rules.Empty, KeepType: true}, "q", "true", "false", false, false},
		{rules.Action{Kind: rules.Empty, KeepType: true}, "q", "007", "", false, false},
		{rules.Action{Kind: rules.Mask, KeepLast: 2}, "q", "12345", "***45", false, false},
		{rules.Action{Kind: rules.Mask, KeepLast: 2, KeepType: true}, "q", "12345", "10045", false, false},
		{rules.Action{Kind: rules.Mask, KeepLast: 2, KeepType: true}, "q", "+12345", "****45", false, false},
		{rules.Action{Kind: rules.Mask, KeepLast: 2, KeepType: true}, "q", "null", "**ll", false, false},
		{rules.Action{Kind: rules.Pseudonymize, KeepType: true}, "q", "anna", token, false, false},
		{rules.Action{Kind: rules.Pseudonymize, KeepType: true}, "q", "42", numeric, false, false},
		{rules.Action{Kind: rules.TruncateIP}, "Forwarded", "for=192.0.2.7", "for=192.0.2.0", false, false},
		{rules.Action{Kind: rules.TruncateIP}, "X-Real-IP", "for=192.0.2.7", "", true, true},
		{rules.Action{Kind: rules.TruncateIP}, "q", "192.0.2.7", "192.0.2.0", false, false},
		{rules.Action{Kind: rules.TruncateIP}, "q", "host", "", true, true},
	}
	for _, test := range tests {
		got, remove, misfit := p.applyText(test.do, test.name, test.text)
		if got != test.want || remove != test.remove || misfit != test.misfit {
			t.Errorf("%s on %s=%q: got %q, removed %t, misfit %t; want %q, %t, %t",
				test.do, test.name, test.text, got, remove, misfit, test.want, test.remove, test.misfit)
		}
	}
}
