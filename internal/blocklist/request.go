package blocklist

import (
	"bytes"
	"strings"
)

// Request is what a page asks for. Its zero value matches nothing but rules for anything.
type Request struct {
	URL           []byte // serialized as the WHATWG's parser does it; a fragment is passed over
	Host, HostEnd int    // where the host is in it, which is in lower case and ASCII
	Page          string // the host of the page, likewise; empty where it is not known
	Type          Type
	ThirdParty    bool // see ThirdParty; true is what a caller who does not know should say
}

// sight is a request as rules are compared with it. It is pooled; nothing of it outlives a Match.
type sight struct {
	url        []byte // in lower case, without fragment and without the dot behind a host
	cased      []byte // the same with its capitals
	start, end int    // of the host
	host, page hostname
	types      Type
	third      bool
	query      []byte // of the request's own URL
	tokens     []uint32
	names      []uint32 // digests of the names of the query's parameters
	found      []uint32
	strip      []uint32
	spare      []uint32
	pageText   []byte
}

// maxPooled keeps a URL of unusual length from staying in memory.
const maxPooled = 16 << 10

// set takes a request in. One pass over the URL gives it in lower case and its tokens.
func (s *sight) set(r *Request, letters *alphabet) {
	url := r.URL
	s.end = min(max(r.HostEnd, 0), len(url))
	s.start = min(max(r.Host, 0), s.end)
	if s.end > s.start+1 && url[s.end-1] == '.' {
		s.end--
		url = append(bytes.Clone(url[:s.end]), url[s.end+1:]...)
	}
	if cap(s.url) < len(url) {
		s.url = make([]byte, len(url)*2)
	}
	s.url, s.tokens = s.url[:len(url)], s.tokens[:0]
	h, size, length := uint32(hashStart), 0, len(url)
	for i, c := range url {
		if letter := letters[c]; letter != 0 {
			s.url[i] = letter
			h = hashToken(h, letter)
			size++
			continue
		}
		s.url[i] = c
		if size > 0 {
			s.tokens = append(s.tokens, h)
		}
		h, size = hashStart, 0
		if c == '#' {
			length = i
			break
		}
	}
	if size > 0 {
		s.tokens = append(s.tokens, h)
	}
	s.url, s.cased = s.url[:length], url[:length]
	s.start, s.end = min(s.start, length), min(s.end, length)
	s.host.set(s.url[s.start:s.end], "")
	page := strings.TrimSuffix(r.Page, ".")
	s.pageText = append(s.pageText[:0], page...)
	s.page.set(s.pageText, page)
	s.types, s.third = r.Type, r.ThirdParty
	if s.types == 0 {
		s.types = Other
	}
	s.query, s.names = nil, s.names[:0]
}

// alphabet gives the letters of tokens in lower case, and zero for what is none.
type alphabet [256]byte

func newAlphabet() *alphabet {
	var letters alphabet
	for i := range letters {
		c := byte(i)
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if isToken(c) {
			letters[i] = c
		}
	}
	return &letters
}

// name takes in the request's query, whose pieces stay slices of its URL, and the names of its parameters.
func (s *sight) name(r *Request) {
	url, _, _ := bytes.Cut(r.URL[min(max(r.HostEnd, 0), len(r.URL)):], []byte{'#'})
	_, s.query, _ = bytes.Cut(url, []byte{'?'})
	for query := s.query; len(query) > 0; {
		var piece []byte
		piece, query, _ = bytes.Cut(query, []byte{'&'})
		name, _, _ := bytes.Cut(piece, []byte{'='})
		s.names = append(s.names, hashBack(unescape(name)))
	}
}

// matches compares a rule with the request: what is cheap first.
func (l *List) matches(r *rule, s *sight) bool {
	if r.types&s.types == 0 || !r.party(s) {
		return false
	}
	if r.extra == 0 {
		return l.patternFits(r, s)
	}
	x := &l.extras[r.extra-1]
	if x.from.end > 0 && !l.includes(x.from, &s.page) || x.to.end > 0 && !l.includes(x.to, &s.host) {
		return false
	}
	if x.deny.end > 0 && l.includes(x.deny, &s.host) {
		return false
	}
	if r.flags&isExpression == 0 {
		return l.patternFits(r, s)
	}
	e := &l.expressions[x.expression-1]
	for _, literal := range e.literals {
		if !bytes.Contains(s.url, []byte(literal)) {
			return false
		}
	}
	return e.matches(s.cased)
}

func (r *rule) party(s *sight) bool {
	switch {
	case r.flags&(onlyThird|onlyFirst|sameHost|otherHost) == 0:
		return true
	case r.flags&onlyThird != 0 && !s.third, r.flags&onlyFirst != 0 && s.third:
		return false
	}
	same := bytes.Equal(s.host.text, s.page.text)
	return (r.flags&sameHost == 0 || same) && (r.flags&otherHost == 0 || !same)
}

func (l *List) patternFits(r *rule, s *sight) bool {
	pattern, url := l.pattern(r), s.url
	if r.flags&matchCase != 0 {
		url = s.cased
	}
	end := r.flags&atEnd != 0
	switch {
	case r.flags&hostOnly != 0:
		host := s.host.text
		i := len(host) - len(pattern)
		return i == 0 && bytes.Equal(host, pattern) || i > 0 && host[i-1] == '.' && bytes.Equal(host[i:], pattern)
	case r.flags&atStart != 0:
		return fitsAt(pattern, url, end)
	case r.flags&atLabel == 0:
		return fits(pattern, url, end)
	}
	for at := s.start; at < s.end; at++ {
		if (at == s.start || url[at-1] == '.') && fitsAt(pattern, url[at:], end) {
			return true
		}
	}
	return false
}
