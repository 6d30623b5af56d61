package protobuf

import (
	"encoding/base64"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// encodeScalar writes the next value, without a tag, if the field can hold it.
func (v *View) encodeScalar(f *field) (fits bool) {
	raw := v.text.value()
	switch f.kind {
	case protoreflect.BoolKind:
		return v.encodeBool(string(raw))
	case protoreflect.StringKind, protoreflect.BytesKind:
		return v.encodeText(f, raw)
	case protoreflect.EnumKind:
		return v.encodeEnum(f.enum, raw)
	default:
		if raw[0] != '"' {
			return v.encodeNumber(f, string(raw))
		}
		// ProtoJSON takes numbers in quotes.
		v.scratch, fits = unquote(v.scratch[:0], raw)
		return fits && len(v.scratch) > 0 && v.encodeNumber(f, string(v.scratch))
	}
}

func (v *View) encodeBool(word string) bool {
	switch word {
	case "true":
		v.out = append(v.out, 1)
	case "false":
		v.out = append(v.out, 0)
	default:
		return false
	}
	return true
}

func (v *View) encodeText(f *field, raw []byte) (fits bool) {
	if v.scratch, fits = unquote(v.scratch[:0], raw); !fits {
		return false
	}
	if f.kind == protoreflect.BytesKind {
		return v.encodeBase64(v.scratch)
	}
	v.out = protowire.AppendBytes(v.out, v.scratch)
	return true
}

// encodeBase64 takes either alphabet, with or without padding, as ProtoJSON does. It changes the text.
func (v *View) encodeBase64(text []byte) bool {
	for i, c := range text {
		switch c {
		case '-':
			text[i] = '+'
		case '_':
			text[i] = '/'
		case '\r', '\n': // base64 would skip them
			return false
		}
	}
	n := len(text)
	for n > 0 && len(text)-n < 2 && text[n-1] == '=' {
		n--
	}
	if n != len(text) && len(text)%4 != 0 {
		return false
	}
	var err error
	v.out = protowire.AppendVarint(v.out, uint64(base64.RawStdEncoding.DecodedLen(n)))
	v.out, err = base64.RawStdEncoding.AppendDecode(v.out, text[:n])
	return err == nil
}

func (v *View) encodeEnum(e *enum, raw []byte) bool {
	if e.null && string(raw) == "null" {
		v.out = append(v.out, 0)
		return true
	}
	if raw[0] != '"' {
		x, ok := integer(string(raw), 32)
		v.out = protowire.AppendVarint(v.out, uint64(x))
		return ok
	}
	var ok bool
	v.scratch, ok = unquote(v.scratch[:0], raw)
	number, known := e.numbers[string(v.scratch)]
	v.out = protowire.AppendVarint(v.out, uint64(number))
	return ok && known
}

func (v *View) encodeNumber(f *field, text string) bool {
	switch f.kind {
	case protoreflect.FloatKind:
		x, ok := decimal(text, 32)
		v.out = protowire.AppendFixed32(v.out, math.Float32bits(float32(x)))
		return ok
	case protoreflect.DoubleKind:
		x, ok := decimal(text, 64)
		v.out = protowire.AppendFixed64(v.out, math.Float64bits(x))
		return ok
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		x, ok := natural(text, f.bits())
		v.out = protowire.AppendVarint(v.out, x)
		return ok
	case protoreflect.Fixed32Kind:
		x, ok := natural(text, 32)
		v.out = protowire.AppendFixed32(v.out, uint32(x))
		return ok
	case protoreflect.Fixed64Kind:
		x, ok := natural(text, 64)
		v.out = protowire.AppendFixed64(v.out, x)
		return ok
	default:
		return v.encodeInteger(f, text)
	}
}

func (v *View) encodeInteger(f *field, text string) bool {
	x, ok := integer(text, f.bits())
	switch f.kind {
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		v.out = protowire.AppendVarint(v.out, uint64(x))
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		v.out = protowire.AppendVarint(v.out, protowire.EncodeZigZag(x))
	case protoreflect.Sfixed32Kind:
		v.out = protowire.AppendFixed32(v.out, uint32(x))
	case protoreflect.Sfixed64Kind:
		v.out = protowire.AppendFixed64(v.out, uint64(x))
	default:
		return false
	}
	return ok
}

func (f *field) bits() int {
	switch f.kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Uint32Kind, protoreflect.Sfixed32Kind:
		return 32
	default:
		return 64
	}
}

// exact is the largest number up to which every integer is a float64.
const exact = 1 << 53

// integer takes 1e3 and 1.0 too, as ProtoJSON does.
func integer(text string, bits int) (int64, bool) {
	if x, err := strconv.ParseInt(text, 10, bits); err == nil {
		return x, text[0] != '+'
	}
	x, ok := decimal(text, 64)
	if !ok || x != math.Trunc(x) || math.Abs(x) > exact || bits == 32 && (x < math.MinInt32 || x > math.MaxInt32) {
		return 0, false
	}
	return int64(x), true
}

func natural(text string, bits int) (uint64, bool) {
	if x, err := strconv.ParseUint(text, 10, bits); err == nil {
		return x, true
	}
	x, ok := decimal(text, 64)
	if !ok || x != math.Trunc(x) || x < 0 || x > exact || bits == 32 && x > math.MaxUint32 {
		return 0, false
	}
	return uint64(x), true
}

// decimal takes what ProtoJSON writes for a float or double; not the other notations of Go.
func decimal(text string, bits int) (float64, bool) {
	switch text {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	if text[0] == '+' {
		return 0, false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c|0x20 != 'e' {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(text, bits)
	return x, err == nil
}

// keyOf writes a map's key. Keys of numbers and booleans stand in quotes.
func (v *View) keyOf(f *field, name []byte) bool {
	if len(name) == 0 {
		return false
	}
	if f.kind == protoreflect.StringKind {
		return v.encodeText(f, name)
	}
	var ok bool
	if v.scratch, ok = unquote(v.scratch[:0], name); !ok || len(v.scratch) == 0 {
		return false
	}
	if f.kind == protoreflect.BoolKind {
		return v.encodeBool(string(v.scratch))
	}
	return v.encodeNumber(f, string(v.scratch))
}
