package jsonpath

import (
	"bytes"
	"cmp"
	"strconv"
)

// decimal is a number as its text says it: 0.digits times ten to the power, so that no number loses digits. Zero has no
// digits and no sign.
type decimal struct {
	negative bool
	whole    []byte // the digits, without zeros at either end, may stand in two pieces:
	fraction []byte // before the point and behind it
	power    int64
}

// mostDigits is how long an exponent may be and still be counted exactly.
const mostDigits = 18

// decimalOf reads a valid number. Exponents of more than 18 digits stand for the largest.
func decimalOf(raw []byte) decimal {
	var d decimal
	if raw[0] == '-' {
		d.negative = true
		raw = raw[1:]
	}
	end := digitsEnd(raw, 0)
	d.whole, raw = raw[:end], raw[end:]
	if len(raw) > 0 && raw[0] == '.' {
		end = digitsEnd(raw, 1)
		d.fraction, raw = raw[1:end], raw[end:]
	}
	d.whole = bytes.TrimLeft(d.whole, "0")
	d.power = int64(len(d.whole))
	if len(d.whole) == 0 {
		kept := bytes.TrimLeft(d.fraction, "0")
		d.power = -int64(len(d.fraction) - len(kept))
		d.fraction = kept
	}
	d.fraction = bytes.TrimRight(d.fraction, "0")
	if len(d.fraction) == 0 {
		d.whole = bytes.TrimRight(d.whole, "0")
	}
	if len(d.whole)+len(d.fraction) == 0 {
		return decimal{}
	}
	if len(raw) > 0 {
		d.power += exponent(raw[1:])
	}
	return d
}

func exponent(raw []byte) int64 {
	negative := raw[0] == '-'
	digits := bytes.TrimLeft(raw, "+-0")
	n := int64(1e18)
	if len(digits) <= mostDigits {
		n = 0
		for _, c := range digits {
			n = n*10 + int64(c-'0')
		}
	}
	if negative {
		return -n
	}
	return n
}

func (d decimal) size() int { return len(d.whole) + len(d.fraction) }

// digit gives the digit at i, and 0 behind the last.
func (d decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i]
	case i < d.size():
		return d.fraction[i-len(d.whole)]
	default:
		return '0'
	}
}

// compareDecimals gives -1, 0 or 1.
func compareDecimals(a, b decimal) int {
	switch {
	case a.sign() != b.sign():
		return cmp.Compare(a.sign(), b.sign())
	case a.power != b.power:
		return cmp.Compare(a.power, b.power) * int(a.sign())
	}
	for i := range max(a.size(), b.size()) {
		if x, y := a.digit(i), b.digit(i); x != y {
			return cmp.Compare(int64(x), int64(y)) * int(a.sign())
		}
	}
	return 0
}

func (d decimal) sign() int64 {
	switch {
	case d.size() == 0:
		return 0
	case d.negative:
		return -1
	default:
		return 1
	}
}

// mostZeros is how many zeros are written out where an exponent could stand for them.
const mostZeros = 20

// appendTo writes the number in one spelling; raw is its own, which stays where the exponent is beyond counting.
func (d decimal) appendTo(text, raw []byte) []byte {
	if d.size() == 0 {
		return append(text, '0')
	}
	if d.power > 1e17 || d.power < -1e17 {
		return append(text, raw...)
	}
	if d.negative {
		text = append(text, '-')
	}
	switch zeros := d.power - int64(d.size()); {
	case zeros >= 0 && zeros <= mostZeros:
		text = append(append(text, d.whole...), d.fraction...)
		for range zeros {
			text = append(text, '0')
		}
		return text
	case d.power <= 0 && d.power >= -mostZeros:
		text = append(text, "0."...)
		for range -d.power {
			text = append(text, '0')
		}
		return append(append(text, d.whole...), d.fraction...)
	case d.power > 0 && zeros < 0:
		for i := range d.size() {
			if int64(i) == d.power {
				text = append(text, '.')
			}
			text = append(text, d.digit(i))
		}
		return text
	default:
		text = append(append(text, d.whole...), d.fraction...)
		return strconv.AppendInt(append(text, 'e'), zeros, 10)
	}
}
