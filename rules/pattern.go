package rules

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// Pattern says which exchanges an endpoint is: "[METHOD ][HOST]/PATH", the syntax of Go's ServeMux. A segment is
// literal, {name}, or at the end {name...}; a trailing slash is an unnamed {...}; {$} ends a path that has a trailing
// slash. GET covers HEAD, a host may begin with "*.", ports are ignored, and `/api/{rest...}` covers `/api`.
type Pattern struct {
	text     string
	method   string // "" is any
	host     string // "" is any, ".example.com" is any host below it
	segments []string
	tail     bool // further segments may follow
	exactEnd bool // {$}
}

// wild is how a {name} segment is kept: no literal segment is empty.
const wild = ""

// String is the pattern as written.
func (p *Pattern) String() string { return p.text }

var (
	errNoPath   = errors.New("a pattern has a path that begins with a slash")
	errMethod   = errors.New("a method is upper case letters")
	errHost     = errors.New("a host is names and dots, or begins with *. before them")
	errWildcard = errors.New("a wildcard is a whole segment: {name}, and {name...} or {$} only at the end")
	errNotPath  = errors.New("a path has no query, fragment or dot segment; parameters are labelled under query")
	errEscape   = errors.New("a percent sign begins an escape of two hexadecimal digits")
)

// ParsePattern reads one pattern. Its errors say what would be right.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{text: text}
	rest := text
	if method, after, found := strings.Cut(text, " "); found {
		p.method, rest = method, strings.TrimLeft(after, " ")
		if method == "" || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return p, errMethod
		}
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return p, errNoPath
	}
	p.host = strings.ToLower(rest[:slash])
	if strings.HasPrefix(p.host, "*.") {
		p.host = p.host[1:]
	}
	if strings.ContainsAny(p.host, "*{} :") {
		return p, errHost
	}
	return p, p.parsePath(rest[slash+1:])
}

func (p *Pattern) parsePath(path string) error {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case part == "" && last:
			p.tail = true
		case part == "{$}" && last:
			p.exactEnd = true
		case strings.HasPrefix(part, "{") && strings.HasSuffix(part, "...}") && last:
			p.tail = true
		case strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") && isName(part[1:len(part)-1]):
			p.segments = append(p.segments, wild)
		case part == "" || strings.ContainsAny(part, "{}"):
			return errWildcard
		case strings.ContainsAny(part, "?#") || part == "." || part == "..":
			return errNotPath
		default:
			literal, err := url.PathUnescape(part)
			if err != nil {
				return errEscape
			}
			p.segments = append(p.segments, literal)
		}
	}
	return nil
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// matchesMethod knows that GET covers HEAD, and that an extended CONNECT (RFC 8441) is asked for as GET. Methods are
// case-sensitive (RFC 9110 9.1), but not to every upstream, so a label holds for each spelling.
func (p *Pattern) matchesMethod(method string) bool {
	if p.method == "" || strings.EqualFold(p.method, method) {
		return true
	}
	return p.method == "GET" && (strings.EqualFold(method, "HEAD") || strings.EqualFold(method, "CONNECT"))
}

func (p *Pattern) matchesOne(methods []string) bool {
	return slices.ContainsFunc(methods, p.matchesMethod)
}

// matchesHost takes a host without port, in lower case, without the final dot.
func (p *Pattern) matchesHost(host string) bool {
	if strings.HasPrefix(p.host, ".") {
		return len(host) > len(p.host) && strings.HasSuffix(host, p.host)
	}
	return p.host == "" || p.host == host
}

// matchesPath compares segment by segment, each unescaped by itself, so that an escaped slash stays data. A trailing
// slash makes no difference: upstreams differ in whether it does, and a label must not depend on which kind it met.
func (p *Pattern) matchesPath(path string) bool {
	rest := strings.TrimPrefix(path, "/")
	slashed := strings.HasSuffix(path, "/")
	for _, want := range p.segments {
		if rest == "" {
			return false
		}
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		if want != wild && !sameSegment(want, segment) {
			return false
		}
	}
	if p.exactEnd {
		return rest == "" && slashed
	}
	return rest == "" || p.tail
}

func sameSegment(literal, segment string) bool {
	if literal == segment {
		return true
	}
	if strings.IndexByte(segment, '%') < 0 {
		return false
	}
	plain, err := url.PathUnescape(segment)
	return err == nil && plain == literal
}

// matchesAll says that nothing in the pattern narrows it.
func (p *Pattern) matchesAll() bool {
	return p.method == "" && p.host == "" && len(p.segments) == 0 && p.tail
}

// relation is how one set of exchanges lies to another.
type relation struct {
	narrower, wider, apart bool
}

// within says that everything p matches q matches too, and q more: p is strictly more specific.
func (p *Pattern) within(q *Pattern) bool {
	var r relation
	r.methods(p.method, q.method)
	r.hosts(p.host, q.host)
	r.paths(p, q)
	return r.narrower && !r.wider && !r.apart
}

func (r *relation) methods(a, b string) {
	switch {
	case a == b:
	case b == "", b == "GET" && a == "HEAD":
		r.narrower = true
	case a == "", a == "GET" && b == "HEAD":
		r.wider = true
	default:
		r.apart = true
	}
}

func (r *relation) hosts(a, b string) {
	switch {
	case a == b:
	case b == "", strings.HasPrefix(b, ".") && strings.HasSuffix(a, b):
		r.narrower = true
	case a == "", strings.HasPrefix(a, ".") && strings.HasSuffix(b, a):
		r.wider = true
	default:
		r.apart = true
	}
}

func (r *relation) paths(p, q *Pattern) {
	n := min(len(p.segments), len(q.segments))
	for i := range n {
		switch a, b := p.segments[i], q.segments[i]; {
		case a == b:
		case b == wild:
			r.narrower = true
		case a == wild:
			r.wider = true
		default:
			r.apart = true
		}
	}
	if p.endsWithin(q) {
		r.narrower = true
	}
	if q.endsWithin(p) {
		r.wider = true
	}
	if len(p.segments) != n && !q.tail || len(q.segments) != n && !p.tail {
		r.apart = true
	}
}

// endsWithin says that behind the segments both have, p allows less than q.
func (p *Pattern) endsWithin(q *Pattern) bool {
	switch {
	case len(p.segments) > len(q.segments):
		return q.tail
	case len(p.segments) < len(q.segments):
		return false
	default:
		return q.tail && !p.tail || p.exactEnd && !q.exactEnd
	}
}
