package view

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Lines filters JSON documents of which each stands on a line of its own (NDJSON, JSON Lines). Every line is a document
// to the paths; empty ones pass.
type Lines struct {
	job    Job
	editor *jsonpath.Editor
	out    []byte
	begun  bool  // something stands on the line
	start  int64 // offset of the line in the body
	at     int64 // bytes so far
}

// NewLines begins a body.
func NewLines(job Job) *Lines {
	return &Lines{job: job, editor: jsonpath.NewEditor(job.Set, job.Visitor, job.Limits)}
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
		if err := l.end(); err != nil {
			return nil, err
		}
		l.out = append(l.out, '\n')
		l.at++
		l.start = l.at
		p = p[end+1:]
	}
	return l.out, nil
}

func (l *Lines) take(part []byte) error {
	l.at += int64(len(part))
	if !l.begun && len(bytes.TrimLeft(part, " \t\r")) == 0 {
		l.out = append(l.out, part...)
		return nil
	}
	l.begun = true
	out, err := l.editor.Feed(part)
	l.out = append(l.out, out...)
	return l.placed(err)
}

func (l *Lines) end() error {
	if !l.begun {
		return nil
	}
	out, err := l.editor.Close()
	if err != nil {
		return l.placed(err)
	}
	l.out = append(l.out, out...)
	l.editor.Reset(l.job.Set, l.job.Visitor, l.job.Limits)
	l.begun = false
	return nil
}

// Close implements Filter.
func (l *Lines) Close() ([]byte, error) {
	l.out = l.out[:0]
	if err := l.end(); err != nil {
		return nil, err
	}
	return l.out, nil
}

// placed gives an error of a document its place in the body.
func (l *Lines) placed(err error) error {
	if cause, ok := errors.AsType[*jsonpath.Error](err); ok {
		return &Error{Format: "NDJSON", Kind: cause.Kind, Offset: l.start + cause.Offset}
	}
	return err
}
