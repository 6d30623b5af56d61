package filter

import (
	"bytes"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// Sheet filters a style sheet that is a response of its own: its URLs of somebody who is not let through lead nowhere. It
// waits for the whole, as browsers do, up to 4 MiB. It is not safe for concurrent use.
type Sheet struct {
	judgement
	text    []byte
	changed bool
}

// SheetSpec is what a style sheet is judged by beside the decision.
type SheetSpec struct {
	URL     string // as the browser sees it; relative references are resolved against it
	Charset string // of the Content-Type field; "" where it names none
}

// sheets keeps the buffers of style sheets that are done.
var sheets = sync.Pool{New: func() any { return new(Sheet) }} //nolint:gochecknoglobals // holds nothing a sheet could tell

// Sheet begins a style sheet of an exchange. Release gives it back.
func (p *Plan) Sheet(d *rules.Decision, spec SheetSpec, tally *Tally) *Sheet {
	s := sheets.Get().(*Sheet) //nolint:forcetypeassert // the pool's own
	s.begin(p, d, PageSpec{URL: spec.URL, Charset: spec.Charset}, tally)
	s.text, s.changed = s.text[:0], false
	if unreadable(spec.Charset) {
		s.refuse("charset", "style sheets in this character set are not read")
	}
	return s
}

// Feed takes the next bytes. An error is a *Refusal and final.
func (s *Sheet) Feed(b []byte) ([]byte, error) {
	if len(s.text)+len(b) > heldMarkup {
		s.refuse("limit", "a style sheet is larger than 4 MiB")
	}
	if s.refusal != nil {
		return nil, s.refusal
	}
	s.text = append(s.text, b...)
	return nil, nil
}

// Close ends the sheet and gives it, valid until Release.
func (s *Sheet) Close() ([]byte, error) {
	s.declare()
	if s.refusal != nil {
		return nil, s.refusal
	}
	out, changed := s.css(s.text)
	s.changed = changed
	if s.refusal != nil {
		return nil, s.refusal
	}
	return out, nil
}

// declare looks at what the sheet says of its characters (CSS Syntax 3, 3.2). By a rule, UTF-16 is UTF-8.
func (s *Sheet) declare() {
	const rule = `@charset "`
	label, declared := bytes.CutPrefix(s.text, []byte(rule))
	end := bytes.IndexByte(label[:min(len(label), 64)], '"')
	switch {
	case isWide(s.text[:min(len(s.text), 4)]):
		s.refuse("charset", "style sheets in UTF-16 and UTF-32 are not read")
	case declared && end >= 0 && unreadable(string(label[:end])) && !bytes.HasPrefix(bytes.ToLower(label), []byte("utf-16")):
		s.refuse("charset", "style sheets in this character set are not read")
	}
}

// Names says that the sheet refers to somebody whom the policy or a list knows, let through or not: for another visitor it
// may be another.
func (s *Sheet) Names() bool { return len(s.embeds.list) > 0 }

// Changed says that Close gave something else than was fed.
func (s *Sheet) Changed() bool { return s.changed }

// Release gives the sheet's buffers back. What it gave out must not be used afterwards.
func (s *Sheet) Release() {
	s.end()
	if cap(s.text) > keptBuffer {
		s.text = nil
	}
	if cap(s.plain) > keptBuffer {
		s.plain = nil
	}
	sheets.Put(s)
}
