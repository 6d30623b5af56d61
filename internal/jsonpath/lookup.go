package jsonpath

import "bytes"

// Lookup gives the value in doc, which must be valid JSON, that a singular query selects, without white space
// around it. Names are compared after unescaping, exactly. It is not ok where there is none, where the query is not singular,
// and where a name on the way is repeated: readers differ in which one they take, so nobody may rely on it.
func (p Path) Lookup(doc []byte) (value []byte, ok bool) {
	if !p.Singular() {
		return nil, false
	}
	i := blank(doc, 0)
	if i >= len(doc) {
		return nil, false
	}
	value = doc[i:valueEnd(doc, i)]
	for n := range p.segments {
		s := &p.segments[n].selectors[0]
		if s.kind == selectName {
			value, ok = member(value, s.name)
		} else {
			value, ok = elementAt(value, s.index)
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

// member gives the value of the only member of object with this name.
func member(object []byte, name string) (value []byte, ok bool) {
	if len(object) == 0 || object[0] != '{' {
		return nil, false
	}
	i := blank(object, 1)
	for i < len(object) && object[i] == '"' {
		end := stringEnd(object, i)
		same := equalName(object[i+1:max(i+1, end-1)], name)
		i = blank(object, end)
		if i >= len(object) || object[i] != ':' {
			return nil, false
		}
		i = blank(object, i+1)
		end = valueEnd(object, i)
		if same {
			if ok {
				return nil, false
			}
			value, ok = object[i:end], true
		}
		if i = blank(object, end); i < len(object) && object[i] == ',' {
			i = blank(object, i+1)
		}
	}
	return value, ok
}

func equalName(raw []byte, name string) bool {
	if len(raw) > maxEscape*len(name) {
		return false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw) == name
	}
	return string(unescape(make([]byte, 0, len(raw)), raw)) == name
}

// elementAt gives the element of array at index, counted from the end where it is negative.
func elementAt(array []byte, index int64) (value []byte, ok bool) {
	if len(array) == 0 || array[0] != '[' {
		return nil, false
	}
	if index < 0 {
		index += elements(array)
	}
	i := blank(array, 1)
	for n := int64(0); i < len(array) && array[i] != ']' && n <= index; n++ {
		end := valueEnd(array, i)
		if n == index {
			return array[i:end], true
		}
		if i = blank(array, end); i < len(array) && array[i] == ',' {
			i = blank(array, i+1)
		}
	}
	return nil, false
}

// valueEnd gives the index behind the value that begins at i of a valid text, or len(p) where the text is broken.
func valueEnd(p []byte, i int) int {
	depth := 0
	for i < len(p) {
		switch p[i] {
		case '"':
			i = stringEnd(p, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ' ', '\t', '\n', '\r', ',', ':':
			i++
			continue
		default:
			i += scalarBytes(p[i:])
		}
		if depth <= 0 {
			return i
		}
	}
	return len(p)
}

func scalarBytes(p []byte) int {
	for n, c := range p {
		switch c {
		case ',', ']', '}', ':', ' ', '\t', '\n', '\r', '"', '[', '{':
			return max(n, 1)
		}
	}
	return len(p)
}

// stringEnd gives the index behind the string that begins at i.
func stringEnd(p []byte, i int) int {
	for i++; i < len(p); i++ {
		i = spelled(p, i)
		if i < len(p) && p[i] == '"' {
			return i + 1
		}
		if i < len(p) && p[i] == '\\' {
			i++
		}
	}
	return len(p)
}
