package graphql

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// document is a query with its fragments at hand.
type document struct {
	query     *ast.QueryDocument
	fragments map[string]*fragment
}

// fragment is all that is defined under one name. Only one definition is allowed; where there are more, servers may
// take any.
type fragment struct {
	definitions []ast.SelectionSet
	spreads     []*fragment // fragments that it spreads, somewhere inside
	users       int         // spreads of it in fragments that are not yet known to end
	seen        int         // number of the node that it was last laid out for
}

func read(text string) (*document, error) {
	switch {
	case len(text) > maxText:
		return nil, &Error{Kind: TooLarge}
	case !executable(text):
		return nil, &Error{Kind: Foreign}
	}
	if err := (&outline{text: text}).check(); err != nil {
		return nil, err
	}
	query, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens)
	if err != nil {
		return nil, blame(err)
	}
	d := &document{query: query, fragments: map[string]*fragment{}}
	for _, definition := range query.Fragments {
		f := d.fragments[definition.Name]
		if f == nil {
			f = &fragment{}
			d.fragments[definition.Name] = f
		}
		f.definitions = append(f.definitions, definition.SelectionSet)
	}
	for _, operation := range query.Operations {
		if _, err := d.spreads(operation.SelectionSet); err != nil {
			return nil, err
		}
	}
	for _, f := range d.fragments {
		var err error
		if f.spreads, err = d.spreads(f.definitions...); err != nil {
			return nil, err
		}
	}
	if d.recursive() {
		return nil, &Error{Kind: Recursive}
	}
	return d, nil
}

// blame takes the place out of the parser's error and leaves its words, which quote the query.
func blame(err error) error {
	var said *gqlerror.Error
	if !errors.As(err, &said) || len(said.Locations) == 0 {
		return &Error{Kind: TooLarge} // only the limit of tokens has no place
	}
	return &Error{Kind: Malformed, Line: said.Locations[0].Line, Column: said.Locations[0].Column}
}

// spreads gives the fragments that are spread somewhere inside the selections.
func (d *document) spreads(open ...ast.SelectionSet) ([]*fragment, error) {
	var targets []*fragment
	open = slices.Clone(open)
	for len(open) > 0 {
		set := open[len(open)-1]
		open = open[:len(open)-1]
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				open = append(open, s.SelectionSet)
			case *ast.InlineFragment:
				open = append(open, s.SelectionSet)
			case *ast.FragmentSpread:
				target := d.fragments[s.Name]
				if target == nil {
					return nil, &Error{Kind: Undefined, Line: s.Position.Line, Column: s.Position.Column}
				}
				targets = append(targets, target)
			}
		}
	}
	return targets, nil
}

// recursive takes away, again and again, a fragment that no remaining one spreads. What cannot be taken away is spread
// from within itself (specification section 5.5.2.2).
func (d *document) recursive() bool {
	var free []*fragment
	for _, f := range d.fragments {
		for _, target := range f.spreads {
			target.users++
		}
	}
	for _, f := range d.fragments {
		if f.users == 0 {
			free = append(free, f)
		}
	}
	taken := 0
	for ; len(free) > 0; taken++ {
		f := free[len(free)-1]
		free = free[:len(free)-1]
		for _, target := range f.spreads {
			if target.users--; target.users == 0 {
				free = append(free, target)
			}
		}
	}
	return taken < len(d.fragments)
}

// operations gives the selections of the operations that may run. A name that no operation has narrows nothing: which
// one a careless server takes then is not known.
func (d *document) operations(name string) []ast.SelectionSet {
	var named, all []ast.SelectionSet
	for _, operation := range d.query.Operations {
		all = append(all, operation.SelectionSet)
		if name != "" && operation.Name == name {
			named = append(named, operation.SelectionSet)
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}
