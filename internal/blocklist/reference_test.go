package blocklist

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// choices takes its decisions from the bytes of a fuzzer.
type choices struct{ data []byte }

func (c *choices) number(n int) int {
	if len(c.data) == 0 {
		return 0
	}
	b := c.data[0]
	c.data = c.data[1:]
	return int(b) % n
}

func (c *choices) of(words ...string) string { return words[c.number(len(words))] }

func (c *choices) text(alphabet string, most int) string {
	var b strings.Builder
	for range c.number(most + 1) {
		b.WriteByte(alphabet[c.number(len(alphabet))])
	}
	return b.String()
}

// slowRule is a rule as the reference understands it: a regular expression and options in words.
type slowRule struct {
	exception, important, bad bool
	expression                *regexp.Regexp
	types                     []string
	party, domains, to, deny  string
	key                       string
}

// slowDraw makes a rule and writes it down.
func slowDraw(c *choices, url string) (line string, r slowRule) {
	front, back := c.of("", "", "|", "||"), c.of("", "", "|")
	body := c.text("ab.c/^*-?=&1%AB", 9)
	switch c.number(5) {
	case 2, 3:
		body = slowPiece(c, url)
	case 0:
		front, body = "||", c.of("a.com", "b.a.com", "b.co.uk", "com", "a")+c.of("^", "/", "", "*")+body
	case 1:
		body = c.of("ab", "abab", "/ab/", "-ab1") + body
	}
	if strings.Trim(body, "*") == "" || body[0] == '/' && body[len(body)-1] == '/' {
		body += "a" // neither everything nor a regular expression
	}
	var options []string
	if c.number(4) == 0 {
		r.types = []string{c.of("script", "image"), c.of("font", "script")}
		slices.Sort(r.types)
		options = append(options, slices.Compact(r.types)...)
	}
	matchCase := c.number(4) == 0
	if matchCase {
		options = append(options, "match-case")
	}
	if r.party = c.of("", "", "", "3p", "1p"); r.party != "" {
		options = append(options, r.party)
	}
	for _, o := range []struct {
		name string
		to   *string
	}{{"domain", &r.domains}, {"to", &r.to}, {"denyallow", &r.deny}} {
		if c.number(6) != 0 {
			continue
		}
		names := []string{c.of("a.com", "b.a.com", "a.*", "com", "uk", "b.co.uk")}
		if more := c.of("", "~b.a.com", "~a.com", "b.*", "~a.*"); more != "" && o.name != "denyallow" && strings.Trim(more, "~") != names[0] {
			names = append(names, more)
		}
		*o.to = strings.Join(names, "|")
		options = append(options, o.name+"="+*o.to)
	}
	r.exception, r.important, r.bad = c.number(3) == 0, c.number(6) == 0, c.number(6) == 0
	if r.important {
		options = append(options, "important")
	}
	line = front + body + back + "$_," + strings.Join(options, ",")
	if r.exception {
		line = "@@" + line
	}
	r.expression, r.key = slowExpression(front, body, back, matchCase)
	r.key += fmt.Sprint(r.exception, options)
	line = strings.TrimSuffix(line, ",")
	if r.bad {
		line += ",badfilter"
	}
	return line, r
}

// slowPiece is a piece of a URL, in which a byte or two may stand for others.
func slowPiece(c *choices, url string) string {
	start := c.number(len(url))
	piece := []byte(url[start : start+c.number(len(url)-start)])
	for range c.number(3) {
		if len(piece) > 0 {
			piece[c.number(len(piece))] = "*^a"[c.number(3)]
		}
	}
	return string(piece)
}

// slowExpression turns a pattern into a regular expression, as those who made the syntax explain it.
func slowExpression(front, body, back string, matchCase bool) (*regexp.Regexp, string) {
	if strings.HasPrefix(body, "*") {
		front = ""
	}
	if strings.HasSuffix(body, "*") {
		back = ""
	}
	var b strings.Builder
	b.WriteString("(?s")
	if !matchCase {
		b.WriteString("i")
	}
	b.WriteString(map[string]string{"": ")", "|": ")^", "||": `)^https?://(?:[^/?:]+\.)?`}[front])
	for i := range len(body) {
		switch body[i] {
		case '*':
			b.WriteString(".*")
		case '^':
			b.WriteString(`(?:[^A-Za-z0-9_.%-]|$)`)
		default:
			b.WriteString(regexp.QuoteMeta(body[i : i+1]))
		}
	}
	if back != "" {
		b.WriteString("$")
	}
	trimmed := strings.Trim(body, "*")
	if !matchCase {
		trimmed = strings.ToLower(trimmed)
	}
	return regexp.MustCompile(b.String()), front + " " + trimmed + " " + back
}

// slowIncludes looks for the longest domain that names a host.
func slowIncludes(domains, host string) bool {
	positive, length, included := false, -1, false
	for name := range strings.SplitSeq(domains, "|") {
		name, negated := strings.CutPrefix(name, "~")
		positive = positive || !negated
		full := name
		if stem, entity := strings.CutSuffix(name, ".*"); entity {
			for _, suffix := range []string{".com", ".co.uk"} {
				if strings.HasSuffix(host, suffix) {
					full = stem + suffix
				}
			}
		}
		// A name says more than an entity that comes to the same.
		weight := len(full)*2 - strings.Count(name, "*")
		if (host == full || strings.HasSuffix(host, "."+full)) && weight > length {
			length, included = weight, !negated
		}
	}
	if length < 0 {
		return !positive
	}
	return included
}

func (r *slowRule) matches(url, host, page, kind string) bool {
	switch {
	case len(r.types) > 0 && !slices.Contains(r.types, kind),
		r.party == "3p" && !ThirdParty(host, page), r.party == "1p" && ThirdParty(host, page),
		r.domains != "" && !slowIncludes(r.domains, page), r.to != "" && !slowIncludes(r.to, host), r.deny != "" && slowIncludes(r.deny, host):
		return false
	}
	return r.expression.MatchString(url)
}

// slowVerdict asks every rule, one after the other.
func slowVerdict(rules []slowRule, matching []bool) string {
	bad := map[string]bool{}
	for _, r := range rules {
		if r.bad {
			bad[r.key] = true
		}
	}
	found := map[[2]bool]bool{} // by exception and important
	for i, r := range rules {
		if matching[i] && !r.bad && !bad[r.key] {
			found[[2]bool{r.exception, r.important}] = true
		}
	}
	switch blocked := found[[2]bool{false, false}] || found[[2]bool{false, true}]; {
	case !blocked:
		return ""
	case found[[2]bool{true, true}]:
		return "exception"
	case found[[2]bool{false, true}]:
		return "block"
	case found[[2]bool{true, false}]:
		return "exception"
	}
	return "block"
}
