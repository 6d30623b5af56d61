package filter

import (
	"strings"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

// ConsentCookie is the name of our own cookie. It holds a person's choices and passes whatever the policy says, because
// without it a refusal would be forgotten.
const ConsentCookie = "privet_consent"

// cookieRuling asks what becomes of a cookie. A prefix that binds a cookie to its host (RFC 6265bis 4.1.3) does not
// change whose it is, unless the policy or the catalogue names it with the prefix.
func cookieRuling(d *rules.Decision, name string) rules.CookieRuling {
	if name == ConsentCookie {
		keep := rules.Ruling{Action: rules.Action{Kind: rules.Keep}, Reason: "it holds the choices"}
		return rules.CookieRuling{Ruling: keep, Purpose: "strictly_necessary"}
	}
	return d.Cookie(name)
}

// pairRuling judges a cookie pair, name and value. A nameless one ("=a=b" in Set-Cookie) comes back as the pair that its
// value looks like, so that it is judged as both.
func pairRuling(d *rules.Decision, pair string) rules.CookieRuling {
	name, value, valued := strings.Cut(pair, "=")
	name = trimSpace(name)
	if !valued {
		name, value = "", name
	}
	ruling := cookieRuling(d, name)
	if name != "" || ruling.Action.Kind != rules.Keep {
		return ruling
	}
	inner, _, looks := strings.Cut(strings.TrimLeft(value, "= \t"), "=")
	if !looks {
		return ruling
	}
	return cookieRuling(d, strings.TrimRight(inner, " \t"))
}

// cookies judges the pairs of all Cookie lines of a message, which count as one (RFC 9113 8.2.3), and gives the one line
// that may pass; "" is none. Splitting at every ";" whatever is quoted is the strictest reading: no name hides in a
// string.
func (e *errand) cookies(lines []string) string {
	line := lines[0]
	if len(lines) > 1 {
		line = strings.Join(lines, "; ")
	}
	out := splice{text: line, separator: ';'}
	dropped, named := false, false
	for start := 0; start <= len(line); {
		end := partEnd(line, ';', start)
		pair := trimSpace(line[start:end])
		if hasControl(pair) {
			// What follows cannot be told apart from what precedes, so the line ends here.
			out.drop(start)
			break
		}
		switch attribute := isAttribute(pair); {
		case pair == "":
			out.keep(start, end)
		case attribute && dropped, !e.cookie(pair):
			out.drop(start)
			dropped = dropped || !attribute
		default:
			out.keep(start, end)
			dropped = dropped && attribute
			named = named || !attribute
		}
		start = end + 1
	}
	if !named {
		return ""
	}
	if !out.changed {
		return line
	}
	return trimSpace(out.String())
}

// cookie judges one pair of a Cookie line.
func (e *errand) cookie(pair string) bool {
	name := nameOf(pair)
	if name == jar.AgesName {
		return false // between the browser and us
	}
	ruling := pairRuling(e.decision, pair)
	if e.visit.hasEnded(name) && ruling.Action.Kind == rules.Keep {
		ended := ruling.Ruling
		ended.Action.Kind, ended.Reason = rules.Remove, endedReason
		e.note(Cookie, ended, rules.Remove)
		return false
	}
	if ruling.Action.Kind != rules.Keep {
		e.note(Cookie, ruling.Ruling, rules.Remove)
		return false
	}
	if ruling.Purpose == "" {
		e.note(Cookie, ruling.Ruling, rules.Keep)
	}
	return true
}

// isAttribute knows what a RFC 2965 client says of the cookie before it; it goes where that cookie goes.
func isAttribute(pair string) bool {
	if pair == "" || pair[0] != '$' {
		return false
	}
	name, _, _ := strings.Cut(pair, "=")
	switch strings.ToLower(strings.TrimRight(name, " \t")) {
	case "$version", "$path", "$domain", "$port":
		return true
	default:
		return false
	}
}
