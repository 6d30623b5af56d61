package rules

import "testing"

func TestStricter(t *testing.T) {
	t.Parallel()
	mask2, mask4 := Action{Kind: Mask, KeepLast: 2}, Action{Kind: Mask, KeepLast: 4}
	coarse := Action{Kind: Coarsen, Metres: 1000}
	year := Action{Kind: Generalize, Part: Year}
	of := func(k ActionKind) Action { return Action{Kind: k} }
	for _, c := range []struct {
		a, b, want Action
	}{
		{of(Remove), of(Keep), of(Remove)},
		{of(Nullify), of(Empty), of(Nullify)},
		{of(Empty), of(Count), of(Empty)},
		{of(Count), of(Replace), of(Count)},
		{of(Replace), of(Pseudonymize), of(Replace)},
		{of(Pseudonymize), mask2, of(Pseudonymize)},
		{mask2, coarse, mask2},
		{coarse, of(Keep), coarse},
		{mask2, mask2, mask2},
		{mask2, mask4, of(Remove)}, // the same action with unequal arguments
		{mask2, Action{Kind: Mask, KeepLast: 2, KeepType: true}, of(Remove)},
		{of(Pseudonymize), Action{Kind: Pseudonymize, KeepType: true}, of(Remove)},
		{coarse, year, of(Remove)}, // one step, and no common ground
		{Action{Kind: Mask, At: Position{File: "a", Line: 1}}, Action{Kind: Mask, At: Position{File: "b", Line: 2}}, of(Mask)},
	} {
		for _, got := range []Action{Stricter(c.a, c.b), Stricter(c.b, c.a)} {
			if !got.same(c.want) {
				t.Errorf("%s and %s: %s, want %s", c.a, c.b, got, c.want)
			}
		}
	}
	if (Action{}).Kind != Remove {
		t.Error("the zero action does not remove")
	}
}

func TestActionStrings(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Action{
		"remove":                  {},
		"empty":                   {Kind: Empty},
		"empty(type keep)":        {Kind: Empty, KeepType: true},
		"pseudonymize":            {Kind: Pseudonymize},
		"pseudonymize(type keep)": {Kind: Pseudonymize, KeepType: true},
		`mask(keep_first 1, keep_last 2, with "*")`:            {Kind: Mask, KeepFirst: 1, KeepLast: 2, With: "*"},
		`mask(keep_first 0, keep_last 2, with "*", type keep)`: {Kind: Mask, KeepLast: 2, With: "*", KeepType: true},
		"coarsen(500m)":     {Kind: Coarsen, Metres: 500},
		"coarsen(digits 0)": {Kind: Coarsen, ByDigits: true},
		"generalize(month)": {Kind: Generalize, Part: Month},
	} {
		if got := a.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		glob, name string
		want       bool
	}{
		{"_ga", "_ga", true},
		{"_ga", "_GA", false},
		{"_ga*", "_ga", true},
		{"_ga*", "_ga_X", true},
		{"_ga_*", "_ga", false},
		{"*", "", true},
		{"*_id", "x_id", true},
		{"*_id", "x_idx", false},
		{"a*b*c", "abc", true},
		{"a*b*c", "aXbYc", true},
		{"a*b*c", "acb", false},
		{"a*a", "a", false},
		{"_hj*User*", "_hjSessionUser_1", true},
	} {
		if got := globMatch(c.glob, c.name); got != c.want {
			t.Errorf("%s on %s: %t, want %t", c.glob, c.name, got, c.want)
		}
	}
}
