package jsonpath

import (
	"unicode/utf8"
)

// maxInteger is the largest integer of I-JSON (RFC 7493), which bounds indices and slices (section 2.1).
const maxInteger = 1<<53 - 1

// Parse reads one query. Its errors are *SyntaxError.
func Parse(query string) (Path, error) {
	p := parser{text: query}
	segments, err := p.query()
	if err != nil {
		return Path{}, err
	}
	return Path{text: query, segments: segments}, nil
}

type parser struct {
	text   string
	at     int
	depth  int     // of nesting in filters
	inside *filter // being read
}

func (p *parser) fail(msg string) error { return &SyntaxError{Offset: p.at, Msg: msg} }

// peek gives the next byte, and 0 at the end, where no rule of the grammar allows a 0.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) take(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) blank() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

func (p *parser) query() ([]segment, error) {
	if !utf8.ValidString(p.text) {
		for p.at < len(p.text) {
			r, size := utf8.DecodeRuneInString(p.text[p.at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			p.at += size
		}
		return nil, p.fail("query is not UTF-8; write it in UTF-8")
	}
	if !p.take('$') {
		return nil, p.fail("query does not begin with the root; begin with $")
	}
	segments := []segment{}
	for p.at < len(p.text) {
		end := p.at
		p.blank()
		if p.at == len(p.text) {
			p.at = end
			return nil, p.fail("white space after the query; end without it")
		}
		s, err := p.segment()
		if err != nil {
			return nil, err
		}
		segments = append(segments, s)
	}
	return segments, nil
}

func (p *parser) segment() (segment, error) {
	var s segment
	if p.take('[') {
		return p.bracketed(s)
	}
	if !p.take('.') {
		return s, p.fail("no segment begins here; write .name, ..name or [selector]")
	}
	if p.take('.') {
		s.descendant = true
		if p.take('[') {
			return p.bracketed(s)
		}
	}
	if p.take('*') {
		s.selectors = []selector{{kind: selectWildcard}}
		return s, nil
	}
	start := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at], p.at == start) {
		p.at++
	}
	if p.at == start {
		return s, p.fail("no name after the dot; write a name, * or, for other characters, ['name']")
	}
	s.selectors = []selector{{kind: selectName, name: p.text[start:p.at]}}
	return s, nil
}

// isNameByte tells the bytes of a name shorthand (section 2.5.1.1); of the text's validity UTF-8 is known.
func isNameByte(c byte, first bool) bool {
	switch {
	case c >= utf8.RuneSelf, c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		return true
	default:
		return !first && isDigit(c)
	}
}

func (p *parser) bracketed(s segment) (segment, error) {
	for {
		p.blank()
		sel, err := p.selector()
		if err != nil {
			return s, err
		}
		s.selectors = append(s.selectors, sel)
		p.blank()
		if p.take(']') {
			return s, nil
		}
		if !p.take(',') {
			return s, p.fail("selector is not closed; write , and another selector, or ]")
		}
	}
}

func (p *parser) selector() (selector, error) {
	c := p.peek()
	switch {
	case c == '\'' || c == '"':
		name, err := p.literal("name")
		return selector{kind: selectName, name: name}, err
	case c == '*':
		p.at++
		return selector{kind: selectWildcard}, nil
	case c == '?':
		f, err := p.filter()
		return selector{kind: selectFilter, filter: f}, err
	case c == ':' || c == '-' || isDigit(c):
		return p.indexOrSlice()
	default:
		return selector{}, p.fail("no selector here; write 'name', *, an index, a slice or ?filter")
	}
}

func (p *parser) indexOrSlice() (selector, error) {
	var first int64
	var err error
	hasFirst := p.peek() != ':'
	if hasFirst {
		if first, err = p.integer(); err != nil {
			return selector{}, err
		}
	}
	end := p.at
	p.blank()
	if !p.take(':') {
		p.at = end
		return selector{kind: selectIndex, index: first}, nil
	}
	sel := selector{kind: selectSlice, slice: slice{start: first, hasStart: hasFirst, step: 1}}
	p.blank()
	if c := p.peek(); c == '-' || isDigit(c) {
		sel.slice.hasEnd = true
		if sel.slice.end, err = p.integer(); err != nil {
			return selector{}, err
		}
		p.blank()
	}
	if !p.take(':') {
		return sel, nil
	}
	p.blank()
	if c := p.peek(); c == '-' || isDigit(c) {
		sel.slice.step, err = p.integer()
	}
	return sel, err
}

func (p *parser) integer() (int64, error) {
	start := p.at
	negative := p.take('-')
	digits := p.at
	var n int64
	for ; isDigit(p.peek()); p.at++ {
		n = n*10 + int64(p.peek()-'0')
		if n > maxInteger {
			p.at = start
			return 0, p.fail("integer out of range; stay within -(2^53-1) and 2^53-1")
		}
	}
	switch {
	case p.at == digits:
		return 0, p.fail("no digit after the sign; write an integer")
	case p.text[digits] == '0' && (negative || p.at-digits > 1):
		p.at = start
		return 0, p.fail("integer with a leading zero or a negative zero; write 0 or begin with 1 to 9")
	case negative:
		return -n, nil
	default:
		return n, nil
	}
}
