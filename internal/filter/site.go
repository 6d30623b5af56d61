package filter

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// sameSite says that a cookie's Domain is of the site at host: both have one registrable domain. An address or a name
// of a single label is a site by itself, and so is a public suffix.
func sameSite(domain, host string) bool {
	domain, host = bareHost(domain), bareHost(host)
	if domain == host {
		return host != ""
	}
	of, ok := registrable(domain)
	if !ok {
		return false
	}
	at, ok := registrable(host)
	return ok && of == at
}

func isRegistrable(domain string) bool {
	_, ok := registrable(bareHost(domain))
	return ok
}

func registrable(host string) (domain string, ok bool) {
	if isAddress(host) {
		return "", false
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return domain, err == nil
}

// isAddress looks at the last byte first, as nearly every name tells itself from an address there.
func isAddress(host string) bool {
	if strings.IndexByte(host, ':') < 0 && (host == "" || !isDigit(host[len(host)-1])) {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// bareHost leaves out port, brackets and the final dot.
func bareHost(host string) string {
	if strings.IndexByte(host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
