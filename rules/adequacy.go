package rules

import "github.com/privet-gateway/privet/rules/catalog"

// adequate gives the row by which a law finds a country adequate on a day, in words. The origin is the data subject's
// country, "" where only the law is known.
func adequate(law, origin, country string, day Date) (reason string, ok bool) {
	row, ok := catalog.Adequate(law, origin, country, catalog.Date(day))
	if !ok {
		return "", false
	}
	reason = country + " is adequate (" + row.Source
	if row.Scope != "" {
		reason += "; " + row.Scope
	}
	return reason + ")", true
}

// frameworkHolds says that a law recognises certified organisations of a country on a day.
func frameworkHolds(law, country string, day Date) bool {
	framework, ok := catalog.FrameworkOf(law, catalog.Date(day))
	return ok && framework.Country == country
}
