package jsonpath

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// evaluator says what a filter makes of a value, which is valid JSON. Where a name is repeated, readers differ in which
// occurrence they take; whatever one of them may find, the filter finds. Hence every question is whether an expression
// may come out as wanted. Queries with wildcards, filters or descendants, and functions of them, may come out either way
// as soon as they pass a repeated name.
//
// It recurses over the filter only, never over the value.
type evaluator struct {
	root  spot    // the document, where a filter asks for it
	known []known // of the root
	left  int64   // bytes it may still read; below 0 its answers mean nothing

	spots  []spot  // values on the way of singular queries, and operands; used as a stack
	levels []level // open containers of walks; used as a stack
	ways   []int64 // of levels, and of the child at hand
	room   []byte  // unescaped texts
	other  []byte
	digits []byte // results of functions
	pairs  []pair // open containers of a comparison

	seed    maphash.Seed
	seen    map[uint64]bool // names in objects, and whether they matter
	serial  uint64          // of the object at hand
	pattern *pattern        // the last that came out of a document,
	source  []byte          // and its text
	sourced bool            // whether it had to match as a whole
}

// known is what a query that begins at the root finds, whatever value the filter asks about.
type known struct {
	query  *query
	spots  []spot // of a singular one
	asked  survey // of another
	result survey
}

// spot is a value within the document, or Nothing where it has no bytes.
type spot struct {
	raw   []byte
	names *Names // of its members
}

// begin makes ready for a document, or for the whole of it where that is at hand.
func (v *evaluator) begin(root spot) {
	v.root = root
	clear(v.known)
	v.known = v.known[:0]
}

// allow makes ready for one filter and value; n is how many bytes may be read.
func (v *evaluator) allow(n int64) {
	v.left = n
	v.spots, v.levels, v.ways, v.pairs, v.digits = v.spots[:0], v.levels[:0], v.ways[:0], v.pairs[:0], v.digits[:0]
	if len(v.seen) > mostSeen {
		v.seen = nil // clearing costs what the map once held
	} else {
		clear(v.seen)
	}
}

// mostSeen names are what a map may have held and still be used again.
const mostSeen = 1 << 10

// charge counts what was read.
func (v *evaluator) charge(n int) bool {
	v.left -= int64(n) + 1
	return v.left >= 0
}

// may reports whether the expression may come out as wanted for some reader.
func (v *evaluator) may(x *expression, at spot, want bool) bool {
	if v.left < 0 {
		return true
	}
	switch x.kind {
	case isAnyOf, isAllOf:
		// One part decides where an alternative is to be true or a conjunction false; else all must agree.
		one := want == (x.kind == isAnyOf)
		for _, part := range x.parts {
			if v.may(part, at, want) == one {
				return one
			}
		}
		return !one
	case isNot:
		return v.may(x.parts[0], at, !want)
	case isExistence:
		return v.mayExist(x.query, at, want)
	default:
		return v.mayHold(x, at, want)
	}
}

// mayHold is may for what has two operands.
func (v *evaluator) mayHold(x *expression, at spot, want bool) bool {
	from := len(v.spots)
	leftAny := v.operand(x.left, at)
	middle := len(v.spots)
	rightAny := v.operand(x.right, at)
	found := leftAny || rightAny || v.anyPair(x, from, middle, want)
	v.spots = v.spots[:from]
	return found
}

// anyPair tries every pair of operands that readers may find.
func (v *evaluator) anyPair(x *expression, from, middle int, want bool) bool {
	for _, left := range v.spots[from:middle] {
		for _, right := range v.spots[middle:] {
			var either, got bool
			if x.kind == isMatch {
				got = v.match(left.raw, right.raw, x)
			} else {
				got, either = v.compare(x.op, left.raw, right.raw)
			}
			if either || got == want || v.left < 0 {
				return true
			}
		}
	}
	return false
}

// mayExist is may for an existence test.
func (v *evaluator) mayExist(q *query, at spot, want bool) bool {
	if q.singular {
		from := len(v.spots)
		v.follow(q, at)
		found := false
		for _, s := range v.spots[from:] {
			found = found || (s.raw != nil) == want
		}
		v.spots = v.spots[:from]
		return found
	}
	if want {
		return v.survey(q, at, survey{first: true}).nodes > 0
	}
	s := v.survey(q, at, survey{careful: true})
	return s.nodes == 0 || s.either
}

// operand puts on the stack what readers may find as an operand. It may be anything where either.
func (v *evaluator) operand(o *operand, at spot) (either bool) {
	switch o.kind {
	case isLiteral:
		v.push(spot{raw: o.literal})
	case isQuery:
		v.follow(o.query, at)
	case isLength:
		from := len(v.spots)
		either = v.operand(o.of, at)
		for n := from; n < len(v.spots); n++ {
			length, unsure := v.length(v.spots[n].raw)
			v.spots[n].raw = length
			either = either || unsure
		}
	case isCount:
		s := v.survey(o.query, at, survey{careful: true})
		v.push(spot{raw: v.number(s.nodes)})
		either = s.either
	case isValue:
		s := v.survey(o.query, at, survey{careful: true})
		if s.nodes != 1 {
			s.node = nil
		}
		v.push(spot{raw: s.node})
		either = s.either
	}
	return either
}

func (v *evaluator) push(s spot) { v.spots = append(v.spots, s) }

// start gives where a query begins.
func (v *evaluator) start(q *query, at spot) spot {
	if q.absolute {
		return v.root
	}
	return at
}

// follow puts on the stack what readers may find behind a singular query, and Nothing where one may find none.
func (v *evaluator) follow(q *query, at spot) {
	if !q.absolute {
		v.lead(q, at)
		return
	}
	for n := range v.known {
		if k := &v.known[n]; k.query == q {
			v.spots = append(v.spots, k.spots...)
			return
		}
	}
	from := len(v.spots)
	v.lead(q, at)
	v.known = append(v.known, known{query: q, spots: slices.Clone(v.spots[from:])})
}

// lead is follow for what is not known yet.
func (v *evaluator) lead(q *query, at spot) {
	from := len(v.spots)
	v.push(v.start(q, at))
	lost := false
	for n := range q.segments {
		next := len(v.spots)
		for k := from; k < next; k++ {
			before := len(v.spots)
			v.step(&q.segments[n].selectors[0], v.spots[k])
			lost = lost || len(v.spots) == before
		}
		v.spots = v.spots[:from+copy(v.spots[from:], v.spots[next:])]
	}
	if lost {
		v.push(spot{})
	}
}

// step puts on the stack the children that a name or an index selects.
func (v *evaluator) step(s *selector, from spot) {
	raw := from.raw
	all := childrenOf(raw)
	if all.object != (s.kind == selectName) {
		return
	}
	index, length := int64(0), int64(unknownLength)
	if s.needsLength() {
		v.charge(len(raw))
		length = all.count()
	}
	for name, value, ok := all.next(); ok; name, value, ok = all.next() {
		if s.kind == selectName && v.named(name, s.name, from.names) || s.matchesElement(index, length) {
			v.push(spot{value, v.below(from.names, name, all.object)})
		}
		if index++; s.kind == selectIndex && s.index >= 0 && index > s.index {
			break
		}
	}
	v.charge(min(all.at, len(raw)))
}

// named reports whether a member, by its name as written, is called what is asked for.
func (v *evaluator) named(raw []byte, name string, names *Names) bool {
	if names == nil && len(raw) > maxEscape*len(name) {
		return false
	}
	return names.calls(v.text(&v.room, raw), name)
}

// below gives the names inside a member or an element.
func (v *evaluator) below(names *Names, member []byte, object bool) *Names {
	if names == nil || !object {
		return names
	}
	return names.of(v.text(&v.room, member)).Below
}

// text unescapes what stands between quotes, into room where it must.
func (v *evaluator) text(room *[]byte, raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	*room = unescape((*room)[:0], raw)
	return *room
}
