package protobuf

import (
	"math"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The bounds of google.protobuf.Timestamp and Duration.
const (
	firstSecond    = -62_135_596_800 // 0001-01-01T00:00:00Z
	lastSecond     = 253_402_300_799 // 9999-12-31T23:59:59Z
	longestSeconds = 315_576_000_000 // 10,000 years
	second         = 1_000_000_000   // nanoseconds
)

// renderSpecial writes a well-known type in its own form.
func (v *View) renderSpecial(o opened) error {
	switch o.m.special {
	case anyType:
		return v.renderAny(o)
	case timestamp:
		return v.renderTimestamp(o)
	case duration:
		return v.renderDuration(o)
	case fieldMask:
		return v.renderFieldMask(o)
	case wrapper:
		v.scalar(o.m.only(onlyField), v.lastOf(o, onlyField))
		return nil
	case structType:
		return v.whole(o, "{}")
	case listValue:
		return v.whole(o, "[]")
	case valueType:
		return v.renderValue(o)
	default: // Empty
		v.json = append(v.json, "{}"...)
		return nil
	}
}

// lastOf is the last occurrence of a field, or its zero value.
func (v *View) lastOf(o opened, number protowire.Number) item {
	it := item{span: span{at: o.s.at}}
	for _, mark := range v.marks[o.first:o.last] {
		if o.m.fields[slotOf(mark)].number == number {
			it = itemAt(o.s, offsetOf(mark))
		}
	}
	return it
}

// whole writes a Struct or ListValue, which is what its only field is.
func (v *View) whole(o opened, none string) error {
	before := len(v.json)
	written := false
	var err error
	if o.first < o.last {
		written, err = v.value(o, o.m.only(onlyField), o.first, o.last)
	}
	if !written {
		v.json = append(v.json[:before], none...)
	}
	return err
}

func (v *View) renderValue(o opened) error {
	found := false
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
		if from = valid; from == i {
			continue
		}
		f := &o.m.fields[slot]
		if f.number == valueNumber {
			if x := math.Float64frombits(itemAt(o.s, offsetOf(v.marks[i-1])).number); math.IsNaN(x) || math.IsInf(x, 0) {
				return unrepresentable(o)
			}
		}
		found = true
		if _, err := v.value(o, f, from, i); err != nil {
			return err
		}
	}
	if !found {
		return unrepresentable(o)
	}
	return nil
}

func unrepresentable(o opened) error { return &Error{Unrepresentable, o.m.name, int64(o.s.at)} }

// moment reads the fields of a Timestamp or Duration.
func (v *View) moment(o opened) (seconds, nanos int64) {
	n := v.clipped(o.m.only(momentNanos), v.lastOf(o, momentNanos)).number
	return int64(v.lastOf(o, momentSeconds).number), int64(n)
}

func (v *View) renderTimestamp(o opened) error {
	seconds, nanos := v.moment(o)
	if seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos >= second {
		return unrepresentable(o)
	}
	v.json = append(v.json, '"')
	v.json = time.Unix(seconds, 0).UTC().AppendFormat(v.json, "2006-01-02T15:04:05")
	v.fraction(nanos)
	v.json = append(v.json, `Z"`...)
	return nil
}

func (v *View) renderDuration(o opened) error {
	seconds, nanos := v.moment(o)
	if seconds < -longestSeconds || seconds > longestSeconds || nanos <= -second || nanos >= second ||
		seconds > 0 && nanos < 0 || seconds < 0 && nanos > 0 {
		return unrepresentable(o)
	}
	v.json = append(v.json, '"')
	if seconds < 0 || nanos < 0 {
		v.json = append(v.json, '-')
		seconds, nanos = -seconds, -nanos
	}
	v.json = strconv.AppendInt(v.json, seconds, 10)
	v.fraction(nanos)
	v.json = append(v.json, `s"`...)
	return nil
}

// fraction writes 0, 3, 6 or 9 digits behind the point.
func (v *View) fraction(nanos int64) {
	if nanos == 0 {
		return
	}
	digits := 9
	for nanos%1000 == 0 {
		nanos /= 1000
		digits -= 3
	}
	v.json = append(v.json, '.')
	for unit := [...]int64{3: 100, 6: 100_000, 9: 100_000_000}[digits]; unit > 0; unit /= 10 {
		v.json = append(v.json, byte('0'+nanos/unit%10))
	}
}

// renderFieldMask refuses a path that would not read back as it was.
func (v *View) renderFieldMask(o opened) error {
	v.json = append(v.json, '"')
	for i := o.first; i < o.last; i++ {
		path := string(itemAt(o.s, offsetOf(v.marks[i])).span.raw)
		camel, ok := camelOf(path)
		if !ok {
			return unrepresentable(o)
		}
		if i > o.first {
			v.json = append(v.json, ',')
		}
		v.json = append(v.json, camel...)
	}
	v.json = append(v.json, '"')
	return nil
}

// camelOf turns a path of .proto names into one of JSON names.
func camelOf(path string) (camel string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '_' && i+1 < len(path) && 'a' <= path[i+1] && path[i+1] <= 'z' {
			i++
			c = path[i] - 'a' + 'A'
		} else if c == '_' || 'A' <= c && c <= 'Z' {
			return "", false
		}
		b.WriteByte(c)
	}
	return b.String(), protoreflect.FullName(path).IsValid()
}

// snakeOf is the reverse of camelOf.
func snakeOf(path string) (snake string, ok bool) {
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c == '_':
			return "", false
		case 'A' <= c && c <= 'Z':
			b.WriteByte('_')
			b.WriteByte(c - 'A' + 'a')
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), protoreflect.FullName(b.String()).IsValid()
}

// renderAny writes the payload as its type says, with the URL of the type before it.
func (v *View) renderAny(o opened) error {
	url, payload := v.lastOf(o, anyURL), v.lastOf(o, anyPayload)
	if url.zero() && payload.zero() {
		v.json = append(v.json, "{}"...)
		return nil
	}
	m := v.schema.byURL(url.span.raw)
	if m == nil {
		return &Error{UnknownType, o.m.name, int64(o.s.at)}
	}
	v.json = append(v.json, `{"@type":`...)
	v.scalar(o.m.only(anyURL), url)
	var err error
	if m.hasValue() {
		v.json = append(v.json, `,"value":`...)
		err = v.render(m, payload.span)
	} else {
		var inner opened
		if inner, err = v.open(m, payload.span); err == nil {
			err = v.members(inner)
			v.close(inner)
		}
	}
	v.json = append(v.json, '}')
	return err
}
