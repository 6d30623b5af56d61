package jsonpath

// task is what becomes of the bytes of a value that is only being checked.
type task uint8

const (
	taskFlow task = iota
	taskDrop
	taskHold
)

// rereads bounds the bytes read again within the outermost hold, as a multiple of Limits.Held: without a bound
// a deep document in which every level is held would take the square of its length.
const rereads = 64

// hold is a value that is held, or whose end a frame waits for after it was.
type hold struct {
	st       *state // its paths, or those whose filters ask for it; nil where the Visitor is not asked about it
	kind     Kind
	offset   int64
	nameFrom int // in Editor.names
	named    bool
}

// visit asks about the value at i, where next accepts, and carries the answer out. Filters are asked first.
func (e *Editor) visit(p []byte, i int) int {
	if question := e.next; question.asking {
		if !e.ask(p, i) {
			if e.filters.left < 0 {
				e.blame = question.askingPaths()
				return e.fail(TooLarge, i)
			}
			e.pushHold(hold{st: question, kind: kindOf(p[i]), offset: e.base + int64(i), named: e.name != nil})
			return e.begin(taskHold, p, i)
		}
		if len(e.next.accept) == 0 {
			e.keep(p, i)
			e.at = atKept
			return i
		}
	}
	kind := kindOf(p[i])
	place := Place{Paths: e.next.selecting(kind), Name: e.name, Kind: kind, Offset: e.base + int64(i)}
	v := e.visitor.Visit(place)
	if v.Do == Descend {
		e.keep(p, i)
		e.at = atKept
		return i
	}
	end := wholeScalar(p, i)
	if v.Do == Hold {
		if end == 0 || !e.holdsAtOnce(end-i) {
			e.pushHold(hold{st: e.next, kind: place.Kind, offset: place.Offset, named: e.name != nil})
			return e.begin(taskHold, p, i)
		}
		if v = e.visitor.Held(place, p[i:end]); v.Do == Descend {
			e.keep(p, i)
			e.visitor.Leave(place)
			e.at = atAfter
			return end
		}
	}
	if v.Do == Replace && len(v.Value) > 0 {
		e.replace(p, i, v.Value)
	} else {
		e.discard(p, i)
	}
	if end == 0 {
		return e.begin(taskDrop, p, i)
	}
	e.mark, e.at = end, atAfter
	return end
}

// wholeScalar gives the index behind the scalar that begins at i, or 0 where it is none, where the chunk does not have
// all of it, or where it takes more than a glance. Most values that rules meet are such, and need no hold.
func wholeScalar(p []byte, i int) int {
	switch c := p[i]; {
	case c == '"':
		if end := plain(p, i+1); end < len(p) && p[end] == '"' {
			return end + 1
		}
		return 0
	case c == '-' || isDigit(c):
		return wholeNumber(p, i)
	case c == 't' || c == 'f' || c == 'n':
		return wholeWord(p, i)
	default:
		return 0
	}
}

// holdsAtOnce says that a value of n bytes is within the limits of a hold, and counts it among what is read again.
func (e *Editor) holdsAtOnce(n int) bool {
	if n > e.limits.Held || len(e.holds) > 0 && e.reread+n > rereads*e.limits.Held {
		return false
	}
	if len(e.holds) > 0 {
		e.reread += n
	}
	return true
}

// enter opens the container at i. An array in which places are counted from its end is held until its length is known,
// and the document where a filter asks for the whole of it.
func (e *Editor) enter(p []byte, i int) int {
	if p[i] == '[' && e.next.measured || len(e.frames) == 1 && e.set.rooted {
		e.name = nil
		e.pushHold(hold{kind: kindOf(p[i]), offset: e.base + int64(i)})
		return e.begin(taskHold, p, i)
	}
	if len(e.frames) > e.limits.Depth {
		return e.fail(TooDeep, i)
	}
	return e.push(frame{object: p[i] == '{', length: unknownLength}, i+1)
}

// push opens a container whose first byte stands before i.
func (e *Editor) push(f frame, i int) int {
	st := e.next
	f.st, f.other, f.sieve, f.careful = st, st.other.Load(), st.sieve, st.careful
	if f.other == nil || !f.object {
		f.other = st.restOf(f.object)
	}
	e.frames = append(e.frames, f)
	e.at = atFirstElement
	if f.object {
		e.at = atFirstName
	}
	if f.careful {
		e.sep = i
	}
	return i
}

// leave closes the innermost container.
func (e *Editor) leave() {
	last := len(e.frames) - 1
	held := e.frames[last].held
	e.frames = e.frames[:last]
	if held {
		e.leaveHold()
	}
}

// begin reads the value at i to its end, or to that of the chunk.
func (e *Editor) begin(t task, p []byte, i int) int {
	e.at, e.task = atSkip, t
	e.scan.start(e.limits.Depth - (len(e.frames) - 1))
	return e.skip(p, i)
}

// skip goes on with the value that begin began.
func (e *Editor) skip(p []byte, i int) int {
	within := p
	if e.task == taskHold {
		// One byte more, for only the byte behind a number tells that it has ended.
		if most := e.limits.Held - e.heldBytes() + 1; len(p)-i > most {
			within = p[:i+most]
		}
	}
	end := e.scan.skip(within, i)
	switch {
	case e.scan.at == atFailure:
		e.at = atFailure
		return end
	case e.task == taskHold && e.heldBytes()+end-i > e.limits.Held:
		return e.failHold(i)
	case e.scan.at != atEnd:
		e.cutValue(p, i)
		return end
	}
	e.at = atAfter
	switch e.task {
	case taskHold:
		return e.settle(p, i, end)
	case taskDrop:
		e.mark = end
	case taskFlow:
	}
	return end
}

// cutValue stores what the end of the chunk interrupts.
func (e *Editor) cutValue(p []byte, i int) {
	switch e.task {
	case taskHold:
		if !e.spilled {
			e.spilled, e.held = true, e.held[:0]
			if e.sep >= 0 {
				e.flush(p, e.sep)
				e.pend = append(e.pend, p[e.sep:i]...)
				e.sep = -1
			} else {
				e.flush(p, i)
			}
		}
		e.held = append(e.held, p[i:]...)
		e.mark = len(p)
	case taskDrop:
		e.mark = len(p)
	case taskFlow:
	}
}

// replace writes value in place of the one that begins at i.
func (e *Editor) replace(p []byte, i int, value []byte) {
	e.keep(p, i)
	e.flush(p, i)
	e.out = append(e.out, value...)
}
