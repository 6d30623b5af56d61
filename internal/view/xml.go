package view

import (
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// XML filters one XML document (XML 1.0 fifth edition, Namespaces in XML 1.0 third edition). DTDs are refused, and so is
// every encoding but UTF-8.
//
// In the view the document is an object with one member, the root element. An element with neither attributes nor child
// elements is a string, its character data. Any other is an object: first a member @name for each attribute, then in
// document order a member for each child element and a member #text for each run of character data that is not white
// space. An element that occurs again is a member that occurs again, and each of them is a match.
//
//   - Names are local names: prefixes are dropped, of attributes too, so that xml:lang is @lang and xsi:nil is @nil. They
//     must be declared; the declarations themselves are no members.
//   - A run ends at a tag or a processing instruction and goes on over comments and CDATA sections; the white space before
//     it belongs to it. White space is what is written as such: a reference or a section is never white space.
//   - Comments and processing instructions are no members and are not looked into. They go with the element or the run
//     that they stand in.
//   - Every text is a string as its receiver reads it: references, sections and line ends resolved (sections 2.11, 3.3.3).
//
// What becomes of a place:
//
//   - A removed element takes the white space before it along, a removed attribute too. Where an element is removed behind
//     a run, <?removed?> takes its place unless a tag follows: two runs must not become one.
//   - A replaced element keeps its name and its namespace declarations and loses its attributes; the text of the
//     replacement is its content. null, [] and {} leave it empty, since XML has nothing to tell them by (xsi:nil is for a
//     schema to allow). Other arrays and objects are written as their JSON text.
//   - Actions on text fit strings. One that meets an element of text and attributes is for package filter to carry to its
//     '#text', which leaves the element in place; any other object is removed.
//   - The document and its root element cannot be removed from a document; the root is emptied instead.
//
// Held are: the element, run or attribute that the editor holds, a start tag, the text before the first child element
// (which tells a string from an object), each up to Limits.Held; white space that an element may take along, up to
// Limits.Token; and 32 bytes for each tag, attribute and run among them. Longer text streams by: it is then told as a
// string, and a child element behind it refuses the document. The namespaces in scope take at most
// Limits.Held, the names of open elements 16 bytes for each level of Limits.Depth beside it.
type XML struct {
	carrier *carrier
	spans   spans
	limits  jsonpath.Limits
	err     error

	buf   []byte // the bytes at hand: of the latest Feed, or carry
	base  int64  // offset in the body of buf[0]
	at    int    // in buf: no token has taken the bytes from here on
	carry []byte // bytes that are not out yet, from an earlier Feed
	spare []byte
	splice

	view     []byte // told next
	marks    []mark // the places in the view, those before next are done
	next     int
	stack    []open
	names    []byte // of the elements in stack, as written
	scope    scope
	phase    phase
	root     int64 // offset in the view of the root element's value
	piece    piece
	ascii    bool  // the document says that it is US-ASCII
	running  bool  // within a run of text that has a mark
	lead     int64 // offset in the body of the white space that ends at at, of which no run has begun
	tag      tag   // the start tag at hand
	look     int   // from at on: bytes of the token at hand that have been looked at
	quote    byte  // that ends the attribute's value at look
	until    string
	oversize int64 // offset of what is too large to be held; -1
}

// phase is how far the document has come.
type phase uint8

const (
	atMark   phase = iota // a byte order mark may stand here
	atHead                // an XML declaration may stand here
	atProlog              // no element has begun
	atRoot                // within the root element
	atEpilog              // the root element has ended
)

// piece is what may be longer than the bytes at hand.
type piece uint8

const (
	noPiece piece = iota
	aComment
	anInstruction
	aSection
)

// open is an open element.
type open struct {
	name     int  // in XML.names
	bindings int  // of the scope around it
	leaf     bool // a string
	member   bool // it has a member
}

// batch is how much of the view is told at once.
const batch = 16 << 10

// NewXML begins a document.
func NewXML(job Job) *XML {
	x := &XML{carrier: newCarrier(job)}
	x.Reset(job)
	return x
}

// Reset begins another document; what has been allocated stays, unless it is large.
func (x *XML) Reset(job Job) {
	l := job.Limits
	x.limits = jsonpath.Limits{Held: orElse(l.Held, 1<<20), Token: orElse(l.Token, 64<<10), Depth: max(orElse(l.Depth, 10_000), 1000)}
	x.spans = spans{x: x, visitor: job.Visitor}
	c := x.carrier
	if cap(c.edits) > keptRoom/markBytes {
		c.edits = nil
	}
	*c = carrier{editor: c.editor, visitor: &x.spans, edits: c.edits[:0], room: small(c.room)}
	inner := x.limits
	inner.Depth++ // the document is an object, too
	c.editor.Reset(job.Set, c, inner)
	x.err, x.oversize = nil, -1
	x.buf, x.base, x.at, x.carry, x.spare = nil, 0, 0, small(x.carry), small(x.spare)
	x.splice = splice{out: small(x.out), gap: -1, with: small(x.with)}
	x.view, x.stack, x.names = small(x.view), x.stack[:0], small(x.names)
	if cap(x.marks) > keptRoom/markBytes {
		x.marks = nil
	}
	x.marks, x.next = x.marks[:0], 0
	x.scope.reset()
	x.phase, x.piece, x.ascii, x.running, x.lead = atMark, noPiece, false, false, 0
	x.tag.size, x.look, x.quote, x.until = 0, 0, 0, ""
}

// keptRoom is how large a buffer may be that is used for another document.
const keptRoom = 256 << 10

func small(room []byte) []byte {
	if cap(room) > keptRoom {
		return nil
	}
	return room[:0]
}

func orElse(limit, otherwise int) int {
	if limit <= 0 {
		return otherwise
	}
	return limit
}

// Feed implements Filter.
func (x *XML) Feed(p []byte) ([]byte, error) {
	if x.err != nil {
		return nil, x.err
	}
	carried := len(x.carry) > 0
	x.buf = p
	if carried {
		x.carry = append(x.carry, p...)
		x.buf = x.carry
	}
	for x.step() {
		if len(x.view) >= batch {
			x.settle()
		}
	}
	x.settle()
	if x.err != nil {
		return nil, x.err
	}
	return x.give(carried), nil
}

// Close implements Filter.
func (x *XML) Close() ([]byte, error) {
	if x.err == nil && (x.phase != atEpilog || x.piece != noPiece || x.at < len(x.buf)) {
		x.fail(jsonpath.Truncated, len(x.buf), "")
	}
	if x.err != nil {
		return nil, x.err
	}
	if err := x.carrier.end(); err != nil {
		x.refuse(err)
		return nil, x.err
	}
	return nil, nil
}

// give takes what may go out, and carries the rest over.
func (x *XML) give(carried bool) []byte {
	out := x.finish()
	done := int(x.gone - x.base)
	switch left := x.buf[done:]; {
	case !carried:
		x.carry = append(x.carry[:0], left...)
	case done > 0: // the output may be part of the carry, so what is left goes elsewhere
		x.spare = append(x.spare[:0], left...)
		x.carry, x.spare = x.spare, x.carry
	}
	x.buf, x.base, x.at = x.carry, x.gone, x.at-done
	return out
}

// step reads a token or a part of one. It says no where more bytes are needed, and where the document is refused.
func (x *XML) step() bool {
	if x.at >= len(x.buf) || x.err != nil {
		return false
	}
	switch x.phase {
	case atMark:
		return x.byteOrderMark()
	case atHead:
		return x.declaration()
	default:
	}
	if x.piece != noPiece {
		return x.goOn()
	}
	if x.buf[x.at] != '<' {
		return x.text()
	}
	if x.at+1 >= len(x.buf) {
		return false
	}
	switch x.buf[x.at+1] {
	case '/':
		return x.endTag()
	case '!':
		return x.declared()
	case '?':
		return x.instruction()
	default:
		return x.startTag()
	}
}

// pos is the offset in the body of the next token.
func (x *XML) pos() int64 { return x.base + int64(x.at) }

// took ends a token that is markup.
func (x *XML) took(size int) {
	x.at += size
	x.look = 0
	x.lead = x.pos()
}

// fail refuses the document because of the byte at an index of buf. What came before it may be refused for a reason of
// its own, which is then the first.
func (x *XML) fail(kind jsonpath.ErrorKind, at int, what string) bool {
	x.settle()
	if x.err == nil {
		x.err = &Error{Format: "XML", Kind: kind, Offset: x.base + int64(at), What: what}
	}
	return false
}

// refuse gives an error of the view its place in the body.
func (x *XML) refuse(err error) {
	if cause, ok := errors.AsType[*jsonpath.Error](err); ok {
		err = &Error{Format: "XML", Kind: cause.Kind, Offset: x.placeOf(cause.Offset), Paths: cause.Paths}
	}
	x.err = err
}
