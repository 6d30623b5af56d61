package jsonpath

import (
	"strconv"
	"strings"
)

// Path is a parsed query (RFC 9535 section 2.1). It is immutable; the zero Path selects nothing.
type Path struct {
	text     string
	segments []segment
}

// segment is one step of a path; a descendant one also tries every place below (section 2.5).
type segment struct {
	descendant bool
	selectors  []selector
}

type selectorKind uint8

const (
	selectName selectorKind = iota
	selectWildcard
	selectIndex
	selectSlice
	selectFilter
)

// selector picks children of one value (section 2.3).
type selector struct {
	kind  selectorKind
	name  string
	index int64
	slice slice
	// filter is set where kind is selectFilter.
	filter *filter
}

// slice is start:end:step (section 2.3.4); a bound left out depends on the sign of the step.
type slice struct {
	start, end       int64
	hasStart, hasEnd bool
	step             int64
}

// String gives the query as it was written.
func (p Path) String() string { return p.text }

// Singular reports whether the query selects at most one place whatever the document (section 2.3.5.1):
// it has only child segments of one name or one index.
func (p Path) Singular() bool {
	return p.text != "" && singular(p.segments)
}

func singular(segments []segment) bool {
	for _, s := range segments {
		if s.descendant || len(s.selectors) != 1 {
			return false
		}
		if kind := s.selectors[0].kind; kind != selectName && kind != selectIndex {
			return false
		}
	}
	return true
}

// Anywhere reports whether the query selects the same members and elements wherever in a document they stand: it is one
// descendant segment without filters.
func (p Path) Anywhere() bool {
	return len(p.segments) == 1 && p.segments[0].descendant && !p.segments[0].filtered()
}

// Normalized gives the query in one spelling: brackets, single quotes, no white space. Queries that differ
// only in spelling have the same text; singular ones without negative indices have their normalized path (section 2.7).
func (p Path) Normalized() string {
	if p.text == "" {
		return ""
	}
	return string(appendSegments([]byte{'$'}, p.segments))
}

func appendSegments(text []byte, segments []segment) []byte {
	for _, s := range segments {
		if s.descendant {
			text = append(text, '.', '.')
		}
		for i, sel := range s.selectors {
			text = append(text, "[,"[min(i, 1)])
			text = sel.appendTo(text)
		}
		text = append(text, ']')
	}
	return text
}

func (s selector) appendTo(text []byte) []byte {
	switch s.kind {
	case selectName:
		return appendQuoted(text, s.name, '\'')
	case selectIndex:
		return strconv.AppendInt(text, s.index, 10)
	case selectSlice:
		if s.slice.hasStart {
			text = strconv.AppendInt(text, s.slice.start, 10)
		}
		text = append(text, ':')
		if s.slice.hasEnd {
			text = strconv.AppendInt(text, s.slice.end, 10)
		}
		if s.slice.step != 1 {
			text = strconv.AppendInt(append(text, ':'), s.slice.step, 10)
		}
		return text
	case selectFilter:
		return append(append(text, '?'), s.filter.text...)
	default:
		return append(text, '*')
	}
}

func appendQuoted(text []byte, name string, quote byte) []byte {
	const hex = "0123456789abcdef"
	text = append(text, quote)
	for i := range len(name) {
		c := name[i]
		if c == quote || c == '\\' {
			text = append(text, '\\', c)
		} else if short := strings.IndexByte("\b\t\n\f\r", c); short >= 0 {
			text = append(text, '\\', "btnfr"[short])
		} else if c < ' ' {
			text = append(text, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		} else {
			text = append(text, c)
		}
	}
	return append(text, quote)
}

// longestName gives the bytes of the longest name in the query.
func (p Path) longestName() int {
	longest := 0
	for _, s := range p.segments {
		for _, sel := range s.selectors {
			longest = max(longest, len(sel.name))
		}
	}
	return longest
}
