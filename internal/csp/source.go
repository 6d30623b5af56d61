package csp

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// has says that a source list holds a keyword, quotes included.
func (d *directive) has(keyword string) bool {
	for _, source := range d.sources {
		if strings.EqualFold(source, keyword) {
			return true
		}
	}
	return false
}

// nonceOf is the nonce that a source admits; "" where it is no nonce-source (CSP3 2.3.1).
func nonceOf(source string) string {
	const prefix = "'nonce-"
	if len(source) <= len(prefix) || !strings.EqualFold(source[:len(prefix)], prefix) || source[len(source)-1] != '\'' {
		return ""
	}
	nonce := source[len(prefix) : len(source)-1]
	if !isBase64(nonce) {
		return ""
	}
	return nonce
}

// isBase64 takes both alphabets, and up to two signs at the end.
func isBase64(text string) bool {
	bare := strings.TrimRight(text, "=")
	if bare == "" || len(text)-len(bare) > 2 {
		return false
	}
	for i := range len(bare) {
		if c := bare[i]; !isAlphanumeric(c) && strings.IndexByte("+/-_", c) < 0 {
			return false
		}
	}
	return true
}

// isHash knows a hash-source by how it begins. What follows may be no hash at all, which then admits nothing.
func isHash(source string) bool {
	for _, prefix := range [...]string{"'sha256-", "'sha384-", "'sha512-"} {
		if len(source) > len(prefix) && strings.EqualFold(source[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// allowsInline says that 'unsafe-inline' is in force for elements of a kind (CSP3 6.7.3.2).
func (d *directive) allowsInline(kind Kind) bool {
	if !d.has("'unsafe-inline'") || kind == Script && d.has("'strict-dynamic'") {
		return false
	}
	for _, source := range d.sources {
		if nonceOf(source) != "" || isHash(source) {
			return false
		}
	}
	return true
}

// nonce is the first that a list admits, or "".
func (d *directive) nonce() string {
	for _, source := range d.sources {
		if nonce := nonceOf(source); nonce != "" {
			return nonce
		}
	}
	return ""
}

// holds says that a list holds a nonce or a hash, of which only the prefix has no case.
func (d *directive) holds(source string) bool {
	prefix := strings.IndexByte(source, '-') + 1
	for _, s := range d.sources {
		if len(s) == len(source) && strings.EqualFold(s[:prefix], source[:prefix]) && s[prefix:] == source[prefix:] {
			return true
		}
	}
	return false
}

func (d *directive) admitsNothing() bool {
	for _, source := range d.sources {
		switch strings.ToLower(source) {
		case "'none'", "'strict-dynamic'", "'report-sample'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-hashes'",
			"'inline-speculation-rules'", "'trusted-types-eval'", "'report-sha256'", "'report-sha384'", "'report-sha512'":
		default:
			return false
		}
	}
	return true
}

// admitsType says that a policy of trusted types may be made, once (Trusted Types 4.5.3): names have their case.
func (d *directive) admitsType(name string) bool {
	return slices.Contains(d.sources, name) || slices.Contains(d.sources, "*")
}

// admitsURL says that some source of a list matches a file of the page's own origin (CSP3 6.7.2.7).
func (g *Gate) admitsURL(d *directive, path string) bool {
	for _, source := range d.sources {
		if g.matches(source, path) {
			return true
		}
	}
	return false
}

func (g *Gate) matches(source, file string) bool {
	switch {
	case source == "*", strings.EqualFold(source, "'self'"):
		return true
	case source == "", source[0] == '\'':
		return false
	}
	if scheme, rest, found := strings.Cut(source, ":"); found && rest == "" {
		return g.onScheme(scheme)
	}
	scheme, rest, found := strings.Cut(source, "://")
	if !found {
		rest = source
	} else if !g.onScheme(scheme) {
		return false
	}
	authority := rest[:partEnd(rest, '/')]
	path := rest[len(authority):]
	host, port, _ := strings.Cut(authority, ":")
	return g.onHost(host) && g.onPort(port, authority != host) && isOnPath(path, file)
}

// onScheme knows that a source for http holds for https, too (CSP3 6.7.2.9).
func (g *Gate) onScheme(scheme string) bool {
	return strings.EqualFold(scheme, g.scheme()) || strings.EqualFold(scheme, "http") && g.scheme() == "https"
}

func (g *Gate) scheme() string {
	if g.Secure {
		return "https"
	}
	return "http"
}

// onHost is CSP3 6.7.2.10: addresses match no pattern.
func (g *Gate) onHost(pattern string) bool {
	host, _ := splitHost(g.Host)
	switch {
	case !isName(host):
		return false
	case pattern == "*":
		return true
	case strings.HasPrefix(pattern, "*."):
		return len(host) >= len(pattern) && strings.EqualFold(host[len(host)-len(pattern)+1:], pattern[1:])
	default:
		return strings.EqualFold(pattern, host)
	}
}

// onPort is CSP3 6.7.2.11. A colon with nothing behind it is no source.
func (g *Gate) onPort(pattern string, written bool) bool {
	_, port := splitHost(g.Host)
	usual := "80"
	if g.Secure {
		usual = "443"
	}
	if port == "" {
		port = usual
	}
	switch {
	case !written:
		return port == usual
	default:
		return pattern == "*" || pattern == port
	}
}

// isOnPath is CSP3 6.7.2.12.
func isOnPath(pattern, path string) bool {
	if strings.ContainsAny(pattern, "?#") {
		return false
	}
	if pattern == "" || pattern == "/" {
		return true
	}
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if exact := want[len(want)-1] != ""; !exact {
		want = want[:len(want)-1]
		if len(have) <= len(want) {
			return false
		}
		have = have[:len(want)]
	}
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		piece, err := url.PathUnescape(want[i])
		if err != nil || piece != have[i] {
			return false
		}
	}
	return true
}

// splitHost takes the port from a host.
func splitHost(authority string) (host, port string) {
	if at := strings.LastIndexByte(authority, ':'); at > strings.LastIndexByte(authority, ']') {
		return authority[:at], authority[at+1:]
	}
	return authority, ""
}

// isName says that a host can be written as a source: it is a name, not an address, of the characters that the grammar of
// sources has (CSP3 2.3.1). What a client may write into Host beyond these would end a source list.
func isName(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isAlphanumeric(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isPort(port string) bool {
	for i := range len(port) {
		if port[i] < '0' || port[i] > '9' {
			return false
		}
	}
	return len(port) <= len("65535")
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
