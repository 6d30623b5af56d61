package filter

import (
	"sync"

	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/rules"
)

// heldMarkup is the most of a page that is held: a tag, or an element that must be seen whole (script, style, noscript).
// Pages put whole pictures into one attribute, so it is more than a value of JSON may have.
const heldMarkup = 4 << 20

// PageSpec is what a page is judged by beside the decision.
type PageSpec struct {
	URL     string // as the browser sees it; relative references are resolved against it
	Charset string // of the Content-Type field; "" where it names none
	XML     bool   // XHTML or SVG
	// Elements decide about the persons in blocks of data; nil where no `each` is labelled.
	Elements Decider
	// Promised says that fields of this endpoint are labelled: the page is refused unless it has a block of data, in which
	// they can stand. It waits for the first, up to 1 MiB.
	Promised bool
	// Insert appends what is put at the beginning of the body: markup of our own, which is not judged; nil for nothing. A
	// document without html, head, body or doctype is a fragment for a script and gets nothing, unless Navigated.
	Insert func(dst []byte) []byte
	// Guard appends the tags of a script that holds back what scripts of the page ask for, with the nonce by which the page
	// lets scripts in, which may be empty; nil for none. It is put in front of the first thing in the document that runs a
	// script, and inline scripts then stay whatever they name. Fragments get none, as of Insert. Each tag begins with
	// `<script src="`, and its path with a slash.
	Guard func(dst, nonce []byte) []byte
	// Embed appends the document that a frame shows in place of content of a recipient that would be shown in the page and is
	// not let in: HTML, written as the value of srcdoc between double quotes. Where it appends nothing, and where it is nil, there is no such
	// frame. Documents that get no Insert get none either.
	Embed func(dst []byte, recipient string) []byte
	// Gate has the policies of content that the page states of itself let in what Insert and Guard load, and tells of the
	// header's; nil where Insert loads nothing and the header has none. It must not be used elsewhere while the page is.
	Gate      *csp.Gate
	Host      string // of the site, as the client named it: where Insert and Guard lead to in spite of a base element
	Navigated bool   // the browser asked for a document to show
}

// Page filters one page as its bytes go by: references to third parties that are not let through leave it. It is not safe
// for concurrent use.
type Page struct {
	judgement
	walk  walker
	body  insertion
	watch sentry

	carry    []byte // bytes that are not out yet, from an earlier call
	spare    []byte
	out      []byte
	waits    []byte // output of a page that has promised data, until there is some
	promised bool
	taken    int // bytes of the carry that a token has taken
	opened   bool
	failed   error
}

// pages keeps the buffers of pages that are done.
var pages = sync.Pool{New: func() any { return new(Page) }} //nolint:gochecknoglobals // holds nothing a page could tell

// heldPromise is how much of a page waits for its first block of data.
const heldPromise = 1 << 20

// keptBuffer is how large a buffer a pool may keep.
const keptBuffer = 256 << 10

// Page begins a page of an exchange. Release gives it back.
func (p *Plan) Page(d *rules.Decision, spec PageSpec, tally *Tally) *Page {
	page := pages.Get().(*Page) //nolint:forcetypeassert // the pool's own
	page.begin(p, d, spec, tally)
	page.host, page.promised, page.waits = spec.Host, spec.Promised, page.waits[:0]
	page.body = insertion{insert: spec.Insert, document: spec.Navigated, done: spec.Insert == nil || spec.XML}
	if !page.body.done {
		page.body.embed = spec.Embed
	}
	page.walk.begin(&page.judgement, &page.body, 0)
	if spec.Guard != nil {
		page.watch.begin(&spec)
		page.walk.guard = &page.watch
		spec.Gate = page.watch.gate
	}
	page.walk.gate = spec.Gate
	page.carry, page.out, page.taken, page.opened, page.failed = page.carry[:0], page.out[:0], 0, false, nil
	if unreadable(spec.Charset) {
		page.refuse("charset", "pages in this character set are not read")
	}
	return page
}

// Feed takes the next bytes and gives those that may go out: valid until the next call, and perhaps part of p. An error
// is a *Refusal and final; nothing goes out with it.
func (p *Page) Feed(b []byte) (out []byte, err error) { return p.run(b, false) }

// Close ends the page and gives what is left of it.
func (p *Page) Close() (out []byte, err error) { return p.run(nil, true) }

func (p *Page) run(b []byte, last bool) ([]byte, error) {
	if p.failed == nil && !p.opened {
		p.open(b, last)
	}
	if p.failed == nil && p.refusal != nil {
		p.failed = p.refusal
	}
	if p.failed != nil {
		return nil, p.failed
	}
	s := splicer{buf: b, out: p.out[:0], taken: p.taken}
	carried := len(p.carry) > 0
	if carried {
		p.carry = append(p.carry, b...)
		s.buf = p.carry
	}
	if p.opened {
		p.walk.run(&s, last)
		p.lookForEscapes(b)
	}
	out := s.finish()
	p.out, p.taken = s.out, s.taken-s.done
	switch left := s.buf[s.done:]; {
	case !carried:
		p.carry = append(p.carry[:0], left...)
	case s.done > 0: // the output may be part of the carry, so what is left goes elsewhere
		p.spare = append(p.spare[:0], left...)
		p.carry, p.spare = p.spare, p.carry
	}
	if len(p.carry) > heldMarkup {
		p.refuse("limit", "a tag or a script is larger than 4 MiB")
	}
	if p.promised && p.refusal == nil {
		out = p.wait(out, last)
	}
	if p.refusal != nil {
		p.failed = p.refusal
		return nil, p.failed
	}
	return out, nil
}

// wait holds the output of a page until it has had a block of data.
func (p *Page) wait(out []byte, last bool) []byte {
	p.waits = append(p.waits, out...)
	switch {
	case p.documents > 0:
		p.promised = false
		return p.waits
	case last && len(p.waits) > 0:
		p.refuse("type", "the fields of this endpoint are labelled, and the page has no block of JSON in which they could stand")
	case len(p.waits) > heldPromise:
		p.refuse("limit", "the fields of this endpoint are labelled, and no block of JSON stands in the first MiB of the page")
	}
	return nil
}

// open looks at the first bytes, which say whether the page is in an encoding that is read.
func (p *Page) open(b []byte, last bool) {
	var first [4]byte
	n := copy(first[:], p.carry)
	n += copy(first[n:], b)
	if n < len(first) && !last {
		return
	}
	p.opened = true
	if isWide(first[:n]) {
		p.refuse("charset", "pages in UTF-16 and UTF-32 are not read")
	}
	p.declared = p.declared || hasMark(first[:n])
}

// Release gives the page's buffers back. The page and what it gave out must not be used afterwards.
func (p *Page) Release() {
	p.end()
	for _, buffer := range []*[]byte{&p.carry, &p.spare, &p.out, &p.plain, &p.waits, &p.block, &p.document} {
		if cap(*buffer) > keptBuffer {
			*buffer = nil
		}
	}
	p.body = insertion{}
	p.watch.tags, p.watch.gate, p.walk.guard, p.walk.gate = nil, nil, nil, nil
	p.failed = errReleased
	pages.Put(p)
}
