package graphql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// refSelection is a field or, where it has no name, what is spread.
type refSelection struct {
	key, name string
	fragment  string
	inside    []refSelection
}

// refDocument is a query as a reader sees it who knows nothing of types, values and limits.
type refDocument struct {
	operations []refSelection // key is the operation's name
	fragments  []refSelection
}

var (
	refIgnored = regexp.MustCompile(`^(?:[ \t\r\n,\x{FEFF}]|#[^\r\n]*)+`)
	refTokens  = regexp.MustCompile(`^(?:[_A-Za-z][_0-9A-Za-z]*|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|"(?:[^"\\\n\r]|\\.)*"|\.\.\.|[!$&()\[\]:=@{}|])`)
)

func refLex(text string) ([]string, error) {
	var tokens []string
	for {
		text = text[len(refIgnored.FindString(text)):]
		if text == "" {
			return append(tokens, ""), nil
		}
		token := refTokens.FindString(text)
		if strings.HasPrefix(text, `"""`) {
			end := strings.Index(strings.ReplaceAll(text[3:], `\"""`, "...."), `"""`)
			if end < 0 {
				return nil, errors.New("open block string")
			}
			token = text[:end+6]
		}
		if token == "" {
			return nil, errors.New("no token")
		}
		tokens = append(tokens, token)
		text = text[len(token):]
	}
}

// refReader panics on what it cannot read; refParse tells.
type refReader struct{ tokens []string }

func (r *refReader) next() string {
	token := r.tokens[0]
	r.tokens = r.tokens[1:]
	return token
}

func (r *refReader) named() bool {
	return r.tokens[0] != "" && strings.ContainsAny(r.tokens[0][:1], "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

// past leaves out directives, and what stands in parentheses.
func (r *refReader) past() {
	for r.tokens[0] == "@" || r.tokens[0] == "(" {
		if r.next() == "@" {
			r.next()
			continue
		}
		for depth := 1; depth > 0; {
			switch r.next() {
			case "(":
				depth++
			case ")":
				depth--
			}
		}
	}
}

func (r *refReader) set() []refSelection {
	if token := r.next(); token != "{" {
		panic("no selections")
	}
	var all []refSelection
	for r.tokens[0] != "}" {
		var s refSelection
		switch token := r.next(); {
		case token == "..." && r.named() && r.tokens[0] != "on":
			s.fragment = r.next()
			r.past()
		case token == "...":
			if r.tokens[0] == "on" {
				r.tokens = r.tokens[2:]
			}
			r.past()
			s.inside = r.set()
		default:
			s.key, s.name = token, token
			if r.tokens[0] == ":" {
				r.next()
				s.name = r.next()
			}
			r.past()
			if r.tokens[0] == "{" {
				s.inside = r.set()
			}
		}
		all = append(all, s)
	}
	r.next()
	return all
}

func refParse(text string) (d refDocument, err error) {
	tokens, err := refLex(text)
	if err != nil {
		return d, err
	}
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("reference: %v", wrong)
		}
	}()
	r := &refReader{tokens}
	for r.tokens[0] != "" {
		var s refSelection
		if strings.HasPrefix(r.tokens[0], `"`) {
			r.next()
		}
		if r.tokens[0] == "fragment" {
			r.next()
			s.key = r.next()
			r.past()
			r.tokens = r.tokens[2:]
			r.past()
			s.inside = r.set()
			d.fragments = append(d.fragments, s)
			continue
		}
		if r.tokens[0] != "{" {
			r.next()
			if r.named() {
				s.key = r.next()
			}
			r.past()
		}
		s.inside = r.set()
		d.operations = append(d.operations, s)
	}
	return d, nil
}

// selections gives what is selected at the root when operation runs.
func (d *refDocument) selections(operation string) []refSelection {
	var all, named []refSelection
	for _, s := range d.operations {
		all = append(all, s.inside...)
		if s.key == operation && operation != "" {
			named = append(named, s.inside...)
		}
	}
	if named != nil {
		return named
	}
	return all
}

// flat replaces spreads by what they spread, naively. It uses up steps and stops where none is left.
func (d *refDocument) flat(set []refSelection, steps *int) []refSelection {
	var all []refSelection
	for _, s := range set {
		if *steps--; *steps < 0 {
			return nil
		}
		switch {
		case s.name != "":
			all = append(all, s)
		case s.fragment == "":
			all = append(all, d.flat(s.inside, steps)...)
		default:
			for _, f := range d.fragments {
				if f.key == s.fragment {
					all = append(all, d.flat(f.inside, steps)...)
				}
			}
		}
	}
	return all
}

// differs compares the node with what set expands to, key by key.
func (d *refDocument) differs(n *jsonpath.Names, set []refSelection, steps *int) error {
	set = d.flat(set, steps)
	fields, inside := map[string]map[string]bool{}, map[string][]refSelection{}
	for _, s := range set {
		if fields[s.key] == nil {
			fields[s.key] = map[string]bool{}
		}
		fields[s.key][s.name] = true
		inside[s.key] = append(inside[s.key], s.inside...)
	}
	if *steps < 0 {
		return nil
	}
	if len(n.Of) != len(fields) {
		return fmt.Errorf("%d keys, want %d", len(n.Of), len(fields))
	}
	for key, want := range fields {
		got, below := n.Of[key].Fields, n.Of[key].Below
		delete(want, key)
		if !slices.Equal(got, sorted(want)) {
			return fmt.Errorf("%s stands for %q, want %q", key, got, sorted(want))
		}
		if (below != nil) != (len(inside[key]) > 0) {
			return fmt.Errorf("%s: below is %v", key, below)
		}
		if below == nil {
			continue
		}
		if err := d.differs(below, inside[key], steps); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// covered holds against Names that know each key anywhere: nothing that some place has may be missing.
func (d *refDocument) covered(n *jsonpath.Names, set []refSelection, steps *int) error {
	for _, s := range d.flat(set, steps) {
		got, below := n.Of[s.key].Fields, n.Of[s.key].Below
		if s.name != s.key && !slices.Contains(got, s.name) {
			return fmt.Errorf("%s may stand for %s, got %q", s.key, s.name, got)
		}
		if len(s.inside) == 0 {
			continue
		}
		if below != n {
			return fmt.Errorf("%s leads elsewhere", s.key)
		}
		if err := d.covered(below, s.inside, steps); err != nil {
			return err
		}
	}
	return nil
}
