package filter

import (
	"bytes"
	"net/netip"
)

// Addresses are read from bytes here, as netip reads them from strings; a string would be allocated for each.

// parseAddress takes an address, a bracketed IPv6 address, and either with a port. A zone (RFC 4007 11) is left out.
func parseAddress(text []byte) (netip.Addr, bool) {
	if len(text) > 0 && text[0] == '[' {
		end := bytes.IndexByte(text, ']')
		if end < 0 || len(text) > end+1 && !isPort(text[end+1:]) {
			return netip.Addr{}, false
		}
		return parseV6(withoutZone(text[1:end]))
	}
	if at := bytes.IndexByte(text, ':'); at >= 0 && bytes.IndexByte(text[at+1:], ':') < 0 {
		if !isPort(text[at:]) {
			return netip.Addr{}, false
		}
		return parseV4(text[:at])
	}
	if bytes.IndexByte(text, ':') >= 0 {
		return parseV6(withoutZone(text))
	}
	return parseV4(text)
}

// parseLiteral takes an address alone.
func parseLiteral(text []byte) (netip.Addr, bool) {
	if bytes.IndexByte(text, ':') >= 0 {
		return parseV6(text)
	}
	return parseV4(text)
}

// withoutZone leaves an empty zone where it is, which then is no address.
func withoutZone(text []byte) []byte {
	if at := bytes.IndexByte(text, '%'); at >= 0 && at+1 < len(text) {
		return text[:at]
	}
	return text
}

// isPort takes ":443".
func isPort(text []byte) bool {
	const most = 5
	port, ok := shortNumber(text[1:], most)
	return ok && text[0] == ':' && port <= 0xffff
}

// parseV4 takes four numbers without leading zeros, which some read as octal.
func parseV4(text []byte) (netip.Addr, bool) {
	var four [4]byte
	for i := range four {
		figures, rest := takeDigits(text)
		n, ok := shortNumber(figures, 3)
		if !ok || n > 0xff || len(figures) > 1 && figures[0] == '0' {
			return netip.Addr{}, false
		}
		four[i] = byte(n)
		if i == len(four)-1 {
			return netip.AddrFrom4(four), len(rest) == 0
		}
		if len(rest) == 0 || rest[0] != '.' {
			return netip.Addr{}, false
		}
		text = rest[1:]
	}
	return netip.Addr{}, false
}

// parseV6 takes the forms of RFC 4291 2.2.
func parseV6(text []byte) (netip.Addr, bool) {
	var all [16]byte
	n, gap := 0, -1
	if bytes.HasPrefix(text, []byte("::")) {
		gap, text = 0, text[2:]
	}
	for len(text) > 0 {
		size, value := hexGroup(text)
		if size < len(text) && text[size] == '.' {
			four, ok := parseV4(text)
			if !ok || n > len(all)-4 || gap < 0 && n != len(all)-4 {
				return netip.Addr{}, false
			}
			as4 := four.As4()
			n += copy(all[n:], as4[:])
			break
		}
		if size == 0 || n == len(all) {
			return netip.Addr{}, false
		}
		all[n], all[n+1] = byte(value>>8), byte(value)
		n += 2
		if text = text[size:]; len(text) == 0 {
			break
		}
		switch {
		case bytes.HasPrefix(text, []byte("::")) && gap < 0:
			gap, text = n, text[2:]
		case text[0] == ':' && len(text) > 1:
			text = text[1:]
		default:
			return netip.Addr{}, false
		}
	}
	if (n == len(all)) != (gap < 0) { // a gap stands for one group at least
		return netip.Addr{}, false
	}
	if gap >= 0 {
		tail := n - gap
		copy(all[len(all)-tail:], all[gap:n])
		clear(all[gap : len(all)-tail])
	}
	return netip.AddrFrom16(all), true
}

// hexGroup reads up to four hexadecimal digits.
func hexGroup(text []byte) (size, value int) {
	for size < len(text) && size < 4 && unhex(text[size]) < 16 {
		value = value<<4 | int(unhex(text[size]))
		size++
	}
	return size, value
}

// shortNumber reads up to so many digits, and nothing else.
func shortNumber(text []byte, most int) (int, bool) {
	if len(text) == 0 || len(text) > most {
		return 0, false
	}
	return digits(text, 0, len(text))
}
