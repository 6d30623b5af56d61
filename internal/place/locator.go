package place

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/phuslu/iploc"

	"github.com/privet-gateway/privet/rules/catalog"
)

// Unknown is the country of an address that tells none.
const Unknown = "ZZ"

// Network is what the operator knows better than a database.
type Network struct {
	Prefix  netip.Prefix
	Country string // ISO 3166-1 alpha-2, or Unknown
}

// Locator finds the country of an address. It never changes and is safe for concurrent use; its zero value knows no
// networks.
type Locator struct {
	layers []layer // the longest prefixes first
}

// layer holds the networks of one prefix length.
type layer struct {
	bits      int // of an IPv6 prefix where wide
	wide      bool
	countries map[netip.Addr]string // by the first address
}

// New makes a locator on the embedded database. Networks come before it, and the longest prefix wins. An error names the
// network that cannot be used, or says why the database cannot.
func New(networks []Network) (*Locator, error) {
	l := new(Locator)
	for _, n := range networks {
		if err := l.add(n); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(l.layers, func(a, b layer) int { return b.bits - a.bits })
	if err := selfCheck(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Locator) add(n Network) error {
	if !n.Prefix.IsValid() {
		return errors.New("a network is no address prefix")
	}
	country, ok := catalog.Country(n.Country)
	if n.Country == Unknown {
		country, ok = Unknown, true
	}
	if !ok || len(country) != len(Unknown) {
		return fmt.Errorf("network %s: %q is no country code of ISO 3166-1", n.Prefix, n.Country)
	}
	address, bits := n.Prefix.Addr(), n.Prefix.Bits()
	if mapped := bits - (128 - 32); address.Is4In6() && mapped >= 0 {
		address, bits = address.Unmap(), mapped
	}
	first, err := address.Prefix(bits)
	if err != nil {
		return fmt.Errorf("network %s: %w", n.Prefix, err)
	}
	countries := l.layer(bits, address.Is6())
	if before, taken := countries[first.Addr()]; taken && before != country {
		return fmt.Errorf("network %s is said to be in %s and in %s", n.Prefix, before, country)
	}
	countries[first.Addr()] = country
	return nil
}

func (l *Locator) layer(bits int, wide bool) map[netip.Addr]string {
	for _, known := range l.layers {
		if known.bits == bits && known.wide == wide {
			return known.countries
		}
	}
	l.layers = append(l.layers, layer{bits, wide, map[netip.Addr]string{}})
	return l.layers[len(l.layers)-1].countries
}

// Country is the ISO 3166-1 alpha-2 code of the country that an address is in, or Unknown. It allocates nothing.
func (l *Locator) Country(address netip.Addr) string {
	address = address.Unmap()
	if !address.IsValid() || address.Zone() != "" {
		return Unknown
	}
	for i := range l.layers {
		layer := &l.layers[i]
		if layer.wide != address.Is6() {
			continue
		}
		first, err := address.Prefix(layer.bits)
		if err != nil {
			continue
		}
		if country, ok := layer.countries[first.Addr()]; ok {
			return country
		}
	}
	if special(address) {
		return Unknown
	}
	return lookUp(address)
}

// lookUp asks the database. It also answers with codes that are no country's.
func lookUp(address netip.Addr) string {
	if country, ok := catalog.Country(recorded(address)); ok {
		return country
	}
	return Unknown
}

// recorded is what the database has. Of IPv6 it is asked here, since iploc would unpack eleven megabytes to answer.
func recorded(address netip.Addr) string {
	if address.Is4() {
		return iploc.IPCountry(address)
	}
	ranges, err := embedded()
	if err != nil {
		return ""
	}
	return ranges.country(address)
}

// selfCheck looks up addresses of networks that have been in one country for decades.
func selfCheck() error {
	if _, err := embedded(); err != nil {
		return err
	}
	for _, known := range [...]struct{ address, country string }{
		{"193.0.6.139", "NL"},               // RIPE NCC
		{"130.59.1.1", "CH"},                // the Swiss universities
		{"18.9.22.69", "US"},                // the Massachusetts Institute of Technology
		{"2001:67c:2e8:22::c100:68b", "NL"}, // RIPE NCC
		{"2001:620::1", "CH"},               // the Swiss universities
		{"2001:4860:4860::8888", "US"},      // Google
	} {
		address := netip.MustParseAddr(known.address)
		if got := recorded(address); got != known.country {
			return fmt.Errorf("the country database is unusable: it takes %s for %q, not %s", known.address, got, known.country)
		}
	}
	return nil
}
