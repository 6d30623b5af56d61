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
	any     shapes           // URL marks of any host
	ends    map[string]bool  // the last two labels of sites, and the last one of endless: most hosts are told by them
	texts   texts
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
	m := &Matcher{sites: map[string]*site{}, endless: map[string]*site{}, ends: map[string]bool{}, size: len(marks)}
	var literals []literal
	var shaped []target
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
			targets := &shaped
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
	m.any = shapesOf(shaped)
	m.texts = compileTexts(literals)
	return m
}

func (m *Matcher) site(host string) (s *site, below bool) {
	sites := m.sites
	host, below = strings.CutPrefix(strings.ToLower(host), "*.")
	if stem, endless := strings.CutSuffix(host, ".*"); endless {
		sites, host = m.endless, stem
		m.ends[lastLabels(host, 1)] = true
	} else {
		m.ends[lastLabels(host, 2)] = true
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
	if m.size == 0 {
		return nil
	}
	host := bytes.TrimSuffix(u.Host, []byte{'.'})
	path := canonical(u.Path)
	owners, sure := m.lookUp(host, path, u.Query)
	if !sure && owners == nil {
		owners = m.any.find(path, u.Query)
	}
	return owners
}

// Hint gives the owners of a host, as a connection to it tells no path.
func (m *Matcher) Hint(host []byte) []int {
	owners, _ := m.lookUp(bytes.TrimSuffix(host, []byte{'.'}), nil, nil)
	return owners
}

// Disguised gives the owners of a URL on a host that nobody owns, by what its path and query look like.
func (m *Matcher) Disguised(path, query []byte) []int { return m.any.find(canonical(path), query) }

// Glance tells which paths need not be asked about.
func (m *Matcher) Glance() Glance { return m.any.glance }

// Knows says that some mark names a host, or one that it is below.
func (m *Matcher) Knows(host []byte) bool {
	host = bytes.TrimSuffix(host, []byte{'.'})
	return named(m.sites, host) || named(m.endless, withoutLast(host)) || named(m.endless, withoutLast(withoutLast(host)))
}

func named(sites map[string]*site, host []byte) bool {
	for len(host) > 0 {
		if sites[string(host)] != nil {
			return true
		}
		_, host, _ = bytes.Cut(host, []byte{'.'})
	}
	return false
}

// withoutLast is a host without its last label.
func withoutLast(host []byte) []byte { return host[:max(0, bytes.LastIndexByte(host, '.'))] }

// lookUp finds a host by its name, then by what stands before its public suffix, of one or two labels. sure is true where
// a URL mark was found, which goes before any host mark.
func (m *Matcher) lookUp(host, path, query []byte) (owners []int, sure bool) {
	if m.ends[string(lastLabels(host, 2))] {
		if owners, sure = climb(m.sites, host, path, query); sure {
			return owners, true
		}
	}
	for stem := range 2 {
		dot := bytes.LastIndexByte(host, '.')
		if dot < 0 || len(m.endless) == 0 {
			break
		}
		if host = host[:dot]; !m.ends[string(lastLabels(host, 1))] {
			continue
		}
		more, certain := climb(m.endless, host, path, query)
		if certain || owners == nil && more != nil {
			owners, sure = more, certain
		}
		if sure || stem == 1 {
			break
		}
	}
	return owners, sure
}

// climb looks for a host and for those above it.
func climb(sites map[string]*site, host, path, query []byte) (owners []int, sure bool) {
	for below := false; len(host) > 0; below = true {
		if s := sites[string(host)]; s != nil {
			if found := s.find(path, query, below); found != nil {
				return found, true
			}
			if owners == nil {
				owners = s.host(below)
			}
		}
		_, rest, more := bytes.Cut(host, []byte{'.'})
		if !more {
			break
		}
		host = rest
	}
	return owners, false
}

// lastLabels is what a host ends in.
func lastLabels[T string | []byte](host T, n int) T {
	for i := len(host) - 1; i >= 0; i-- {
		if host[i] == '.' {
			if n--; n == 0 {
				return host[i+1:]
			}
		}
	}
	return host
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
	if path == nil {
		return nil
	}
	for i := range targets {
		if targets[i].matches(path, query) {
			return targets[i].owners
		}
	}
	return nil
}

func (t *target) matches(path, query []byte) bool {
	if len(t.params) > 0 && len(query) == 0 {
		return false
	}
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
