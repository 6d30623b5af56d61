package websocket

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// frame is written by hand, so that it can be wrong.
type frame struct {
	first   byte // final bit, reserved bits, opcode
	payload string
	key     string // four bytes; "" for a frame that is not masked
	form    int    // of the length: 0 as short as can be, 16 or 64 bits
	top     bool   // the first bit of a length of 64 bits
}

func (f frame) bytes() []byte {
	var mask byte
	if f.key != "" {
		mask = 0x80
	}
	n := len(f.payload)
	form := f.form
	if form == 0 && n > 125 {
		form = 16
	}
	if form == 16 && n > 65535 {
		form = 64
	}
	out := []byte{f.first}
	switch form {
	case 16:
		out = binary.BigEndian.AppendUint16(append(out, mask|126), uint16(n))
	case 64:
		long := uint64(n)
		if f.top {
			long |= 1 << 63
		}
		out = binary.BigEndian.AppendUint64(append(out, mask|127), long)
	default:
		out = append(out, mask|byte(n))
	}
	out = append(out, f.key...)
	for i := range n {
		b := f.payload[i]
		if f.key != "" {
			b ^= f.key[i%4]
		}
		out = append(out, b)
	}
	return out
}

func joined(frames ...frame) []byte {
	var out []byte
	for _, f := range frames {
		out = append(out, f.bytes()...)
	}
	return out
}

// sent is what must go out: these very bytes, or one frame with this text.
type sent struct {
	exact []byte
	text  string
}

// refSize is the size of the frame at the beginning of b, 0 where it is not here yet.
func refSize(b []byte) (head int, length uint64, whole bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	head, length = 2, uint64(b[1]&0x7F)
	switch length {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	at := head
	if b[1]&0x80 != 0 {
		head += 4
	}
	if len(b) < head {
		return head, 0, false
	}
	switch at {
	case 4:
		length = uint64(b[2])<<8 | uint64(b[3])
	case 10:
		length = 0
		for _, c := range b[2:10] {
			length = length<<8 | uint64(c)
		}
	}
	return head, length, true
}

// reference reads a direction the slow way: frame by frame, every message joined anew.
func reference(input []byte, c Config) (out []sent, code Code, at int) {
	var message []byte // frames of the open message
	var joinedText string
	open, begun, heads := false, 0, 0
	for at < len(input) {
		head, length, whole := refSize(input[at:])
		if !whole {
			return out, 0, 0
		}
		first := input[at]
		op := first & 0xF
		final := first&0x80 != 0
		long := head
		if input[at+1]&0x80 != 0 {
			long -= 4
		}
		minimal := long == 2 || long == 4 && length > 125 || long == 10 && length > 65535
		switch {
		case first&0x70 != 0, op > 2 && op < 8, op > 10, (input[at+1]&0x80 != 0) != (c.From == Client):
			return out, 1002, at
		case op >= 8 && (!final || length > 125 || !minimal), !minimal, length>>63 != 0:
			return out, 1002, at
		case op == 2:
			return out, 1003, at
		case op == 0 && !open, op == 1 && open:
			return out, 1002, at
		case op < 8 && (length > uint64(c.Limit) || len(joinedText)+int(length) > c.Limit):
			return out, 1009, at
		case op < 8 && open && heads+head > 64<<10:
			return out, 1009, at
		}
		if uint64(len(input)-at-head) < length {
			return out, 0, 0
		}
		raw := input[at : at+head+int(length)]
		payload := []byte(strings.Clone(string(raw[head:])))
		if c.From == Client {
			for i := range payload {
				payload[i] ^= raw[head-4+i%4]
			}
		}
		if op >= 8 {
			if op == 8 {
				if wrong := refClose(payload); wrong != 0 {
					return out, wrong, at
				}
			}
			out = append(out, sent{exact: raw})
			if op == 8 {
				return out, 0, 0
			}
			at += len(raw)
			continue
		}
		if !open {
			open, begun, message, joinedText, heads = true, at, nil, "", 0
		}
		message, joinedText, heads = append(message, raw...), joinedText+string(payload), heads+head
		at += len(raw)
		if !final {
			continue
		}
		open = false
		if !utf8.ValidString(joinedText) {
			return out, 1007, begun
		}
		filtered, err := c.Filter([]byte(joinedText))
		if failure, ok := errors.AsType[*Error](err); ok {
			return out, failure.Code, begun
		}
		if err != nil {
			return out, 1008, begun
		}
		if string(filtered) == joinedText {
			out = append(out, sent{exact: message})
		} else {
			out = append(out, sent{text: string(filtered)})
		}
		joinedText = ""
	}
	return out, 0, 0
}

func refClose(payload []byte) Code {
	if len(payload) == 0 {
		return 0
	}
	if len(payload) == 1 {
		return 1002
	}
	switch code := int(payload[0])<<8 | int(payload[1]); code {
	case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014:
	default:
		if code < 3000 || code > 4999 {
			return 1002
		}
	}
	if !utf8.Valid(payload[2:]) {
		return 1007
	}
	return 0
}

var errRude = errors.New("rude")

// censor is the filter of the tests.
func censor(message []byte) ([]byte, error) {
	switch {
	case bytes.Contains(message, []byte("malformed")):
		return nil, &Error{Code: Malformed, Detail: "not what it claims to be"}
	case bytes.Contains(message, []byte("rude")):
		return nil, errRude
	default:
		return bytes.ReplaceAll(message, []byte("s3cr3t"), []byte("-")), nil
	}
}

// read feeds a direction in pieces that end where cut says.
func read(t *testing.T, c Config, input []byte, cut func(rest int) int) (out []byte, err error) {
	t.Helper()
	s := New(c)
	for rest := input; len(rest) > 0; {
		n := cut(len(rest))
		piece := bytes.Clone(rest[:n])
		got, failed := s.Feed(piece)
		if !bytes.Equal(piece, rest[:n]) {
			t.Fatal("what was fed has changed")
		}
		out = append(out, got...)
		if failed != nil && err == nil {
			err = failed
		}
		if err != nil && failed == nil {
			t.Fatal("an error is not final")
		}
		rest = rest[n:]
	}
	return out, err
}

// matches asserts what has gone out.
func matches(t *testing.T, from Side, got []byte, want []sent) {
	t.Helper()
	for i, w := range want {
		if w.exact != nil {
			if !bytes.HasPrefix(got, w.exact) {
				t.Fatalf("output %d: %x does not begin with the bytes %x", i, got, w.exact)
			}
			got = got[len(w.exact):]
			continue
		}
		head, length, whole := refSize(got)
		if !whole || uint64(len(got)-head) < length {
			t.Fatalf("output %d is no whole frame: %x", i, got)
		}
		f := frame{first: 0x81, payload: w.text}
		if from == Client {
			f.key = string(got[head-4 : head])
		}
		if one := f.bytes(); !bytes.Equal(one, got[:head+int(length)]) {
			t.Fatalf("output %d is %x, want one frame %x", i, got[:head+int(length)], one)
		}
		got = got[head+int(length):]
	}
	if len(got) > 0 {
		t.Fatalf("%x more has gone out", got)
	}
}

// agrees holds a Stream against the reference.
func agrees(t *testing.T, c Config, input []byte, cut func(rest int) int) {
	t.Helper()
	want, code, at := reference(input, c)
	got, err := read(t, c, input, cut)
	matches(t, c.From, got, want)
	fails(t, err, code, at)
}

func fails(t *testing.T, err error, code Code, at int) {
	t.Helper()
	if code == 0 {
		if err != nil {
			t.Fatalf("an error, %v, where there is none", err)
		}
		return
	}
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.Code != code || failure.At != int64(at) || failure.Detail == "" {
		t.Fatalf("the error is %v, want code %d at offset %d", err, code, at)
	}
}
