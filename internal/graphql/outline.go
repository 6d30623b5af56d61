package graphql

import (
	"strings"
	"unicode/utf8"
)

// outline goes over a query's tokens before the parser does. It refuses nesting beyond maxDepth, and the text that
// parsers are known to cut differently: whoever wrote the query chooses which reading the server takes.
type outline struct {
	text  string
	at    int
	depth int
}

func (o *outline) check() error {
	if !utf8.ValidString(o.text) {
		return o.refuse(Malformed)
	}
	for o.at < len(o.text) {
		kind, ok := o.token()
		if !ok {
			return o.refuse(kind)
		}
	}
	return nil
}

func (o *outline) token() (Kind, bool) {
	c := o.text[o.at]
	switch c {
	case '#':
		end := strings.IndexAny(o.text[o.at:], "\r\n")
		if end < 0 {
			end = len(o.text) - o.at
		}
		o.at += end
		return Malformed, true
	case '"':
		if strings.HasPrefix(o.text[o.at:], `"""`) {
			return Malformed, o.block()
		}
		return Malformed, o.quoted()
	case '{', '[', '(':
		o.depth++
		if o.depth > maxDepth {
			return TooLarge, false
		}
	case '}', ']', ')':
		o.depth--
	}
	if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
		return Malformed, false
	}
	o.at++
	return Malformed, true
}

// quoted passes a string that ends on its line.
func (o *outline) quoted() bool {
	for i := o.at + 1; i < len(o.text); i++ {
		switch o.text[i] {
		case '"':
			o.at = i + 1
			return true
		case '\\':
			i++
		case '\n', '\r':
			return false
		}
	}
	return false
}

// block passes a block string. It ends at its first three quotes (specification section 2.9.4), yet some parsers
// take the last three of a longer run, so a longer run is refused.
func (o *outline) block() bool {
	const mark = `"""`
	for i := o.at + len(mark); i < len(o.text); {
		switch {
		case strings.HasPrefix(o.text[i:], `\`+mark):
			i += len(mark) + 1
		case strings.HasPrefix(o.text[i:], mark):
			o.at = i + len(mark)
			return !strings.HasPrefix(o.text[o.at:], `"`)
		default:
			i++
		}
	}
	return false
}

// refuse blames the place that was reached.
func (o *outline) refuse(kind Kind) error {
	before := o.text[:o.at]
	line := 1 + strings.Count(before, "\n") + strings.Count(before, "\r") - strings.Count(before, "\r\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexAny(before, "\r\n")+1:])
	return &Error{Kind: kind, Line: line, Column: column}
}

// executable reports whether the text begins as a document does (specification section 2.2, and 3 since a careless
// server may run a query behind a type): what else is sent under the name of a query is none of GraphQL.
func executable(text string) bool {
	const ignored = " \t\r\n,\uFEFF"
	for {
		text = strings.TrimLeft(text, ignored)
		if !strings.HasPrefix(text, "#") {
			break
		}
		end := strings.IndexAny(text, "\r\n")
		if end < 0 {
			return false
		}
		text = text[end:]
	}
	if inside, ok := strings.CutPrefix(text, "{"); ok {
		// An object of JSON, such as databases are asked with: no selection begins with a string.
		return !strings.HasPrefix(strings.TrimLeft(inside, ignored), `"`)
	}
	word := text[:len(text)-len(strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz"))]
	switch word {
	case "query", "mutation", "subscription", "fragment",
		"schema", "scalar", "type", "interface", "union", "enum", "input", "directive", "extend":
	default:
		if !strings.HasPrefix(text, `"`) {
			return false
		}
	}
	return strings.Contains(text, "{")
}
