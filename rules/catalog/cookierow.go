package catalog

import "strings"

// claim is the category that the database gives a cookie, strictest first.
type claim uint8

const (
	marketing claim = iota
	analytics
	functional // and its "Personalization"
	trusted    // its "Security" and "Necessary"
)

// purpose is the purpose of purposes.yaml that a claim comes to.
//
// No claim comes to strictly_necessary. That is an exemption from consent (ePrivacy Art. 5(3)), and the database gives
// `__eoi` and `aboutads_sessNNN` of an advertiser as "Security": whoever believed it would exempt tracking. What it
// trusts is therefore left unclassified, as if it had no row, and the policy's `unclassified` says what becomes of it.
func (c claim) purpose() string {
	switch c {
	case marketing:
		return "advertising"
	case analytics:
		return "analytics"
	case functional, trusted:
		return "functionality"
	default:
		return ""
	}
}

// row is one line of the database.
type row struct {
	name     string
	glob     bool
	category claim
	platform string
	line     int
}

// rowOf reads name, wildcard, category and platform, tab between them.
func rowOf(line string, number int) row {
	name, rest, _ := strings.Cut(line, "\t")
	wildcard, rest, _ := strings.Cut(rest, "\t")
	letter, platform, _ := strings.Cut(rest, "\t")
	r := row{name: strings.TrimSuffix(name, "*"), category: trusted, platform: platform, line: number}
	r.glob = wildcard == "*" || len(r.name) < len(name)
	switch letter {
	case "M":
		r.category = marketing
	case "A":
		r.category = analytics
	case "F", "P":
		r.category = functional
	}
	return r
}

func (r *row) key() string {
	if r.glob {
		return r.name + "*"
	}
	return r.name
}

// disputes are the names that several platforms claim with different categories: whose such a cookie is cannot be told.
func disputes(all []row) map[string]bool {
	first, disputed := map[string]row{}, map[string]bool{}
	for _, r := range all {
		key := r.key()
		if other, known := first[key]; !known {
			first[key] = r
		} else if other.category != r.category && other.platform != r.platform {
			disputed[key] = true
		}
	}
	return disputed
}

// cookieReason is why nothing is judged by a row. What is not judged is unclassified: kept and counted, unless the policy
// says otherwise. Harm lies on both sides. A row too many takes a site's own cookie away, and with it a login or a
// basket; a row too few lets one cookie of a tracker live whose tag does not load anyhow. So a name counts only where
// hardly a site would choose it for itself.
type cookieReason uint8

const (
	judged       cookieReason = iota
	trustedClaim              // the database takes it for security or necessary
	ownSoftware               // functional, of what a site may itself run on: sessions, baskets, load balancers, consent
	malformed                 // no name that a cookie can have
	tooShort                  // fewer than five characters, or six of a beginning
	plainWords                // nothing but words and syllables of the trade
	ownChoice                 // it holds what a visitor refused or allowed, which must not be forgotten
	login                     // of a platform by which sites know who has signed in
	claimedTwice              // several platforms claim it with different categories
	repeated                  // another row says the same
	reasons
)

const (
	shortestName      = 5
	shortestBeginning = 6
)

// judge holds the lists that rows are judged by, while the database is read.
type judge struct{ tools, platforms, words map[string]bool }

func newJudge() *judge {
	return &judge{tools: lines(embeddedTools), platforms: lines(signInPlatforms), words: lines(commonWords)}
}

func lines(list string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(list), "\n") {
		set[line] = true
	}
	return set
}

// reason tells by the row alone.
func (j *judge) reason(r *row) cookieReason {
	shortest := shortestName
	if r.glob {
		shortest = shortestBeginning
	}
	switch {
	case r.category == trusted:
		return trustedClaim
	case r.category == functional && !j.tools[r.platform]:
		return ownSoftware
	case !isCookieName(r.name):
		return malformed
	case len(r.name) < shortest:
		return tooShort
	case tellsChoice(r.name):
		return ownChoice
	case j.platforms[r.platform]:
		return login
	case j.isPlain(r.name):
		return plainWords
	default:
		return judged
	}
}

// isCookieName accepts the bytes of a token (RFC 9110 5.6.2) and what browsers let pass besides.
func isCookieName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),;<=>?@[\]{}%`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// tellsChoice knows names under which refusals are kept. Without that cookie, what a visitor refused would go on.
func tellsChoice(name string) bool {
	name = strings.ToLower(name)
	for _, word := range [...]string{
		"consent", "optout", "opt_out", "opt-out", "optin", "opt_in", "opout", "gdpr", "gpc", "ccpa", "privacy", "tcdata", "euconsent", "refused",
		"ignore", "fccdcf", "fcnec", "cookies_accepted", "eu_cn", "block",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// isPlain says that a name is made of nothing but common words, syllables of one or two letters, and digits.
func (j *judge) isPlain(name string) bool {
	for start := 0; start < len(name); {
		end := start + 1
		for end < len(name) && joins(name[end-1], name[end]) {
			end++
		}
		part := strings.ToLower(name[start:end])
		if letters := strings.Trim(part, "0123456789_-.:~!#$&'*+^`|/"); len(letters) > 2 && !j.words[letters] {
			return false
		}
		start = end
	}
	return true
}

// joins says that two bytes beside each other are of one word: letters, of which no small one stands before a capital.
func joins(a, b byte) bool {
	return isLetter(a) && isLetter(b) && (a < 'a' || b >= 'a')
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
