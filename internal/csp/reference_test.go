package csp

import (
	"net/url"
	"regexp"
	"strings"
)

// The reader below is written from the text of CSP3, step by step and slowly. It knows nothing of positions.

// request is what a page of https://www.example.com would load or run.
type request struct {
	chain     []string // directives that judge it, the first that is there does
	url       string   // "" for what stands inline
	nonce     string
	integrity string // "sha256-…", or of what stands inline
	parsed    bool   // put there by the page's markup
	script    bool
}

// allows says that all policies of a header let a request through.
func allows(lines []string, r request) bool {
	for _, line := range lines {
		for text := range strings.SplitSeq(line, ",") {
			if !policyAllows(text, r) {
				return false
			}
		}
	}
	return true
}

func policyAllows(text string, r request) bool {
	lists := map[string][]string{}
	for token := range strings.SplitSeq(text, ";") {
		token = strings.Trim(token, "\t\n\f\r ")
		if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r > 0x7f }) {
			continue
		}
		words := strings.FieldsFunc(token, func(r rune) bool { return strings.ContainsRune("\t\n\f\r ", r) })
		name := strings.ToLower(words[0])
		if _, twice := lists[name]; !twice {
			lists[name] = words[1:]
		}
	}
	for _, name := range r.chain {
		if list, ok := lists[name]; ok {
			return listAllows(list, r)
		}
	}
	return true
}

var (
	nonceSource = regexp.MustCompile(`^'(?i:nonce)-([A-Za-z0-9+/_-]+={0,2})'$`)
	hashSource  = regexp.MustCompile(`^'((?i:sha256|sha384|sha512)-.+)$`)
	hostSource  = regexp.MustCompile(`^(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(\*|(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?)(?::([0-9]+|\*))?(/[^?#]*)?$`)
	schemeOnly  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):$`)
	address     = regexp.MustCompile(`^[0-9]+(\.[0-9]+){3}$`)
)

func listAllows(list []string, r request) bool {
	strict, inline, hashed := false, false, false
	for _, s := range list {
		if m := nonceSource.FindStringSubmatch(s); m != nil {
			hashed = true
			if r.nonce != "" && m[1] == r.nonce {
				return true
			}
		}
		if m := hashSource.FindStringSubmatch(s); m != nil {
			hashed = true
			algorithm, rest, _ := strings.Cut(strings.TrimSuffix(m[1], "'"), "-")
			if r.integrity != "" && strings.HasSuffix(s, "'") && strings.ToLower(algorithm)+"-"+rest == r.integrity {
				return true
			}
		}
		strict = strict || strings.EqualFold(s, "'strict-dynamic'")
		inline = inline || strings.EqualFold(s, "'unsafe-inline'")
	}
	if r.url == "" {
		return inline && !hashed && (!strict || !r.script)
	}
	if strict && r.script {
		return !r.parsed
	}
	u, err := url.Parse(r.url)
	if err != nil {
		panic(err)
	}
	for _, s := range list {
		if sourceMatches(s, u) {
			return true
		}
	}
	return false
}

func sourceMatches(source string, u *url.URL) bool {
	if source == "*" {
		return u.Scheme == "http" || u.Scheme == "https"
	}
	if strings.EqualFold(source, "'self'") {
		return u.Scheme == "https" && u.Host == "www.example.com"
	}
	if m := schemeOnly.FindStringSubmatch(source); m != nil {
		return schemeMatches(m[1], u.Scheme)
	}
	m := hostSource.FindStringSubmatch(source)
	if m == nil || u.Host == "" || address.MatchString(u.Hostname()) {
		return false
	}
	scheme, host, port, path := m[1], strings.ToLower(m[2]), m[3], m[4]
	if scheme == "" {
		scheme = "https"
	}
	if !schemeMatches(scheme, u.Scheme) {
		return false
	}
	below := strings.HasPrefix(host, "*.") && strings.HasSuffix(u.Hostname(), host[1:])
	if host != "*" && host != u.Hostname() && !below {
		return false
	}
	standard := map[string]string{"https": "443", "http": "80", "wss": "443"}[u.Scheme]
	actual := u.Port()
	if actual == "" {
		actual = standard
	}
	if port == "" && actual != standard || port != "" && port != "*" && port != actual {
		return false
	}
	return pathMatches(path, u.Path)
}

func schemeMatches(a, b string) bool {
	a = strings.ToLower(a)
	return a == b || a == "http" && b == "https" || a == "ws" && (b == "wss" || b == "http" || b == "https") || a == "wss" && b == "https"
}

func pathMatches(pattern, path string) bool {
	if pattern == "" || pattern == "/" {
		return true
	}
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	exact := want[len(want)-1] != ""
	if len(want) > len(have) || exact && len(want) != len(have) {
		return false
	}
	if !exact {
		want = want[:len(want)-1]
	}
	for i, piece := range want {
		decoded, err := url.PathUnescape(piece)
		if err != nil || decoded != have[i] {
			return false
		}
	}
	return true
}
