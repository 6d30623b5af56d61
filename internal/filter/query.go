package filter

import (
	"net/url"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// Target is the query of a URL, and what the rulings on it depend on.
type Target struct {
	Host  string // may have a port; "" where it is not known, and then no list is asked
	Path  string // escaped; "" where it is not known
	Query string // raw, without "?"
}

// Query acts on the labelled parameters and click ids of a raw query and returns what may pass. All other bytes stay as
// they are, in their order. A query that does not parse is cut to the part before that does.
func (p *Plan) Query(d *rules.Decision, target Target, dir rules.Direction, t *Tally) string {
	e := errand{plan: p, decision: d, direction: dir, tally: t}
	return e.query(target)
}

// asked is a target while its pairs are judged. Whether it is signed is looked up once, and only where it matters.
type asked struct {
	Target

	looked, signed bool
	listed         []rules.Stripped // what lists take out
}

func (e *errand) query(t Target) string {
	target := asked{Target: t, listed: e.listed(t, false)}
	out := splice{text: target.Query, separator: '&'}
	for start := 0; start <= len(target.Query); {
		end := partEnd(target.Query, '&', start)
		pair := target.Query[start:end]
		n := readable(pair)
		if n < len(pair) {
			if text, gone := e.pair(pair[:n], &target); n == 0 || gone {
				out.drop(start)
			} else {
				out.put(start, text)
			}
			break
		}
		switch text, gone := e.pair(pair, &target); {
		case gone:
			out.drop(start)
		case text != pair:
			out.put(start, text)
		default:
			out.keep(start, end)
		}
		start = end + 1
	}
	return out.String()
}

// readable is how much of a pair parses: what stands before a bare ";" (which some readers take for "&") or "#"; nothing
// where an escape is malformed or a control byte meets.
func readable(pair string) int {
	for i := 0; i < len(pair); i++ {
		switch c := pair[i]; {
		case c == ';' || c == '#':
			return i
		case c == '%':
			if i+2 >= len(pair) || unhex(pair[i+1]) > 15 || unhex(pair[i+2]) > 15 {
				return 0
			}
			i += 2
		case isControl(c):
			return 0
		}
	}
	return len(pair)
}

// pair judges one pair, which is readable.
func (e *errand) pair(pair string, target *asked) (out string, gone bool) {
	if pair == "" {
		return pair, false
	}
	raw, value, _ := strings.Cut(pair, "=")
	var room [64]byte
	name := raw
	if isEscaped(raw) {
		name = string(appendUnescaped(room[:0], raw))
	}
	ruling, _, owned := e.decision.Param(name)
	if owned && ruling.Action.Kind != rules.Keep {
		if !target.spares(name) {
			e.note(ClickID, ruling, rules.Remove)
			return "", true
		}
		e.note(ClickID, ruling, rules.Keep)
	}
	if ruling, ok := target.lists(pair); ok {
		if !target.spares(name) {
			e.note(ClickID, ruling, rules.Remove)
			return "", true
		}
		ruling.Action.Kind = rules.Keep
		e.note(ClickID, ruling, rules.Keep)
	}
	labels := e.plan.columns.query[name]
	if len(labels) == 0 {
		return pair, false
	}
	plain := value
	if isEscaped(value) {
		plain = string(appendUnescaped(nil, value))
	}
	switch text, gone := e.act(labels, e.plan.labels.All()[labels[0]].Field, plain); {
	case gone:
		return "", true
	case text == plain:
		return pair, false
	default:
		return raw + "=" + url.QueryEscape(text), false
	}
}

// listed are the parameters that lists take out of a URL: for the visitor at hand, or for anybody.
func (e *errand) listed(t Target, anybody bool) []rules.Stripped {
	if t.Host == "" || t.Query == "" || !e.decision.Strips() {
		return nil
	}
	path := t.Path
	if path == "" {
		path = "/"
	}
	u := rules.Reference{Host: []byte(bareHost(t.Host)), Path: []byte(path), Query: []byte(t.Query)}
	return e.decision.Strip(u, anybody)
}

// lists says that lists take a pair out.
func (a *asked) lists(pair string) (rules.Ruling, bool) {
	for i := range a.listed {
		if string(a.listed[i].Pair) == pair {
			return a.listed[i].Ruling, true
		}
	}
	return rules.Ruling{}, false
}

// spares says that a click id stays: a URL that is signed breaks without it, and the links by which people leave a
// mailing list know them by mkt_tok alone.
func (a *asked) spares(name string) bool {
	if name == "mkt_tok" && leavesList(a.Path) {
		return true
	}
	if !a.looked {
		a.looked, a.signed = true, isSigned(a.Query)
	}
	return a.signed
}

func leavesList(path string) bool {
	path = strings.ToLower(path)
	for _, word := range []string{"unsubscribe", "preference", "opt-out", "optout"} {
		if strings.Contains(path, word) {
			return true
		}
	}
	return false
}

// isSigned says that the part of a query that parses has a signature over the URL.
func isSigned(query string) bool {
	for start := 0; start <= len(query); {
		end := partEnd(query, '&', start)
		pair := query[start:end]
		n := readable(pair)
		raw, value, _ := strings.Cut(pair[:n], "=")
		if value != "" && isSignature(raw) {
			return true
		}
		if n < len(pair) {
			return false
		}
		start = end + 1
	}
	return false
}

// isSignature knows the parameters in which the object stores, CDNs and frameworks of the day carry the signature of a
// URL.
func isSignature(raw string) bool {
	var room [64]byte
	switch string(appendFolded(room[:0], raw)) {
	case "sig", "signature", "hmac", "x-amz-signature", "x-goog-signature", "x-oss-signature", "x-obs-signature",
		"x-cos-signature", "q-signature", "oauth-signature", "hdnts", "hdnea", "--token--":
		return true
	default:
		return false
	}
}

// touches says that a query has a parameter on which some decision could act.
func (e *errand) touches(query string) bool {
	for start := 0; start <= len(query); {
		end := partEnd(query, '&', start)
		pair := query[start:end]
		n := readable(pair)
		raw, _, _ := strings.Cut(pair[:n], "=")
		name := raw
		if isEscaped(raw) {
			name = string(appendUnescaped(nil, raw))
		}
		_, _, owned := e.decision.Param(name)
		if owned || len(e.plan.columns.query[name]) > 0 {
			return true
		}
		if n < len(pair) {
			return false
		}
		start = end + 1
	}
	return false
}

func isEscaped(s string) bool {
	return strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '+') >= 0
}

// appendUnescaped decodes what is readable: percent escapes once, and "+" as a space.
func appendUnescaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			dst = append(dst, ' ')
		case c == '%' && i+2 < len(s):
			dst = append(dst, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// unhex gives the value of a hexadecimal digit, 16 for any other byte.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	default:
		return 16
	}
}
