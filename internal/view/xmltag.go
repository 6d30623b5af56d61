package view

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// maxAttributes is how many attributes a tag may have: each is compared with every other.
const maxAttributes = 1000

// tag is a start tag, in indices of its bytes.
type tag struct {
	size       int // 0 while none is at hand
	name       int // where the local part begins
	end        int // of the name
	whole      bool
	bindings   int // of the scope around it
	attributes []attribute
}

// attribute is one that is no namespace declaration.
type attribute struct {
	from, lead  int // of the white space before it
	name, local int
	nameEnd     int
	value, end  int // between the quotes
}

// startTag reads a start tag, and looks ahead to know whether its element is a string.
func (x *XML) startTag() bool {
	if x.tag.size == 0 && !x.readTag() {
		return false
	}
	leaf := len(x.tag.attributes) == 0
	if leaf && !x.tag.whole {
		known := false
		if leaf, known = x.ahead(); !known {
			return false
		}
	}
	x.open(leaf)
	return x.err == nil
}

// readTag finds the end of a start tag and checks what stands in it.
func (x *XML) readTag() bool {
	size := x.tagEnd()
	if size == 0 {
		return false
	}
	if x.mayOpen() {
		x.parseTag(x.buf[x.at : x.at+size])
	}
	if x.err != nil {
		return false
	}
	x.tag.size = size
	x.look, x.until = size, ""
	return true
}

func (x *XML) mayOpen() bool {
	switch {
	case x.phase == atEpilog:
		return x.fail(jsonpath.Malformed, x.at, "a second root element")
	case len(x.stack) >= x.limits.Depth:
		return x.fail(jsonpath.TooDeep, x.at, "")
	case len(x.stack) > 0 && x.stack[len(x.stack)-1].leaf:
		return x.fail(jsonpath.TooLarge, x.at, "an element behind more text than is held")
	default:
		return true
	}
}

// tagEnd finds the end of the tag at hand, 0 while it is not there.
func (x *XML) tagEnd() int {
	b := x.buf[x.at:]
	i := max(x.look, 1)
	for i < min(len(b), x.limits.Held) {
		if x.quote != 0 {
			n := bytes.IndexByte(b[i:], x.quote)
			if n < 0 {
				i = len(b)
				break
			}
			i += n
			x.quote = 0
		} else if c := b[i]; c == '"' || c == '\'' {
			x.quote = c
		} else if c == '>' {
			return i + 1
		} else if c == '<' {
			x.fail(jsonpath.Malformed, x.at+i, "a tag within a tag")
			return 0
		}
		i++
	}
	if x.look = i; i >= x.limits.Held {
		x.fail(jsonpath.TooLarge, x.at, "a tag")
	}
	return 0
}

// parseTag checks a start tag.
func (x *XML) parseTag(b []byte) {
	t := &x.tag
	t.attributes, t.bindings = t.attributes[:0], len(x.scope.bindings)
	end, colon, ok := x.name(b, 1)
	if !ok {
		return
	}
	t.name, t.end = max(colon+1, 1), end
	for i := end; ; {
		from := i
		i = white(b, i)
		if b[i] == '>' || b[i] == '/' {
			if t.whole = b[i] == '/'; i+1+btoi(t.whole) != len(b) {
				x.fail(jsonpath.Malformed, x.at+i, "no tag")
				return
			}
			break
		}
		if i == from {
			x.fail(jsonpath.Malformed, x.at+i, "no white space before an attribute")
			return
		}
		if i = x.parseAttribute(b, from, i); x.err != nil {
			return
		}
	}
	x.checkPrefixes(b, colon)
}

// name reads the name of an element or attribute, which the editor holds with what is around it.
func (x *XML) name(b []byte, i int) (end, colon int, ok bool) {
	const around = len(`,"@":`)
	end, colon, ok = x.qualified(b, i)
	if !ok {
		x.fail(jsonpath.Malformed, x.at+end, "no name")
	} else if ok = end-i+around <= x.limits.Token; !ok {
		x.fail(jsonpath.TooLarge, x.at+i, "a name")
	}
	return end, colon, ok
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// parseAttribute reads an attribute behind white space, and gives the index behind it.
func (x *XML) parseAttribute(b []byte, from, i int) int {
	a := attribute{from: from, lead: i - from, name: i}
	end, colon, ok := x.name(b, i)
	if !ok {
		return i
	}
	a.local, a.nameEnd = max(colon+1, i), end
	i = white(b, end)
	if b[i] != '=' {
		x.fail(jsonpath.Malformed, x.at+i, "an attribute without a value")
		return i
	}
	i = white(b, i+1)
	if b[i] != '"' && b[i] != '\'' {
		x.fail(jsonpath.Malformed, x.at+i, "a value without quotes")
		return i
	}
	a.value = i + 1
	a.end = a.value + bytes.IndexByte(b[a.value:], b[i])
	switch name := b[a.name:a.nameEnd]; {
	case string(name) == "xmlns":
		x.declare(b, a, nil)
	case colon > 0 && string(b[a.name:colon]) == "xmlns":
		x.declare(b, a, b[a.local:a.nameEnd])
	case len(x.tag.attributes) == maxAttributes:
		x.fail(jsonpath.TooLarge, x.at+a.name, "attributes")
	default:
		x.tag.attributes = append(x.tag.attributes, a)
	}
	return a.end + 1
}

// declare binds a prefix, nil for the default namespace.
func (x *XML) declare(b []byte, a attribute, prefix []byte) {
	s := &x.scope
	for _, other := range s.bindings[x.tag.bindings:] {
		if string(s.text[other.prefix:other.name]) == string(prefix) {
			x.fail(jsonpath.Malformed, x.at+a.name, "a repeated attribute")
			return
		}
	}
	from := len(s.text)
	s.text = append(s.text, prefix...)
	named := len(s.text)
	var used int
	s.text, used = x.appendText(s.text, b[a.value:a.end], inNamespace)
	switch {
	case used < a.end-a.value:
		x.unreadable(x.at+a.value+used, b[a.value+used:a.end])
	case len(s.bindings) == maxBindings || len(s.text) > x.limits.Held:
		x.fail(jsonpath.TooLarge, x.at+a.name, "namespaces in scope")
	default:
		if wrong := s.declare(from, named); wrong != "" {
			x.fail(jsonpath.Malformed, x.at+a.name, wrong)
		}
	}
}

// checkPrefixes looks for prefixes that are not declared, and for attributes of one name.
func (x *XML) checkPrefixes(b []byte, colon int) {
	if colon > 0 {
		if _, ok := x.scope.nameOf(b[1:colon]); !ok || string(b[1:colon]) == "xmlns" {
			x.fail(jsonpath.Malformed, x.at+1, "an undeclared prefix")
			return
		}
	}
	all := x.tag.attributes
	for i := range all {
		a := &all[i]
		if a.local > a.name {
			if _, ok := x.scope.nameOf(b[a.name : a.local-1]); !ok {
				x.fail(jsonpath.Malformed, x.at+a.name, "an undeclared prefix")
				return
			}
		}
		for j := range i {
			if x.same(b, a, &all[j]) {
				x.fail(jsonpath.Malformed, x.at+a.name, "a repeated attribute")
				return
			}
		}
	}
}

// same compares expanded names. An attribute without a prefix is in no namespace.
func (x *XML) same(b []byte, a, other *attribute) bool {
	if a.nameEnd-a.local != other.nameEnd-other.local || !bytes.Equal(b[a.local:a.nameEnd], b[other.local:other.nameEnd]) {
		return false
	}
	if a.local == a.name || other.local == other.name {
		return a.local == a.name && other.local == other.name
	}
	first, _ := x.scope.nameOf(b[a.name : a.local-1])
	second, _ := x.scope.nameOf(b[other.name : other.local-1])
	return bytes.Equal(first, second)
}
