package rules

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

const (
	// maxSiblings bounds the entries of one map in block style: the parser takes time by their square.
	maxSiblings = 2000
	// maxScreened is how many words that the language does without one file may have before the rest is not read.
	maxScreened = 100
)

// screening is what a pass over the tokens keeps in mind.
type screening struct {
	flow      int // depth of {} and []
	line      int
	dashes    int // list items and keys that begin on the line
	colons    int // keys that end on the line, outside of flow
	documents int
	blocks    []block // the maps in block style that the token stands in
}

// block is a map in block style: the column of its keys, and how many there were.
type block struct{ column, keys int }

// screen refuses, by the tokens alone, what the language does without and what would make the parser recurse or crawl.
func (d *document) screen(tokens token.Tokens) bool {
	var s screening
	for _, t := range tokens {
		s.count(t)
		switch t.Type {
		case token.AnchorType:
			d.wrong(d.position(t), "anchors are no part of the language", "write the value where it is needed")
		case token.AliasType:
			d.alias(t)
		case token.TagType:
			d.wrong(d.position(t), "tags are no part of the language", "write the value alone")
		case token.MergeKeyType:
			d.wrong(d.position(t), "merge keys (<<) are no part of YAML 1.2", "write the entries where they are needed")
		default:
		}
		if len(d.problems) >= maxScreened || d.exceeds(&s, t) {
			return false
		}
	}
	return len(d.problems) == 0
}

func (s *screening) count(t *token.Token) {
	if t.Position.Line != s.line {
		s.line, s.dashes, s.colons = t.Position.Line, 0, 0
	}
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		s.flow++
	case token.SequenceEndType, token.MappingEndType:
		s.flow--
	case token.SequenceEntryType, token.MappingKeyType:
		s.dashes++
	case token.DocumentHeaderType:
		s.documents++
	case token.MappingValueType:
		if s.flow == 0 && t.Prev != nil {
			s.colons++
			s.key(t.Prev.Position.Column)
		}
	default:
	}
}

// key counts a key in block style among its siblings, which stand in one column with nothing less indented between.
func (s *screening) key(column int) {
	for len(s.blocks) > 0 && s.blocks[len(s.blocks)-1].column > column {
		s.blocks = s.blocks[:len(s.blocks)-1]
	}
	if len(s.blocks) == 0 || s.blocks[len(s.blocks)-1].column < column {
		s.blocks = append(s.blocks, block{column: column})
	}
	s.blocks[len(s.blocks)-1].keys++
}

// exceeds says that the parser must not see the file.
func (d *document) exceeds(s *screening, t *token.Token) bool {
	switch {
	case s.colons > maxDepth:
		d.wrong(d.position(t), "`: ` stands inside a value without quotes", "quote the value, or begin a line for the key")
	case s.flow > maxDepth, s.dashes > maxDepth, len(s.blocks) > maxDepth:
		d.tooDeep(d.position(t))
	case s.documents > 1:
		d.wrong(d.position(t), "a second document begins in the file", "write one document a file")
	case len(s.blocks) > 0 && s.blocks[len(s.blocks)-1].keys > maxSiblings:
		d.wrong(d.position(t), fmt.Sprintf("a map has more than %d entries", maxSiblings), "split the file: maps of several files merge")
	default:
		return false
	}
	return true
}

// alias refuses a star that YAML takes for an alias: in a path without quotes, or before a name.
func (d *document) alias(t *token.Token) {
	if !d.unquoted(t.Position.Line) {
		d.wrong(d.position(t), "aliases are no part of the language", "quote a name that begins with *")
	}
}

func (d *document) tooDeep(at Position) {
	d.wrong(at, fmt.Sprintf("maps and lists nest deeper than %d", maxDepth), "a policy needs fewer levels")
}
