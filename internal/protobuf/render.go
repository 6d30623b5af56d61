package protobuf

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// render writes one message as JSON.
func (v *View) render(m *message, s span) error {
	o, err := v.open(m, s)
	switch {
	case err != nil:
		return err
	case m.special != plain:
		err = v.renderSpecial(o)
	default:
		v.json = append(v.json, '{')
		err = v.members(o)
		v.json = append(v.json, '}')
	}
	v.close(o)
	return err
}

// open scans a message within those that are open.
func (v *View) open(m *message, s span) (opened, error) {
	o := opened{m: m, s: s, first: len(v.marks), choices: len(v.chosen)}
	v.depth++
	if v.depth > v.limits.Depth {
		return o, &Error{TooDeep, m.name, int64(s.at)}
	}
	err := v.scan(m, s)
	o.last = len(v.marks)
	return o, err
}

func (v *View) close(o opened) {
	v.depth--
	v.marks, v.chosen = v.marks[:o.first], v.chosen[:o.choices]
}

// opened is a message that has been scanned.
type opened struct {
	m           *message
	s           span
	first, last int // of its marks
	choices     int // of its first oneof
}

func (v *View) members(o opened) error {
	for i := o.first; i < o.last; {
		slot := slotOf(v.marks[i])
		from := i
		for i < o.last && slotOf(v.marks[i]) == slot {
			i++
		}
		valid := v.valid(o, from, i)
		if err := v.overwritten(o, from, valid); err != nil {
			return err
		}
		if err := v.member(o, &o.m.fields[slot], valid, i); err != nil {
			return err
		}
	}
	return nil
}

// valid is the first of the marks of a field that no other member of its oneof has overwritten.
func (v *View) valid(o opened, from, to int) int {
	slot := slotOf(v.marks[from])
	oneof := o.m.fields[slot].oneof
	if oneof < 0 {
		return from
	}
	c := v.chosen[o.choices+oneof]
	if c.slot != slot {
		return to
	}
	for offsetOf(v.marks[from]) < c.from {
		from++
	}
	return from
}

// overwritten reads messages that another member of their oneof has overwritten, for what they hold must be known, too.
func (v *View) overwritten(o opened, from, to int) error {
	for ; from < to; from++ {
		m := o.m.fields[slotOf(v.marks[from])].message
		if m == nil {
			continue
		}
		before := len(v.json)
		if err := v.render(m, itemAt(o.s, offsetOf(v.marks[from])).span); err != nil {
			return err
		}
		v.json = v.json[:before]
	}
	return nil
}

// member writes a field whose marks are those from one to another.
func (v *View) member(o opened, f *field, from, to int) error {
	if from == to {
		return nil
	}
	if err := v.room(o.m, o.s.at+offsetOf(v.marks[from])); err != nil {
		return err
	}
	before := len(v.json)
	v.comma()
	v.json = append(v.json, f.key...)
	written, err := v.value(o, f, from, to)
	if !written {
		v.json = v.json[:before]
	}
	return err
}

// value writes the value of a field; nothing where it is the same as the field's absence.
func (v *View) value(o opened, f *field, from, to int) (written bool, err error) {
	switch {
	case f.mapped:
		return true, v.entries(o, f, from, to)
	case f.repeated:
		return v.elements(o, f, from, to)
	case f.message != nil:
		return true, v.renderJoined(f.message, o, from, to)
	default:
		it := v.clipped(f, itemAt(o.s, offsetOf(v.marks[to-1])))
		if !f.presence && it.zero() {
			return false, nil
		}
		v.scalar(f, it)
		return true, nil
	}
}

// renderJoined writes a singular message, which its parts are one behind the other (encoding, "Last One Wins"). Each is
// whole by itself: a value must not go on from one into the next.
func (v *View) renderJoined(m *message, o opened, from, to int) error {
	s := itemAt(o.s, offsetOf(v.marks[from])).span
	if to-from == 1 {
		return v.render(m, s)
	}
	var joined []byte
	for ; from < to; from++ {
		part := itemAt(o.s, offsetOf(v.marks[from])).span
		for at := 0; at < len(part.raw); {
			_, _, n := protowire.ConsumeField(part.raw[at:])
			if n < 0 {
				return &Error{Malformed, m.name, int64(part.at + at)}
			}
			at += n
		}
		joined = append(joined, part.raw...)
	}
	return v.render(m, span{joined, s.at})
}

// elements says that a list with none is not there.
func (v *View) elements(o opened, f *field, from, to int) (written bool, err error) {
	v.json = append(v.json, '[')
	empty := len(v.json)
	for ; from < to; from++ {
		it := itemAt(o.s, offsetOf(v.marks[from]))
		if it.wire == protowire.BytesType && f.wire != protowire.BytesType {
			err = v.packedElements(o, f, it.span)
		} else {
			err = v.element(o, f, it)
		}
		if err != nil {
			return true, err
		}
	}
	written = len(v.json) > empty
	v.json = append(v.json, ']')
	return written, nil
}

func (v *View) packedElements(o opened, f *field, s span) error {
	for at := 0; at < len(s.raw); {
		it, n := f.unpack(s.raw[at:])
		if n < 0 {
			return &Error{Malformed, o.m.name, int64(s.at + at)}
		}
		it.span.at = s.at + at
		if err := v.element(o, f, it); err != nil {
			return err
		}
		at += n
	}
	return nil
}

func (v *View) element(o opened, f *field, it item) error {
	if err := v.room(o.m, it.span.at); err != nil {
		return err
	}
	v.comma()
	if f.message != nil {
		return v.render(f.message, it.span)
	}
	v.scalar(f, it)
	return nil
}

// room refuses a message whose JSON grows too large.
func (v *View) room(m *message, at int) error {
	if len(v.json) > v.limits.View {
		return &Error{TooLarge, m.name, int64(at)}
	}
	return nil
}

// comma separates from what stands before, unless that is the beginning of an object or array.
func (v *View) comma() {
	if n := len(v.json); n > 0 && v.json[n-1] != '{' && v.json[n-1] != '[' {
		v.json = append(v.json, ',')
	}
}
