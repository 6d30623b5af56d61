package jsonpath

import "slices"

// filtered reports whether a filter is among the selectors of a segment.
func (s *segment) filtered() bool {
	for n := range s.selectors {
		if s.selectors[n].kind == selectFilter {
			return true
		}
	}
	return false
}

func (set *Set) countQueries(p Path) {
	for _, s := range p.segments {
		for n := range s.selectors {
			if f := s.selectors[n].filter; f != nil {
				set.queries += max(1, f.queries)
				set.rooted = set.rooted || f.rooted
			}
		}
	}
}

// await notes the filters of a segment, of which one is enough to select the place.
func (st *state) await(path int32, s *segment) {
	st.dead, st.asking = false, true
	st.selectedBy(path)
	for n := range s.selectors {
		if f := s.selectors[n].filter; f != nil && st.asked(f) < 0 {
			st.asks = append(st.asks, f)
		}
	}
}

// asked gives the number of a filter among those that are asked, or -1. Filters of one text are one.
func (st *state) asked(f *filter) int {
	for n, known := range st.asks {
		if known == f || known.text == f.text {
			return n
		}
	}
	return -1
}

// bare reports whether what the filters say of a scalar depends on which it is.
func (st *state) bare() bool {
	for _, f := range st.asks {
		if f.bare {
			return true
		}
	}
	return false
}

// answered gives the state that follows from what each filter says.
func (st *state) answered(answers []bool) *state {
	if !st.cached || len(st.asks) > maxTests {
		return st.set.state(st.outcome(answers), st.setting)
	}
	var mask uint64
	for n, yes := range answers {
		if yes {
			mask |= 1 << n
		}
	}
	known := st.marks.Load()
	if known != nil {
		for _, m := range *known {
			if m.mask == mask {
				return m.next
			}
		}
	}
	next := st.set.state(st.outcome(answers), st.setting)
	if next.cached {
		st.remember(known, marked{mask, next})
	}
	return next
}

// outcome gives the positions that follow from what each filter says.
func (st *state) outcome(answers []bool) []position {
	next := make([]position, 0, len(st.all))
	for _, at := range st.all {
		if at.segment >= 0 {
			next = append(next, at)
			continue
		}
		s := &st.set.paths[at.path].segments[^at.segment]
		for n := range s.selectors {
			if f := s.selectors[n].filter; f != nil && answers[st.asked(f)] {
				next = append(next, position{at.path, ^at.segment + 1})
				break
			}
		}
	}
	return sorted(next)
}

// askingPaths gives the paths whose filters a state asks.
func (st *state) askingPaths() []int {
	var paths []int
	for _, at := range st.all {
		if at.segment < 0 {
			paths = append(paths, int(at.path))
		}
	}
	return slices.Compact(paths)
}

// measuringPaths gives the paths that need the length of an array.
func (st *state) measuringPaths() []int {
	var paths []int
	for _, at := range st.positions {
		if needsLength(&st.set.paths[at.path].segments[at.segment]) {
			paths = append(paths, int(at.path))
		}
	}
	return slices.Compact(paths)
}

// rootedPaths gives the paths whose filters ask for the whole document.
func (set *Set) rootedPaths() []int {
	var paths []int
	for n := range set.paths {
		for _, s := range set.paths[n].segments {
			if slices.ContainsFunc(s.selectors, func(s selector) bool { return s.filter != nil && s.filter.rooted }) {
				paths = append(paths, n)
				break
			}
		}
	}
	return paths
}
