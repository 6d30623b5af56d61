package rules

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Site is the page in which references stand, by its host: lists tell a site's own from third parties, and pages apart.
// The zero value is an unknown page, to which everybody is a third party. It remembers what it was asked last, so it is
// not safe for concurrent use.
type Site struct {
	host   string
	domain string // the registrable one; "" where there is none
	asked  []byte // the latest host below domain
	own    bool   // it is of the same site
}

// NewSite is the site of a page's host, in lower case and ASCII, without a port.
func NewSite(host string) Site {
	host = strings.TrimSuffix(host, ".")
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		domain = ""
	}
	return Site{host: host, domain: domain}
}

// isThird says that a host is of another site: it has another registrable domain, or none and another name.
func (s *Site) isThird(host []byte) bool {
	if n := len(host); n > 1 && host[n-1] == '.' {
		host = host[:n-1]
	}
	if string(host) == s.host {
		return false
	}
	below := len(host) - len(s.domain)
	if s.domain == "" || below < 0 || string(host[below:]) != s.domain || below > 0 && host[below-1] != '.' {
		return true
	}
	// What ends like the site may yet be one of its own, where a public suffix is below another.
	if string(host) != string(s.asked) {
		s.asked = append(s.asked[:0], host...)
		domain, err := publicsuffix.EffectiveTLDPlusOne(string(host))
		s.own = err == nil && domain == s.domain
	}
	return !s.own
}
