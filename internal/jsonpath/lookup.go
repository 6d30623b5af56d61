package jsonpath

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"
)

// Lookup gives the value in doc, which must be valid JSON, that a singular query selects, without white space
// around it. Names are compared after unescaping, exactly. It is not ok where there is none, where the query is not singular,
// and where a name on the way is repeated: readers differ in which one they take, so nobody may rely on it.
func (p Path) Lookup(doc []byte) (value []byte, ok bool) { return p.LookupUnder(doc, nil) }

// LookupUnder is Lookup in a value whose members have other names too. A member that is called by a name and one that bears it
// repeat that name.
func (p Path) LookupUnder(doc []byte, names *Names) (value []byte, ok bool) {
	if !p.Singular() {
		return nil, false
	}
	value = bytes.Trim(doc, " \t\r\n")
	ok = len(value) > 0
	var room [maxSought]byte
	for n := 0; ok && n < len(p.segments); n++ {
		s := &p.segments[n].selectors[0]
		if s.kind != selectName {
			value, ok = elementAt(value, s.index)
			continue
		}
		if quoted, only := sought(&room, s.name, value); only && names == nil {
			value, ok = soleMember(value, quoted)
			continue
		}
		value, names, ok = member(value, s.name, names)
	}
	if !ok {
		return nil, false
	}
	return value, true
}

// view lends the bytes of a held value to gjson, which reads strings: a copy of each element for two small look-ups
// would cost more than the look-ups. Nothing of it is kept, and nobody writes to the value meanwhile.
func view(doc []byte) string {
	return unsafe.String(unsafe.SliceData(doc), len(doc)) //nolint:gosec // see above
}

// raw is a value as it is written.
func raw(v gjson.Result) []byte { return bytes.TrimRight([]byte(v.Raw), " \t\r\n") }

// member gives the value of the only member of object with this name. gjson walks; the name is compared here, since its
// paths have characters of their own and it takes the first of a repeated name.
func member(doc []byte, name string, names *Names) (value []byte, below *Names, ok bool) {
	object := gjson.Parse(view(doc))
	if !object.IsObject() {
		return nil, nil, false
	}
	repeated := false
	object.ForEach(func(key, v gjson.Result) bool {
		if len(key.Raw) < len(`""`) {
			return true
		}
		switch written := key.Raw[1 : len(key.Raw)-1]; {
		case names == nil && !equalName(written, name):
			return true
		case names != nil:
			bears := unescape(nil, []byte(written))
			if !names.calls(bears, name) {
				return true
			}
			below = names.of(bears).Below
		}
		repeated, value, ok = ok, raw(v), true
		return !repeated
	})
	return value, below, ok && !repeated
}

func equalName(raw, name string) bool {
	if len(raw) > maxEscape*len(name) {
		return false
	}
	if strings.IndexByte(raw, '\\') < 0 {
		return raw == name
	}
	return string(unescape(make([]byte, 0, len(raw)), []byte(raw))) == name
}

// elementAt gives the element of array at index, counted from the end where it is negative.
func elementAt(doc []byte, index int64) (value []byte, ok bool) {
	array := gjson.Parse(view(doc))
	if !array.IsArray() {
		return value, false
	}
	if index < 0 {
		array.ForEach(func(_, _ gjson.Result) bool {
			index++
			return true
		})
	}
	array.ForEach(func(_, v gjson.Result) bool {
		ok = index == 0
		value = raw(v)
		index--
		return !ok && index >= 0
	})
	return value, ok
}
