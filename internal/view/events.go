package view

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// done is what several interfaces say in place of a last document.
const done = "[DONE]"

// Events filters a stream of server-sent events (WHATWG HTML 9.2). The data of each event is a document to the paths.
// Comments, ids, event names and reconnection times pass, and so do events without data and the literal [DONE]; data
// that is not JSON is withheld with its event, and a field of a name that no reader knows with it. Held is one event.
type Events struct {
	job    Job
	record *record
	limit  int // of the event at hand

	out   []byte
	event []byte // as it came, so far
	line  int    // where the line at hand begins in event
	lines []fieldLine
	data  []byte // of the event, lines joined
	start int64  // offset of the event in the body
	after bool   // the last byte was a carriage return: a line feed behind it ends the same line
	gone  bool   // and what it ended did not go out
	bom   int    // bytes of the byte order mark seen; len(byteOrderMark) when it is settled
}

// fieldLine is a line of the event at hand.
type fieldLine struct {
	from, to int // in event, with its end
	kind     fieldKind
}

type fieldKind uint8

const (
	unknownField fieldKind = iota
	dataField
	passingField // a comment, id, event or retry
)

// NewEvents begins a body.
func NewEvents(job Job) *Events {
	return &Events{job: job, record: newRecord(job), limit: job.held()}
}

// Feed implements Filter.
func (s *Events) Feed(p []byte) ([]byte, error) {
	s.out = s.out[:0]
	for len(p) > 0 && s.bom < len(byteOrderMark) {
		if p[0] != byteOrderMark[s.bom] {
			s.event = append(s.event, byteOrderMark[:s.bom]...) // it was none, after all
			s.bom = len(byteOrderMark)
			break
		}
		if s.bom++; s.bom == len(byteOrderMark) {
			s.out = append(s.out, byteOrderMark...)
			s.start = int64(len(byteOrderMark))
		}
		p = p[1:]
	}
	if s.after && len(p) > 0 {
		s.after = false
		if p[0] == '\n' {
			s.secondHalf()
			p = p[1:]
		}
	}
	for len(p) > 0 {
		end := bytes.IndexAny(p, "\r\n")
		if end < 0 {
			return s.out, s.hold(p)
		}
		past := end + 1
		if p[end] == '\r' {
			if past == len(p) {
				s.after = true
			} else if p[past] == '\n' {
				past++
			}
		}
		if err := s.hold(p[:past]); err != nil {
			return nil, err
		}
		if err := s.endLine(past - end); err != nil {
			return nil, err
		}
		p = p[past:]
	}
	return s.out, nil
}

// hold takes bytes of the event.
func (s *Events) hold(p []byte) error {
	if len(s.event)+len(p) > s.limit {
		return &Error{Format: "event stream", Kind: jsonpath.TooLarge, Offset: s.start}
	}
	s.event = append(s.event, p...)
	return nil
}

// secondHalf takes the line feed of a line end that a cut went through.
func (s *Events) secondHalf() {
	if len(s.event) > 0 { // the event goes on
		s.event = append(s.event, '\n')
		s.lines[len(s.lines)-1].to++
		s.line++
		return
	}
	s.start++
	if !s.gone {
		s.out = append(s.out, '\n')
	}
}

// endLine reads the line that a line end of some bytes has ended.
func (s *Events) endLine(terminator int) error {
	line := s.event[s.line : len(s.event)-terminator]
	if len(line) == 0 {
		return s.dispatch()
	}
	kind, value := fieldOf(line)
	if kind == dataField {
		s.data = append(append(s.data, value...), '\n')
	}
	s.lines = append(s.lines, fieldLine{s.line, len(s.event), kind})
	s.line = len(s.event)
	return nil
}

// fieldOf reads a line that is not empty. One space behind the colon is no part of a value.
func fieldOf(line []byte) (kind fieldKind, value []byte) {
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "data":
		return dataField, value
	case "", "event", "id", "retry":
		return passingField, value
	default:
		return unknownField, value
	}
}

// dispatch lets the event go that has come to its end: as it came where no edit touches it.
func (s *Events) dispatch() error {
	defer s.next()
	s.gone = false
	data := bytes.TrimSuffix(s.data, []byte{'\n'})
	if len(data) == 0 || string(data) == done {
		s.write(nil, false)
		return nil
	}
	edited, removed, err := s.edit(data)
	if err != nil {
		cause, ok := errors.AsType[*jsonpath.Error](err)
		if !ok || cause.Kind == jsonpath.TooDeep || cause.Kind == jsonpath.TooLarge {
			return placed("event stream", s.start, err)
		}
		s.record.reset()
		if s.job.Withheld != nil {
			s.job.Withheld()
		}
		removed = true
	}
	if removed {
		s.gone = true
		return nil
	}
	s.write(edited, !bytes.Equal(edited, data))
	return nil
}

// edit gives the document of the event as it may go out.
func (s *Events) edit(data []byte) (edited []byte, removed bool, err error) {
	out, err := s.record.feed(data)
	if err != nil {
		return nil, false, err
	}
	s.data = append(s.data, out...) // behind the document, which is still compared
	edited = s.data[len(s.data)-len(out):]
	out, removed, err = s.record.end()
	if err != nil || len(out) == 0 {
		return edited, removed, err
	}
	s.data = append(s.data, out...)
	return s.data[len(s.data)-len(out)-len(edited):], removed, nil
}

// write writes the event: with other data where it was edited.
func (s *Events) write(data []byte, edited bool) {
	from := len(s.out)
	for _, line := range s.lines {
		switch {
		case line.kind == unknownField:
		case line.kind == dataField && edited:
			if data == nil {
				continue
			}
			end := terminatorOf(s.event[line.from:line.to])
			for part := range bytes.SplitSeq(data, []byte{'\n'}) {
				s.out = append(append(append(s.out, "data: "...), part...), end...)
			}
			data = nil
		default:
			s.out = append(s.out, s.event[line.from:line.to]...)
		}
	}
	end := s.event[s.line:]
	if n := len(s.out); n > from && s.out[n-1] == '\r' && len(end) > 0 && end[0] == '\n' {
		s.out = append(s.out, '\n') // lest the two become one line end, for what stood between them is gone
	}
	s.out = append(s.out, end...)
}

// terminatorOf is what a line ends with.
func terminatorOf(line []byte) []byte {
	return line[len(bytes.TrimRight(line, "\r\n")):]
}

func (s *Events) next() {
	s.start += int64(len(s.event))
	s.event, s.lines, s.data, s.line = s.event[:0], s.lines[:0], s.data[:0], 0
}

// Close implements Filter. An event that its stream cuts off is none to a reader by the standard, and is judged all the
// same.
func (s *Events) Close() ([]byte, error) {
	s.out = s.out[:0]
	if s.bom < len(byteOrderMark) {
		s.event = append(s.event, byteOrderMark[:s.bom]...)
	}
	if len(s.event) == 0 {
		return s.out, nil
	}
	if s.line < len(s.event) {
		if err := s.endLine(0); err != nil {
			return nil, err
		}
	}
	if err := s.dispatch(); err != nil {
		return nil, err
	}
	return s.out, nil
}

// Names gives those of the members inside the place about which the Visitor is being asked.
func (s *Events) Names() *jsonpath.Names { return s.record.Names() }
