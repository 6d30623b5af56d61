package jsonpath

import "slices"

// SelectsRoot says that some path selects the document itself.
func (set *Set) SelectsRoot() bool { return len(set.start.accept) > 0 }

// Root has the value that comes next read as a document of its own as well: paths match in it from "$" on, beside those that
// lead to it, and a place that one path selects in both readings is visited once. All up to the value's first byte must
// have been fed, and no more. It says no where the Editor does not stand there: within a held value, too.
//
// A place of the second reading can be removed where nothing else would make separators wait, so what the Editor writes is
// not to be used.
func (e *Editor) Root() bool {
	if e.at != atValue {
		return false
	}
	if len(e.next.accept) == 0 {
		e.name = nil
	}
	e.next = e.set.joined(e.next, e.set.start)
	return true
}

// joined is the state of a place that two states stand for. What is known of it beside its paths is known of the first.
func (set *Set) joined(a, b *state) *state {
	positions := slices.Concat(a.everything(), b.everything())
	slices.SortFunc(positions, comparePositions)
	return set.state(slices.Compact(positions), a.setting)
}

// everything gives the positions that a state was made of.
func (st *state) everything() []position {
	if st.all != nil {
		return st.all
	}
	positions := slices.Clone(st.positions)
	for _, path := range st.accept {
		if path < len(st.set.paths) { // and not the rest, which no path is
			positions = append(positions, position{path: int32(path), segment: int32(len(st.set.paths[path].segments))})
		}
	}
	return positions
}
