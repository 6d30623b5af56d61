package view

import "bytes"

// splice is what goes out of the body. Offsets are those in the body.
type splice struct {
	out        []byte // what goes out before the bytes from kept on
	changed    bool   // out is in use
	kept       int64  // the bytes from here on are not in out
	gone       int64  // nothing more happens to the bytes before
	cut        int    // places that are open within the value that goes or is replaced, itself counted
	replaced   bool   // it is replaced, so that its end tag stays
	behindText bool   // what was kept last is a run of text
	gap        int64  // what stood before this was removed from behind text; -1
	with       []byte // text that replaces a value
}

// removedMark keeps two runs of text apart between which something has been removed.
const removedMark = "<?removed?>"

// finish gives what goes out.
func (x *XML) finish() []byte {
	if !x.changed {
		rest := x.buf[x.kept-x.base : x.gone-x.base]
		x.kept = x.gone
		return rest
	}
	x.flush()
	out := x.out
	x.out, x.changed = x.out[:0], false
	return out
}

func (x *XML) flush() {
	if x.gone > x.kept {
		x.out = append(x.out, x.buf[x.kept-x.base:x.gone-x.base]...)
		x.kept = x.gone
	}
	x.changed = true
}

// keep lets out the bytes up to an offset.
func (x *XML) keep(to int64) { x.gone = max(x.gone, to) }

// drop leaves out the bytes up to an offset.
func (x *XML) drop(to int64) {
	if to > x.gone {
		x.flush()
		x.gone, x.kept = to, to
	}
}

// write puts text behind what is kept.
func (x *XML) write(text string) {
	x.flush()
	x.out = append(x.out, text...)
}

// raw is the body between two offsets.
func (x *XML) raw(from, to int64) []byte { return x.buf[from-x.base : to-x.base] }

// apply does what was said of the place at a mark.
func (x *XML) apply(m *mark) {
	if x.cut > 0 {
		x.leave(m)
		return
	}
	if x.gap >= 0 && m.what != anAttribute {
		x.reach(m)
	}
	if m.what == textEnds {
		x.behindText = true
		return
	}
	e, value, found := edit{}, []byte(nil), false
	if m.what != elementEnds && m.what != documentEnds {
		e, value, found = x.carrier.editAt(m.at)
	}
	switch {
	case !found:
		x.behindText = x.behindText && m.what == anAttribute
	case m.what == theDocument:
		// The root element comes next: the one member of the object that is removed.
		m = &x.marks[x.next]
		x.next++
		x.replaceElement(m, x.textOf(e, value))
	case m.what == anAttribute:
		x.editAttribute(m, e, value)
	case e.replaced || m.at == x.root:
		x.replaceElement(m, x.textOf(e, value))
	default:
		x.remove(m)
	}
}

// textOf gives the text that replaces a value.
func (x *XML) textOf(e edit, value []byte) []byte {
	x.with = x.with[:0]
	if e.replaced {
		x.with = append(x.with, textOf(value)...)
	}
	return x.with
}

// leave passes the marks within a value that goes or is replaced, up to its end.
func (x *XML) leave(m *mark) {
	switch m.what {
	case anElement, aText:
		x.cut++
	case elementEnds, textEnds:
		x.cut--
		if x.cut > 0 {
			return
		}
		if x.replaced {
			x.drop(m.begin())
			x.behindText = m.what == textEnds
			return
		}
		x.drop(m.to())
		x.removed()
	default:
	}
}

// remove takes an element or a run of text away.
func (x *XML) remove(m *mark) {
	x.keep(m.from)
	if m.what == aWhole {
		x.drop(m.to())
		x.removed()
		return
	}
	x.drop(m.to())
	x.cut, x.replaced = 1, false
}

// removed notes what would bring two runs of text together.
func (x *XML) removed() {
	if x.behindText {
		x.gap = x.gone
	}
}

// reach looks at what follows a gap.
func (x *XML) reach(m *mark) {
	if m.what == aText || m.begin() > x.gap {
		x.closeGap()
	}
	x.gap = -1
}

func (x *XML) closeGap() {
	x.write(removedMark)
	x.gap, x.behindText = -1, false
}

// editAttribute removes or replaces an attribute.
func (x *XML) editAttribute(m *mark, e edit, value []byte) {
	x.keep(m.from)
	if !e.replaced {
		x.drop(m.to())
		return
	}
	written := x.raw(m.from, m.to())
	quote := written[len(written)-1]
	x.keep(m.from + int64(bytes.IndexByte(written, quote)) + 1)
	x.out = appendXMLText(x.flushed(), x.textOf(e, value), true)
	x.drop(m.to() - 1)
}

// flushed is flush for those who write to out themselves.
func (x *XML) flushed() []byte {
	x.flush()
	return x.out
}

// replaceElement gives an element or a run of text other content.
func (x *XML) replaceElement(m *mark, text []byte) {
	x.behindText = m.what == aText
	tag := m.begin()
	for x.next < len(x.marks) && x.marks[x.next].what == anAttribute {
		x.keep(x.marks[x.next].from)
		x.drop(x.marks[x.next].to())
		x.next++
	}
	switch {
	case m.what != aWhole:
		x.keep(m.to())
		x.out = appendXMLText(x.flushed(), text, false)
		x.cut, x.replaced = 1, true
	case len(text) == 0:
		x.keep(m.to())
	default:
		end := m.to() - 2
		for end > x.gone && isWhite(x.buf[end-1-x.base]) {
			end--
		}
		name := x.raw(tag+1, m.to())
		name = name[:nameEnd(name)]
		x.keep(end)
		x.drop(m.to())
		x.write(">")
		x.out = append(appendXMLText(x.out, text, false), "</"...)
		x.out = append(append(x.out, name...), '>')
	}
}
