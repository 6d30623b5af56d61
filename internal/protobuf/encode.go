package protobuf

import (
	"math/bits"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func (v *View) refuse(m *message, kind ErrorKind) error {
	return &Error{kind, m.name, int64(min(v.text.at, len(v.text.raw)))}
}

// encode writes the message that the next value is, without a length. What does not fit has written something that the
// caller drops; the cursor is behind the value then, too.
func (v *View) encode(m *message) (fits bool, err error) {
	v.depth++
	defer func() { v.depth-- }()
	if v.depth > v.limits.Depth {
		return false, v.refuse(m, TooDeep)
	}
	if m.special != plain {
		fits, err = v.encodeSpecial(m)
	} else if fits = v.text.peek() == '{'; fits {
		err = v.encodeMembers(m)
	} else {
		v.text.value()
	}
	if err == nil && v.text.broken {
		err = v.refuse(m, Malformed)
	}
	return fits, err
}

// encodeMembers writes the members of an object. "@type" is no field, but stands among those of a payload of Any.
func (v *View) encodeMembers(m *message) error {
	missing := slices.Clone(m.required)
	v.text.enter()
	for v.text.more('}') {
		slot, known := v.slot(m)
		if !known {
			v.text.value()
			continue
		}
		fits, err := v.encodeMember(m, &m.fields[slot])
		if err != nil {
			return err
		}
		if fits == wrote && len(missing) > 0 {
			missing = slices.DeleteFunc(missing, func(one int) bool { return one == slot })
		}
	}
	if len(missing) > 0 && !v.text.broken {
		return v.refuse(m, Required)
	}
	return nil
}

// slot reads a member's name. One that an edit brought in and that is no field is removed.
func (v *View) slot(m *message) (slot int, known bool) {
	var ok bool
	v.scratch, ok = unquote(v.scratch[:0], v.text.name())
	if slot, known = m.members[string(v.scratch)]; ok && known {
		return slot, true
	}
	if string(v.scratch) != "@type" {
		v.removed++
	}
	return 0, false
}

// written is what became of a member.
type written uint8

const (
	unfit  written = iota // removed, and counted
	absent                // null, or the value that stands for absence
	wrote
)

func (v *View) encodeMember(m *message, f *field) (written, error) {
	before := len(v.out)
	if v.text.peek() == 'n' && !f.nullable() {
		v.text.value()
		return absent, nil
	}
	var fits bool
	var err error
	switch {
	case f.mapped:
		fits, err = v.encodeMap(f)
	case f.repeated:
		fits, err = v.encodeList(m, f)
	default:
		fits, err = v.encodeField(m, f)
	}
	if !fits {
		v.out = v.out[:before]
		v.removed++
		return unfit, err
	}
	return wrote, err
}

// nullable says that the field's type has a null of its own.
func (f *field) nullable() bool {
	return !f.repeated && !f.mapped && f.ownNull()
}

func (f *field) ownNull() bool {
	return f.message != nil && f.message.special == valueType || f.enum != nil && f.enum.null
}

// encodeField writes the tag and the value of a singular field or of one element.
func (v *View) encodeField(m *message, f *field) (fits bool, err error) {
	before := len(v.out)
	v.out = protowire.AppendTag(v.out, f.number, f.wire)
	switch {
	case f.message == nil:
		value := len(v.out)
		fits = v.encodeScalar(f)
		if fits && !f.presence && !f.repeated && zeroWire(v.out[value:]) {
			v.out = v.out[:before]
		}
	case f.kind == protoreflect.GroupKind:
		fits, err = v.encode(f.message)
		v.out = protowire.AppendTag(v.out, f.number, protowire.EndGroupType)
	default:
		from := v.beginLength()
		fits, err = v.encode(f.message)
		v.endLength(from)
	}
	if err == nil && v.text.broken {
		err = v.refuse(m, Malformed)
	}
	return fits, err
}

func zeroWire(value []byte) bool {
	for _, b := range value {
		if b != 0 {
			return false
		}
	}
	return true
}

// encodeList drops the elements that do not fit.
func (v *View) encodeList(m *message, f *field) (fits bool, err error) {
	if v.text.peek() != '[' {
		v.text.value()
		return false, nil
	}
	var from int
	begin := len(v.out)
	if f.packed {
		v.out = protowire.AppendTag(v.out, f.number, protowire.BytesType)
		from = v.beginLength()
	}
	empty := len(v.out)
	v.text.enter()
	for v.text.more(']') {
		before := len(v.out)
		fits = v.text.peek() != 'n' || f.ownNull()
		switch {
		case !fits:
			v.text.value()
		case f.packed:
			fits = v.encodeScalar(f)
		default:
			fits, err = v.encodeField(m, f)
		}
		if err != nil {
			return false, err
		}
		if !fits {
			v.out = v.out[:before]
			v.removed++
		}
	}
	switch {
	case len(v.out) == empty:
		v.out = v.out[:begin]
	case f.packed:
		v.endLength(from)
	}
	return true, nil
}

// encodeMap drops the entries of which the key or the value does not fit.
func (v *View) encodeMap(f *field) (fits bool, err error) {
	if v.text.peek() != '{' {
		v.text.value()
		return false, nil
	}
	v.text.enter()
	for v.text.more('}') {
		before := len(v.out)
		v.out = protowire.AppendTag(v.out, f.number, protowire.BytesType)
		from := v.beginLength()
		if fits, err = v.encodeEntry(f.message); err != nil {
			return false, err
		}
		if fits {
			v.endLength(from)
		} else {
			v.out = v.out[:before]
			v.removed++
		}
	}
	return true, nil
}

func (v *View) encodeEntry(entry *message) (fits bool, err error) {
	key, value := entry.only(entryKey), entry.only(entryValue)
	name := v.text.name()
	v.out = protowire.AppendTag(v.out, key.number, key.wire)
	if !v.keyOf(key, name) || v.text.peek() == 'n' && !value.ownNull() {
		v.text.value()
		return false, nil
	}
	return v.encodeField(entry, value)
}

// beginLength leaves a byte for the length of what follows.
func (v *View) beginLength() (from int) {
	v.out = append(v.out, 0)
	return len(v.out)
}

func (v *View) endLength(from int) {
	length := len(v.out) - from
	more := (bits.Len(uint(length)|1)+6)/7 - 1 // bytes of the length beyond the first
	for range more {
		v.out = append(v.out, 0)
	}
	copy(v.out[from+more:], v.out[from:from+length])
	protowire.AppendVarint(v.out[:from-1], uint64(length))
}
