package rules

// setWords bounds a policy to 256 purposes and refusable categories together.
const setWords = 4

// maxChoosables is how many purposes and categories with `choice` a policy may hold.
const maxChoosables = setWords * 64

// Set holds purposes and categories of one policy. It is comparable, so that facts can be a cache's key; the zero
// value is empty. Sets of different policies do not mix.
type Set [setWords]uint64

func (s Set) has(i int) bool { return i >= 0 && s[i>>6]&(1<<(i&63)) != 0 }

func (s *Set) add(i int) {
	if i >= 0 {
		s[i>>6] |= 1 << (i & 63)
	}
}

// IsEmpty says that nothing is in the set.
func (s Set) IsEmpty() bool { return s == Set{} }

// and is what both sets hold.
func (s Set) and(t Set) Set {
	for i := range s {
		s[i] &= t[i]
	}
	return s
}
