package protobuf

import (
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// encodeSpecial writes a well-known type from its own form.
func (v *View) encodeSpecial(m *message) (fits bool, err error) {
	switch m.special {
	case anyType:
		return v.encodeAny(m)
	case timestamp, duration, fieldMask:
		return v.encodeWords(m), nil
	case wrapper:
		return v.encodeField(m, m.only(onlyField))
	case structType:
		return v.encodeMap(m.only(onlyField))
	case listValue:
		return v.encodeList(m, m.only(onlyField))
	case valueType:
		return v.encodeValue(m)
	default: // Empty
		value := v.text.value()
		return value[0] == '{', nil
	}
}

func (v *View) encodeValue(m *message) (fits bool, err error) {
	number := valueNumber
	switch v.text.peek() {
	case 'n':
		number = valueNull
	case '"':
		number = valueString
	case 't', 'f':
		number = valueBool
	case '{':
		number = valueStruct
	case '[':
		number = valueListValue
	}
	return v.encodeField(m, m.only(number))
}

// encodeWords reads the types that are a string.
func (v *View) encodeWords(m *message) (fits bool) {
	if v.scratch, fits = unquote(v.scratch[:0], v.text.value()); !fits {
		return false
	}
	text := string(v.scratch)
	var seconds, nanos int64
	switch m.special {
	case fieldMask:
		return v.encodeFieldMask(text)
	case timestamp:
		seconds, nanos, fits = instant(text)
	default:
		seconds, nanos, fits = period(text)
	}
	v.integer(momentSeconds, seconds)
	v.integer(momentNanos, nanos)
	return fits
}

func (v *View) integer(number protowire.Number, x int64) {
	if x != 0 {
		v.out = protowire.AppendTag(v.out, number, protowire.VarintType)
		v.out = protowire.AppendVarint(v.out, uint64(x))
	}
}

// instant reads RFC 3339, or a date that says less.
func instant(text string) (seconds, nanos int64, ok bool) {
	layout := time.RFC3339Nano
	switch len(text) {
	case len("2006"), len("2006-01"), len(time.DateOnly):
		layout = time.DateOnly[:len(text)]
	}
	if i := strings.LastIndexByte(text, '.'); i >= 0 && strings.LastIndexAny(text, "Z+-")-i > len(".999999999") {
		return 0, 0, false
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Unix() < firstSecond || t.Unix() > lastSecond {
		return 0, 0, false
	}
	return t.Unix(), int64(t.Nanosecond()), true
}

// period reads seconds with up to nine digits behind the point, and an s.
func period(text string) (seconds, nanos int64, ok bool) {
	text, ok = strings.CutSuffix(text, "s")
	text, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	natural, err := strconv.ParseUint(whole, 10, 63)
	if !ok || err != nil || natural > longestSeconds || len(fraction) > 9 {
		return 0, 0, false
	}
	if fraction != "" {
		n, err := strconv.ParseUint(fraction+"000000000"[len(fraction):], 10, 32)
		if err != nil {
			return 0, 0, false
		}
		nanos = int64(n)
	}
	if negative {
		return -int64(natural), -nanos, true
	}
	return int64(natural), nanos, true
}

func (v *View) encodeFieldMask(text string) bool {
	if text == "" {
		return true
	}
	for path := range strings.SplitSeq(text, ",") {
		snake, ok := snakeOf(path)
		if !ok {
			return false
		}
		v.out = protowire.AppendTag(v.out, onlyField, protowire.BytesType)
		v.out = protowire.AppendString(v.out, snake)
	}
	return true
}

// encodeAny writes a payload of the type that its JSON names. Where the edit took the type away, or the value of a
// well-known type, nothing is left that could be an Any.
func (v *View) encodeAny(m *message) (fits bool, err error) {
	if v.text.peek() != '{' {
		v.text.value()
		return false, nil
	}
	look := v.text
	url, value, members := find(&look)
	if members == 0 {
		v.text = look
		return true, nil
	}
	var ok bool
	if v.scratch, ok = unquote(v.scratch[:0], url); !ok {
		v.text = look
		return false, nil
	}
	payload := v.schema.byURL(v.scratch)
	if payload == nil {
		v.text = look
		return false, nil
	}
	v.out = protowire.AppendTag(v.out, anyURL, protowire.BytesType)
	v.out = protowire.AppendBytes(v.out, v.scratch)
	before := len(v.out)
	v.out = protowire.AppendTag(v.out, anyPayload, protowire.BytesType)
	from := v.beginLength()
	switch {
	case !payload.hasValue():
		fits, err = v.encode(payload)
	case value < 0:
		v.text = look
		fits = false
	default:
		v.text.at = value
		fits = v.text.peek() != 'n' || payload.special == valueType
		if fits {
			fits, err = v.encode(payload)
		}
		v.text.at = look.at
	}
	if len(v.out) == from {
		v.out = v.out[:before]
	} else {
		v.endLength(from)
	}
	if err == nil && (look.broken || v.text.broken) {
		err = v.refuse(m, Malformed)
	}
	return fits, err
}

// find walks an object for the members that an Any is made of: the type's URL as written, and where the value begins, -1
// where there is none.
func find(c *cursor) (url []byte, value, members int) {
	value = -1
	c.enter()
	for c.more('}') {
		name := c.name()
		at := c.at
		text := c.value()
		members++
		switch string(name) {
		case `"@type"`:
			url = text
		case `"value"`:
			value = at
		}
	}
	return url, value, members
}
