package markup

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// domains is Unicode's ToASCII as the standard asks for it (section 3.3, beStrict being false).
//
//nolint:gochecknoglobals // a table
var domains = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(false),
		idna.StrictDomainName(false), idna.Transitional(false), idna.VerifyDNSLength(false))
})

// host parses a host and appends its serialisation (section 3.5).
func (p *URLParser) host(s []byte, special bool) ([]byte, bool) {
	start := len(p.buf)
	var ok bool
	switch {
	case len(s) > 0 && s[0] == '[':
		if s[len(s)-1] != ']' || len(s) < 2 {
			return nil, false
		}
		var a [8]uint16
		if a, ok = parseIPv6(s[1 : len(s)-1]); ok {
			p.buf = appendIPv6(p.buf, a)
		}
	case !special:
		if slices.ContainsFunc(s, inForbiddenHost.has) {
			return nil, false
		}
		p.buf = appendEncoded(p.buf, s, inControl)
		ok = true
	default:
		ok = p.domain(s)
	}
	return p.part(start), ok
}

// domain appends a domain or IPv4 address.
func (p *URLParser) domain(s []byte) bool {
	if bytes.IndexByte(s, '%') >= 0 {
		p.decoded = appendPercentDecoded(p.decoded[:0], s)
		s = p.decoded
	}
	start := len(p.buf)
	if isPlain(s) {
		p.lowered(s)
	} else {
		ascii, ok := toASCII(string(bytes.ToValidUTF8(s, []byte("\uFFFD"))))
		if !ok {
			return false
		}
		p.buf = append(p.buf, ascii...)
	}
	domain := p.buf[start:]
	if slices.ContainsFunc(domain, inForbiddenDomain.has) {
		return false
	}
	if endsInNumber(domain) {
		address, ok := parseIPv4(domain)
		if ok {
			p.buf = appendIPv4(p.buf[:start], address)
		}
		return ok
	}
	return len(domain) > 0
}

// longestLabel is in characters. The standard has no bound, but a whole name in the DNS has 253 bytes, and Punycode takes
// quadratic time: seconds for a label of 64 KiB.
const longestLabel = 253

// toASCII is domain to ASCII (section 3.3). What is mapped to nothing may make a long name of a short one, so its length is
// measured behind the mapping.
func toASCII(domain string) (string, bool) {
	mapped, err := domains().ToUnicode(domain)
	if err != nil {
		return "", false
	}
	for label := range strings.SplitSeq(mapped, ".") {
		if len(label) > longestLabel && utf8.RuneCountInString(label) > longestLabel {
			return "", false
		}
	}
	ascii, err := domains().ToASCII(domain)
	return ascii, err == nil
}

// isPlain reports whether a domain is ASCII without a label in Punycode, which is to be checked.
func isPlain(s []byte) bool {
	const prefix = "xn--"
	label := 0
	for i, c := range s {
		switch {
		case c >= 0x80:
			return false
		case c == '.':
			label = i + 1
		case i-label == len(prefix)-1 && folds(s[label:i+1], prefix):
			return false
		}
	}
	return true
}

// endsInNumber is the ends-in-a-number checker (section 3.5), which makes an IPv4 address of a host, or nothing.
func endsInNumber(s []byte) bool {
	if n := len(s) - 1; n > 0 && s[n] == '.' {
		s = s[:n]
	}
	last := s[bytes.LastIndexByte(s, '.')+1:]
	if len(last) == 0 {
		return false
	}
	digits := true
	for _, c := range last {
		digits = digits && is(c, isDigit)
	}
	if digits {
		return true
	}
	_, ok := ipv4Number(last)
	return ok
}
