package view

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// step bounds how much of a view is made before it is told and what waited for it goes out.
const step = 32 << 10

// Form filters a body of application/x-www-form-urlencoded (WHATWG URL 5.1). Its view is one object of name to text, in
// the order written; a repeated name is a repeated member, and a pair without "=" has the text "". Empty pairs pass.
//
// What readers take apart differently is refused: a bare ";", a broken escape, NUL, text that is not UTF-8, a byte order
// mark in front of a name. A removed pair
// goes with one "&"; a changed text is escaped as the standard's serializer does. Where the document itself is removed or
// replaced, the form is empty. A pair may have Limits.Held bytes, and so may the form where all of it must wait.
type Form struct {
	job     Job
	carrier carrier
	out     []byte
	view    []byte // not yet told
	plain   []byte // a name or text without escapes
	raw     []byte // pairs that wait, then the one at hand, all without separators
	open    int    // where that begins in raw
	pairs   []pair // those that wait
	offset  int64  // of the pair at hand in the body
	begun   bool   // the view is
	members bool   // it has one
	asked   bool   // what becomes of the whole form is known
	gone    bool   // it goes
	written bool   // a pair has gone out
}

// pair is one that waits, or a number of empty ones.
type pair struct {
	from, at   int64 // in the view: where its text begins, and its value
	offset     int64 // in the body
	start, end int   // in raw
	value      int   // in raw; behind end where there is no "="
	empty      int   // how many empty pairs it is; their other fields are zero
}

// NewForm begins a body.
func NewForm(job Job) *Form {
	f := &Form{}
	f.Reset(job)
	return f
}

// Reset makes f ready for another body; what it has allocated stays with it.
func (f *Form) Reset(job Job) {
	f.job = job
	f.carrier.reset(job)
	f.out, f.view, f.plain, f.raw, f.pairs = f.out[:0], f.view[:0], f.plain[:0], f.raw[:0], f.pairs[:0]
	f.open, f.offset = 0, 0
	f.begun, f.members, f.asked, f.gone, f.written = false, false, false, false, false
}

// Feed implements Filter.
func (f *Form) Feed(p []byte) ([]byte, error) {
	f.out = f.out[:0]
	for len(p) > 0 {
		end := bytes.IndexByte(p, '&')
		if end < 0 {
			f.raw = append(f.raw, p...)
			break
		}
		f.raw = append(f.raw, p[:end]...)
		p = p[end+1:]
		if err := f.endPair(); err != nil {
			return nil, err
		}
		if len(f.view) >= step {
			if err := f.flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := f.flush(); err != nil {
		return nil, err
	}
	if len(f.raw)-f.open > f.job.held() {
		return nil, f.fail(jsonpath.TooLarge, f.offset, "")
	}
	return f.out, nil
}

// Close implements Filter.
func (f *Form) Close() ([]byte, error) {
	f.out = f.out[:0]
	if err := f.endPair(); err != nil {
		return nil, err
	}
	if err := f.flush(); err != nil {
		return nil, err
	}
	if err := f.carrier.tell([]byte{'}'}); err != nil {
		return nil, f.placed(err)
	}
	if err := f.carrier.end(); err != nil {
		return nil, f.placed(err)
	}
	f.settle()
	return f.out, nil
}

// endPair takes what stands in raw from open on for a pair.
func (f *Form) endPair() error {
	if !f.begun {
		f.begun = true
		f.view = append(f.view, '{')
		if bytes.HasPrefix(f.raw, byteOrderMark) {
			f.out = append(f.out, byteOrderMark...)
			f.raw = append(f.raw[:0], f.raw[len(byteOrderMark):]...)
			f.offset += int64(len(byteOrderMark))
		}
	}
	length := len(f.raw) - f.open
	if length == 0 {
		if last := len(f.pairs) - 1; last >= 0 && f.pairs[last].empty > 0 {
			f.pairs[last].empty++
		} else {
			f.pairs = append(f.pairs, pair{empty: 1})
		}
		f.offset++
		return nil
	}
	if length > f.job.held() {
		return f.fail(jsonpath.TooLarge, f.offset, "")
	}
	if err := f.tellPair(); err != nil {
		// An earlier pair may be refused as well, and comes first at whatever splits.
		if earlier := f.flush(); earlier != nil {
			return earlier
		}
		return err
	}
	f.offset += int64(length) + 1
	f.open = len(f.raw)
	return nil
}

func (f *Form) tellPair() error {
	p := pair{start: f.open, end: len(f.raw), offset: f.offset, from: f.carrier.told + int64(len(f.view))}
	name := f.raw[p.start:p.end]
	if bytes.HasPrefix(name, byteOrderMark) {
		return f.fail(jsonpath.Malformed, p.offset, misplacedMark)
	}
	p.value = p.end + 1
	if i := bytes.IndexByte(name, '='); i >= 0 {
		name, p.value = name[:i], p.start+i+1
	}
	view := f.view
	if f.members {
		view = append(view, ',')
	}
	if err := f.decode(name, p.offset); err != nil {
		return err
	}
	view = append(view, '"')
	view = appendEscaped(view, f.plain)
	view = append(view, '"', ':')
	p.at = f.carrier.told + int64(len(view))
	f.plain = f.plain[:0]
	if p.value <= p.end {
		if err := f.decode(f.raw[p.value:p.end], p.offset+int64(p.value-p.start)); err != nil {
			return err
		}
	}
	view = append(view, '"')
	view = appendEscaped(view, f.plain)
	f.view = append(view, '"')
	f.members = true
	f.pairs = append(f.pairs, p)
	return nil
}

// flush tells what was read and lets go what is settled by it.
func (f *Form) flush() error {
	if err := f.carrier.tell(f.view); err != nil {
		return f.placed(err)
	}
	f.view = f.view[:0]
	f.settle()
	if f.open > f.job.held() {
		return f.fail(jsonpath.TooLarge, 0, "")
	}
	return nil
}

// settle lets go the pairs of which nothing more will be said.
func (f *Form) settle() {
	if f.carrier.told == 0 || f.carrier.settled() < f.carrier.told {
		return // only the whole form can wait, since a pair is told at once
	}
	if !f.asked {
		f.asked = true
		_, _, f.gone = f.carrier.editAt(0)
	}
	for i := range f.pairs {
		if !f.gone {
			f.write(&f.pairs[i])
		}
	}
	f.pairs = f.pairs[:0]
	if f.open > 0 {
		f.raw = append(f.raw[:0], f.raw[f.open:]...)
		f.open = 0
	}
	f.carrier.forget()
}

func (f *Form) write(p *pair) {
	for range p.empty {
		f.separate()
	}
	if p.empty > 0 {
		return
	}
	e, value, found := f.carrier.editAt(p.at)
	if !found {
		f.separate()
		f.out = append(f.out, f.raw[p.start:p.end]...)
		return
	}
	if !e.replaced {
		return
	}
	f.separate()
	text := textOf(value)
	f.plain = f.plain[:0]
	if p.value <= p.end {
		_ = f.decode(f.raw[p.value:p.end], 0) // it was read before
	}
	if bytes.Equal(text, f.plain) {
		f.out = append(f.out, f.raw[p.start:p.end]...)
		return
	}
	f.out = append(f.out, f.raw[p.start:p.value-1]...)
	f.out = append(f.out, '=')
	f.out = appendFormText(f.out, text)
}

func (f *Form) separate() {
	if f.written {
		f.out = append(f.out, '&')
	}
	f.written = true
}

// placed gives an error of the view its place in the body.
func (f *Form) placed(err error) error {
	cause, ok := errors.AsType[*jsonpath.Error](err)
	if !ok {
		return err
	}
	var offset int64
	for i := range f.pairs {
		if cause.Offset > 0 && f.pairs[i].empty == 0 && f.pairs[i].from <= cause.Offset {
			offset = f.pairs[i].offset
		}
	}
	return blaming(f.fail(cause.Kind, offset, ""), cause)
}

func (f *Form) fail(kind jsonpath.ErrorKind, offset int64, what string) error {
	return &Error{Format: "form", Kind: kind, Offset: offset, What: what}
}
