package view

import (
	"math"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// part is one whose content may not all have gone out.
type part struct {
	from, at int64 // in the view: where its text begins, and its value; that is math.MaxInt64 while it is not told
	offset   int64 // of its header in the body
	head     int   // of the header in wait, up to body
	body     int   // of the content in wait, what has gone out left off
	end      int   // of it
	fate     fate
	careful  bool // an edit may stand in it
	json     bool
	whole    bool // it is complete
}

// fate is what becomes of a part.
type fate uint8

const (
	undecided fate = iota
	goes
	stays
)

// reader reads the content of the part at hand.
type reader struct {
	kind    PartKind
	sniffs  bool   // its first byte is not known
	lead    []byte // what was read before that: white space, and a byte order mark
	begin   func(Job) Filter
	filter  Filter // of PartDocuments
	content int64  // offset of the content in the body

	check  *jsonpath.Editor // that a part is one document
	replay *jsonpath.Editor // edits it
	mark   int64            // bytes of its byte order mark
	skip   int              // those of them that come yet, all in one piece
}

// beginPart tells the name of a part, and its value as far as that is known.
func (m *Multipart) beginPart(h partHead, head []byte) error {
	p := part{from: m.carrier.told, at: math.MaxInt64, offset: m.offset + int64(m.pos), head: len(m.wait)}
	r := &m.open
	r.kind, r.begin, r.filter, r.lead, r.mark = PartText, nil, nil, r.lead[:0], 0
	if h.contentType != "" {
		if r.kind, r.begin = m.parts(h.contentType); r.kind == PartRefused {
			return m.fail(jsonpath.Malformed, p.offset, "a part whose type or character set cannot be read")
		}
	}
	r.sniffs = r.kind == PartJSON || r.kind == PartOpaque || r.kind == PartText && h.file
	r.content = p.offset + int64(len(head)+len("\r\n"))
	m.wait = append(m.wait, head...)
	p.body, p.end = len(m.wait), len(m.wait)
	m.queue = append(m.queue, p)
	view := m.view[:0]
	if !m.begun {
		m.begun = true
		view = append(view, '{')
	}
	if m.members {
		view = append(view, ',')
	}
	m.members = true
	view = append(view, '"')
	view = appendEscaped(view, h.name)
	m.view = append(view, '"', ':')
	if err := m.tell(m.view); err != nil {
		return err
	}
	if !r.sniffs {
		return m.beginValue()
	}
	return nil
}

// beginValue tells the value of the part at hand as far as its kind says it.
func (m *Multipart) beginValue() error {
	r := &m.open
	r.sniffs = false
	p := &m.queue[len(m.queue)-1]
	p.at = m.carrier.told
	m.carrier.visitor = m.job.Visitor
	if m.job.Texts != nil && r.kind != PartJSON {
		m.carrier.visitor = m.job.Texts
	}
	switch r.kind {
	case PartJSON:
		p.json, p.careful = true, true
		if !m.gone && (m.carrier.settled() == 0 || !m.carrier.editor.Root()) {
			return m.fail(jsonpath.Malformed, p.offset, "a part that is JSON where the whole form must be seen first")
		}
		m.beginJSON()
		p.at += int64(len(r.lead)) - r.mark // white space stands before the value
		return nil
	case PartText:
		return m.tell([]byte{'"'})
	case PartDocuments:
		p.careful = true
		r.filter = r.begin(m.job)
		return m.tell([]byte("true\n"))
	default:
		return m.tell([]byte("true\n"))
	}
}

// content takes the next bytes of the part at hand.
func (m *Multipart) content(text []byte) error {
	if !m.open.sniffs {
		return m.value(text)
	}
	r := &m.open
	for i, c := range text {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' || len(r.lead)+i < len(byteOrderMark) && c == byteOrderMark[len(r.lead)+i] {
			continue
		}
		r.lead = append(r.lead, text[:i]...)
		if c == '{' || c == '[' {
			r.kind = PartJSON
		}
		return m.sniffed(text[i:])
	}
	r.lead = append(r.lead, text...)
	if len(r.lead) > m.job.held() {
		return m.fail(jsonpath.TooLarge, r.content, "")
	}
	return nil
}

// sniffed goes on once the kind of the part at hand is known.
func (m *Multipart) sniffed(text []byte) error {
	if err := m.beginValue(); err != nil {
		return err
	}
	if err := m.value(m.open.lead); err != nil {
		return err
	}
	return m.value(text)
}

// value takes the next bytes of a part whose kind is known.
func (m *Multipart) value(text []byte) error {
	for len(text) > 0 {
		n := min(len(text), step)
		if err := m.piece(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

func (m *Multipart) piece(text []byte) error {
	p := &m.queue[len(m.queue)-1]
	switch m.open.kind {
	case PartText:
		m.add(p, text)
		m.view = appendEscaped(m.view[:0], text)
		return m.tell(m.view)
	case PartJSON:
		return m.pieceOfJSON(p, text)
	case PartDocuments:
		if p.fate == goes {
			return nil
		}
		out, err := m.open.filter.Feed(text)
		if err != nil {
			return m.nested(err)
		}
		m.add(p, out)
	default:
		m.add(p, text)
	}
	return m.settle()
}

// endPart ends the part at hand.
func (m *Multipart) endPart() error {
	r := &m.open
	if r.sniffs {
		if err := m.sniffed(nil); err != nil {
			return err
		}
	}
	p := &m.queue[len(m.queue)-1]
	p.whole = true
	switch r.kind {
	case PartText:
		return m.tell([]byte{'"'})
	case PartJSON:
		if _, err := r.check.Close(); err != nil {
			return m.nested(err)
		}
		return m.tell([]byte{'\n'}) // a number has ended
	case PartDocuments:
		if p.fate != goes {
			out, err := r.filter.Close()
			if err != nil {
				return m.nested(err)
			}
			m.add(p, out)
		}
	default:
	}
	return m.settle()
}

// add keeps what the part at hand becomes until it may go.
func (m *Multipart) add(p *part, text []byte) {
	if p.fate == goes {
		return
	}
	m.wait = append(m.wait, text...)
	p.end = len(m.wait)
}
