package jsonpath

import (
	"slices"
	"sync/atomic"
)

// position says that the segments of a path before segment have matched on the way to a place. A negative segment is
// the complement of one that selects the place if one of its filters does.
type position struct{ path, segment int32 }

// state is what the automaton knows at a place: the paths that select it and the positions that go on from it. What the
// loop over the bytes asks comes first, in one line of the processor's cache.
type state struct {
	accept   []int
	other    atomic.Pointer[state] // of names that no selector asks for, and of elements that none tells apart
	sieve    uint64                // bit sieveBit(name) of each name
	last     int64                 // no test matches an element behind it
	set      *Set
	dead     bool // nothing inside can be selected
	careful  bool // a child can be selected
	measured bool // some selector needs the length of an array
	cached   bool // else names and tests are empty, and successors are computed each time
	asking   bool // it depends on filters what the state truly is
	resting  bool // no path names the place or what it lies in, so that what none names inside is selected too
	// leadsObject and leadsArray say that a path may select something inside an object or an array.
	leadsObject, leadsArray bool

	positions []position
	setting   setting
	leading   []int // accept for a value that leads to something, where it is resting
	// asks are the filters of a state that is asking. Then accept are the paths that ask, and marks the states by what
	// the filters answer.
	asks []*filter
	all  []position // of a state that is asking

	names   []string
	numbers map[string]int // of names, where they are many
	longest int            // bytes of the longest name
	byName  []atomic.Pointer[state]
	// otherElement is other for elements, where they differ: under names.
	otherElement atomic.Pointer[state]
	tests        []*selector // indices and slices
	marks        atomic.Pointer[[]marked]
}

// marked is the state of elements for which exactly the tests, or the filters, of mask match.
type marked struct {
	mask uint64
	next *state
}

const (
	fewNames = 8  // up to here comparing one by one is faster than hashing
	maxTests = 64 // bits of a mask
	maxMarks = 256
)

// sieveBit lets most names that no selector asks for pass without a comparison.
func sieveBit(size int, first, last byte) uint64 {
	return 1 << ((uint(size) ^ uint(first)<<1 ^ uint(last)<<3) & 63)
}

// named gives the state of a member's value. It allocates only in states beyond the cap.
func (st *state) named(name []byte) *state {
	if !st.cached {
		return st.called(string(name))
	}
	if st.numbers != nil {
		if n, ok := st.numbers[string(name)]; ok {
			return st.member(n)
		}
		return st.rest()
	}
	for n := range st.names {
		if st.names[n] == string(name) {
			return st.member(n)
		}
	}
	return st.rest()
}

func (st *state) member(n int) *state {
	if next := st.byName[n].Load(); next != nil {
		return next
	}
	next := st.called(st.names[n])
	if next.cached {
		st.byName[n].Store(next)
	}
	return next
}

// called computes the state of a member's value, whatever else the member is called.
func (st *state) called(name string) *state {
	known := st.setting.names.of([]byte(name))
	matches := func(s *selector) bool {
		return s.matchesName(name) || slices.ContainsFunc(known.Fields, s.matchesName)
	}
	return st.set.state(st.successors(matches), setting{st.resting, known.Below})
}

// rest gives the state of a member's value whose name no selector asks for.
func (st *state) rest() *state { return st.undistinguished(&st.other, st.setting.names.others()) }

// restOf is rest for elements too, that no selector tells apart. Unlike a member an element keeps the names.
func (st *state) restOf(object bool) *state {
	if object || st.setting.names == nil {
		return st.rest()
	}
	return st.undistinguished(&st.otherElement, st.setting.names)
}

func (st *state) undistinguished(known *atomic.Pointer[state], names *Names) *state {
	if next := known.Load(); next != nil {
		return next
	}
	next := st.set.state(st.successors(func(s *selector) bool { return s.kind == selectWildcard }), setting{st.resting, names})
	if next.cached {
		known.Store(next)
	}
	return next
}

// element gives the state of the element at index.
func (st *state) element(index, length int64) *state {
	if st.cached && index > st.last {
		return st.restOf(false)
	}
	if !st.cached || len(st.tests) > maxTests {
		return st.set.state(st.successors(func(s *selector) bool { return s.matchesElement(index, length) }), setting{st.resting, st.setting.names})
	}
	var mask uint64
	for n, test := range st.tests {
		if test.matchesElement(index, length) {
			mask |= 1 << n
		}
	}
	if mask == 0 {
		return st.restOf(false)
	}
	known := st.marks.Load()
	if known != nil {
		for _, m := range *known {
			if m.mask == mask {
				return m.next
			}
		}
	}
	next := st.set.state(st.successors(func(s *selector) bool { return s.matchesElement(index, length) }), setting{st.resting, st.setting.names})
	if next.cached {
		st.remember(known, marked{mask, next})
	}
	return next
}

// remember may lose an entry to another goroutine, which then is computed once more.
func (st *state) remember(known *[]marked, m marked) {
	grown := []marked{}
	if known != nil {
		grown = *known
	}
	if len(grown) >= maxMarks || !st.set.charge(1) {
		return
	}
	grown = append(slices.Clone(grown), m)
	st.marks.CompareAndSwap(known, &grown)
}

// successors gives the positions of a child which the selectors that matches accepts select.
func (st *state) successors(matches func(*selector) bool) []position {
	next := make([]position, 0, 2*len(st.positions))
	for _, at := range st.positions {
		s := &st.set.paths[at.path].segments[at.segment]
		if s.descendant {
			next = append(next, at)
		}
		matched := false
		for n := range s.selectors {
			if matches(&s.selectors[n]) {
				next = append(next, position{at.path, at.segment + 1})
				matched = true
				break
			}
		}
		if !matched && s.filtered() {
			next = append(next, position{at.path, ^at.segment})
		}
	}
	return sorted(next)
}

func sorted(positions []position) []position {
	slices.SortFunc(positions, comparePositions)
	return slices.Compact(positions)
}

func comparePositions(a, b position) int {
	if a.path != b.path {
		return int(a.path) - int(b.path)
	}
	return int(a.segment) - int(b.segment)
}
