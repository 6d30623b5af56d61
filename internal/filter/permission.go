package filter

import (
	"net/http"
	"slices"
	"strings"
)

// Withhold denies a page features of browsers, whatever the site's own Permissions-Policy says of them: lines of the field
// are one dictionary, in which the last member of a name counts (RFC 9651 3.2). What it says of others stays.
func Withhold(h http.Header, features []string) {
	if len(features) > 0 {
		h.Add("Permissions-Policy", strings.Join(features, "=(), ")+"=()")
	}
}

// defaultReferrer is what browsers do where nobody says anything: other sites learn which site a visitor comes from, and
// not which page (Referrer Policy 3.7).
const defaultReferrer = "strict-origin-when-cross-origin"

// referrers are the words of Referrer-Policy, and whether they tell other sites the page's whole address.
//
//nolint:gochecknoglobals // a table, never written to
var referrers = map[string]bool{
	"no-referrer": false, "same-origin": false, "origin": false, "strict-origin": false, "origin-when-cross-origin": false,
	defaultReferrer: false, "no-referrer-when-downgrade": true, "unsafe-url": true,
}

// Referrer says in the header of a page what browsers do anyhow where the site says nothing that they know, so that none
// that is older or configured otherwise tells more. What the site says stays; a word that tells other sites the page's
// whole address is overruled where tighten is set.
func Referrer(h http.Header, tighten bool) {
	said := ""
	for word := range strings.SplitSeq(strings.Join(h["Referrer-Policy"], ","), ",") {
		word = strings.ToLower(trimSpace(word))
		if _, known := referrers[word]; known {
			said = word // the last that is known counts (Referrer Policy 8.1)
		}
	}
	if said == "" || tighten && referrers[said] {
		h["Referrer-Policy"] = append(slices.Clone(h["Referrer-Policy"]), defaultReferrer)
	}
}
