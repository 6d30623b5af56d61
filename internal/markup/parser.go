package markup

import "bytes"

// URLParser parses URLs (https://url.spec.whatwg.org section 4.4). The zero value is ready. It keeps its buffers, so that
// references in plain ASCII cost no allocation.
type URLParser struct {
	buf     []byte // the parts, one behind the other
	ref     []byte // a reference that had tabs or newlines, without them
	decoded []byte // a host without percent-encoding
}

// Parse parses a reference against base, or an absolute URL where base is nil. False is the standard's failure: a browser
// requests nothing. The parts alias the parser's buffer, and the base's where they come from it; they are valid until
// the next call. So a base must not come from the same parser, unless cloned.
//
// A document that is not in UTF-8 has its queries percent-encoded in its own encoding, which is not done here, and bytes
// that are not UTF-8 become U+FFFD. Beyond the standard, labels outside ASCII are refused above longestLabel.
func (p *URLParser) Parse(ref []byte, base *URL) (u URL, ok bool) {
	p.buf = p.buf[:0]
	s := p.clean(ref)
	if n := schemeLength(s); n > 0 {
		u.Scheme = p.lowered(s[:n])
		ok = p.absolute(&u, s[n+1:], base)
	} else if base != nil {
		u.Scheme = base.Scheme
		ok = p.reference(&u, s, base)
	}
	if !ok {
		return URL{}, false
	}
	return u, true
}

// clean is s without the C0 controls and spaces about it and the tabs and newlines in it.
func (p *URLParser) clean(s []byte) []byte {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	for i, c := range s {
		if c == '\t' || c == '\n' || c == '\r' {
			p.ref = append(p.ref[:0], s[:i]...)
			for _, c := range s[i:] {
				if c != '\t' && c != '\n' && c != '\r' {
					p.ref = append(p.ref, c)
				}
			}
			return p.ref
		}
	}
	return s
}

// schemeLength is where the colon behind a scheme stands, or 0 where there is none.
func schemeLength(s []byte) int {
	if len(s) == 0 || !is(s[0], isLetter) {
		return 0
	}
	for i, c := range s {
		switch {
		case c == ':':
			return i
		case !is(c, isLetter|isDigit) && c != '+' && c != '-' && c != '.':
			return 0
		}
	}
	return 0
}

// part is the end of the buffer as a part of a URL.
func (p *URLParser) part(start int) []byte { return p.buf[start:len(p.buf):len(p.buf)] }

// lowered appends s in lower case.
func (p *URLParser) lowered(s []byte) []byte {
	start := len(p.buf)
	for _, c := range s {
		p.buf = append(p.buf, lower(c))
	}
	return p.part(start)
}

// absolute goes on behind the scheme (the scheme state).
func (p *URLParser) absolute(u *URL, s []byte, base *URL) bool {
	special := u.Special()
	slashes := bytes.HasPrefix(s, []byte("//"))
	switch {
	case string(u.Scheme) == "file":
		return p.file(u, s, base)
	case special && base != nil && !slashes && bytes.Equal(u.Scheme, base.Scheme):
		return p.relative(u, s, base)
	case special:
		return p.authority(u, bytes.TrimLeft(s, `/\`))
	case slashes:
		return p.authority(u, s[2:])
	case len(s) > 0 && s[0] == '/':
		p.path(u, s[1:], nil)
		return true
	default:
		u.Opaque = true
		p.opaquePath(u, s)
		return true
	}
}

// reference goes on without a scheme (the no scheme state).
func (p *URLParser) reference(u *URL, s []byte, base *URL) bool {
	switch {
	case base.Opaque:
		if len(s) == 0 || s[0] != '#' {
			return false
		}
		*u = *base
		p.tail(u, s)
		return true
	case string(u.Scheme) == "file":
		return p.file(u, s, base)
	default:
		return p.relative(u, s, base)
	}
}

// relative is the relative state and the relative slash state.
func (p *URLParser) relative(u *URL, s []byte, base *URL) bool {
	special := u.Special()
	rooted := len(s) > 0 && isSlash(s[0], special)
	if rooted && len(s) > 1 && isSlash(s[1], special) {
		if special {
			return p.authority(u, bytes.TrimLeft(s, `/\`))
		}
		return p.authority(u, s[2:])
	}
	u.Username, u.Password, u.Host, u.Port, u.HasHost = base.Username, base.Password, base.Host, base.Port, base.HasHost
	switch {
	case rooted:
		p.path(u, s[1:], nil)
	default:
		p.inherit(u, s, base, base.Path)
	}
	return true
}

// inherit takes over what s leaves of the base's path and query. Dir is the path on which s stands.
func (p *URLParser) inherit(u *URL, s []byte, base *URL, dir []byte) {
	if len(s) > 0 && s[0] != '?' && s[0] != '#' {
		p.path(u, s, shortened(dir, string(u.Scheme) == "file"))
		return
	}
	u.Path = base.Path
	if len(s) == 0 || s[0] == '#' {
		u.Query, u.HasQuery = base.Query, base.HasQuery
	}
	p.tail(u, s)
}

// file is the file state, the file slash state and the file host state.
func (p *URLParser) file(u *URL, s []byte, base *URL) bool {
	u.HasHost = true
	if base != nil && string(base.Scheme) != "file" {
		base = nil
	}
	rooted := len(s) > 0 && isSlash(s[0], true)
	if rooted && len(s) > 1 && isSlash(s[1], true) {
		return p.fileHost(u, s[2:])
	}
	switch {
	case base == nil && rooted:
		p.path(u, s[1:], nil)
	case base == nil:
		p.path(u, s, nil)
	case rooted:
		u.Host = base.Host
		var drive []byte
		if len(base.Path) >= 3 && isDrive(base.Path[1:3]) && base.Path[2] == ':' && (len(base.Path) == 3 || base.Path[3] == '/') &&
			!beginsWithDrive(s[1:]) {
			drive = base.Path[:3]
		}
		p.path(u, s[1:], drive)
	default:
		u.Host = base.Host
		dir := base.Path
		if beginsWithDrive(s) {
			dir = nil
		}
		p.inherit(u, s, base, dir)
	}
	return true
}

func (p *URLParser) fileHost(u *URL, s []byte) bool {
	n := bytes.IndexAny(s, `/\?#`)
	if n < 0 {
		n = len(s)
	}
	switch {
	case isDrive(s[:n]):
		p.path(u, s, nil)
		return true
	case n > 0:
		host, ok := p.host(s[:n], true)
		if !ok {
			return false
		}
		if string(host) != "localhost" {
			u.Host = host
		}
	}
	p.pathStart(u, s[n:])
	return true
}

func isSlash(c byte, special bool) bool { return c == '/' || special && c == '\\' }

// isDrive reports whether s is a Windows drive letter (section 4.2).
func isDrive(s []byte) bool {
	return len(s) == 2 && is(s[0], isLetter) && (s[1] == ':' || s[1] == '|')
}

func beginsWithDrive(s []byte) bool {
	return len(s) >= 2 && isDrive(s[:2]) && (len(s) == 2 || bytes.IndexByte([]byte(`/\?#`), s[2]) >= 0)
}
