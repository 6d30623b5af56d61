package filter

import "math"

// farExponent is where exponents are cut: further than any number that fits into memory has digits.
const farExponent = 1 << 40

// maxDecimals bounds what rounding may write behind the point.
const maxDecimals = 100

// decimal is a number as it is written: the digits of whole and fraction, moved by exponent. Rounding works on these
// digits, as a float64 would change numbers it cannot hold.
type decimal struct {
	negative bool
	whole    []byte
	fraction []byte
	exponent int64
}

// parseDecimal reads a number of RFC 8259 section 6.
func parseDecimal(text []byte) (d decimal, ok bool) {
	if len(text) > 0 && text[0] == '-' {
		d.negative = true
		text = text[1:]
	}
	d.whole, text = takeDigits(text)
	if len(d.whole) == 0 || len(d.whole) > 1 && d.whole[0] == '0' {
		return d, false
	}
	if len(text) > 0 && text[0] == '.' {
		d.fraction, text = takeDigits(text[1:])
		if len(d.fraction) == 0 {
			return d, false
		}
	}
	if len(text) == 0 {
		return d, true
	}
	if text[0]|0x20 != 'e' {
		return d, false
	}
	d.exponent, ok = parseExponent(text[1:])
	return d, ok
}

func parseExponent(text []byte) (exponent int64, ok bool) {
	negative := false
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		negative = text[0] == '-'
		text = text[1:]
	}
	figures, rest := takeDigits(text)
	for _, c := range figures {
		exponent = min(exponent*10+int64(c-'0'), farExponent)
	}
	if negative {
		exponent = -exponent
	}
	return exponent, len(figures) > 0 && len(rest) == 0
}

func takeDigits(text []byte) (figures, rest []byte) {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return text[:n], text[n:]
}

// smallDigits is how many digits a small number may have, so that 180 degrees fit into 64 bits beside them.
const smallDigits = 16

// tens are the powers of ten that fit into 64 bits.
//
//nolint:gochecknoglobals // a table, never written to
var tens = func() (powers [20]uint64) {
	powers[0] = 1
	for i := range powers[1:] {
		powers[i+1] = powers[i] * 10
	}
	return powers
}()

// small gives a number without exponent and with few digits as a whole one with so many decimals, without its sign.
func (d *decimal) small() (mantissa uint64, decimals int64, ok bool) {
	if d.exponent != 0 || len(d.whole)+len(d.fraction) > smallDigits {
		return 0, 0, false
	}
	for _, c := range d.whole {
		mantissa = mantissa*10 + uint64(c-'0')
	}
	for _, c := range d.fraction {
		mantissa = mantissa*10 + uint64(c-'0')
	}
	return mantissa, int64(len(d.fraction)), true
}

// digit is the digit that counts 10^place.
func (d *decimal) digit(place int64) byte {
	i := int64(len(d.whole)) - 1 + d.exponent - place
	switch {
	case i < 0 || i >= int64(len(d.whole)+len(d.fraction)):
		return 0
	case i < int64(len(d.whole)):
		return d.whole[i] - '0'
	default:
		return d.fraction[i-int64(len(d.whole))] - '0'
	}
}

// figure is the digit at an index of those that are written.
func (d *decimal) figure(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	return d.fraction[i-len(d.whole)]
}

// floor is the largest whole number that is no larger. One of more than 63 bits is refused.
func (d *decimal) floor() (n int64, ok bool) {
	const digitsOfMost = 19 // of any 63 bits
	top, some := d.top()
	if some && top >= digitsOfMost {
		return 0, false
	}
	var whole uint64
	for place := int64(digitsOfMost) - 1; place >= 0; place-- {
		whole = whole*10 + uint64(d.digit(place))
	}
	if whole >= math.MaxInt64 {
		return 0, false
	}
	n = int64(whole)
	if !d.negative {
		return n, true
	}
	for place := min(-1, top); some && place >= d.bottom(); place-- {
		if d.digit(place) != 0 {
			return -n - 1, true
		}
	}
	return -n, true
}

// top is the place of the first digit that is not 0; ok is false for zero.
func (d *decimal) top() (place int64, ok bool) {
	highest := int64(len(d.whole)) - 1 + d.exponent
	for place = highest; place >= d.bottom(); place-- {
		if d.digit(place) != 0 {
			return place, true
		}
	}
	return 0, false
}

// bottom is the place of the last digit that is written.
func (d *decimal) bottom() int64 { return d.exponent - int64(len(d.fraction)) }

// roundDigits rounds a number to a count of decimal places, half away from zero. A number that has no more of them
// stays as it is written, whatever its size; nothing longer than the text and the places is written.
func roundDigits(dst []byte, places int, text []byte) ([]byte, bool) {
	d, ok := parseDecimal(text)
	if !ok || places < 0 || places > maxDecimals {
		return dst, false
	}
	last := -int64(places)
	if d.bottom() >= last {
		return append(dst, text...), true
	}
	top, _ := d.top()
	start := len(dst)
	dst = append(dst, '-', '0') // the 0 takes a carry
	for place := max(top, 0); place >= last; place-- {
		dst = append(dst, '0'+d.digit(place))
		if place == 0 && places > 0 {
			dst = append(dst, '.')
		}
	}
	figures := dst[start+1:]
	if d.digit(last-1) >= 5 {
		increment(figures)
	}
	from := start + 1
	if figures[0] == '0' {
		from++
	}
	if d.negative && !isZero(figures) {
		from--
		dst[from] = '-'
	}
	return append(dst[:start], dst[from:]...), true
}

// increment adds one to the last of some figures, the first of which is spare.
func increment(figures []byte) {
	for i := len(figures) - 1; i >= 0; i-- {
		switch figures[i] {
		case '.':
		case '9':
			figures[i] = '0'
		default:
			figures[i]++
			return
		}
	}
}

func isZero(figures []byte) bool {
	for _, c := range figures {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}
