package view

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

const recordSeparator = 0x1e

// Sequence filters a JSON text sequence (RFC 7464): documents of which each follows a record separator and ends with a
// line feed. Every one is a document to the paths; one that is removed goes with its separator. Where the standard lets
// a reader go on behind a broken document, the body is refused.
type Sequence struct {
	record *record
	limit  int // of lead
	out    []byte
	opened bool   // a separator has been met
	lead   []byte // the separator and the white space before the document at hand
	begun  bool   // the document has
	last   byte   // of the document so far
	start  int64  // offset of the document in the body
	at     int64  // bytes so far
}

// NewSequence begins a body.
func NewSequence(job Job) *Sequence {
	return &Sequence{record: newRecord(job), limit: tokenLimit(job.Limits)}
}

// Feed implements Filter.
func (s *Sequence) Feed(p []byte) ([]byte, error) {
	s.out = s.out[:0]
	for len(p) > 0 {
		end := bytes.IndexByte(p, recordSeparator)
		part := p
		if end >= 0 {
			part = p[:end]
		}
		if err := s.take(part); err != nil {
			return nil, err
		}
		if end < 0 {
			break
		}
		if err := s.end(); err != nil {
			return nil, err
		}
		s.opened = true
		s.lead = append(s.lead, recordSeparator)
		s.at++
		s.start = s.at
		p = p[end+1:]
	}
	return s.out, nil
}

func (s *Sequence) take(part []byte) error {
	if len(part) == 0 {
		return nil
	}
	start := s.at
	s.at += int64(len(part))
	if !s.opened {
		return &Error{Format: "JSON sequence", Offset: start, What: "no record separator stands before the first document"}
	}
	if !s.begun {
		text := bytes.TrimLeft(part, " \t\r\n")
		blank := len(part) - len(text)
		if len(s.lead)+blank > s.limit {
			return &Error{Format: "JSON sequence", Kind: jsonpath.TooLarge, Offset: s.start}
		}
		s.lead = append(s.lead, part[:blank]...)
		if len(text) == 0 {
			return nil
		}
		s.begun, part = true, text
		s.start = start + int64(blank)
	}
	s.last = part[len(part)-1]
	out, err := s.record.feed(part)
	s.put(out)
	return placed("JSON sequence", s.start, err)
}

func (s *Sequence) put(out []byte) {
	if len(out) > 0 {
		s.out = append(append(s.out, s.lead...), out...)
		s.lead = s.lead[:0]
	}
}

// end ends the document at hand. A number or word with nothing behind it may have been cut off (RFC 7464 2.4).
func (s *Sequence) end() error {
	if !s.begun {
		s.out = append(s.out, s.lead...)
		s.lead = s.lead[:0]
		return nil
	}
	switch s.last {
	case '}', ']', '"', ' ', '\t', '\r', '\n':
	default:
		return &Error{Format: "JSON sequence", Kind: jsonpath.Truncated, Offset: s.at}
	}
	out, _, err := s.record.end()
	if err != nil {
		return placed("JSON sequence", s.start, err)
	}
	s.put(out)
	s.lead, s.begun = s.lead[:0], false
	return nil
}

// Close implements Filter.
func (s *Sequence) Close() ([]byte, error) {
	s.out = s.out[:0]
	if err := s.end(); err != nil {
		return nil, err
	}
	return s.out, nil
}

// Names gives those of the members inside the place about which the Visitor is being asked.
func (s *Sequence) Names() *jsonpath.Names { return s.record.Names() }
