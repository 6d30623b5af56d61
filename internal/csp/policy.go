package csp

import "strings"

// policy is one policy of a header line, of which there may be several between commas (CSP3 2.2.2).
type policy struct {
	end        int // where it ends in the line
	directives []directive
	ambiguous  bool // some read other policies in the same text
	inlined    bool // and to some a list relies on 'unsafe-inline', which no hash must turn off
}

// directive is one that counts: a second of the same name does not (CSP3 2.2.1).
type directive struct {
	name    string // in lower case
	sources []string
	nameEnd int // in the line
	end     int // in the line, without white space behind it
	none    int // where 'none' begins, if that is all it says; else -1
}

// whitespace are the bytes that separate (Infra, "ASCII whitespace").
const whitespace = " \t\n\f\r"

// policies reads a header line. What is no directive is left out, as browsers leave it out.
func policies(line string) []policy {
	var out []policy
	for start := 0; start <= len(line); {
		end := start + partEnd(line[start:], ',')
		out = append(out, policy{end: end, directives: directives(line, start, end)})
		start = end + 1
	}
	return out
}

func directives(line string, start, last int) []directive {
	var out []directive
	for start <= last {
		end := start + partEnd(line[start:last], ';')
		if d, ok := directiveIn(line, start, end); ok && find(out, d.name) == nil {
			out = append(out, d)
		}
		start = end + 1
	}
	return out
}

func directiveIn(line string, start, end int) (directive, bool) {
	text := strings.TrimRight(line[start:end], whitespace)
	words := strings.FieldsFunc(text, func(r rune) bool { return r < 0x80 && strings.IndexByte(whitespace, byte(r)) >= 0 })
	if len(words) == 0 || !isASCII(text) {
		return directive{}, false
	}
	d := directive{name: strings.ToLower(words[0]), sources: words[1:], end: start + len(text), none: -1}
	d.nameEnd = start + strings.Index(text, words[0]) + len(words[0])
	if len(d.sources) == 1 && strings.EqualFold(d.sources[0], "'none'") {
		d.none = d.end - len(d.sources[0])
	}
	return d, true
}

// find gives the directive of a name; nil where there is none.
func find(all []directive, name string) *directive {
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

// first gives the first of several directives that a policy has: those behind it stand in for those before it.
func (p *policy) first(names ...string) *directive {
	for _, name := range names {
		if d := find(p.directives, name); d != nil {
			return d
		}
	}
	return nil
}

// isSandbox says that a policy has the page in a sandbox without scripts. In markup it is not heeded.
func (p *policy) isSandbox() bool {
	d := p.first("sandbox")
	return d != nil && !d.has("allow-scripts")
}

// admitsNoScript says that a policy lets no script run: it admits none, be it by URL, by nonce, by hash or inline.
func (p *policy) admitsNoScript() bool {
	elements := p.first("script-src-elem", "script-src", "default-src")
	handlers := p.first("script-src-attr", "script-src", "default-src")
	return elements != nil && handlers != nil && elements.admitsNothing() && handlers.admitsNothing()
}

func partEnd(text string, separator byte) int {
	if i := strings.IndexByte(text, separator); i >= 0 {
		return i
	}
	return len(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
