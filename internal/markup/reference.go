package markup

import (
	"bytes"
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// entities is the standard's list of named character references (section 13.5): a name without &, and its code points.
//
//go:embed entities.txt
var entities string

const (
	longestName   = 31 // letters and digits of a name
	longestLegacy = 6  // of one that needs no semicolon
	shortest      = 2  // of either
)

// named maps names to their characters. It takes some 150 KiB, when first needed.
//
//nolint:gochecknoglobals // a table
var named = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 2300)
	for line := range strings.Lines(entities) {
		name, points, _ := strings.Cut(strings.TrimSpace(line), " ")
		var chars []rune
		for point := range strings.SplitSeq(points, " ") {
			r, err := strconv.ParseInt(point, 16, 32)
			if err != nil {
				panic("markup: entities.txt: " + err.Error()) // it is part of the program
			}
			chars = append(chars, rune(r))
		}
		m[name] = string(chars)
	}
	return m
})

// AppendDecoded appends raw to dst with its character references replaced (sections 13.2.5.72 to 80), as they are in text
// or, where attribute says so, in an attribute's value. References only: the caller who needs it makes U+FFFD of NUL and
// LF of CR, before. A reference that raw cuts off is read as if nothing followed, so a piece of text wants its remainder
// first.
func AppendDecoded(dst, raw []byte, attribute bool) []byte {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		raw = raw[i:]
		n := 0
		if len(raw) > 1 && raw[1] == '#' {
			dst, n = appendNumeric(dst, raw)
		} else {
			dst, n = appendNamed(dst, raw, attribute)
		}
		if n == 0 {
			dst = append(dst, '&')
			n = 1
		}
		raw = raw[n:]
	}
}

// appendNamed appends what the reference at the beginning of raw stands for, and gives its length, or 0 for none. The
// longest name counts: one with a semicolon if there is one, since no name has a semicolon inside.
func appendNamed(dst, raw []byte, attribute bool) ([]byte, int) {
	n := 1
	for n < len(raw) && n <= longestName && is(raw[n], isLetter|isDigit) {
		n++
	}
	if n <= shortest {
		return dst, 0
	}
	table := named()
	if n < len(raw) && raw[n] == ';' {
		if chars, ok := table[string(raw[1:n+1])]; ok {
			return append(dst, chars...), n + 1
		}
	}
	for n = min(n, longestLegacy+1); n > shortest; n-- {
		chars, ok := table[string(raw[1:n])]
		if !ok {
			continue
		}
		if attribute && n < len(raw) && (raw[n] == '=' || is(raw[n], isLetter|isDigit)) {
			return dst, 0
		}
		return append(dst, chars...), n
	}
	return dst, 0
}

// appendNumeric is appendNamed for &#.
func appendNumeric(dst, raw []byte) ([]byte, int) {
	n, base, digits := 2, rune(10), isDigit
	if n < len(raw) && lower(raw[n]) == 'x' {
		n, base, digits = 3, 16, isHex
	}
	first, r := n, rune(0)
	for ; n < len(raw) && is(raw[n], digits); n++ {
		if r <= utf8.MaxRune {
			r = r*base + digit(raw[n])
		}
	}
	if n == first {
		return dst, 0
	}
	if n < len(raw) && raw[n] == ';' {
		n++
	}
	return utf8.AppendRune(dst, character(r)), n
}

// digit is the value of a hexadecimal digit.
func digit(c byte) rune {
	if is(c, isDigit) {
		return rune(c - '0')
	}
	return rune(lower(c)-'a') + 10
}

// character is what a number refers to (section 13.2.5.80). AppendRune makes U+FFFD of what is no character.
func character(r rune) rune {
	switch {
	case r == 0:
		return utf8.RuneError
	case r >= 0x80 && r < 0xA0:
		return windows1252[r-0x80]
	default:
		return r
	}
}

// windows1252 is what the C1 controls are taken for; those that it does not have stay.
//
//nolint:gochecknoglobals // a table
var windows1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}
