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

// heldSheet is how much of a style sheet waits, as it came.
const heldSheet = 4 << 20

// isSheet says that a response is read as a style sheet. Part of one is none: browsers ask for the whole.
func (w *responseWriter) isSheet(media filter.Media) bool {
	return media == filter.Styles && !w.x.plan.Labelled(rules.Response) && !w.bodyless() && w.status != http.StatusPartialContent
}

// beginSheet begins to read a style sheet.
func (w *responseWriter) beginSheet() *filter.Sheet {
	spec := filter.SheetSpec{URL: w.x.url, Charset: filter.CharsetOf(w.Header().Get("Content-Type"))}
	d := w.x.decision
	if w.x.enforcing() {
		d = w.x.toward(rules.Response)
	}
	return w.x.plan.Sheet(d, spec, &w.x.tally)
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
	if read.Names() && !w.varied {
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

// codingFault makes a refusal of what a decoder says of a body.
func codingFault(err error) error {
	if causeOf(err) != "coding" {
		return err
	}
	return &filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: "the content coding is damaged or cut off"}
}
