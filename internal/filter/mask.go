package filter

import (
	"bytes"
	"unicode/utf8"

	"github.com/privet-gateway/privet/rules"
)

// mask overwrites all code points but the first and last few. Where those that may stay are all there is, every one is
// overwritten: a short value would otherwise come out whole.
func mask(dst []byte, a *rules.Action, text []byte) []byte {
	length := utf8.RuneCount(text)
	first, last := ends(a, length)
	with := a.With
	if with == "" {
		with = "*"
	}
	if len(with) == 1 && length == len(text) { // a byte is a code point, as in nearly every number and name
		dst = append(dst, text[:first]...)
		for range length - first - last {
			dst = append(dst, with[0])
		}
		return append(dst, text[length-last:]...)
	}
	head := runes(text, first)
	dst = append(dst, text[:head]...)
	left := ""
	for range length - first - last {
		// One of its characters for each that is hidden: the length stays, and masking again changes nothing.
		if left == "" {
			left = with
		}
		_, size := utf8.DecodeRuneInString(left)
		dst = append(dst, left[:size]...)
		left = left[size:]
	}
	tail := head + runes(text[head:], length-first-last)
	return append(dst, text[tail:]...)
}

// ends is how many characters of a text may stay at either end.
func ends(a *rules.Action, length int) (first, last int) {
	first, last = max(a.KeepFirst, 0), max(a.KeepLast, 0)
	if first >= length || last >= length-first {
		return 0, 0
	}
	return first, last
}

// maskNumber overwrites digits of a JSON number (RFC 8259 section 6) by 0, which leaves a number of the same length: no
// larger than it was, so that it fits wherever that did. The first digit of several becomes 1, as a leading 0 is no JSON.
// What may stay is counted in digits before the exponent, of which none stays. A minus stays, but not before 0.
func maskNumber(dst []byte, a *rules.Action, raw []byte) ([]byte, bool) {
	d, ok := parseDecimal(raw)
	if !ok {
		return dst, false
	}
	length := len(d.whole) + len(d.fraction)
	first, last := ends(a, length)
	if d.negative {
		dst = append(dst, '-')
	}
	start := len(dst)
	for i := range length {
		if i == len(d.whole) {
			dst = append(dst, '.')
		}
		figure := byte('0')
		switch {
		case i < first || i >= length-last:
			figure = d.figure(i)
		case i == 0 && len(d.whole) > 1:
			figure = '1'
		}
		dst = append(dst, figure)
	}
	if d.negative && isZero(dst[start:]) {
		start--
		dst = append(dst[:start], dst[start+1:]...)
	}
	if at := bytes.IndexAny(raw, "eE"); at >= 0 {
		for _, c := range raw[at:] {
			if isDigit(c) {
				c = '0'
			}
			dst = append(dst, c)
		}
	}
	return dst, true
}

// runes is the length in bytes of the first n code points.
func runes(text []byte, n int) int {
	at := 0
	for range n {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}
