package rules

import (
	"slices"

	"golang.org/x/net/publicsuffix"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// Site is the page in which references stand, by its host: lists tell a site's own from third parties, and pages apart.
// The zero value is an unknown page, to which everybody is a third party. It remembers what it was asked last, so it is
// not safe for concurrent use.
type Site struct {
	host   string
	domain string // the registrable one; "" where there is none
	asked  []byte // the latest host below domain
	own    bool   // it is of the same site
	starts [2]start
	latest int // of starts
}

// start is what lists know of references to one host, before they see a path.
type start struct {
	of   *Policy
	text []byte // the URL up to its path
	each []blocklist.Start
}

// Reset makes it the site of a page's host, in lower case and ASCII, without a port. What it remembers of the same site
// it keeps.
func (s *Site) Reset(host []byte) {
	if n := len(host); n > 1 && host[n-1] == '.' {
		host = host[:n-1]
	}
	if string(host) == s.host {
		return
	}
	s.host = string(host)
	domain, err := publicsuffix.EffectiveTLDPlusOne(s.host)
	if err != nil {
		domain = ""
	}
	s.domain, s.asked = domain, s.asked[:0]
	for i := range s.starts {
		s.starts[i].of = nil
	}
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

// startOf finds what lists know of references to a host; nil where it was not read.
func (s *Site) startOf(d *Decision, text []byte) *start {
	for i := range s.starts {
		if st := &s.starts[i]; st.of == d.policy && string(st.text) == string(text) {
			return st
		}
	}
	return nil
}

// readStart reads what lists know of references to a host, whose URL ends where its path begins.
func (s *Site) readStart(d *Decision, r blocklist.Request) *start {
	s.latest = (s.latest + 1) % len(s.starts)
	st := &s.starts[s.latest]
	st.of, st.text = d.policy, append(st.text[:0], r.URL...)
	st.each = slices.Grow(st.each[:0], len(d.policy.listed))[:len(d.policy.listed)]
	for i := range st.each {
		d.policy.listed[i].engine.Begin(&st.each[i], r)
	}
	return st
}
