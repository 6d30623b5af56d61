package jsonpath

import "slices"

func (e *Editor) pushHold(h hold) {
	h.nameFrom = len(e.names)
	e.names = append(e.names, e.name...)
	e.holds = append(e.holds, h)
	if len(e.holds) == 1 {
		e.reread = 0
	}
}

// place gives the innermost hold as its Visitor knows it.
func (e *Editor) place() Place {
	h := &e.holds[len(e.holds)-1]
	p := Place{Paths: h.st.selecting(h.kind), Kind: h.kind, Offset: h.offset}
	if h.named {
		p.Name = e.names[h.nameFrom:]
	}
	return p
}

// leaveHold ends a hold that was descended into.
func (e *Editor) leaveHold() {
	if e.holds[len(e.holds)-1].st != nil {
		e.visitor.Leave(e.place())
	}
	e.popHold()
}

func (e *Editor) popHold() {
	last := len(e.holds) - 1
	e.names = e.names[:e.holds[last].nameFrom]
	e.holds = e.holds[:last]
}

func (e *Editor) heldBytes() int {
	if e.spilled {
		return len(e.held)
	}
	return 0
}

// failHold refuses the innermost held value.
func (e *Editor) failHold(i int) int {
	e.fail(TooLarge, i)
	h := &e.holds[len(e.holds)-1]
	e.scan.shift = int(e.base + int64(i) - h.offset)
	switch {
	case h.st == nil && e.set.rooted && len(e.frames) == 1:
		e.blame = e.set.rootedPaths()
	case h.st == nil:
		e.blame = e.next.measuringPaths()
	case h.st.asking:
		e.blame = h.st.askingPaths()
	default:
		e.blame = slices.Clone(h.st.accept)
	}
	return i
}

// settle carries out the answer about a held value which is now complete: what held has of it and p from start to end.
func (e *Editor) settle(p []byte, start, end int) int {
	value := p[start:end]
	if e.spilled {
		e.held = append(e.held, value...)
		value = e.held
	}
	if len(e.holds) > 1 {
		if e.reread += len(value); e.reread > rereads*e.limits.Held {
			return e.failHold(start)
		}
	}
	if len(e.frames) == 1 {
		e.filters.begin(spot{value, e.set.root})
	}
	v := Verdict{Do: Descend}
	if h := &e.holds[len(e.holds)-1]; h.st != nil && h.st.asking {
		if !e.answer(h.st, value, h.offset+int64(len(value))) {
			return e.failHold(start)
		}
		v = e.consult(h, value)
	} else if h.st != nil {
		v = e.visitor.Held(e.place(), value)
	}
	switch {
	case v.Do == Descend:
		return e.descend(p, start, end)
	case v.Do == Replace && len(v.Value) > 0:
		e.replace(p, start, v.Value)
	default:
		e.discard(p, start)
	}
	e.popHold()
	e.mark, e.spilled = end, false
	return end
}

// consult asks the Visitor about a value that was held for its filters, if they let a path select it.
func (e *Editor) consult(h *hold, value []byte) Verdict {
	if h.st = e.next; len(h.st.accept) == 0 {
		h.st = nil
		return Verdict{Do: Descend}
	}
	v := e.visitor.Visit(e.place())
	if v.Do == Hold {
		return e.visitor.Held(e.place(), value)
	}
	if v.Do == Descend {
		h.st = nil // it was not held as far as the Visitor knows, so that no Leave is due
	}
	return v
}

// descend goes on inside the held value, in place where the chunk has all of it.
func (e *Editor) descend(p []byte, start, end int) int {
	e.keep(p, start)
	h := e.holds[len(e.holds)-1]
	spilled := e.spilled
	e.spilled = false
	if h.kind > Array || e.next.dead {
		if spilled {
			e.out = append(e.out, e.held...)
			e.mark = end
		}
		e.leaveHold()
		return end
	}
	value := p[start:end]
	if spilled {
		value = e.held
	}
	f := frame{object: h.kind == Object, length: unknownLength, held: true}
	if h.kind == Array && e.next.measured {
		f.length = elements(value)
	}
	if !spilled {
		return e.push(f, start+1)
	}
	base := e.base
	e.base, e.mark = h.offset, 0
	e.push(f, 1)
	if i := e.walk(value, 1); e.at == atFailure {
		offset := e.base + int64(i-e.scan.shift)
		e.base = base
		e.scan.shift = int(base + int64(end) - offset)
		return end
	}
	e.flush(value, len(value))
	e.base, e.mark = base, end
	return end
}

// elements counts those of an array, which is valid; of a broken one it counts some.
func elements(array []byte) int64 {
	i := blank(array, 1)
	if i >= len(array) || array[i] == ']' {
		return 0
	}
	n := int64(1)
	for {
		i = blank(array, valueEnd(array, i))
		if i >= len(array) || array[i] != ',' {
			return n
		}
		n++
		i = blank(array, i+1)
	}
}
