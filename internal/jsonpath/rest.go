package jsonpath

// findRest makes the rest of a strict set select the place, unless a path names it or may yet do so.
func (st *state) findRest() {
	if !st.setting.unnamed || st.asks != nil || len(st.accept) > 0 && st.accept[0] < st.set.naming {
		return
	}
	st.accept = append(st.accept, len(st.set.paths))
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

// leads reports whether a path may select something inside a value of this kind.
func (st *state) leads(kind Kind) bool {
	return kind == Object && st.leadsObject || kind == Array && st.leadsArray
}
