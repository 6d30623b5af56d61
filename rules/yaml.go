package rules

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxText bounds one policy file, in bytes. A policy may have many files.
	maxText = 256 << 10
	// maxDepth bounds how deep maps and lists nest.
	maxDepth = 64
)

// document is one policy file while it is read.
type document struct {
	file     File
	lines    []string
	starts   map[int][]int // line → byte offset of each rune, for lines that are not ASCII
	builtIn  bool
	problems Problems
	paths    []needsQuotes // once looked for
	looked   bool
	named    map[Position]bool // of paths
}

// parse reads one file. The node is nil where the file says nothing, or where it cannot be read at all.
func parse(file File, builtIn bool) (*node, Problems) {
	text := bytes.TrimPrefix(file.Text, []byte("\ufeff"))
	d := &document{file: file, builtIn: builtIn, starts: map[int][]int{}, named: map[Position]bool{}}
	if len(text) > maxText {
		d.wrong(Position{file.Name, 1, 1}, fmt.Sprintf("the file is larger than %d bytes", maxText), "split it into several files")
		return nil, d.problems
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(bytes.Clone(text), '\n') // the parser folds a last line only where it ends
	}
	d.lines = strings.Split(string(text), "\n")
	if at, ok := d.firstOddByte(); ok {
		d.wrong(at, "the file holds a byte that is no text", "write it in UTF-8, without control characters")
		return nil, d.problems
	}
	return d.read(string(text)), d.problems
}

func (d *document) wrong(at Position, what, instead string) {
	d.problems = append(d.problems, Problem{At: at, What: what, Instead: instead})
}

// read guards against what the parser might do on a file that nobody wrote by hand: its panic becomes a problem.
func (d *document) read(text string) (root *node) {
	defer func() {
		if recover() != nil {
			root = nil
			d.wrong(Position{d.file.Name, 1, 1}, "the file cannot be read as YAML", "check its indentation, quotes and brackets")
		}
	}()
	tokens := lexer.Tokenize(text)
	if !d.screen(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(err)
		return nil
	}
	return d.root(file)
}

// firstOddByte finds what YAML does not allow in a file (5.1), and a carriage return that ends no line.
func (d *document) firstOddByte() (Position, bool) {
	for i, line := range d.lines {
		line = strings.TrimSuffix(line, "\r")
		for at, r := range line {
			_, size := utf8.DecodeRuneInString(line[at:])
			if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' || r == 0x7f || r == '\ufeff' {
				return Position{d.file.Name, i + 1, at + 1}, true
			}
		}
	}
	return Position{}, false
}

// root is the one document of a file.
func (d *document) root(file *ast.File) *node {
	var root *node
	for _, doc := range file.Docs {
		if _, isDirective := doc.Body.(*ast.DirectiveNode); isDirective || doc.Body == nil {
			continue
		}
		if root != nil {
			d.wrong(d.position(doc.Body.GetToken()), "a second document begins in the file", "write one document a file")
			break
		}
		root = d.node(doc.Body, 0)
	}
	return root
}

// position turns the parser's columns, which count characters, into bytes.
func (d *document) position(t *token.Token) Position {
	at := Position{d.file.Name, max(1, t.Position.Line), max(1, t.Position.Column)}
	if at.Line > len(d.lines) {
		at.Line = len(d.lines)
	}
	line := d.lines[at.Line-1]
	starts, known := d.starts[at.Line]
	if !known {
		starts = runeStarts(line)
		d.starts[at.Line] = starts
	}
	if starts != nil {
		at.Column = starts[min(at.Column, len(starts))-1] + 1
	}
	at.Column = min(at.Column, len(line)+1)
	return at
}

// runeStarts is nil for a line in which characters are bytes.
func runeStarts(line string) []int {
	if utf8.RuneCountInString(line) == len(line) {
		return nil
	}
	starts := make([]int, 0, len(line))
	for i := range line {
		starts = append(starts, i)
	}
	return append(starts, len(line))
}

func (d *document) node(n ast.Node, depth int) *node {
	if n == nil {
		return &node{builtIn: d.builtIn}
	}
	out := &node{at: d.position(n.GetToken()), builtIn: d.builtIn}
	if depth > maxDepth {
		d.tooDeep(out.at)
		return out
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		d.fill(out, n.Values, depth)
	case *ast.MappingValueNode:
		d.fill(out, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out.kind = listNode
		for _, item := range n.Values {
			out.items = append(out.items, d.node(item, depth+1))
		}
	case *ast.LiteralNode:
		out.kind, out.text = scalarNode, n.Value.Value
	case *ast.NullNode:
	case ast.ScalarNode:
		d.scalar(out, n.GetToken())
	default:
		d.wrong(out.at, "this is not read as a value", "write a map, a list or a single value")
	}
	return out
}

func (d *document) scalar(out *node, t *token.Token) {
	out.kind, out.text = scalarNode, t.Value
	out.plain = t.Type != token.SingleQuoteType && t.Type != token.DoubleQuoteType
	written := t.Value
	switch t.Type {
	case token.SingleQuoteType:
		written = "'" + written + "'"
	case token.DoubleQuoteType:
		written = `"` + written + `"`
	default:
	}
	out.exact = strings.HasPrefix(d.lines[out.at.Line-1][out.at.Column-1:], written)
	if out.plain && strings.HasPrefix(out.text, "$") && !balanced(out.text) {
		d.unquoted(out.at.Line)
	}
}

// fill reads the entries of a map, in the order of the file.
func (d *document) fill(out *node, values []*ast.MappingValueNode, depth int) {
	out.kind = mapNode
	seen := make(map[string]Position, len(values))
	for _, v := range values {
		if _, explicit := v.Key.(*ast.MappingKeyNode); explicit {
			d.wrong(d.position(v.Key.GetToken()), "a key is written with ?", "write key: value")
			continue
		}
		key := &node{at: d.position(v.Key.GetToken()), builtIn: d.builtIn}
		d.scalar(key, v.Key.GetToken())
		if first, twice := seen[key.text]; twice {
			d.wrong(key.at, fmt.Sprintf("%s is written twice in one map, first at %s", quoted(key.text), first), "keep one of the two")
			continue
		}
		seen[key.text] = key.at
		out.entries = append(out.entries, entry{key, d.node(v.Value, depth+1)})
	}
	if len(out.entries) > 0 && out.entries[0].key.at.Before(out.at) {
		out.at = out.entries[0].key.at // a block map's token is its first colon
	}
}
