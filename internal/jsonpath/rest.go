package jsonpath

import "slices"

// findRest makes the rest of a strict set select the place, unless a path names it or may yet do so.
func (st *state) findRest() {
	if !st.setting.unnamed || st.asking || len(st.accept) > 0 && st.accept[0] < st.set.naming {
		return
	}
	st.accept = append(st.accept, len(st.set.paths))
	st.leading = slices.Clone(st.accept)
	st.leading[len(st.leading)-1]++
	st.resting, st.careful, st.dead = true, true, false
}

// reaches reports whether a segment may select something inside an object, and inside an array.
func (s *segment) reaches() (object, array bool) {
	if s.descendant {
		return true, true
	}
	for n := range s.selectors {
		switch s.selectors[n].kind {
		case selectName:
			object = true
		case selectIndex, selectSlice:
			array = true
		default:
			return true, true
		}
	}
	return object, array
}

// selecting gives the numbers that select the place where its value is of this kind.
func (st *state) selecting(kind Kind) []int {
	if st.resting && (kind == Object && st.leadsObject || kind == Array && st.leadsArray) {
		return st.leading
	}
	return st.accept
}
