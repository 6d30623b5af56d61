package view

import (
	"bytes"
	"slices"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

const (
	// longestCall is how many bytes may stand before the document of a call.
	longestCall = 1 << 10
	// longestEnd is how many bytes of a document may look like the end of a call, and wait.
	longestEnd = 4 << 10
)

// Padded filters JSON with padding (JSONP): a script that is one call of a function with one JSON document. The document
// is that of the paths; what is not such a call is refused, or passes unless it calls a function that is looked for.
type Padded struct {
	editor *jsonpath.Editor
	called []string // the functions that are looked for; none: any call is one
	passes bool     // it calls none of them
	call   []byte   // what stands before the document, until it is known
	inside bool
	end    []byte // what may be the end of the call
	out    []byte
	start  int64 // of the document in the body
}

// NewPadded begins a body. Where functions are named, a script that calls none of them first passes as it is.
func NewPadded(job Job, called []string) *Padded {
	return &Padded{editor: jsonpath.NewEditor(job.Set, job.Visitor, job.Limits), called: called}
}

// Feed implements Filter.
func (d *Padded) Feed(p []byte) ([]byte, error) {
	d.out = d.out[:0]
	if d.passes {
		return p, nil
	}
	if !d.inside {
		d.call = append(d.call, p...)
		n, function, more := callBefore(d.call)
		switch {
		case more && len(d.call) <= longestCall:
			return nil, nil
		case len(d.called) > 0 && !slices.Contains(d.called, string(function)):
			d.passes = true
			return d.call, nil
		case n == 0 || n > longestCall:
			return nil, errNoCall
		}
		d.inside, d.start = true, int64(n)
		d.out = append(d.out, d.call[:n]...)
		p = d.call[n:]
	}
	if err := d.document(p); err != nil {
		return nil, err
	}
	return d.out, nil
}

// errNoCall is the same at every split: it stands at the beginning.
var errNoCall = &Error{Format: "JSONP", What: "the script is no call of a function with a document"}

// document holds back what may be the end of the call.
func (d *Padded) document(p []byte) error {
	kept := bytes.TrimRight(p, " \t\r\n;)")
	if len(kept) > 0 {
		if err := d.edit(d.end); err != nil {
			return err
		}
		d.end = d.end[:0]
		if err := d.edit(kept); err != nil {
			return err
		}
	}
	d.end = append(d.end, p[len(kept):]...)
	if len(d.end) > longestEnd {
		return &Error{Format: "JSONP", Kind: jsonpath.TooLarge, Offset: d.start, What: "too much that looks like the end of the call"}
	}
	return nil
}

func (d *Padded) edit(p []byte) error {
	out, err := d.editor.Feed(p)
	d.out = append(d.out, out...)
	return placed("JSONP", d.start, err)
}

// Close implements Filter.
func (d *Padded) Close() ([]byte, error) {
	d.out = d.out[:0]
	switch {
	case d.passes:
		return nil, nil
	case !d.inside && len(d.called) > 0:
		return d.call, nil // it may become a call, and has not
	case !d.inside:
		return nil, errNoCall
	}
	end := bytes.TrimRight(d.end, " \t\r\n")
	end = bytes.TrimRight(bytes.TrimSuffix(end, []byte{';'}), " \t\r\n")
	inner, closed := bytes.CutSuffix(end, []byte{')'})
	if !closed {
		return nil, &Error{Format: "JSONP", Kind: jsonpath.Truncated, Offset: d.start, What: "the call does not end"}
	}
	if err := d.edit(inner); err != nil {
		return nil, err
	}
	out, err := d.editor.Close()
	if err != nil {
		return nil, placed("JSONP", d.start, err)
	}
	return append(append(d.out, out...), d.end[len(inner):]...), nil
}

// Names gives those of the members inside the place about which the Visitor is being asked.
func (d *Padded) Names() *jsonpath.Names { return d.editor.Names() }

// callBefore gives the length of what a script begins with where that is the beginning of a call: an empty comment, a
// test that the function is one, its name, and the bracket. More says that further bytes may make it one.
func callBefore(script []byte) (n int, function []byte, more bool) {
	s := callScanner{text: script}
	s.literal(string(byteOrderMark))
	s.space()
	for s.literal("/**/") {
		s.space()
	}
	function = s.name()
	if string(function) == "typeof" {
		function = s.tested()
	}
	s.space()
	if len(function) == 0 || !s.literal("(") {
		return 0, nil, s.short
	}
	return s.at, function, false
}

// tested reads what follows typeof, up to the name in the call.
func (s *callScanner) tested() []byte {
	s.space()
	name := s.name()
	for _, part := range []string{"===", "'function'", "&&"} {
		s.space()
		if !s.literal(part) {
			return nil
		}
	}
	s.space()
	if function := s.name(); string(function) == string(name) {
		return function
	}
	return nil
}

// callScanner reads the beginning of a call.
type callScanner struct {
	text  []byte
	at    int
	short bool // the text ended before what was looked for
}

func (s *callScanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t' || s.text[s.at] == '\r' || s.text[s.at] == '\n') {
		s.at++
	}
}

func (s *callScanner) literal(word string) bool {
	rest := s.text[s.at:]
	if bytes.HasPrefix(rest, []byte(word)) {
		s.at += len(word)
		return true
	}
	s.short = s.short || bytes.HasPrefix([]byte(word), rest)
	return false
}

// name reads the name of a function, with the members that lead to it.
func (s *callScanner) name() []byte {
	from := s.at
	for s.at < len(s.text) && isNameByte(s.text[s.at]) {
		s.at++
	}
	s.short = s.short || s.at == len(s.text)
	return s.text[from:s.at]
}

func isNameByte(c byte) bool {
	switch {
	case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
		return true
	default:
		return c == '_' || c == '$' || c == '.' || c == '[' || c == ']'
	}
}
