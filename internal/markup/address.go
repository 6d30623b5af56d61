package markup

import (
	"bytes"
	"strconv"
)

// parseIPv4 is the IPv4 parser (section 3.5): up to four numbers in any notation, the last of which fills what is left.
func parseIPv4(s []byte) (uint32, bool) {
	if n := len(s) - 1; n > 0 && s[n] == '.' {
		s = s[:n]
	}
	var address uint64
	for room := uint(4); room > 0; room-- {
		part, rest, more := bytes.Cut(s, []byte{'.'})
		v, ok := ipv4Number(part)
		if !ok {
			return 0, false
		}
		if !more {
			return uint32(address<<(8*room) | v), v < 1<<(8*room)
		}
		if v > 255 {
			return 0, false
		}
		address, s = address<<8|v, rest
	}
	return 0, false
}

// ipv4Number reads a number; what has no place in an address gives 1<<32.
func ipv4Number(s []byte) (uint64, bool) {
	if len(s) == 0 {
		return 0, false
	}
	base, digits := uint64(10), isDigit
	switch {
	case len(s) >= 2 && s[0] == '0' && lower(s[1]) == 'x':
		base, digits, s = 16, isHex, s[2:]
	case len(s) >= 2 && s[0] == '0':
		base, s = 8, s[1:]
	}
	v := uint64(0)
	for _, c := range s {
		if !is(c, digits) || base == 8 && c > '7' {
			return 0, false
		}
		v = min(v*base+uint64(digit(c)), 1<<32)
	}
	return v, true
}

func appendIPv4(dst []byte, address uint32) []byte {
	for shift := 24; ; shift -= 8 {
		dst = strconv.AppendUint(dst, uint64(address>>shift&0xFF), 10)
		if shift == 0 {
			return dst
		}
		dst = append(dst, '.')
	}
}

// parseIPv6 is the IPv6 parser (section 3.5), of what stands between the brackets.
func parseIPv6(s []byte) (a [8]uint16, ok bool) {
	piece, gap := 0, -1
	if len(s) > 0 && s[0] == ':' {
		if len(s) < 2 || s[1] != ':' {
			return a, false
		}
		s, gap = s[2:], 0
	}
	for len(s) > 0 {
		if s[0] == ':' {
			if gap >= 0 || piece == len(a) {
				return a, false
			}
			s, gap = s[1:], piece
			continue
		}
		n, rest := ipv6Piece(s, a[piece:])
		if n == 0 {
			return a, false
		}
		s, piece = rest, piece+n
	}
	if gap < 0 {
		return a, piece == len(a)
	}
	// The pieces behind the gap move to the end.
	if piece == len(a) {
		return a, false
	}
	moved := piece - gap
	copy(a[len(a)-moved:], a[gap:piece])
	clear(a[gap : len(a)-moved])
	return a, true
}

// ipv6Piece reads a piece and the colon behind it, or the dotted end of the address, and gives the number of pieces, which
// is 0 where there is neither or no room.
func ipv6Piece(s []byte, a []uint16) (int, []byte) {
	if len(a) == 0 {
		return 0, nil
	}
	n := 0
	for n < len(s) && n < 4 && is(s[n], isHex) {
		a[0] = a[0]<<4 | uint16(digit(s[n]))
		n++
	}
	switch {
	case n == 0:
		return 0, nil
	case n == len(s):
		return 1, nil
	case s[n] == '.':
		if len(a) < 2 || !embeddedIPv4(s, a) {
			return 0, nil
		}
		return 2, nil
	case s[n] != ':' || n+1 == len(s):
		return 0, nil
	default:
		return 1, s[n+1:]
	}
}

// embeddedIPv4 reads the dotted end of an IPv6 address into two pieces: four numbers without zeros before them.
func embeddedIPv4(s []byte, a []uint16) bool {
	var octets [4]uint16
	for i := range octets {
		n := 0
		for n < len(s) && is(s[n], isDigit) {
			if n > 0 && octets[i] == 0 {
				return false
			}
			if octets[i] = octets[i]*10 + uint16(digit(s[n])); octets[i] > 255 {
				return false
			}
			n++
		}
		last := i == len(octets)-1
		if n == 0 || last != (n == len(s)) || !last && s[n] != '.' {
			return false
		}
		if !last {
			s = s[n+1:]
		}
	}
	a[0], a[1] = octets[0]<<8|octets[1], octets[2]<<8|octets[3]
	return true
}

// appendIPv6 serialises an address (section 3.6): the first longest run of two zeros or more becomes ::.
func appendIPv6(dst []byte, a [8]uint16) []byte {
	from, length := -1, 1
	for i := 0; i < len(a); i++ {
		n := i
		for n < len(a) && a[n] == 0 {
			n++
		}
		if n-i > length {
			from, length = i, n-i
		}
		i = max(i, n-1)
	}
	dst = append(dst, '[')
	for i := 0; i < len(a); i++ {
		if i == from {
			dst = append(dst, "::"...)
			i += length - 1
			continue
		}
		if i > 0 && dst[len(dst)-1] != ':' {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, uint64(a[i]), 16)
	}
	return append(dst, ']')
}
