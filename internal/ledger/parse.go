package ledger

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/privet-gateway/privet/rules"
)

const (
	// maxText bounds a file, in bytes: the parser's work grows with the square of the number of subjects.
	maxText = 1 << 20
	// maxDepth bounds how deep brackets nest, of which a record needs two: the parser recurses.
	maxDepth = 8
)

// document is a file of choices while it is read.
type document struct {
	name     string
	lines    []string
	problems rules.Problems
}

// parse reads a whole file; the records are of no use where there are problems.
func parse(name string, text []byte) (map[string]Record, rules.Problems) {
	clean := strings.TrimPrefix(string(text), "\ufeff")
	d := &document{name: name, lines: strings.Split(clean, "\n")}
	start := rules.Position{File: name, Line: 1, Column: 1}
	switch {
	case len(clean) > maxText:
		d.wrong(start, "the file is larger than 1 MiB", "a file is for some thousand subjects; keep more of them in a store")
		return nil, d.problems
	case !utf8.ValidString(clean):
		d.wrong(start, "the file is not text", "write it in UTF-8")
		return nil, d.problems
	default:
		return d.read(clean), d.problems
	}
}

func (d *document) wrong(at rules.Position, what, instead string) {
	d.problems = append(d.problems, rules.Problem{At: at, What: what, Instead: instead})
}

// read turns a panic of the parser, which might quote the text, into a problem.
func (d *document) read(text string) (records map[string]Record) {
	defer func() {
		if recover() != nil {
			d.unreadable(nil)
		}
	}()
	tokens := lexer.Tokenize(text)
	if d.screen(tokens); len(d.problems) > 0 {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	var syntax *yaml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		d.unreadable(syntax.Token)
		return nil
	case err != nil:
		d.unreadable(nil)
		return nil
	}
	return d.records(file)
}

// screen refuses, by the tokens alone, what a record does without.
func (d *document) screen(tokens token.Tokens) {
	depth, marks, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, marks = t.Position.Line, 0
		}
		switch t.Type { //nolint:exhaustive // every other token is welcome
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType:
			d.wrong(d.position(t), "anchors, aliases, tags and merge keys are not read", "write the value where it is needed, in quotes if it begins with & * or !")
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			marks++
		}
		if depth > maxDepth || marks > maxDepth {
			d.wrong(d.position(t), "maps and lists nest too deep", "a subject has one map, with lists of ids in it")
			return
		}
	}
}

func (d *document) unreadable(t *token.Token) {
	d.wrong(d.position(t), "the file cannot be read as YAML", "check its indentation, quotes and brackets")
}

// position counts columns in bytes, where the parser counts characters.
func (d *document) position(t *token.Token) rules.Position {
	at := rules.Position{File: d.name, Line: 1, Column: 1}
	if t == nil || t.Position == nil || t.Position.Line < 1 || t.Position.Line > len(d.lines) {
		return at
	}
	at.Line = t.Position.Line
	characters := 0
	line := d.lines[at.Line-1]
	at.Column = len(line) + 1
	for i := range line {
		if characters++; characters == t.Position.Column {
			at.Column = i + 1
			break
		}
	}
	return at
}

func (d *document) records(file *ast.File) map[string]Record {
	records := map[string]Record{}
	bodies := 0
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			d.wrong(d.position(doc.Body.GetToken()), "a second document begins in the file", "write one map of subjects")
			break
		}
		d.entries(doc.Body, "the file", func(key *token.Token, value ast.Node) {
			if key.Value == "" {
				d.wrong(d.position(key), "a subject is empty", "write the id of an account")
				return
			}
			records[key.Value] = d.record(value)
		})
	}
	return records
}

// entries calls visit for each entry of a map. A key written twice is a problem: one of the two says what a person
// refused.
func (d *document) entries(n ast.Node, what string, visit func(key *token.Token, value ast.Node)) {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.NullNode:
		return
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.wrong(d.position(n.GetToken()), what+" is not a map", "write key: value")
		return
	}
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		key := v.Key.GetToken()
		if _, explicit := v.Key.(*ast.MappingKeyNode); explicit {
			d.wrong(d.position(key), "a key is written with ?", "write key: value")
			continue
		}
		if seen[key.Value] {
			d.wrong(d.position(key), "a key is written twice in one map", "keep one of the two")
			continue
		}
		seen[key.Value] = true
		visit(key, v.Value)
	}
}
