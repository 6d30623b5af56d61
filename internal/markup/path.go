package markup

import "bytes"

// pathStart is the path start state, behind a host.
func (p *URLParser) pathStart(u *URL, s []byte) {
	special := u.Special()
	switch {
	case len(s) > 0 && isSlash(s[0], special):
		p.path(u, s[1:], nil)
	case special:
		p.path(u, s, nil)
	default:
		p.tail(u, s)
	}
}

// path appends dir and, as the path state does, the segments of s, and goes on behind them.
func (p *URLParser) path(u *URL, s, dir []byte) {
	special, file := u.Special(), string(u.Scheme) == "file"
	start := len(p.buf)
	p.buf = append(p.buf, dir...)
	for {
		n := 0
		for n < len(s) && !isSlash(s[n], special) && s[n] != '?' && s[n] != '#' {
			n++
		}
		segment := s[:n]
		more := n < len(s) && isSlash(s[n], special)
		switch dots(segment) {
		case 2:
			p.buf = p.buf[:start+len(shortened(p.buf[start:], file))]
			fallthrough
		case 1:
			if !more {
				p.buf = append(p.buf, '/')
			}
		default:
			first := len(p.buf) == start
			p.buf = append(p.buf, '/')
			if file && first && isDrive(segment) {
				p.buf = append(p.buf, segment[0], ':')
			} else {
				p.buf = appendEncoded(p.buf, segment, inPath)
			}
		}
		if s = s[n:]; !more {
			break
		}
		s = s[1:]
	}
	u.Path = p.part(start)
	p.tail(u, s)
}

// dots counts the dots of a segment that has nothing else, up to two.
func dots(segment []byte) int {
	n := 0
	for ; len(segment) > 0 && n < 3; n++ {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && folds(segment[:3], "%2e"):
			segment = segment[3:]
		default:
			return 0
		}
	}
	if n > 2 {
		return 0
	}
	return n
}

// shortened is a path without its last segment (section 4.1), but not without a drive.
func shortened(path []byte, file bool) []byte {
	if file && len(path) == 3 && isDrive(path[1:]) && path[2] == ':' {
		return path
	}
	return path[:max(0, bytes.LastIndexByte(path, '/'))]
}

// opaquePath is the opaque path state.
func (p *URLParser) opaquePath(u *URL, s []byte) {
	n := bytes.IndexAny(s, "?#")
	if n < 0 {
		n = len(s)
	}
	start := len(p.buf)
	if n > 0 && n < len(s) && s[n-1] == ' ' {
		// A space at the end would be trimmed where the URL is parsed again without what follows it.
		p.buf = append(appendEncoded(p.buf, s[:n-1], inControl), "%20"...)
	} else {
		p.buf = appendEncoded(p.buf, s[:n], inControl)
	}
	u.Path = p.part(start)
	p.tail(u, s[n:])
}

// tail is the query state and the fragment state: s is empty or begins with ? or #.
func (p *URLParser) tail(u *URL, s []byte) {
	if len(s) > 0 && s[0] == '?' {
		n := bytes.IndexByte(s, '#')
		if n < 0 {
			n = len(s)
		}
		set := inQuery
		if u.Special() {
			set = inSpecialQuery
		}
		start := len(p.buf)
		p.buf = appendEncoded(p.buf, s[1:n], set)
		u.Query, u.HasQuery = p.part(start), true
		s = s[n:]
	}
	u.Fragment, u.HasFragment = nil, false
	if len(s) > 0 {
		start := len(p.buf)
		p.buf = appendEncoded(p.buf, s[1:], inFragment)
		u.Fragment, u.HasFragment = p.part(start), true
	}
}
