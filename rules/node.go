package rules

import (
	"encoding/json"
	"strings"
)

// nodeKind is what a value of a policy file is.
type nodeKind uint8

const (
	nullNode nodeKind = iota // nothing written, ~ or null
	scalarNode
	mapNode
	listNode
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a single value", "a map", "a list"}[k]
}

// node is one value of a policy file and its place. Nodes are never changed once parsed, so that the catalogue's can
// be shared: merging makes new ones.
type node struct {
	kind    nodeKind
	at      Position
	text    string // scalar: what it says; YAML gives it no type, so NO stays Norway and 010 stays 010
	plain   bool   // scalar: without quotes
	exact   bool   // scalar: stands in the file byte by byte, on one line
	entries []entry
	items   []*node
	builtIn bool // from the catalogue
}

// entry is one key of a map with its value.
type entry struct {
	key   *node
	value *node
}

// isEmpty says that nothing is written in the place.
func (n *node) isEmpty() bool { return n == nil || n.kind == nullNode }

// offset is the place of a byte within a scalar's text: exact where the text stands as written, else its beginning.
func (n *node) offset(i int) Position {
	at := n.at
	if n.exact {
		if !n.plain {
			at.Column++
		}
		at.Column += i
	}
	return at
}

// json is the node as JSON text. A scalar is a string unless it is, without quotes, null, true, false or a number as
// JSON writes one.
func (n *node) json() string {
	var b strings.Builder
	n.appendJSON(&b)
	return b.String()
}

func (n *node) appendJSON(b *strings.Builder) {
	switch n.kind {
	case mapNode:
		b.WriteByte('{')
		for i, e := range n.entries {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoteJSON(e.key.text))
			b.WriteByte(':')
			e.value.appendJSON(b)
		}
		b.WriteByte('}')
	case listNode:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.appendJSON(b)
		}
		b.WriteByte(']')
	case scalarNode:
		if n.plain && isJSONLiteral(n.text) {
			b.WriteString(n.text)
			return
		}
		b.WriteString(quoteJSON(n.text))
	default:
		b.WriteString("null")
	}
}

func isJSONLiteral(text string) bool {
	return text != "" && text[0] != '"' && text[0] != '{' && text[0] != '[' && json.Valid([]byte(text)) &&
		strings.TrimSpace(text) == text
}

func quoteJSON(text string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
