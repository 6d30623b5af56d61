package place

import "net/netip"

// reserved are the IPv4 blocks that no visitor of the internet has: the IANA IPv4 Special-Purpose Address Registry (RFC
// 6890) where it says that an address is not globally reachable, the retired relay anycast of 6to4 (RFC 7526), multicast
// (RFC 5771) and class E (RFC 1112).
//
//nolint:gochecknoglobals // a table that never changes
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
)

// global is where IPv6 unicast addresses are assigned (RFC 4291 section 2.4); all else is special.
//
//nolint:gochecknoglobals // never changes
var global = netip.MustParsePrefix("2000::/3")

// exempt are the blocks within global that are special (IANA IPv6 Special-Purpose Address Registry): protocol assignments
// with Teredo among them (RFC 2928, RFC 4380), documentation (RFC 3849, RFC 9637), 6to4 (RFC 3056).
//
//nolint:gochecknoglobals // a table that never changes
var exempt = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

// special says that an address, unmapped and without a zone, can be no visitor's on the internet.
func special(address netip.Addr) bool {
	if address.Is4() {
		return within(reserved, address)
	}
	return !global.Contains(address) || within(exempt, address)
}

func within(blocks []netip.Prefix, address netip.Addr) bool {
	for _, block := range blocks {
		if block.Contains(address) {
			return true
		}
	}
	return false
}

func prefixes(texts ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		parsed[i] = netip.MustParsePrefix(text)
	}
	return parsed
}
