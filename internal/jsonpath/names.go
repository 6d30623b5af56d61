package jsonpath

import "slices"

// Names is what the members of an object are called beside the names they bear: aliases of a GraphQL query, or the other
// spelling of protobuf fields. It may lead back to itself. It must not be changed once a Set was put under it; nil knows no other names.
type Names struct {
	// Of has the members for which there is more to say, by the name they bear, unescaped.
	Of map[string]Named
	// Others has the members of the values of all members that are not in Of, whatever their names: those of a map, for instance.
	Others *Names
}

// Named is what is known of one member.
type Named struct {
	Fields []string // what it is called beside its own name
	Below  *Names   // of the members of its value, or of those of the objects in the array that it is
}

// Under gives a set of the same paths for documents whose members have other names too: a path selects a member by the
// name it bears and by each other. Callers keep it, since its states are its own. It costs a walk over the names.
func (set *Set) Under(root *Names) *Set {
	derived := &Set{
		paths: set.paths, strict: set.strict, naming: set.naming, queries: set.queries, rooted: set.rooted,
		root: root, longest: set.longest, states: map[string]*state{},
	}
	if root != nil {
		derived.number(root)
	}
	derived.begin()
	return derived
}

// number gives each node of the tree a number for the keys of states, and takes note of the longest name.
func (set *Set) number(root *Names) {
	set.numbers = map[*Names]uint32{root: 1}
	for open := []*Names{root}; len(open) > 0; {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		open = set.found(at.Others, open)
		for name, named := range at.Of {
			set.longest = max(set.longest, len(name))
			open = set.found(named.Below, open)
		}
	}
}

// found gives a node its number where it is met first.
func (set *Set) found(node *Names, open []*Names) []*Names {
	if _, known := set.numbers[node]; known || node == nil {
		return open
	}
	set.numbers[node] = uint32(len(set.numbers) + 1)
	return append(open, node)
}

// of gives what is known of the member that bears a name.
func (n *Names) of(name []byte) Named {
	if n == nil {
		return Named{}
	}
	if named, known := n.Of[string(name)]; known {
		return named
	}
	return Named{Below: n.Others}
}

// others gives the names inside the members of which nothing is known.
func (n *Names) others() *Names {
	if n == nil {
		return nil
	}
	return n.Others
}

// calls reports whether the member that bears name is called field.
func (n *Names) calls(name []byte, field string) bool {
	return string(name) == field || n != nil && slices.Contains(n.Of[string(name)].Fields, field)
}
