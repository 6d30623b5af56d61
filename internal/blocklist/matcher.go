package blocklist

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Matcher finds the owners of hosts, URLs and scripts. It is immutable and safe for concurrent use; its zero value owns
// nothing.
type Matcher struct {
	sites   map[string]*site // by host, without stars
	endless map[string]*site // by what stands before a final ".*"
	any     []target         // URL marks of any host
	texts   automaton
	size    int
}

// site is what is known of a host and of those below it.
type site struct {
	owners []int    // of the host itself and of those below it
	below  []int    // of those below it alone
	here   []target // URL marks, weightiest first
	under  []target // URL marks of hosts below alone
}

// target is the path of a URL mark and the parameters that must be there.
type target struct {
	path   glob
	params []param
	owners []int
	text   string
}

type param struct {
	name  []byte
	value glob
}

// Compile makes a matcher. Marks that Check refuses are left out; equal marks have all their owners.
func Compile(marks []Mark) *Matcher {
	m := &Matcher{sites: map[string]*site{}, endless: map[string]*site{}, size: len(marks)}
	var literals []literal
	for _, mark := range marks {
		if Check(mark.Kind, mark.Text) != nil {
			continue
		}
		switch mark.Kind {
		case Host:
			s, below := m.site(mark.Text)
			owners := &s.owners
			if below {
				owners = &s.below
			}
			*owners = append(*owners, mark.Owner)
			literals = append(literals, hostLiteral(mark.Text))
		case URL:
			host, rest, _ := strings.Cut(mark.Text, "/")
			targets := &m.any
			if host != "*" {
				s, below := m.site(host)
				targets = &s.here
				if below {
					targets = &s.under
				}
				literals = append(literals, hostLiteral(host))
			}
			add(targets, "/"+rest, mark.Owner)
		default:
			literals = append(literals, literal{text: string(normal(nil, []byte(mark.Text))), owners: []int{mark.Owner}})
		}
	}
	for _, sites := range []map[string]*site{m.sites, m.endless} {
		for _, s := range sites {
			weigh(s.here)
			weigh(s.under)
		}
	}
	weigh(m.any)
	m.texts = compileTexts(literals)
	return m
}

// Len is how many marks the matcher was made of.
func (m *Matcher) Len() int { return m.size }

func (m *Matcher) site(host string) (s *site, below bool) {
	sites := m.sites
	host, below = strings.CutPrefix(strings.ToLower(host), "*.")
	if stem, endless := strings.CutSuffix(host, ".*"); endless {
		sites, host = m.endless, stem
	}
	if sites[host] == nil {
		sites[host] = &site{}
	}
	return sites[host], below
}

func add(targets *[]target, text string, owner int) {
	for i := range *targets {
		if (*targets)[i].text == text {
			(*targets)[i].owners = append((*targets)[i].owners, owner)
			return
		}
	}
	path, query, _ := strings.Cut(text, "?")
	t := target{path: newGlob(path), owners: []int{owner}, text: text}
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			t.params = append(t.params, param{[]byte(name), newGlob(value)})
		}
	}
	*targets = append(*targets, t)
}

// weigh puts what says more in front: more parameters, then more of the path.
func weigh(targets []target) {
	slices.SortStableFunc(targets, func(a, b target) int {
		if n := len(b.params) - len(a.params); n != 0 {
			return n
		}
		if n := b.path.literal - a.path.literal; n != 0 {
			return n
		}
		return cmp.Compare(a.text, b.text)
	})
}

// Location is a URL taken apart as the WHATWG's parser does it: the host in lower case and ASCII, the path with its
// slash, the query without its question mark.
type Location struct {
	Host, Path, Query []byte
}

// Find gives the owners of the mark that says most of a URL, or nil. The slice is the matcher's own.
func (m *Matcher) Find(u Location) []int {
	if len(m.sites) == 0 && len(m.endless) == 0 && len(m.any) == 0 {
		return nil
	}
	host := bytes.TrimSuffix(u.Host, []byte{'.'})
	path := canonical(u.Path)
	var whole []int
	for name, below := host, false; len(name) > 0; below = true {
		if s := m.sites[string(name)]; s != nil {
			if owners := s.find(path, u.Query, below); owners != nil {
				return owners
			}
			if whole == nil {
				whole = s.host(below)
			}
		}
		_, rest, more := bytes.Cut(name, []byte{'.'})
		if !more {
			break
		}
		name = rest
	}
	if len(m.endless) > 0 {
		if owners, sure := m.findEndless(host, path, u.Query); owners != nil && (sure || whole == nil) {
			return owners
		}
	}
	if whole == nil {
		whole = first(m.any, path, u.Query)
	}
	return whole
}

// Hint gives the owners of a host, as a connection to it tells no path.
func (m *Matcher) Hint(host []byte) []int {
	host = bytes.TrimSuffix(host, []byte{'.'})
	for name, below := host, false; len(name) > 0; below = true {
		if s := m.sites[string(name)]; s != nil {
			if owners := s.host(below); owners != nil {
				return owners
			}
		}
		_, rest, more := bytes.Cut(name, []byte{'.'})
		if !more {
			break
		}
		name = rest
	}
	if len(m.endless) == 0 {
		return nil
	}
	owners, sure := m.findEndless(host, nil, nil)
	if sure {
		return nil
	}
	return owners
}

// findEndless tries the hosts that end in any public suffix: what is left when one or two labels are taken off. sure is
// true where a URL mark was found.
func (m *Matcher) findEndless(host, path, query []byte) (owners []int, sure bool) {
	var whole []int
	stem := host
	for range 2 {
		dot := bytes.LastIndexByte(stem, '.')
		if dot < 0 {
			break
		}
		stem = stem[:dot]
		for name, below := stem, false; len(name) > 0; below = true {
			if s := m.endless[string(name)]; s != nil {
				if owners := s.find(path, query, below); owners != nil {
					return owners, true
				}
				if whole == nil {
					whole = s.host(below)
				}
			}
			_, rest, more := bytes.Cut(name, []byte{'.'})
			if !more {
				break
			}
			name = rest
		}
	}
	return whole, false
}

func (s *site) host(below bool) []int {
	if below && s.below != nil {
		return s.below
	}
	return s.owners
}

func (s *site) find(path, query []byte, below bool) []int {
	if below {
		if owners := first(s.under, path, query); owners != nil {
			return owners
		}
	}
	return first(s.here, path, query)
}

func first(targets []target, path, query []byte) []int {
	for i := range targets {
		if targets[i].matches(path, query) {
			return targets[i].owners
		}
	}
	return nil
}

func (t *target) matches(path, query []byte) bool {
	if !t.path.matches(path) && (len(path) < 2 || path[len(path)-1] != '/' || !t.path.matches(path[:len(path)-1])) {
		return false
	}
	for i := range t.params {
		if !t.params[i].in(query) {
			return false
		}
	}
	return true
}

func (p *param) in(query []byte) bool {
	for len(query) > 0 {
		var part []byte
		part, query, _ = bytes.Cut(query, []byte{'&'})
		name, value, _ := bytes.Cut(part, []byte{'='})
		if bytes.Equal(unescape(name), p.name) && p.value.matches(unescape(value)) {
			return true
		}
	}
	return false
}
