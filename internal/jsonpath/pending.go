package jsonpath

// flush lets the bytes at hand before to go out.
func (e *Editor) flush(p []byte, to int) {
	if to > e.mark {
		e.out = append(e.out, p[e.mark:to]...)
	}
	e.mark = to
}

// waiting counts the bytes that wait for a verdict, up to i.
func (e *Editor) waiting(i int) int {
	if e.sep < 0 {
		return len(e.pend)
	}
	return len(e.pend) + i - e.sep
}

// keep lets go what waits up to i, since its value is kept. Where all before it were removed, their comma goes,
// and the white space behind it gives way to that before the first of them.
func (e *Editor) keep(p []byte, i int) {
	f := &e.frames[len(e.frames)-1]
	if f.kept && len(e.pend) == 0 {
		e.sep = -1
		return
	}
	first := e.firstWaiting(p, i)
	if first == ',' && !f.kept {
		at := e.sep
		skipped := separator(e.pend)
		if skipped == len(e.pend) && at >= 0 {
			at += separatorAfter(e.pend, p[at:i])
		}
		if e.sep >= 0 {
			e.flush(p, e.sep)
			e.mark = at
		}
		e.out = append(e.out, e.lead...)
		e.out = append(e.out, e.pend[skipped:]...)
	} else if len(e.pend) > 0 {
		e.out = append(e.out, e.pend...)
	}
	f.kept = true
	e.settleWaiting()
}

// release lets go what waits in a container that turned out empty.
func (e *Editor) release() {
	if len(e.pend) > 0 {
		e.out = append(e.out, e.pend...)
	}
	e.settleWaiting()
}

func (e *Editor) settleWaiting() {
	e.pend = e.pend[:0]
	e.sep = -1
}

// discard drops what waits and the bytes at hand up to i: its value is removed.
func (e *Editor) discard(p []byte, i int) {
	if len(e.frames) == 1 {
		e.flush(p, i)
		e.out = append(e.out, "null"...)
		return
	}
	if f := &e.frames[len(e.frames)-1]; !f.kept && e.firstWaiting(p, i) != ',' {
		e.lead = append(e.lead[:0], e.pend[:blank(e.pend, 0)]...)
		if len(e.lead) == len(e.pend) && e.sep >= 0 {
			e.lead = append(e.lead, p[e.sep:blank(p[:i], e.sep)]...)
		}
	}
	if e.sep >= 0 {
		e.flush(p, e.sep)
	}
	e.mark = i
	e.settleWaiting()
}

// firstWaiting gives the first byte that waits, or 0.
func (e *Editor) firstWaiting(p []byte, i int) byte {
	switch {
	case len(e.pend) > 0:
		return e.pend[0]
	case e.sep >= 0 && e.sep < i:
		return p[e.sep]
	default:
		return 0
	}
}

// separator counts the bytes of the comma that waiting begins with and of the white space behind it.
func separator(waiting []byte) int {
	if len(waiting) == 0 {
		return 0
	}
	return blank(waiting, 1)
}

// separatorAfter is separator for the part that stands in the chunk at hand.
func separatorAfter(pend, waiting []byte) int {
	if len(pend) == 0 {
		return separator(waiting)
	}
	return blank(waiting, 0)
}

// suspend stores what the end of the chunk interrupts and gives back where the bytes that may go out end.
func (e *Editor) suspend(p []byte) int {
	end := len(p)
	if e.sep >= 0 {
		end = e.sep
		e.pend = append(e.pend, p[e.sep:]...)
		e.sep = len(p)
		if len(e.pend) > e.limits.Token {
			e.fail(TooLarge, len(p))
			e.scan.shift = len(e.pend)
			return end
		}
		if e.at == atColon || e.at == atValue {
			e.ownName()
		}
	}
	return end
}

// ownName takes the name at hand out of the chunk, which its value will outlive.
func (e *Editor) ownName() {
	if e.name != nil {
		e.room = append(e.room[:0], e.name...)
		e.name = e.room
	}
}

// failWaiting refuses what waits up to i as too long.
func (e *Editor) failWaiting(i int) int {
	e.fail(TooLarge, i)
	e.scan.shift = e.waiting(i)
	return i
}
