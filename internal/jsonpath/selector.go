package jsonpath

import "math"

// unknownLength stands in for the length of an array that is still streaming. Selectors that need no length
// give the same answer for it as for the true one.
const unknownLength = math.MaxInt64

// matchesElement reports whether the element at index of an array with length elements is selected.
func (s *selector) matchesElement(index, length int64) bool {
	switch s.kind {
	case selectWildcard:
		return true
	case selectIndex:
		if s.index < 0 {
			return index == length+s.index
		}
		return index == s.index
	case selectSlice:
		return s.slice.matches(index, length)
	default:
		return false
	}
}

func (s *selector) matchesName(name string) bool {
	return s.kind == selectWildcard || s.kind == selectName && s.name == name
}

// indexed reports whether the selector tells elements of one array apart.
func (s *selector) indexed() bool { return s.kind == selectIndex || s.kind == selectSlice }

// needsLength reports whether the selector cannot tell an element before the array has ended.
func (s *selector) needsLength() bool {
	switch s.kind {
	case selectIndex:
		return s.index < 0
	case selectSlice:
		return s.slice.needsLength()
	default:
		return false
	}
}

// needsLength reports whether one of a segment's selectors does.
func needsLength(s *segment) bool {
	for n := range s.selectors {
		if s.selectors[n].needsLength() {
			return true
		}
	}
	return false
}

func (s slice) needsLength() bool {
	negative := s.hasStart && s.start < 0 || s.hasEnd && s.end < 0
	switch {
	case s.step == 0:
		return false
	case s.step > 0:
		return negative
	case s.step == -1:
		return negative || !s.hasStart
	default:
		// A start past the end is drawn back to the last element, which shifts every further step.
		return true
	}
}

// last is the highest index that can match in a streaming array.
func (s *selector) last() int64 {
	switch {
	case s.kind == selectIndex:
		return s.index
	case s.slice.step > 0 && s.slice.hasEnd:
		return s.slice.end - 1
	case s.slice.step < 0 && s.slice.hasStart:
		return s.slice.start
	default:
		return math.MaxInt64
	}
}

// matches follows the bounds of section 2.3.4.2.2.
func (s slice) matches(index, length int64) bool {
	at := func(bound int64) int64 {
		if bound < 0 {
			return length + bound
		}
		return bound
	}
	switch {
	case s.step > 0:
		lower, upper := int64(0), length
		if s.hasStart {
			lower = min(max(at(s.start), 0), length)
		}
		if s.hasEnd {
			upper = min(max(at(s.end), 0), length)
		}
		return lower <= index && index < upper && (index-lower)%s.step == 0
	case s.step < 0:
		upper, lower := length-1, int64(-1)
		if s.hasStart {
			upper = min(max(at(s.start), -1), length-1)
		}
		if s.hasEnd {
			lower = min(max(at(s.end), -1), length-1)
		}
		return lower < index && index <= upper && (upper-index)%-s.step == 0
	default:
		return false
	}
}
