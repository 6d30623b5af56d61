package filter

import "bytes"

// point coarsens a place that is written as text: one number, whose axis the name tells; "52.5,13.4"; a geo URI (RFC 5870);
// a point of ISO 6709 with degrees; or, under a name that says so, a geohash. Altitudes and whatever follows are left out.
func (s *scale) point(dst, name, text []byte) ([]byte, bool) {
	const scheme = "geo:"
	switch {
	case isGeohash(name):
		return s.geohash(dst, text)
	case len(text) > len(scheme) && bytes.EqualFold(text[:len(scheme)], []byte(scheme)):
		return s.geoURI(append(dst, text[:len(scheme)]...), text[len(scheme):])
	case bytes.IndexByte(text, ',') >= 0:
		return s.pair(dst, text)
	}
	if out, ok := s.one(dst, name, text); ok {
		return out, true
	}
	return s.standard(dst, text)
}

// one coarsens a single coordinate, or any number where places are counted.
func (s *scale) one(dst, name, text []byte) ([]byte, bool) {
	switch {
	case s.action.ByDigits:
		return roundDigits(dst, s.action.Digits, text)
	case axisOf(name) == latitude:
		return s.snap(dst, s.north, text)
	default:
		return s.snap(dst, s.east, text)
	}
}

// pair coarsens "52.5,13.4" and "52.5, 13.4". Some write the longitude first, so both go to the grid of longitudes.
func (s *scale) pair(dst, text []byte) ([]byte, bool) {
	first, rest, _ := bytes.Cut(text, []byte(","))
	second, altitude, high := bytes.Cut(rest, []byte(","))
	blank := len(second) > 0 && second[0] == ' '
	if blank {
		second = second[1:]
		altitude = bytes.TrimPrefix(altitude, []byte(" "))
	}
	if _, ok := parseDecimal(altitude); high && !ok {
		return dst, false
	}
	if !s.isPlace(first, second) {
		return dst, false
	}
	dst, ok := s.unnamed(dst, first)
	if !ok {
		return dst, false
	}
	dst = append(dst, ',')
	if blank {
		dst = append(dst, ' ')
	}
	return s.unnamed(dst, second)
}

// isPlace says that one of two coordinates may be a latitude.
func (s *scale) isPlace(first, second []byte) bool {
	for _, text := range [...][]byte{first, second} {
		if d, ok := parseDecimal(text); ok && d.within(latitude.reach()) {
			return true
		}
	}
	return false
}

// geoURI coarsens what stands behind "geo:". The latitude comes first, by the standard; no other system than WGS 84 is
// known.
func (s *scale) geoURI(dst, text []byte) ([]byte, bool) {
	place, parameters, _ := bytes.Cut(text, []byte(";"))
	if system, ok := cutFold(parameters, "crs="); ok {
		system, _, _ = bytes.Cut(system, []byte(";"))
		if !bytes.EqualFold(system, []byte("wgs84")) {
			return dst, false
		}
	}
	north, rest, _ := bytes.Cut(place, []byte(","))
	east, altitude, high := bytes.Cut(rest, []byte(","))
	if _, ok := parseDecimal(s.withoutZeros(altitude)); high && !ok {
		return dst, false
	}
	north = s.withoutZeros(north)
	g := s.eastAt(s.poleward(s.north, north))
	dst, ok := s.snap(dst, s.north, north)
	if !ok {
		return dst, false
	}
	return s.snap(append(dst, ','), g, s.withoutZeros(east))
}

// standard coarsens "+52.5163+013.3777/" (ISO 6709, Annex H). Degrees with minutes have more digits, and do not fit.
func (s *scale) standard(dst, text []byte) ([]byte, bool) {
	const northDigits, eastDigits = 2, 3
	text, slash := bytes.CutSuffix(text, []byte("/"))
	text, _ = bytes.CutSuffix(text, []byte("CRSWGS_84"))
	north, text := takeSigned(text)
	east, text := takeSigned(text)
	altitude, text := takeSigned(text)
	if len(text) > 0 || len(altitude) == 1 || wholeDigits(north) != northDigits || wholeDigits(east) != eastDigits {
		return dst, false
	}
	north = s.withoutZeros(north)
	g := s.eastAt(s.poleward(s.north, north))
	dst, ok := s.padded(dst, s.north, north, northDigits)
	if !ok {
		return dst, false
	}
	dst, ok = s.padded(dst, g, s.withoutZeros(east), eastDigits)
	if slash {
		dst = append(dst, '/')
	}
	return dst, ok
}

// padded snaps a coordinate and writes it with its sign and digits of a fixed count before the point.
func (s *scale) padded(dst []byte, g grid, text []byte, count int) ([]byte, bool) {
	out, ok := s.snap(s.numbers[:0], g, text)
	s.numbers = out[:0]
	if !ok {
		return dst, false
	}
	sign := byte('+')
	if out[0] == '-' {
		sign, out = '-', out[1:]
	}
	dst = append(dst, sign)
	whole, _ := takeDigits(out)
	for n := len(whole); n < count; n++ {
		dst = append(dst, '0')
	}
	return append(dst, out...), true
}

// takeSigned takes a sign with the digits and points behind it.
func takeSigned(text []byte) (number, rest []byte) {
	if len(text) == 0 || text[0] != '+' && text[0] != '-' {
		return nil, text
	}
	n := 1
	for n < len(text) && (isDigit(text[n]) || text[n] == '.') {
		n++
	}
	return text[:n], text[n:]
}

// wholeDigits counts the digits between the sign and the point.
func wholeDigits(number []byte) int {
	if len(number) == 0 {
		return 0
	}
	whole, _ := takeDigits(number[1:])
	return len(whole)
}

// withoutZeros makes a number as JSON writes it of one that may have a plus and leading zeros. It is valid until the next
// call.
func (s *scale) withoutZeros(number []byte) []byte {
	negative := len(number) > 0 && number[0] == '-'
	if negative || len(number) > 0 && number[0] == '+' {
		number = number[1:]
	}
	for len(number) > 1 && number[0] == '0' && isDigit(number[1]) {
		number = number[1:]
	}
	if !negative {
		return number
	}
	s.plain = append(append(s.plain[:0], '-'), number...)
	return s.plain
}

// cutFold takes a word, in any case, from the beginning of a text.
func cutFold(text []byte, word string) (rest []byte, ok bool) {
	if len(text) < len(word) || !bytes.EqualFold(text[:len(word)], []byte(word)) {
		return text, false
	}
	return text[len(word):], true
}
