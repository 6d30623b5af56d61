package filter

import (
	"unicode/utf8"

	"github.com/privet-gateway/privet/rules"
)

// mask overwrites all code points but the first and last few. Where those that may stay are all there is, every one is
// overwritten: a short value would otherwise come out whole.
func mask(dst []byte, a *rules.Action, text []byte) []byte {
	length := utf8.RuneCount(text)
	first, last := max(a.KeepFirst, 0), max(a.KeepLast, 0)
	if first >= length || last >= length-first {
		first, last = 0, 0
	}
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

// runes is the length in bytes of the first n code points.
func runes(text []byte, n int) int {
	at := 0
	for range n {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}
