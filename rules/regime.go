package rules

import "strings"

// Regime is what silence means where the data subject is. The zero value is none stated.
type Regime uint8

// The regimes.
const (
	NoRegime Regime = iota
	OptIn           // silence refuses
	OptOut          // silence permits
)

func (r Regime) String() string { return [...]string{"none", "opt_in", "opt_out"}[r] }

// regimeRule is one line of `regimes:`.
type regimeRule struct {
	code   string // ISO 3166-1 or -2 code, area, or "default"
	regime Regime
	at     Position
}

// regimeTable answers which regime holds at a place.
type regimeTable []regimeRule

// of gives the regime at a country or subdivision code: the most specific code wins, then the area, then default.
// Where the policy distinguishes subdivisions of a country and only the country is known, the strictest of them holds;
// for an unknown place the strictest of the whole policy.
func (t regimeTable) of(code, area string) regimeRule {
	if code == UnknownPlace {
		return t.strictest(func(string) bool { return true })
	}
	if rule, ok := t.named(code); ok && strings.Contains(code, "-") {
		return rule
	}
	country, _, subdivided := strings.Cut(code, "-")
	base, ok := t.named(country)
	if !ok && area != "" {
		base, ok = t.named(area)
	}
	if !ok {
		base, _ = t.named("default")
	}
	if subdivided {
		return base
	}
	strict := t.strictest(func(c string) bool { return strings.HasPrefix(c, country+"-") })
	if strict.regime == OptIn && base.regime != OptIn {
		return strict
	}
	return base
}

func (t regimeTable) named(code string) (regimeRule, bool) {
	for _, r := range t {
		if r.code == code {
			return r, true
		}
	}
	return regimeRule{}, false
}

func (t regimeTable) strictest(consider func(code string) bool) regimeRule {
	var found regimeRule
	for _, r := range t {
		if consider(r.code) && (found.regime == NoRegime || (r.regime == OptIn && found.regime != OptIn)) {
			found = r
		}
	}
	return found
}
