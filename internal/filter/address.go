package filter

import (
	"bytes"
	"net/netip"
)

const (
	hostlessV4 = 24 // bits of an IPv4 address that stay
	hostlessV6 = 48 // bits of an IPv6 address that stay
	// hostless6to4 are the bits that stay of a 6to4 address (RFC 3056): 16, and 24 of the IPv4 address they lead.
	hostless6to4 = 16 + hostlessV4
)

//nolint:gochecknoglobals // an address block, never written to
var block6to4 = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02}), 16)

// truncateIP zeroes the host part of an address, of a network (RFC 4632), or of each in a list with commas, as proxies
// write them. A port and a zone go as well: behind a shared address a port tells people apart. What IPv6 addresses embed
// of IPv4 ones (mapped, NAT64, Teredo, ISATAP) ends with the part that stays, or is cut as an IPv4 address is (6to4).
func truncateIP(dst, text []byte) ([]byte, bool) {
	if bytes.IndexByte(text, ',') < 0 {
		return truncateOne(dst, text)
	}
	start := len(dst)
	for part := range bytes.SplitSeq(text, []byte(",")) {
		part = bytes.Trim(part, " \t")
		if len(part) == 0 {
			continue // an element of a list may be empty (RFC 9110 5.6.1)
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		if bytes.EqualFold(part, []byte(unknownNode)) {
			dst = append(dst, part...)
			continue
		}
		var ok bool
		if dst, ok = truncateOne(dst, part); !ok {
			return dst[:start], false
		}
	}
	return dst, len(dst) > start
}

func truncateOne(dst, text []byte) ([]byte, bool) {
	text, length, isNetwork := bytes.Cut(text, []byte("/"))
	if isNetwork {
		return truncateNetwork(dst, text, length)
	}
	addr, ok := parseAddress(text)
	if !ok {
		return dst, false
	}
	return hostless(addr).Addr().AppendTo(dst), true
}

func truncateNetwork(dst, text, length []byte) ([]byte, bool) {
	addr, ok := parseLiteral(text)
	bits, ok2 := shortNumber(length, 3)
	if !ok || !ok2 || addr.Is4In6() || bits > addr.BitLen() || len(length) > 1 && length[0] == '0' {
		return dst, false
	}
	host := hostless(addr)
	return netip.PrefixFrom(addr, min(bits, host.Bits())).Masked().AppendTo(dst), true
}

// hostless is the network of an address that may be known.
func hostless(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap()
	bits := hostlessV6
	switch {
	case addr.Is4():
		bits = hostlessV4
	case block6to4.Contains(addr):
		bits = hostless6to4
	}
	return netip.PrefixFrom(addr, bits).Masked()
}
