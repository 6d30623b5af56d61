package caddymodule

import (
	"net/http"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// A style sheet is the site's own and the same for nearly everybody, so shared caches shall keep it: what becomes of it is
// settled once it has been read, and one that names nobody whom the policy or a list knows goes out as it came, with its
// header.

// styleDestination is what a browser asks for style sheets for (Sec-Fetch-Dest).
const styleDestination = "style"

// plainSheets is how many copies of style sheets are known that name nobody, by URL and tag. They are the policy's, which
// says whom it knows.
const plainSheets = 4096

// isPlainSheet says that the upstream's tag is of a style sheet that named nobody when it was read: it is the same for every
// visitor, so a copy of it may be confirmed.
func (x *exchange) isPlainSheet(r *http.Request) func(tag string) bool {
	return func(tag string) bool { return x.engine.plain.Contains(x.sheetKey(r, tag)) }
}

func (x *exchange) sheetKey(r *http.Request, tag string) string {
	return x.url + "?" + r.URL.RawQuery + "\n" + tag
}

// heldSheet is how much of a style sheet waits, as it came.
const heldSheet = 4 << 20

// isSheet says that a response is read as a style sheet. Part of one is none: browsers ask for the whole.
func (w *responseWriter) isSheet(media filter.Media) bool {
	return media == filter.Styles && !w.x.plan.Labelled(rules.Response) && !w.bodyless() && w.status != http.StatusPartialContent
}

// beginSheet begins to read a style sheet.
func (w *responseWriter) beginSheet() *filter.Sheet {
	spec := filter.SheetSpec{URL: w.x.url, Charset: filter.CharsetOf(w.Header().Get("Content-Type"))}
	return w.x.plan.Sheet(w.x.acting(rules.Response), spec, &w.x.tally)
}

// keep holds a piece of a style sheet.
func (w *responseWriter) keep(p []byte) error {
	if len(w.first)+len(p) > heldSheet {
		return w.fail(&filter.Refusal{Status: http.StatusBadGateway, Code: "limit", Detail: "a style sheet is larger than 4 MiB"})
	}
	w.first = append(w.first, p...)
	return nil
}

// settleSheet reads a style sheet that has come to its end.
func (w *responseWriter) settleSheet() error {
	came := w.first
	w.first = nil
	c, err := codingOf(w.Header())
	if err != nil {
		return w.fail(&filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: err.Error()})
	}
	read := w.beginSheet()
	w.body = read
	if c != coding.Identity {
		w.decoder = coding.NewDecoder(c)
	}
	out, err := spectator{read, w.decoder}.whole(came)
	if err != nil {
		return w.failed(codingFault(err))
	}
	w.mu.Lock()
	if !read.Names() {
		w.noteSheet()
	} else if !w.varied {
		w.variant(false)
	}
	if !read.Changed() {
		w.mu.Unlock()
		w.how = pass
		return w.emit(came)
	}
	filter.Changed(w.Header())
	w.mu.Unlock()
	w.how = edit
	if c != coding.Identity {
		w.coder = coding.NewWriter(c, emitter{w})
	}
	if err := w.code(out); err != nil || w.coder == nil {
		return err
	}
	return w.coder.Close()
}

// noteSheet remembers the tag of a style sheet that names nobody.
func (w *responseWriter) noteSheet() {
	if tags := w.Header()["Etag"]; len(tags) == 1 && !w.varied && w.x.enforcing() {
		w.x.engine.plain.Add(w.x.sheetKey(w.r, tags[0]), struct{}{})
	}
}

// codingFault makes a refusal of what a decoder says of a body.
func codingFault(err error) error {
	if causeOf(err) != "coding" {
		return err
	}
	return &filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: "the content coding is damaged or cut off"}
}
