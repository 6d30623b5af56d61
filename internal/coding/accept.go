package coding

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Accept turns a client's Accept-Encoding into the one for the upstream: of the codings that can be read here those which
// the client takes, in its order and with its weights (RFC 9110 section 12.5.3), so that the upstream may choose; or
// "identity" where there is none, whatever the client says of identity itself. The wildcard stands for gzip alone, which
// all read that know any coding. A client that says nothing gets plain text, since some that say nothing read nothing else.
func Accept(header []string) string {
	var said []preference
	for element := range tokens(header) {
		token, parameters, _ := strings.Cut(element, ";")
		token = strings.TrimRight(token, " \t")
		c, known := named(token)
		if !known && token != "*" || c == Identity {
			continue
		}
		at := slices.IndexFunc(said, func(p preference) bool { return p.coding == c })
		if at < 0 {
			at = len(said)
			said = append(said, preference{coding: c})
		}
		said[at].add(parameters)
	}
	return upstream(said)
}

// preference is what a client says of one coding, or with the zero coding of all that it does not name, however often it
// says it.
type preference struct {
	coding Coding
	weight int // in thousandths
}

// add lets the first weight above 0 count.
func (p *preference) add(parameters string) {
	if p.weight == 0 {
		p.weight = weight(parameters)
	}
}

func upstream(said []preference) string {
	gzip := slices.ContainsFunc(said, func(p preference) bool { return p.coding == Gzip })
	var b strings.Builder
	for _, p := range said {
		if p.coding == 0 && !gzip {
			p.coding = Gzip
		}
		if p.coding == 0 || p.weight == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.coding.String())
		if p.weight < 1000 {
			b.WriteString(";q=" + strconv.FormatFloat(float64(p.weight)/1000, 'f', -1, 64))
		}
	}
	if b.Len() == 0 {
		return Identity.String()
	}
	return b.String()
}

// weight reads a weight (RFC 9110 section 12.4.2) in thousandths, its unit; one above 0 is at least 1, and one that cannot
// be read is 0.
func weight(parameters string) int {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, found := strings.Cut(strings.Trim(parameter, " \t"), "=")
		if !found || !strings.EqualFold(name, "q") {
			continue
		}
		q, err := strconv.ParseFloat(value, 64)
		if err != nil || !(q > 0 && q <= 1) { // NaN is neither
			return 0
		}
		return max(1, int(math.Round(q*1000)))
	}
	return 1000
}
