package view

import "github.com/privet-gateway/privet/internal/jsonpath"

// levelBytes is what names of open elements may take for each level beside Limits.Held, so that nesting has one limit only
// where names are short.
const levelBytes = 16

// open begins the element of the start tag at hand.
func (x *XML) open(leaf bool) {
	t := &x.tag
	b := x.buf[x.at : x.at+t.size]
	x.endRun()
	if x.phase == atProlog {
		x.phase = atRoot
		x.put(theDocument, x.pos(), 0, 0)
		x.view = append(x.view, '{')
	} else {
		x.comma()
	}
	x.view = append(append(append(x.view, '"'), b[t.name:t.end]...), '"', ':')
	if len(x.stack) == 0 {
		x.root = x.told()
	}
	what := anElement
	if t.whole {
		what = aWhole
	}
	x.put(what, x.lead, int(x.pos()-x.lead), t.size)
	if leaf {
		x.view = append(x.view, '"')
	} else {
		x.view = append(x.view, '{')
		x.tellAttributes(b)
	}
	if x.err != nil {
		return
	}
	x.stack = append(x.stack, open{name: len(x.names), bindings: t.bindings, leaf: leaf, member: len(t.attributes) > 0})
	if t.whole {
		x.view = append(x.view, closing(leaf))
	} else if x.names = append(x.names, b[1:t.end]...); len(x.names) > x.limits.Held+levelBytes*x.limits.Depth {
		x.fail(jsonpath.TooLarge, x.at, "names of open elements")
		return
	}
	x.took(t.size)
	t.size = 0
	if t.whole {
		x.pop()
	}
}

// comma begins a member of the innermost element.
func (x *XML) comma() {
	if len(x.stack) == 0 {
		return
	}
	if f := &x.stack[len(x.stack)-1]; f.member {
		x.view = append(x.view, ',')
	} else {
		f.member = true
	}
}

func (x *XML) tellAttributes(b []byte) {
	start := x.pos()
	for i := range x.tag.attributes {
		a := &x.tag.attributes[i]
		if i > 0 {
			x.view = append(x.view, ',')
		}
		x.view = append(append(append(x.view, '"', '@'), b[a.local:a.nameEnd]...), '"', ':')
		x.put(anAttribute, start+int64(a.from), a.lead, a.end+1-a.name)
		x.view = append(x.view, '"')
		var used int
		if x.view, used = x.appendText(x.view, b[a.value:a.end], inAttribute); used < a.end-a.value {
			x.unreadable(x.at+a.value+used, b[a.value+used:a.end])
			return
		}
		x.view = append(x.view, '"')
	}
}

// endTag ends the innermost element.
func (x *XML) endTag() bool {
	if x.phase != atRoot {
		return x.fail(jsonpath.Malformed, x.at, "an end tag outside of the root element")
	}
	f := x.stack[len(x.stack)-1]
	size := x.endTagSize(x.buf[x.at:], x.names[f.name:])
	if size == 0 {
		return false
	}
	x.endRun()
	x.put(elementEnds, x.lead, int(x.pos()-x.lead), size)
	x.view = append(x.view, closing(f.leaf))
	x.names = x.names[:f.name]
	x.took(size)
	x.pop()
	return true
}

func closing(leaf bool) byte {
	if leaf {
		return '"'
	}
	return '}'
}

// endTagSize reads the end tag of a name, 0 while it is not all there.
func (x *XML) endTagSize(b, name []byte) int {
	const slash = len("</")
	i, end := max(x.look, slash), slash+len(name)
	if i < end {
		part := min(len(b), end)
		if string(b[i:part]) != string(name[i-slash:part-slash]) {
			x.fail(jsonpath.Malformed, x.at, "an end tag of another element")
			return 0
		}
		i = part
	}
	i = white(b, i)
	switch {
	case i-end > x.limits.Token:
		x.fail(jsonpath.TooLarge, x.at, "a tag")
	case i == len(b):
		x.look = i
	case b[i] != '>':
		x.fail(jsonpath.Malformed, x.at, "an end tag of another element")
	default:
		return i + 1
	}
	return 0
}

// pop leaves the innermost element.
func (x *XML) pop() {
	last := len(x.stack) - 1
	x.scope.close(x.stack[last].bindings)
	x.stack = x.stack[:last]
	if last == 0 {
		x.phase = atEpilog
		x.put(documentEnds, x.pos(), 0, 0)
		x.view = append(x.view, '}')
	}
}
