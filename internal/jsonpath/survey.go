package jsonpath

import (
	"hash/maphash"
	"math"
)

// survey is what a query finds inside a value, in one pass over its bytes.
type survey struct {
	first   bool // one node is enough
	careful bool // see whether readers may differ

	nodes  int64  // how many, each as often as the query comes to it
	node   []byte // the first
	either bool   // a name on the way is repeated, so that readers may differ
}

// level is an open container of a pass. Its ways say, for each segment of the query, how often the segments before it
// have come to the container.
type level struct {
	ways   int // where they begin in evaluator.ways
	object bool
	index  int64
	length int64  // where a selector needs it
	serial uint64 // of an object
	names  *Names
}

// survey does as its last argument asks.
func (v *evaluator) survey(q *query, at spot, s survey) survey {
	if !q.absolute {
		return v.inspect(q, at, s)
	}
	for n := range v.known {
		if k := &v.known[n]; k.query == q && k.asked.first == s.first && k.asked.careful == s.careful {
			return k.result
		}
	}
	result := v.inspect(q, v.root, s)
	v.known = append(v.known, known{query: q, asked: s, result: result})
	return result
}

// inspect is survey for what is not known yet.
func (v *evaluator) inspect(q *query, at spot, s survey) survey {
	raw := at.raw
	if len(q.segments) == 0 {
		s.nodes, s.node = 1, raw
		return s
	}
	levels, ways := len(v.levels), len(v.ways)
	v.ways = append(v.ways, 1)
	for range q.segments {
		v.ways = append(v.ways, 0)
	}
	i := v.enter(q, at, 0, ways)
	for len(v.levels) > levels && i < len(raw) && v.left >= 0 && (!s.first || s.nodes == 0) {
		switch c := raw[i]; c {
		case ' ', '\t', '\r', '\n', ',':
			i++
		case ']', '}':
			v.ways = v.ways[:v.levels[len(v.levels)-1].ways]
			v.levels = v.levels[:len(v.levels)-1]
			i++
		default:
			i = v.visit(q, raw, i, &s)
		}
	}
	v.levels, v.ways = v.levels[:levels], v.ways[:ways]
	return s
}

// enter opens the container at i, whose ways are on top and whose names come with the text, and gives the index behind its first byte. Of a scalar it opens nothing.
func (v *evaluator) enter(q *query, within spot, i, ways int) int {
	raw := within.raw
	if raw[i] != '{' && raw[i] != '[' {
		return len(raw)
	}
	v.serial++
	l := level{ways: ways, object: raw[i] == '{', length: unknownLength, serial: v.serial, names: within.names}
	for n := range q.segments {
		if v.ways[ways+n] > 0 && !l.object && l.length == unknownLength && needsLength(&q.segments[n]) {
			l.length = elements(raw[i:])
			v.charge(valueEnd(raw, i) - i)
		}
	}
	v.levels = append(v.levels, l)
	return i + 1
}

// visit settles how often the query comes to the child at i, and gives the index from which to go on: inside it where the query does.
func (v *evaluator) visit(q *query, raw []byte, i int, s *survey) int {
	start := i
	l := &v.levels[len(v.levels)-1]
	var name []byte
	if l.object {
		name, i = nameAt(raw, i)
	}
	child := candidate{name: name, index: l.index, length: l.length, object: l.object, names: l.names, raw: raw, at: i}
	from, serial := l.ways, l.serial
	l.index++
	ways := len(v.ways)
	for range len(q.segments) + 1 {
		v.ways = append(v.ways, 0)
	}
	live, reached := false, false
	for n := range q.segments {
		if v.ways[from+n] == 0 {
			continue
		}
		if q.segments[n].descendant {
			v.ways[ways+n] = add(v.ways[ways+n], v.ways[from+n])
		}
		for k := range q.segments[n].selectors {
			if v.selects(&q.segments[n].selectors[k], &child, s) {
				v.ways[ways+n+1] = add(v.ways[ways+n+1], v.ways[from+n])
			}
		}
	}
	for n := range q.segments {
		live = live || v.ways[ways+n] > 0
	}
	if n := v.ways[ways+len(q.segments)]; n > 0 {
		reached = true
		if s.nodes == 0 && !s.first {
			s.node = raw[i:child.extent()]
			v.charge(len(s.node))
		}
		s.nodes = add(s.nodes, n)
	}
	inside := live && kindOf(raw[i]) <= Array
	if s.careful && child.object && (live || reached || child.asked) && v.again(name, serial, inside || reached) {
		s.either = true
	}
	if inside {
		v.charge(i - start)
		return v.enter(q, spot{raw, v.below(child.names, name, child.object)}, i, ways)
	}
	v.ways = v.ways[:ways]
	end := child.extent()
	v.charge(end - start)
	return end
}

// add saturates.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// candidate is a child that selectors may select.
type candidate struct {
	name          []byte // as written
	index, length int64
	object        bool   // it is a member
	names         *Names // of its object
	raw           []byte
	at, end       int  // in raw; end is 0 where it is not known
	asked         bool // a filter was asked, which may answer otherwise of another occurrence of the name
}

func (c *candidate) extent() int {
	if c.end == 0 {
		c.end = valueEnd(c.raw, c.at)
	}
	return c.end
}

func (v *evaluator) selects(sel *selector, c *candidate, s *survey) bool {
	switch sel.kind {
	case selectWildcard:
		return true
	case selectName:
		return c.object && v.named(c.name, sel.name, c.names)
	case selectFilter:
		c.asked = true
		value := spot{c.raw[c.at:c.extent()], v.below(c.names, c.name, c.object)}
		if v.charge(len(value.raw)); s.careful && v.may(sel.filter.top, value, true) && v.may(sel.filter.top, value, false) {
			s.either = true
		}
		return v.may(sel.filter.top, value, true)
	default:
		return !c.object && sel.matchesElement(c.index, c.length)
	}
}

// again notes a name in an object and reports whether it was there before, if either occurrence matters. That two names are taken for one is as
// unlikely as a collision of a keyed hash of 64 bits, and then readers are held to differ.
func (v *evaluator) again(name []byte, object uint64, matters bool) bool {
	if v.seen == nil {
		v.seen, v.seed = map[uint64]bool{}, maphash.MakeSeed()
	}
	key := maphash.Bytes(v.seed, v.text(&v.room, name)) ^ object*0x9E3779B97F4A7C15
	mattered, before := v.seen[key]
	v.seen[key] = mattered || matters
	return before && (mattered || matters)
}

// repeats reports whether a name is repeated in an object, or in any inside a value where deep.
func (v *evaluator) repeats(raw []byte, deep bool) bool {
	v.charge(len(raw))
	if !deep {
		all := childrenOf(raw)
		v.serial++
		for name, _, ok := all.next(); ok; name, _, ok = all.next() {
			if all.object && v.again(name, v.serial, true) {
				return true
			}
		}
		return false
	}
	levels := len(v.levels)
	defer func() { v.levels = v.levels[:levels] }()
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case '{', '[':
			v.serial++
			v.levels = append(v.levels, level{object: c == '{', serial: v.serial})
			i++
		case '}', ']':
			v.levels = v.levels[:max(len(v.levels)-1, levels)]
			i++
		case ' ', '\t', '\r', '\n', ',':
			i++
		case '"':
			if len(v.levels) == levels || !v.levels[len(v.levels)-1].object {
				i = stringEnd(raw, i)
				continue
			}
			name, value := nameAt(raw, i)
			if v.again(name, v.levels[len(v.levels)-1].serial, true) {
				return true
			}
			if i = value; i < len(raw) && raw[i] == '"' {
				i = stringEnd(raw, i)
			}
		default:
			i += scalarBytes(raw[i:])
		}
	}
	return false
}
