package jsonpath

import "bytes"

// pair is two containers being compared.
type pair struct {
	left, right children
	size        int64 // children of either
}

// compare is section 2.3.5.2.2; nil is Nothing. Either says that a name is repeated in a compared value, so that readers may differ.
func (v *evaluator) compare(op comparison, a, b []byte) (holds, either bool) {
	if op == isGreater || op == isGreaterOrEqual {
		a, b = b, a
	}
	switch op {
	case isLess, isGreater:
		return v.less(a, b), false
	case isLessOrEqual, isGreaterOrEqual:
		if v.less(a, b) {
			return true, false
		}
	default:
	}
	equal, either := v.equal(a, b)
	return equal == (op != isUnequal), either
}

// less orders numbers and strings.
func (v *evaluator) less(a, b []byte) bool {
	if a == nil || b == nil || !v.charge(len(a)+len(b)) {
		return false
	}
	switch kind := kindOf(a[0]); {
	case kind != kindOf(b[0]):
		return false
	case kind == Number:
		return compareDecimals(decimalOf(a), decimalOf(b)) < 0
	case kind == String:
		return bytes.Compare(v.text(&v.room, a[1:len(a)-1]), v.text(&v.other, b[1:len(b)-1])) < 0
	default:
		return false
	}
}

func (v *evaluator) equal(a, b []byte) (equal, either bool) {
	if a == nil || b == nil {
		return a == nil && b == nil, false
	}
	if equal, deep := v.alike(a, b); !deep {
		return equal, false
	}
	if v.repeats(a, true) || v.repeats(b, true) {
		return false, true
	}
	if v.pairs = v.pairs[:0]; !v.descend(a, b) {
		return false, false
	}
	for len(v.pairs) > 0 && v.left >= 0 {
		p := &v.pairs[len(v.pairs)-1]
		name, left, more := p.left.next()
		if !more {
			v.pairs = v.pairs[:len(v.pairs)-1]
			continue
		}
		right, found := v.counterpart(p, name)
		if !found {
			return false, false
		}
		equal, deep := v.alike(left, right)
		if !equal && (!deep || !v.descend(left, right)) {
			return false, false
		}
	}
	return true, false
}

// alike compares two values without looking into containers of one kind: deep says that this is needed.
func (v *evaluator) alike(a, b []byte) (equal, deep bool) {
	v.charge(len(a) + len(b))
	kind := kindOf(a[0])
	if kind != kindOf(b[0]) {
		return false, false
	}
	switch kind {
	case Number:
		return compareDecimals(decimalOf(a), decimalOf(b)) == 0, false
	case String:
		return bytes.Equal(v.text(&v.room, a[1:len(a)-1]), v.text(&v.other, b[1:len(b)-1])), false
	case Object, Array:
		return false, true
	default:
		return true, false
	}
}

// descend begins to compare two containers of one kind, unless their sizes tell them apart.
func (v *evaluator) descend(a, b []byte) bool {
	p := pair{left: childrenOf(a), right: childrenOf(b)}
	v.charge(len(a) + len(b))
	p.size = p.left.count()
	v.pairs = append(v.pairs, p)
	return p.size == p.right.count()
}

// counterpart gives what stands in the right container where the left one has its child at hand: the next element, or
// the member of this name. Its search goes on from the last member found, since most objects keep an order.
func (v *evaluator) counterpart(p *pair, name []byte) (value []byte, found bool) {
	if !p.left.object {
		_, value, found = p.right.next()
		return value, found
	}
	name = v.text(&v.room, name)
	for n := p.size; n > 0 && v.left >= 0; n-- {
		other, value, more := p.right.next()
		if !more {
			p.right.at = 1
			other, value, _ = p.right.next()
		}
		v.charge(len(other) + len(value))
		if string(v.text(&v.other, other)) == string(name) {
			return value, true
		}
	}
	return nil, false
}
