package protobuf

import (
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// span is a message in the wire's bytes, and where it stands in the whole.
type span struct {
	raw []byte
	at  int
}

// choice is which member of a oneof counts: the last, from where no other has come between.
type choice struct {
	slot int // -1 where there is none
	from int
}

// A mark is the slot of a field and the offset of one occurrence in its message, so that sorted marks are grouped by field
// and stand in the order of the wire.
func markOf(slot, offset int) uint64 { return uint64(slot)<<32 | uint64(offset) }

func slotOf(mark uint64) int { return int(mark >> 32) }

func offsetOf(mark uint64) int { return int(mark & (1<<32 - 1)) }

// mostReread is how often a message may be gone through to find the ends of its groups: only tags tell where a group ends,
// so that each level of nesting reads all that is below it.
const mostReread = 32

// scan reads a message to its end and leaves its marks and choices behind those that are there. It refuses what the
// descriptor set does not know.
func (v *View) scan(m *message, s span) error {
	first, choices := len(v.marks), len(v.chosen)
	for range m.oneofs {
		v.chosen = append(v.chosen, choice{slot: -1})
	}
	sorted := true
	for at := 0; at < len(s.raw); {
		number, wire, n := protowire.ConsumeTag(s.raw[at:])
		if n < 0 {
			return &Error{Malformed, m.name, int64(s.at + at)}
		}
		slot, known := m.slots[number]
		if !known || !m.fields[slot].takes(wire) {
			return &Error{UnknownField, m.name, int64(s.at + at)}
		}
		length := protowire.ConsumeFieldValue(number, wire, s.raw[at+n:])
		if length < 0 {
			return &Error{Malformed, m.name, int64(s.at + at)}
		}
		if wire == protowire.StartGroupType {
			if v.reread += length; v.reread > mostReread*len(v.wire) {
				return &Error{TooDeep, m.name, int64(s.at + at)}
			}
		}
		if err := m.fields[slot].legible(m, s, at, n); err != nil {
			return err
		}
		mark := markOf(slot, at)
		sorted = sorted && (len(v.marks) == first || v.marks[len(v.marks)-1] < mark)
		v.marks = append(v.marks, mark)
		if oneof := m.fields[slot].oneof; oneof >= 0 {
			v.choose(&v.chosen[choices+oneof], choice{slot, at})
		}
		at += n + length
	}
	if !sorted {
		slices.Sort(v.marks[first:])
	}
	return v.complete(m, s, v.marks[first:])
}

// legible refuses a string that is not UTF-8, wherever it stands.
func (f *field) legible(m *message, s span, at, tag int) error {
	if f.kind != protoreflect.StringKind {
		return nil
	}
	if text, n := protowire.ConsumeBytes(s.raw[at+tag:]); !utf8.Valid(text) {
		return &Error{Malformed, m.name, int64(s.at + at + tag + n - len(text))}
	}
	return nil
}

func (v *View) choose(now *choice, next choice) {
	switch now.slot {
	case next.slot:
	case -1:
		*now = next
	default:
		*now = next
		v.lossy = true
	}
}

// complete looks for required fields and for singular ones that came twice.
func (v *View) complete(m *message, s span, marks []uint64) error {
	for i := 1; i < len(marks); i++ {
		slot := slotOf(marks[i])
		f := &m.fields[slot]
		v.lossy = v.lossy || slot == slotOf(marks[i-1]) && !f.repeated && !f.mapped
	}
	for _, slot := range m.required {
		if _, found := slices.BinarySearchFunc(marks, slot, func(mark uint64, slot int) int { return slotOf(mark) - slot }); !found {
			return &Error{Required, m.name, int64(s.at)}
		}
	}
	return nil
}

// item is one occurrence of a field: a number, or bytes.
type item struct {
	wire   protowire.Type
	number uint64
	span   span
}

// itemAt reads an occurrence that scan has found to be whole.
func itemAt(s span, offset int) item {
	number, wire, n := protowire.ConsumeTag(s.raw[offset:])
	rest := s.raw[offset+n:]
	it := item{wire: wire, span: span{at: s.at + offset}}
	switch wire {
	case protowire.VarintType:
		it.number, _ = protowire.ConsumeVarint(rest)
	case protowire.Fixed32Type:
		fixed, _ := protowire.ConsumeFixed32(rest)
		it.number = uint64(fixed)
	case protowire.Fixed64Type:
		it.number, _ = protowire.ConsumeFixed64(rest)
	case protowire.BytesType:
		it.span.raw, n = protowire.ConsumeBytes(rest)
		it.span.at = s.at + len(s.raw) - len(rest) + n - len(it.span.raw)
	case protowire.StartGroupType:
		it.span.raw, _ = protowire.ConsumeGroup(number, rest)
		it.span.at = s.at + len(s.raw) - len(rest)
	default:
	}
	return it
}

// unpack takes the next number off a packed list; n is how long it was, negative where there is none.
func (f *field) unpack(raw []byte) (it item, n int) {
	it.wire = f.wire
	switch f.wire {
	case protowire.VarintType:
		it.number, n = protowire.ConsumeVarint(raw)
	case protowire.Fixed32Type:
		var fixed uint32
		fixed, n = protowire.ConsumeFixed32(raw)
		it.number = uint64(fixed)
	case protowire.Fixed64Type:
		it.number, n = protowire.ConsumeFixed64(raw)
	default:
		n = -1
	}
	return it, n
}
