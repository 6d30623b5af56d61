package filter

import "net/netip"

const (
	hostlessV4 = 24 // bits of an IPv4 address that stay
	hostlessV6 = 48 // bits of an IPv6 address that stay
	// hostless6to4 are the bits that stay of a 6to4 address (RFC 3056): 16, and 24 of the IPv4 address they lead.
	hostless6to4 = 16 + hostlessV4
)

//nolint:gochecknoglobals // an address block, never written to
var block6to4 = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02}), 16)

// truncateIP zeroes the host part of an address. A port and a zone go as well: behind a shared address a port tells
// people apart.
func truncateIP(dst, text []byte) ([]byte, bool) {
	addr, ok := parseAddress(string(text))
	if !ok {
		return dst, false
	}
	addr = addr.Unmap().WithZone("")
	bits := hostlessV6
	switch {
	case addr.Is4():
		bits = hostlessV4
	case block6to4.Contains(addr):
		bits = hostless6to4
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return dst, false
	}
	return prefix.Addr().AppendTo(dst), true
}

// parseAddress takes an address, a bracketed IPv6 address, and either with a port.
func parseAddress(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr, true
	}
	if n := len(text); n > 2 && text[0] == '[' && text[n-1] == ']' {
		addr, err := netip.ParseAddr(text[1 : n-1])
		return addr, err == nil && addr.Is6()
	}
	pair, err := netip.ParseAddrPort(text)
	return pair.Addr(), err == nil
}
