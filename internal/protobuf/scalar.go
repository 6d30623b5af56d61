package protobuf

import (
	"encoding/base64"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// zero says that a value is its field's default where that has no presence.
func (it item) zero() bool { return it.number == 0 && len(it.span.raw) == 0 }

// clipped drops the bits of a number that its type has no room for. They are in no JSON, so that the message is lossy.
func (v *View) clipped(f *field, it item) item {
	n := it.number
	switch f.kind {
	case protoreflect.BoolKind:
		n = min(n, 1)
	case protoreflect.EnumKind, protoreflect.Int32Kind:
		n = uint64(int32(n))
	case protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		n = uint64(uint32(n))
	default:
	}
	v.lossy = v.lossy || n != it.number
	it.number = n
	return it
}

// scalar writes one value that is no message.
func (v *View) scalar(f *field, it item) {
	n := v.clipped(f, it).number
	switch f.kind {
	case protoreflect.BoolKind:
		v.json = strconv.AppendBool(v.json, n != 0)
	case protoreflect.EnumKind:
		v.enumValue(f.enum, protoreflect.EnumNumber(n))
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		v.json = strconv.AppendInt(v.json, int64(int32(n)), 10)
	case protoreflect.Sint32Kind:
		v.json = strconv.AppendInt(v.json, protowire.DecodeZigZag(n), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		v.json = strconv.AppendUint(v.json, n, 10)
	case protoreflect.Int64Kind, protoreflect.Sfixed64Kind:
		v.inQuotes(strconv.AppendInt(v.scratch[:0], int64(n), 10))
	case protoreflect.Sint64Kind:
		v.inQuotes(strconv.AppendInt(v.scratch[:0], protowire.DecodeZigZag(n), 10))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		v.inQuotes(strconv.AppendUint(v.scratch[:0], n, 10))
	case protoreflect.FloatKind:
		v.float(float64(math.Float32frombits(uint32(n))), 32)
	case protoreflect.DoubleKind:
		v.float(math.Float64frombits(n), 64)
	case protoreflect.BytesKind:
		v.json = append(v.json, '"')
		v.json = base64.StdEncoding.AppendEncode(v.json, it.span.raw)
		v.json = append(v.json, '"')
	default: // a string
		v.json = quote(v.json, it.span.raw)
	}
}

// inQuotes writes what v.scratch was given.
func (v *View) inQuotes(text []byte) {
	v.scratch = text[:0]
	v.json = append(v.json, '"')
	v.json = append(v.json, text...)
	v.json = append(v.json, '"')
}

func (v *View) enumValue(e *enum, number protoreflect.EnumNumber) {
	name, known := e.names[number]
	switch {
	case e.null:
		v.json = append(v.json, "null"...)
	case known:
		v.json = quote(v.json, []byte(name))
	default:
		v.json = strconv.AppendInt(v.json, int64(number), 10)
	}
}

// float writes a number as ECMAScript does, so that it reads back as the same.
func (v *View) float(x float64, bits int) {
	switch {
	case math.IsNaN(x):
		v.json = append(v.json, `"NaN"`...)
		return
	case math.IsInf(x, 1):
		v.json = append(v.json, `"Infinity"`...)
		return
	case math.IsInf(x, -1):
		v.json = append(v.json, `"-Infinity"`...)
		return
	}
	format := byte('f')
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	v.json = strconv.AppendFloat(v.json, x, format, -1, bits)
	if n := len(v.json); format == 'e' && string(v.json[n-4:n-1]) == "e-0" {
		v.json = append(v.json[:n-2], v.json[n-1])
	}
}
