package jar

import "strings"

// deepest is how many folders of a path are tried, the deepest first.
const deepest = 3

// Site is where cookies are deleted.
type Site struct {
	Host   string // as the browser names it; may have a port
	Path   string // of the page, without its query; "" where it is not known
	Secure bool   // by https
}

// Bound is how many lines of Set-Cookie there may be, and how many bytes in all. The zero value permits none.
type Bound struct{ Lines, Bytes int }

// AfterChoice bounds the deletions that answer a choice: 64 lines, 8 KiB. What they leave out is deleted with later pages.
func AfterChoice() Bound { return Bound{Lines: 64, Bytes: 8 << 10} }

// WithPage bounds the deletions that come with a page, where nobody has just changed their mind: 16 lines, 2 KiB.
func WithPage() Bound { return Bound{Lines: 16, Bytes: 2 << 10} }

// rung is one identity that a cookie of a name may have.
type rung struct {
	domain      string // "" is host-only
	path        string
	partitioned bool // in the jar of this site alone (CHIPS)
}

// Deletions are values of Set-Cookie fields that delete the cookies of these names, whatever their Domain and Path. They
// go rung by rung, each for all names, so that a bound cuts off what is least likely. Names that cannot be sent back, and
// cookies of our own, are left out.
func (s Site) Deletions(names []string, bound Bound) []string {
	if len(names) == 0 {
		return nil
	}
	var lines []string
	size := 0
	for _, r := range s.rungs() {
		for _, name := range names {
			line := r.line(name, s.Secure)
			if line == "" {
				continue
			}
			size += len(line)
			if len(lines) >= bound.Lines || size > bound.Bytes {
				return lines
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// rungs are what a cookie may be, likeliest first: of the host or the whole site at the root, in the site's own jar, then
// of other domains, then of the folders above the page.
func (s Site) rungs() []rung {
	all := []rung{{path: "/"}}
	at := domains(s.Host)
	for i, domain := range at {
		all = append(all, rung{domain: domain, path: "/"})
		if i == 0 && s.Secure {
			all = append(all, rung{path: "/", partitioned: true})
		}
	}
	if len(at) == 0 && s.Secure {
		all = append(all, rung{path: "/", partitioned: true})
	}
	folders := folders(s.Path)
	for _, path := range folders {
		all = append(all, rung{path: path})
		for _, domain := range at {
			all = append(all, rung{domain: domain, path: path})
		}
	}
	if !s.Secure {
		return all
	}
	for _, domain := range at {
		all = append(all, rung{domain: domain, path: "/", partitioned: true})
	}
	for _, path := range folders {
		all = append(all, rung{path: path, partitioned: true})
	}
	return all
}

// folders are the Path attributes other than "/" that a cookie sent with a path may have, without and with the slash at
// the end: a browser takes the first by default (RFC 6265bis 5.1.4), and people write the second.
func folders(path string) []string {
	var all []string
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, ";,\x7f") || strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return nil
	}
	for range deepest {
		end := strings.LastIndexByte(path, '/')
		if end <= 0 {
			break
		}
		path = path[:end]
		all = append(all, path, path+"/")
	}
	return all
}

// line is the deletion of a name at a rung; "" where no browser would have or take such a cookie.
func (r rung) line(name string, secure bool) string {
	if !isName(name) || name == AgesName || name == consentName {
		return ""
	}
	p := prefixOf(name)
	if p.host && (r.domain != "" || r.path != "/") {
		return ""
	}
	var b strings.Builder
	b.WriteString(name)
	b.WriteString("=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=")
	b.WriteString(r.path)
	if r.domain != "" {
		b.WriteString("; Domain=")
		b.WriteString(r.domain)
	}
	switch {
	case r.partitioned: // taken in frames of other sites only where it says None
		b.WriteString("; SameSite=None; Secure; Partitioned")
	case secure || p.secure:
		b.WriteString("; SameSite=Lax; Secure")
	default:
		b.WriteString("; SameSite=Lax")
	}
	if p.http {
		b.WriteString("; HttpOnly")
	}
	return b.String()
}

// consentName is our cookie with the choices, which a deletion of cookies must never take along.
const consentName = "privet_consent"

// prefix is what a browser asks of a cookie by how its name begins (RFC 6265bis 4.1.3), whatever the case of its letters.
type prefix struct {
	host   bool // Path=/ and no Domain
	http   bool // HttpOnly
	secure bool
}

func prefixOf(name string) prefix {
	begins := func(with string) bool { return len(name) >= len(with) && strings.EqualFold(name[:len(with)], with) }
	switch {
	case begins("__Host-Http-"):
		return prefix{host: true, http: true, secure: true}
	case begins("__Host-"):
		return prefix{host: true, secure: true}
	case begins("__Http-"):
		return prefix{http: true, secure: true}
	case begins("__Secure-"):
		return prefix{secure: true}
	default:
		return prefix{}
	}
}
