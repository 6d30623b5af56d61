package jar

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// mostDomains is how many are tried; hardly a host has more labels.
const mostDomains = 4

// domains are the Domain attributes that a cookie of a host may have, from the registrable domain up to the host. None for
// an address, a single label and a public suffix: cookies there have no Domain.
func domains(host string) []string {
	host = bareHost(host)
	if _, err := netip.ParseAddr(host); err == nil || !isName(host) {
		return nil
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return nil
	}
	all := []string{domain}
	for len(domain) < len(host) && len(all) < mostDomains {
		label := host[:len(host)-len(domain)-1]
		domain = host[strings.LastIndexByte(label, '.')+1:]
		all = append(all, domain)
	}
	return all
}

// bareHost leaves out port, brackets and the final dot.
func bareHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// isName says that a name, which the browser sent and may be anything, can be sent back without becoming attributes.
func isName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == ';' || c == '=' || c == ',' {
			return false
		}
	}
	return name != ""
}
