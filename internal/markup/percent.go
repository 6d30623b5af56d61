package markup

import "unicode/utf8"

// set is a set of bytes: a percent-encode set (https://url.spec.whatwg.org section 1.3) or one that a host forbids (3.2).
type set uint8

const (
	inControl set = 1 << iota
	inFragment
	inQuery
	inSpecialQuery
	inPath
	inUserinfo
	inForbiddenHost
	inForbiddenDomain
)

//nolint:gochecknoglobals // a table
var sets = func() (t [256]set) {
	add := func(s set, chars string) {
		for _, c := range []byte(chars) {
			t[c] |= s
		}
	}
	const encoding = inControl | inFragment | inQuery | inSpecialQuery | inPath | inUserinfo
	for c := range t {
		if c < 0x20 || c > 0x7E {
			t[c] = encoding
		}
		if c < 0x20 || c == 0x7F {
			t[c] |= inForbiddenDomain
		}
	}
	add(inFragment, " \"<>`")
	add(inQuery|inSpecialQuery|inPath|inUserinfo, ` "#<>`)
	add(inSpecialQuery, "'")
	add(inPath|inUserinfo, "?^`{}")
	add(inUserinfo, `/:;=@[\]|`)
	add(inForbiddenHost|inForbiddenDomain, "\x00\t\n\r #/:<>?@[\\]^|")
	add(inForbiddenDomain, "%")
	return t
}()

func (s set) has(c byte) bool { return sets[c]&s != 0 }

const hexDigits = "0123456789ABCDEF"

// appendEncoded appends s with the bytes of the set percent-encoded, as the UTF-8 it is taken for.
func appendEncoded(dst, s []byte, in set) []byte {
	for i := 0; i < len(s); {
		plain := i
		for i < len(s) && !in.has(s[i]) {
			i++
		}
		if dst = append(dst, s[plain:i]...); i == len(s) {
			break
		}
		n := 1
		if s[i] >= utf8.RuneSelf {
			var r rune
			if r, n = utf8.DecodeRune(s[i:]); r == utf8.RuneError && n == 1 {
				dst = append(dst, "%EF%BF%BD"...)
				i += malformed(s[i:])
				continue
			}
		}
		for _, c := range s[i : i+n] {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
		i += n
	}
	return dst
}

// malformed is how many bytes one U+FFFD stands for: the longest beginning of a character that they are
// (https://encoding.spec.whatwg.org section 8.1.1).
func malformed(s []byte) int {
	lowest, highest, more := byte(0x80), byte(0xBF), 0
	switch c := s[0]; {
	case c == 0xE0:
		lowest, more = 0xA0, 2
	case c == 0xED:
		highest, more = 0x9F, 2
	case c >= 0xE1 && c <= 0xEF:
		more = 2
	case c == 0xF0:
		lowest, more = 0x90, 3
	case c == 0xF4:
		highest, more = 0x8F, 3
	case c >= 0xF1 && c <= 0xF3:
		more = 3
	}
	n := 1
	for n <= more && n < len(s) && s[n] >= lowest && s[n] <= highest {
		lowest, highest = 0x80, 0xBF
		n++
	}
	return n
}

// appendPercentDecoded appends s with its percent-encoded bytes decoded (section 1.3).
func appendPercentDecoded(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && is(s[i+1], isHex) && is(s[i+2], isHex) {
			c = byte(digit(s[i+1])<<4 | digit(s[i+2]))
			i += 2
		}
		dst = append(dst, c)
	}
	return dst
}
