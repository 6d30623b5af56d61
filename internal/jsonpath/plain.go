package jsonpath

import (
	"encoding/binary"
	"math/bits"
)

const (
	eachByte    = 0x0101010101010101
	eachHigh    = 0x8080808080808080
	eachSpace   = 0x2020202020202020
	eachQuote   = 0x2222222222222222
	eachEscape  = 0x5c5c5c5c5c5c5c5c
	eachZero    = 0x3030303030303030
	beyondNine  = 0x7676767676767676 // lifts 10 and more to the high bit
	wordBytes   = 8
	bitsPerByte = 8
)

// unplain marks, with the high bit of each byte, those of eight string bytes that are a quote, a backslash, a
// control character or beyond ASCII. Bytes above the first such may be marked wrongly; the lowest mark is true.
func unplain(w uint64) uint64 {
	return (((w ^ eachQuote) - eachByte) | ((w ^ eachEscape) - eachByte) | (w - eachSpace) | w) & eachHigh
}

// plain gives the index of the first byte from i on that may not simply stand in a string, or len(p).
func plain(p []byte, i int) int {
	for ; i+wordBytes <= len(p); i += wordBytes {
		if m := unplain(binary.LittleEndian.Uint64(p[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)/bitsPerByte
		}
	}
	for ; i < len(p); i++ {
		if c := p[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			return i
		}
	}
	return i
}

// spelled is plain for text beyond ASCII: it goes on to the first quote, backslash or control character.
func spelled(p []byte, i int) int {
	for ; i+wordBytes <= len(p); i += wordBytes {
		w := binary.LittleEndian.Uint64(p[i:])
		q, b := w^eachQuote, w^eachEscape
		if m := ((q-eachByte)&^q | (b-eachByte)&^b | (w-eachSpace)&^w) & eachHigh; m != 0 {
			return i + bits.TrailingZeros64(m)/bitsPerByte
		}
	}
	for ; i < len(p); i++ {
		if c := p[i]; c < ' ' || c == '"' || c == '\\' {
			return i
		}
	}
	return i
}

// digitsEnd gives the index of the first byte from i on that is no digit, or len(p).
func digitsEnd(p []byte, i int) int {
	for ; i+wordBytes <= len(p); i += wordBytes {
		d := binary.LittleEndian.Uint64(p[i:]) ^ eachZero
		if m := ((d + beyondNine) | d) & eachHigh; m != 0 {
			return i + bits.TrailingZeros64(m)/bitsPerByte
		}
	}
	for i < len(p) && isDigit(p[i]) {
		i++
	}
	return i
}

// blank gives the index of the first byte from i on that is not white space, or len(p).
func blank(p []byte, i int) int {
	for i < len(p) {
		switch p[i] {
		case ' ':
			i++
			for i+wordBytes <= len(p) {
				m := binary.LittleEndian.Uint64(p[i:]) ^ eachSpace
				if m != 0 {
					i += bits.TrailingZeros64(m) / bitsPerByte
					break
				}
				i += wordBytes
			}
		case '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
	return i
}
