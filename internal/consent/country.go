package consent

import (
	_ "embed"
	"strings"
)

// countryNames has a line for each ISO 3166-1 code: the code, a space, the name in English.
//
//go:embed countries.txt
var countryNames string

// countryName is the name of an ISO 3166-1 code, or the code itself.
func countryName(code string) string {
	if code == "" {
		return "a country that is not stated"
	}
	_, after, found := strings.Cut("\n"+countryNames, "\n"+code+" ")
	if !found {
		return code
	}
	name, _, _ := strings.Cut(after, "\n")
	return name
}
