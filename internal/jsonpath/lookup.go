package jsonpath

import (
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
	at := gjson.Parse(view(doc))
	if !at.Exists() {
		return nil, false
	}
	for n := range p.segments {
		s := &p.segments[n].selectors[0]
		if s.kind == selectName {
			at, names, ok = member(at, s.name, names)
		} else {
			at, ok = elementAt(at, s.index)
		}
		if !ok {
			return nil, false
		}
	}
	return []byte(strings.TrimRight(at.Raw, " \t\r\n")), true
}

// view lends the bytes of a held value to gjson, which reads strings: a copy of each element for two small look-ups
// would cost more than the look-ups. Nothing of it is kept, and nobody writes to the value meanwhile.
func view(doc []byte) string {
	return unsafe.String(unsafe.SliceData(doc), len(doc)) //nolint:gosec // see above
}

// member gives the value of the only member of object with this name. gjson walks; the name is compared here, since its
// paths have characters of their own and it takes the first of a repeated name.
func member(object gjson.Result, name string, names *Names) (value gjson.Result, below *Names, ok bool) {
	if !object.IsObject() {
		return value, nil, false
	}
	repeated := false
	object.ForEach(func(key, v gjson.Result) bool {
		if len(key.Raw) < len(`""`) {
			return true
		}
		switch raw := key.Raw[1 : len(key.Raw)-1]; {
		case names == nil && !equalName(raw, name):
			return true
		case names != nil:
			bears := unescape(nil, []byte(raw))
			if !names.calls(bears, name) {
				return true
			}
			below = names.of(bears).Below
		}
		repeated, value, ok = ok, v, true
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
func elementAt(array gjson.Result, index int64) (value gjson.Result, ok bool) {
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
		value = v
		index--
		return !ok && index >= 0
	})
	return value, ok
}
