package view

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// tell hands view on, and lets go what is settled by it.
func (m *Multipart) tell(view []byte) error {
	if !m.begun {
		m.begun = true
		if err := m.carrier.tell([]byte{'{'}); err != nil {
			return m.placed(err)
		}
	}
	if err := m.carrier.tell(view); err != nil {
		return m.placed(err)
	}
	return m.settle()
}

// settle lets go the parts of which nothing more will be said.
func (m *Multipart) settle() error {
	settled := m.carrier.settled()
	if settled == 0 {
		if len(m.wait) > m.job.held() {
			return m.fail(jsonpath.TooLarge, 0, "")
		}
		return nil
	}
	if !m.asked {
		m.asked = true
		_, _, m.gone = m.carrier.editAt(0)
	}
	done := 0
	for ; done < len(m.queue) && m.queue[done].at < settled; done++ {
		p := &m.queue[done]
		if p.fate == undecided {
			if err := m.decide(p); err != nil {
				return err
			}
		}
		if err := m.release(p, settled); err != nil {
			return err
		}
		if !p.whole {
			break
		}
	}
	m.queue = append(m.queue[:0], m.queue[done:]...)
	switch {
	case len(m.queue) == 0:
		m.wait = m.wait[:0]
		m.carrier.forget()
	case len(m.queue) == 1 && m.queue[0].fate != undecided && m.queue[0].body > len(m.wait)/2:
		p := &m.queue[0]
		m.wait = append(m.wait[:0], m.wait[p.body:]...)
		p.end -= p.body
		p.body = 0
	}
	return nil
}

// decide asks what becomes of a part, and writes its header where it stays.
func (m *Multipart) decide(p *part) error {
	p.fate = stays
	m.tail = append(m.tail[:0], '\n')
	head := m.wait[p.head:p.body]
	e, value, found := m.carrier.editAt(p.at)
	if m.gone || found && !e.replaced {
		p.fate = goes
		return nil
	}
	if m.written {
		m.out = append(m.out, '\r', '\n')
	}
	m.written = true
	m.out = append(append(m.out, m.delimiter[2:]...), '\r', '\n')
	if found || p.careful {
		m.out = appendChangedHead(m.out, head)
	} else {
		m.out = append(m.out, head...)
	}
	m.out = append(m.out, '\r', '\n')
	if !found {
		return nil
	}
	p.fate = goes
	if !p.json {
		value = textOf(value)
	}
	return m.guard(value)
}

// release writes what is settled of the content of a part that stays.
func (m *Multipart) release(p *part, settled int64) error {
	if p.fate == goes {
		p.body = p.end
		return nil
	}
	if p.json {
		return m.releaseJSON(p, settled)
	}
	text := m.wait[p.body:p.end]
	p.body = p.end
	if p.careful {
		return m.guard(text)
	}
	m.out = append(m.out, text...)
	return nil
}

// guard writes content that an edit has been in, and refuses it where that made a delimiter.
func (m *Multipart) guard(text []byte) error {
	m.out = append(m.out, text...)
	m.tail = append(m.tail, text...)
	if bytes.Contains(m.tail, m.delimiter[1:]) {
		return m.fail(jsonpath.Malformed, m.open.content, "an edit makes a delimiter")
	}
	if keep := len(m.delimiter) - 1; len(m.tail) > keep {
		m.tail = append(m.tail[:0], m.tail[len(m.tail)-keep:]...)
	}
	return nil
}

// nested gives an error of the part at hand its place in the body.
func (m *Multipart) nested(err error) error {
	if cause, ok := errors.AsType[*jsonpath.Error](err); ok {
		return &Error{Format: "multipart JSON", Kind: cause.Kind, Offset: m.open.content + cause.Offset, Paths: cause.Paths}
	}
	if cause, ok := errors.AsType[*Error](err); ok {
		placed := *cause
		placed.Format = "multipart " + cause.Format
		placed.Offset += m.open.content
		return &placed
	}
	return err
}

// placed gives an error of the view its place in the body: the part.
func (m *Multipart) placed(err error) error {
	cause, ok := errors.AsType[*jsonpath.Error](err)
	if !ok {
		return err
	}
	var offset int64
	for i := range m.queue {
		if p := &m.queue[i]; cause.Offset > 0 && p.from <= cause.Offset {
			offset = p.offset
		}
	}
	return blaming(m.fail(cause.Kind, offset, ""), cause)
}
