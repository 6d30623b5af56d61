package filter

import (
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// keptNames is of how many names a set is kept at most. Who asks chooses them, and sets take memory for each.
const keptNames = 1_000

// Sets keeps the sets of paths under other names by which bodies were read last. It is safe for concurrent use; nil keeps
// none.
type Sets struct {
	known *lru.Cache[reading, *jsonpath.Set]
}

// reading is one set under the names of one tree.
type reading struct {
	set   *jsonpath.Set
	names *jsonpath.Names
}

// NewSets makes a cache of at most so many sets, which must be positive. One takes some kilobytes as a rule, and never more
// than some megabytes.
func NewSets(entries int) (*Sets, error) {
	known, err := lru.New[reading, *jsonpath.Set](entries)
	if err != nil {
		return nil, fmt.Errorf("making the cache of names: %w", err)
	}
	return &Sets{known}, nil
}

// under gives the set for documents whose members have these other names, too.
func (s *Sets) under(set *jsonpath.Set, names *jsonpath.Names) *jsonpath.Set {
	if names == nil {
		return set
	}
	key := reading{set, names}
	if s != nil {
		if known, ok := s.known.Get(key); ok {
			return known
		}
	}
	derived := set.Under(names)
	if s != nil && !exceeds(names, keptNames) {
		s.known.Add(key, derived)
	}
	return derived
}

// exceeds says that a tree has more names than so many.
func exceeds(names *jsonpath.Names, most int) bool {
	seen := map[*jsonpath.Names]bool{names: true}
	count := 0
	for open := []*jsonpath.Names{names}; len(open) > 0; {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if count += len(at.Of); count > most {
			return true
		}
		for _, named := range at.Of {
			if named.Below != nil && !seen[named.Below] {
				seen[named.Below] = true
				open = append(open, named.Below)
			}
		}
	}
	return false
}

// named is what reads documents under names, and knows those inside the place at hand.
type named interface{ Names() *jsonpath.Names }

// namesOf gives what the looking up in elements goes by; nil where no member has other names.
func (b *Body) namesOf(spec *BodySpec) named {
	switch {
	case spec.Names == nil && spec.Message.Names() == nil:
		return nil
	case spec.Media == Messages:
		return b.editor
	}
	reader, _ := b.reader.(named)
	return reader
}

// Lists says that an endpoint lists what may leave. A path under other names selects more, not less: right for what is
// removed, and wrong for what is let out.
func (p *Plan) Lists() bool {
	paths := p.paths[rules.Response]
	return paths != nil && paths.allow > 0
}

// Anywhere says that it does not matter where in a response a member stands: all that is labelled is so by its name alone,
// and no elements are decided about by themselves.
func (p *Plan) Anywhere() bool {
	b := p.paths[rules.Response]
	return b == nil || b.anywhere && len(b.each) == 0
}

// InArrays says that what is labelled in a response is so in each element of an array of responses, too.
func (p *Plan) InArrays() bool {
	b := p.paths[rules.Response]
	return b == nil || b.inArrays
}

// reach finds out where the paths look for what they select.
func (b *bodyPaths) reach(paths []jsonpath.Path) {
	written := make(map[string]bool, len(paths))
	for _, path := range paths {
		written[path.Normalized()] = true
	}
	b.anywhere, b.inArrays = true, true
	for _, path := range paths {
		b.anywhere = b.anywhere && path.Anywhere()
		text := path.Normalized()
		descends := len(text) > 2 && text[:3] == "$.."
		inElements := len(text) > 3 && text[:4] == "$[*]"
		b.inArrays = b.inArrays && (descends || inElements || written["$[*]"+text[1:]])
	}
}
