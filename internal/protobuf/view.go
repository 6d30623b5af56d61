package protobuf

import "bytes"

// keptBuffer is how large a buffer may be to stay for the next message.
const keptBuffer = 256 << 10

// View is one message as JSON. Its buffers are used again for the next message, of whatever type; it is not safe for
// concurrent use. While it reads a message it holds the JSON and eight bytes for each field that occurs; while it writes,
// the new message.
type View struct {
	schema *Schema
	table  *message // of the message in hand; nil where there is none
	limits Limits
	wire   []byte
	lossy  bool // the wire says more than the JSON
	depth  int
	reread int // bytes of groups

	json   []byte
	marks  []uint64 // of the fields of open messages: slot and offset
	chosen []choice // by oneof, of open messages

	text    cursor
	out     []byte
	scratch []byte
	removed int
}

// Read gives a message as JSON. It is valid until the next call of Read; wire must stay as it is until the last call of
// Write. Errors are *Error.
func (v *View) Read(m Message, wire []byte, limits Limits) (json []byte, err error) {
	v.limits = limits.orDefault()
	v.schema, v.table, v.wire, v.lossy, v.depth = m.schema, nil, wire, false, 0
	v.reread = 0
	v.json, v.marks, v.chosen = v.json[:0], v.marks[:0], v.chosen[:0]
	switch {
	case m.table == nil:
		return nil, &Error{Kind: UnknownType}
	case len(wire) > v.limits.Size:
		return nil, &Error{Kind: TooLarge, Type: m.table.name}
	}
	if err = v.render(m.table, span{raw: wire}); err != nil {
		return nil, err
	}
	v.table = m.table
	return v.json, nil
}

// Write gives the message that the JSON of the latest Read is after an edit, and how many members and elements were
// removed from it because their fields cannot hold what the edit made of them. JSON that was not edited gives the bytes
// that were read, save where they hold values that the JSON does not. The result is valid until the next call of Read or
// Write. Errors are *Error.
func (v *View) Write(edited []byte) (wire []byte, removed int, err error) {
	if v.table == nil {
		return nil, 0, &Error{Kind: Malformed}
	}
	if !v.lossy && bytes.Equal(edited, v.json) {
		return v.wire, 0, nil
	}
	v.text, v.out, v.removed, v.depth = cursor{raw: edited}, v.out[:0], 0, 0
	fits, err := v.encode(v.table)
	switch {
	case err != nil:
		return nil, 0, err
	case !fits: // the edit took the message away
		v.out = v.out[:0]
		v.removed++
		if len(v.table.required) > 0 {
			return nil, 0, v.refuse(v.table, Required)
		}
	case !v.text.ended():
		return nil, 0, v.refuse(v.table, Malformed)
	}
	return v.out, v.removed, nil
}

// Release forgets the message and gives buffers back that are large.
func (v *View) Release() {
	v.schema, v.table, v.wire, v.text = nil, nil, nil, cursor{}
	if cap(v.json)+cap(v.out)+cap(v.scratch)+8*cap(v.marks) > keptBuffer {
		*v = View{}
	}
}
