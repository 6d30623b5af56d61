package coding

import (
	"strconv"
	"strings"
)

// Accept turns a client's Accept-Encoding into the one for the upstream: "gzip" where the client takes it, else
// "identity". A client that says nothing gets plain text, since some that say nothing read nothing else.
func Accept(header []string) string {
	var gzip, others preference
	for element := range tokens(header) {
		token, parameters, _ := strings.Cut(element, ";")
		switch strings.ToLower(strings.TrimRight(token, " \t")) {
		case "gzip", "x-gzip":
			gzip.add(parameters)
		case "*":
			others.add(parameters)
		}
	}
	if gzip.taken || others.taken && !gzip.said {
		return Gzip.String()
	}
	return Identity.String()
}

// preference is what a client says of one coding, however often it says it.
type preference struct{ said, taken bool }

func (p *preference) add(parameters string) {
	p.said = true
	p.taken = p.taken || weighs(parameters)
}

// weighs says that a weight (RFC 9110 section 12.4.2) is above 0; one that cannot be read is not.
func weighs(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, found := strings.Cut(strings.Trim(parameter, " \t"), "=")
		if !found || !strings.EqualFold(name, "q") {
			continue
		}
		q, err := strconv.ParseFloat(value, 64)
		return err == nil && q > 0 && q <= 1
	}
	return true
}
