package graphql

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// layout makes a Tree. A node belongs to a set of selections, since a key may be selected several times and what is
// selected inside is then merged (specification section 6.4.3); equal sets share their node. So fragments that spread
// others again and again, which double a response's size with each, do not double the tree.
type layout struct {
	bodies  []body
	numbers map[*ast.Field]uint32      // of its body
	nodes   map[string]*jsonpath.Names // by the numbers of their bodies
	made    []*jsonpath.Names
	open    []place // nodes without keys yet
	filled  int
	keys    int
	steps   int
	later   bool // something is deferred or streamed
}

// body is what stands between braces, in the document that knows its fragments.
type body struct {
	*document
	set ast.SelectionSet
}

type place struct {
	node   *jsonpath.Names
	bodies []uint32
}

// meaning is what a key of one node is found to stand for.
type meaning struct {
	fields []string
	bodies []uint32
}

func newLayout() *layout {
	return &layout{numbers: map[*ast.Field]uint32{}, nodes: map[string]*jsonpath.Names{}}
}

// tree lays out the operations that body i of roots has.
func (l *layout) tree(roots []body) (*Tree, error) {
	l.bodies = roots
	all := make([]uint32, len(roots))
	for i := range all {
		all[i] = uint32(i)
	}
	l.node(all)
	for len(l.open) > 0 {
		next := l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		if !l.fill(next) {
			return nil, &Error{Kind: TooLarge}
		}
	}
	t := newTree(l.made, l.later)
	t.weight = l.weight() + len(t.any.Of)*keyWeight
	return t, nil
}

// node gives the node of these bodies, whose keys may still be missing.
func (l *layout) node(bodies []uint32) *jsonpath.Names {
	slices.Sort(bodies)
	bodies = slices.Compact(bodies)
	id := make([]byte, 0, 4*len(bodies))
	for _, number := range bodies {
		id = binary.LittleEndian.AppendUint32(id, number)
	}
	if n, ok := l.nodes[string(id)]; ok {
		return n
	}
	n := &jsonpath.Names{}
	l.nodes[string(id)] = n
	l.made = append(l.made, n)
	l.open = append(l.open, place{n, bodies})
	return n
}

// fill gives a node its keys; not ok says that the tree is too large.
func (l *layout) fill(at place) bool {
	found, ok := l.gather(at.bodies)
	l.keys += len(found)
	if !ok || l.keys > maxKeys {
		return false
	}
	at.node.Of = make(map[string]jsonpath.Named, len(found))
	for name, m := range found {
		slices.Sort(m.fields)
		k := jsonpath.Named{Fields: slices.Compact(m.fields)}
		if len(m.bodies) > 0 {
			k.Below = l.node(m.bodies)
		}
		at.node.Of[name] = k
	}
	return len(l.made) <= maxNodes
}

// gather merges what bodies select, as if every fragment's type were that of the object and no directive left anything
// out.
func (l *layout) gather(bodies []uint32) (found map[string]*meaning, ok bool) {
	found = map[string]*meaning{}
	var open []body
	for _, number := range bodies {
		open = append(open, l.bodies[number])
	}
	l.filled++
	for len(open) > 0 {
		b := open[len(open)-1]
		open = open[:len(open)-1]
		if l.steps += len(b.set); l.steps > maxSteps {
			return nil, false
		}
		for _, selection := range b.set {
			switch s := selection.(type) {
			case *ast.Field:
				l.field(found, b.document, s)
			case *ast.InlineFragment:
				l.note(s.Directives)
				open = append(open, body{b.document, s.SelectionSet})
			case *ast.FragmentSpread:
				l.note(s.Directives)
				if f := b.fragments[s.Name]; f.seen != l.filled {
					f.seen = l.filled
					for _, set := range f.definitions {
						open = append(open, body{b.document, set})
					}
				}
			}
		}
	}
	return found, true
}

func (l *layout) field(found map[string]*meaning, d *document, f *ast.Field) {
	l.note(f.Directives)
	m := found[f.Alias]
	if m == nil {
		m = &meaning{}
		found[f.Alias] = m
	}
	if f.Name != f.Alias {
		m.fields = append(m.fields, f.Name)
	}
	if len(f.SelectionSet) == 0 {
		return
	}
	number, ok := l.numbers[f]
	if !ok {
		number = uint32(len(l.bodies))
		l.numbers[f] = number
		l.bodies = append(l.bodies, body{d, f.SelectionSet})
	}
	m.bodies = append(m.bodies, number)
}

// note looks for the directives that let a part of the response come later, under whatever name a server adds to.
func (l *layout) note(directives ast.DirectiveList) {
	for _, d := range directives {
		l.later = l.later || strings.HasPrefix(d.Name, "defer") || strings.HasPrefix(d.Name, "stream")
	}
}

// What a node and a key take, about.
const (
	nodeWeight = 128
	keyWeight  = 96
)

func (l *layout) weight() int { return len(l.made)*nodeWeight + l.keys*keyWeight }
