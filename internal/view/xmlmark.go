package view

import (
	"sort"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// mark says where in the body a place of the view stands.
type mark struct {
	at   int64 // of the value in the view; of its last byte where it ends
	from int64 // in the body, with the white space before it
	lead int32 // bytes of that white space
	size int32 // bytes of the tag or attribute behind it
	what what
}

const markBytes = 32

// what stands at a mark.
type what uint8

const (
	theDocument what = iota
	anElement        // that ends at a tag of its own
	aWhole           // element without content
	anAttribute      // follows the mark of its element
	aText
	elementEnds
	textEnds
	documentEnds
)

func (m *mark) begin() int64 { return m.from + int64(m.lead) }
func (m *mark) to() int64    { return m.begin() + int64(m.size) }

// put marks the value that the view comes to next.
func (x *XML) put(w what, from int64, lead, size int) {
	x.marks = append(x.marks, mark{x.told(), from, int32(lead), int32(size), w})
}

// told is the offset of what the view comes to next.
func (x *XML) told() int64 { return x.carrier.told + int64(len(x.view)) }

// settle tells what the view has come to, and does to the body what is said of it.
func (x *XML) settle() {
	if x.err != nil {
		return
	}
	if len(x.view) > 0 {
		if err := x.carrier.tell(x.view); err != nil {
			x.refuse(err)
		}
		x.view = x.view[:0]
	}
	if x.err != nil {
		return
	}
	settled := x.carrier.settled()
	if x.oversize < 0 && settled < x.carrier.told {
		if m := &x.marks[x.find(settled)]; x.pos()-m.begin() > int64(x.limits.Held) {
			x.oversize = m.begin()
		}
	}
	if x.oversize >= 0 {
		x.err = &Error{Format: "XML", Kind: jsonpath.TooLarge, Offset: x.oversize}
		return
	}
	x.resolve(settled)
	x.carrier.forget()
}

// resolve goes through the marks of which nothing more will be said, and lets out what is before the first of the others.
func (x *XML) resolve(settled int64) {
	if x.carrier.next == len(x.carrier.edits) && x.cut == 0 && x.gap < 0 {
		x.pass(settled)
	} else {
		for x.next < len(x.marks) && x.marks[x.next].at < settled {
			m := &x.marks[x.next]
			x.next++
			x.apply(m)
		}
	}
	switch {
	case x.next < len(x.marks):
		if x.next > 0 {
			x.marks = x.marks[:copy(x.marks, x.marks[x.next:])]
		}
		x.keepTo(x.marks[0].from)
	case x.cut > 0:
		x.marks = x.marks[:0]
		x.drop(x.lead) // the white space may yet be part of the view
	default:
		x.marks = x.marks[:0]
		if x.gap >= 0 && x.pos() > x.gap {
			x.closeGap()
		}
		x.keepTo(x.lead)
	}
	x.next = 0
}

// pass is resolve where nothing is to be done.
func (x *XML) pass(settled int64) {
	end := len(x.marks)
	if end > 0 && x.marks[end-1].at >= settled {
		end = x.find(settled)
	}
	if end > x.next {
		x.behindText = x.marks[end-1].what == textEnds
		x.next = end
	}
}

// keepTo lets out all before an offset in the body, unless it hangs on what follows.
func (x *XML) keepTo(to int64) {
	if x.gap < 0 && to > x.gone {
		x.gone = to
	}
}

// find gives the first mark at an offset in the view or behind it.
func (x *XML) find(at int64) int {
	return x.next + sort.Search(len(x.marks)-x.next, func(i int) bool { return x.marks[x.next+i].at >= at })
}

// placeOf gives the offset in the body of what stands at an offset in the view.
func (x *XML) placeOf(at int64) int64 {
	if i := x.find(at + 1); i > x.next {
		return x.marks[i-1].begin()
	}
	return x.pos()
}

// spans keeps what is held in the body within the limit as well: the view may be much shorter.
type spans struct {
	x       *XML
	visitor jsonpath.Visitor
}

// Visit implements jsonpath.Visitor.
func (s *spans) Visit(p jsonpath.Place) jsonpath.Verdict { return s.visitor.Visit(p) }

// Held implements jsonpath.Visitor.
func (s *spans) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	if s.x.exceeds(p.Offset, len(value)) {
		return jsonpath.Verdict{}
	}
	return s.visitor.Held(p, value)
}

// Leave implements jsonpath.Visitor.
func (s *spans) Leave(p jsonpath.Place) { s.visitor.Leave(p) }

func (x *XML) exceeds(at int64, size int) bool {
	if x.oversize >= 0 {
		return true
	}
	if x.pos()-x.gone <= int64(x.limits.Held) {
		return false
	}
	from, to := x.find(at), x.find(at+int64(size)-1)
	if to >= len(x.marks) || x.marks[from].at != at || x.marks[to].at != at+int64(size)-1 {
		return false // of one tag
	}
	begin := x.marks[from].begin()
	if x.marks[to].to()-begin <= int64(x.limits.Held) {
		return false
	}
	x.oversize = begin
	return true
}
