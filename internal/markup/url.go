package markup

import "bytes"

// URL is a URL record (https://url.spec.whatwg.org section 4.1). All its parts are ASCII.
type URL struct {
	Scheme             []byte // in lower case
	Username, Password []byte // percent-encoded
	// Host as the standard serialises it: a domain in lower case and Punycode, an IPv4 address in dotted decimal, an IPv6
	// address compressed and in brackets, and, of a scheme that is not special, anything percent-encoded.
	Host []byte
	Port []byte // decimal, empty where it is the scheme's default
	// Path is percent-encoded, without dot segments, and begins with / unless it is empty or Opaque.
	Path     []byte
	Query    []byte // percent-encoded as in a UTF-8 document, without the ?
	Fragment []byte // percent-encoded, without the #

	HasHost     bool // though it may be empty, as in file:///
	HasQuery    bool
	HasFragment bool
	Opaque      bool // the path has no segments, as in data:, javascript: and mailto:
}

// Special reports whether the scheme is one of those that the standard treats apart: http, https, ws, wss, ftp and file.
func (u *URL) Special() bool {
	_, ok := defaultPort(u.Scheme)
	return ok
}

// defaultPort knows the special schemes.
func defaultPort(scheme []byte) (port string, special bool) {
	switch string(scheme) {
	case "http", "ws":
		return "80", true
	case "https", "wss":
		return "443", true
	case "ftp":
		return "21", true
	case "file":
		return "", true
	default:
		return "", false
	}
}

// String is the URL serialised (section 4.5). Parsed again, it is the same URL.
func (u *URL) String() string { return string(u.Append(nil)) }

// Append appends what String gives.
func (u *URL) Append(dst []byte) []byte {
	dst = append(append(dst, u.Scheme...), ':')
	switch {
	case u.HasHost:
		dst = append(dst, "//"...)
		if len(u.Username) > 0 || len(u.Password) > 0 {
			dst = append(dst, u.Username...)
			if len(u.Password) > 0 {
				dst = append(append(dst, ':'), u.Password...)
			}
			dst = append(dst, '@')
		}
		dst = append(dst, u.Host...)
		if len(u.Port) > 0 {
			dst = append(append(dst, ':'), u.Port...)
		}
	case !u.Opaque && bytes.HasPrefix(u.Path, []byte("//")):
		dst = append(dst, "/."...) // or the path would be taken for a host
	}
	dst = append(dst, u.Path...)
	if u.HasQuery {
		dst = append(append(dst, '?'), u.Query...)
	}
	if u.HasFragment {
		dst = append(append(dst, '#'), u.Fragment...)
	}
	return dst
}

// Clone gives a copy that no parser writes over.
func (u *URL) Clone() URL {
	c := *u
	parts := [...]*[]byte{&c.Scheme, &c.Username, &c.Password, &c.Host, &c.Port, &c.Path, &c.Query, &c.Fragment}
	size := 0
	for _, p := range parts {
		size += len(*p)
	}
	all := make([]byte, 0, size)
	for _, p := range parts {
		n := len(all)
		all = append(all, *p...)
		*p = all[n:len(all):len(all)]
	}
	return c
}
