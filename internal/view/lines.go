package view

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Lines filters JSON documents of which each stands on a line of its own (NDJSON, JSON Lines). Every line is a document
// to the paths; empty ones pass, and one that is removed goes with its line end.
type Lines struct {
	record *record
	limit  int // of lead
	out    []byte
	lead   []byte // white space before the document on the line at hand, whose fate it shares
	begun  bool   // something else stands on it
	start  int64  // offset of the line in the body
	at     int64  // bytes so far
}

// NewLines begins a body.
func NewLines(job Job) *Lines {
	return &Lines{record: newRecord(job), limit: tokenLimit(job.Limits)}
}

// tokenLimit is how much of what is no value may wait, in bytes.
func tokenLimit(l jsonpath.Limits) int {
	if l.Token > 0 {
		return l.Token
	}
	return 64 << 10
}

// Feed implements Filter.
func (l *Lines) Feed(p []byte) ([]byte, error) {
	l.out = l.out[:0]
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		line := p
		if end >= 0 {
			line = p[:end]
		}
		if err := l.take(line); err != nil {
			return nil, err
		}
		if end < 0 {
			break
		}
		if err := l.end("\n"); err != nil {
			return nil, err
		}
		p = p[end+1:]
	}
	return l.out, nil
}

// take takes a part of a line.
func (l *Lines) take(part []byte) error {
	start := l.at
	l.at += int64(len(part))
	if !l.begun {
		text := bytes.TrimLeft(part, " \t\r")
		blank := len(part) - len(text)
		if len(l.lead)+blank > l.limit {
			return &Error{Format: "NDJSON", Kind: jsonpath.TooLarge, Offset: l.start}
		}
		l.lead = append(l.lead, part[:blank]...)
		if len(text) == 0 {
			return nil
		}
		l.begun, part = true, text
		l.start = start + int64(blank)
	}
	out, err := l.record.feed(part)
	l.put(out)
	return placed("NDJSON", l.start, err)
}

func (l *Lines) put(out []byte) {
	if len(out) > 0 {
		l.out = append(append(l.out, l.lead...), out...)
		l.lead = l.lead[:0]
	}
}

// end ends the line with the bytes given.
func (l *Lines) end(terminator string) error {
	removed := false
	if l.begun {
		out, gone, err := l.record.end()
		if err != nil {
			return placed("NDJSON", l.start, err)
		}
		l.put(out)
		removed = gone
	}
	if !removed {
		l.out = append(append(l.out, l.lead...), terminator...)
	}
	l.lead, l.begun = l.lead[:0], false
	l.at += int64(len(terminator))
	l.start = l.at
	return nil
}

// Close implements Filter.
func (l *Lines) Close() ([]byte, error) {
	l.out = l.out[:0]
	if err := l.end(""); err != nil {
		return nil, err
	}
	return l.out, nil
}

// placed gives an error of a document its place in the body.
func placed(format string, start int64, err error) error {
	if cause, ok := errors.AsType[*jsonpath.Error](err); ok {
		return &Error{Format: format, Kind: cause.Kind, Offset: start + cause.Offset, Paths: cause.Paths}
	}
	return err
}

// Names gives those of the members inside the place about which the Visitor is being asked.
func (l *Lines) Names() *jsonpath.Names { return l.record.Names() }
