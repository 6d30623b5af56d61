package markup

import "bytes"

// authority is the authority state, the host state and the port state: s begins behind the slashes.
func (p *URLParser) authority(u *URL, s []byte) bool {
	port, special := defaultPort(u.Scheme)
	n := 0
	for n < len(s) && !isSlash(s[n], special) && s[n] != '?' && s[n] != '#' {
		n++
	}
	host, rest := s[:n], s[n:]
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		p.credentials(u, host[:at])
		if host = host[at+1:]; len(host) == 0 {
			return false
		}
	}
	if colon := portColon(host); colon >= 0 {
		var ok bool
		if u.Port, ok = p.port(host[colon+1:], port); !ok || colon == 0 {
			return false
		}
		host = host[:colon]
	}
	if special && len(host) == 0 {
		return false
	}
	var ok bool
	if u.Host, ok = p.host(host, special); !ok {
		return false
	}
	u.HasHost = true
	p.pathStart(u, rest)
	return true
}

func (p *URLParser) credentials(u *URL, s []byte) {
	name, password, _ := bytes.Cut(s, []byte{':'})
	start := len(p.buf)
	p.buf = appendEncoded(p.buf, name, inUserinfo)
	u.Username = p.part(start)
	start = len(p.buf)
	p.buf = appendEncoded(p.buf, password, inUserinfo)
	u.Password = p.part(start)
}

// portColon is where the colon before the port stands, outside brackets, or -1.
func portColon(host []byte) int {
	inside := false
	for i, c := range host {
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case c == ':' && !inside:
			return i
		}
	}
	return -1
}

// port appends a port without the zeros before it, unless it is the scheme's.
func (p *URLParser) port(s []byte, scheme string) ([]byte, bool) {
	for _, c := range s {
		if !is(c, isDigit) {
			return nil, false
		}
	}
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	const highest = "65535"
	if len(s) > len(highest) || len(s) == len(highest) && string(s) > highest {
		return nil, false
	}
	if string(s) == scheme {
		return nil, true
	}
	start := len(p.buf)
	p.buf = append(p.buf, s...)
	return p.part(start), true
}
