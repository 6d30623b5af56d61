package caddymodule

import (
	"net/http"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/recall"
	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

// keptPages is how many pages are remembered for a policy: at most 12 MiB, by the most that one may have.
const keptPages = 64

// pageKey is what the filtering of a page depends on beside its bytes. All else is in the policy, whose memory it is.
type pageKey struct {
	handler  *Handler
	decision *rules.Decision
	url      string // as the browser sees it; pages with a query are not remembered
	host     string
	kind     string // its Content-Type
	coding   coding.Coding
	// What the request says of what the browser will do with the page.
	navigated, prompts, guards bool
}

// pageReading is a page on its way that is compared with one that was filtered before, or copied to be remembered.
type pageReading struct {
	*recall.Reading[pageKey, *filter.Tally]
	tally *filter.Tally // of a page that is copied
}

// recalls says that the page is one that was met before, which is to be compared. Only what every visitor without an
// account may be given is remembered: nothing that was asked for with a cookie or credentials, or that sets a cookie.
// What is flushed piece by piece is handed on piece by piece.
func (w *responseWriter) recalls(media filter.Media, c coding.Coding) bool {
	x, h := w.x, w.Header()
	if !w.isPage(media) || w.status != http.StatusOK || w.length >= 0 && w.length <= heldPage || w.length > recall.Most || w.r.Method != http.MethodGet {
		return false
	}
	if x.outer != nil || len(x.others(rules.Response)) > 0 || !isAnonymous(w.r.Header) || !isForAll(h) || strings.Contains(x.back(w.r), "?") {
		return false
	}
	if x.plan.Labelled(rules.Response) || media.Reads() && x.plan.Filters(rules.Response) || len(x.decision.Labels().Each()) > 0 {
		return false // what stored choices of many people do is told by no key
	}
	reading := x.engine.pages.Begin(pageKey{
		handler: x.handler, decision: x.decision, url: x.url, host: w.r.Host, kind: strings.Join(h["Content-Type"], ","), coding: c,
		navigated: isShown(destination(w.r.Header)), prompts: w.prompts(), guards: w.guards(media),
	})
	if reading == nil {
		return false
	}
	w.reading, w.coded = &pageReading{Reading: reading}, c != coding.Identity
	if reading.Compares() {
		return true
	}
	w.reading.tally = new(filter.Tally)
	return false
}

// isAnonymous says that a request, as it goes upstream, tells nobody who asks: it bears no cookie but our own.
func isAnonymous(h http.Header) bool {
	for _, line := range h["Cookie"] {
		if !strings.HasPrefix(line, signals.CookieName+"=") || strings.Contains(line, ";") {
			return false
		}
	}
	return len(h["Authorization"]) == 0
}

// isForAll says that a response is no visitor's own, and that its header says nothing of how scripts come into the page: what
// it says may be made for it alone, and is in no key.
func isForAll(h http.Header) bool {
	for _, name := range [...]string{
		"Set-Cookie", "Content-Security-Policy", "Content-Security-Policy-Report-Only", "Integrity-Policy", "Integrity-Policy-Report-Only",
	} {
		if len(h[name]) > 0 {
			return false
		}
	}
	return !slices.ContainsFunc(h["Cache-Control"], func(line string) bool { return strings.Contains(strings.ToLower(line), "no-store") })
}

// copyStep is how many bytes of a page are filtered at a time while it is copied: a page that is recalled and comes slowly
// goes out in such steps.
const copyStep = 1 << 10

// copy filters a piece of a page that is to be remembered.
func (w *responseWriter) copy(p []byte) error {
	for step := range slices.Chunk(p, copyStep) {
		w.reading.Came(step)
		if err := w.filter(step); err != nil {
			return err
		}
		w.reading.Settled()
	}
	return nil
}

// recall takes a piece of a page that has been as the remembered one so far.
func (w *responseWriter) recall(p []byte) error {
	if !w.reading.Like(p) {
		w.reading.Unlike()
		return w.reread(p)
	}
	w.arrives(p)
	switch {
	case w.taken <= heldPage, !w.sent && (w.full || w.taken == w.length):
		return nil
	case w.coded: // what a coder has given so far tells no end from which another could go on
		return w.reread(nil)
	default:
		due, _ := w.reading.Due() // the rest is less than a server holds back by itself
		return w.emit(due)
	}
}

// flushRecalled gives all that a page that is flushed comes to so far.
func (w *responseWriter) flushRecalled() error {
	if w.coded {
		return w.reread(nil)
	}
	due, all := w.reading.Due()
	if err := w.emit(due); err != nil || all {
		return err
	}
	return w.reread(nil)
}

// reread has the page filtered from its beginning on: it is another than the remembered one, or more of it must go out
// than is known of that. What has gone out is not sent again: it comes first of what the same bytes come to.
func (w *responseWriter) reread(next []byte) error {
	reading := w.reading
	w.reading, w.skip = nil, reading.Given()
	defer reading.Release()
	c, err := codingOf(w.Header())
	if err != nil {
		return w.fail(nil)
	}
	w.mu.Lock()
	w.read(w.media(w.Header()), c)
	w.mu.Unlock()
	if sofar := reading.Sofar(); len(sofar) > 0 {
		if err := w.filter(sofar); err != nil {
			return err
		}
	}
	if len(next) == 0 {
		return nil
	}
	w.arrives(next)
	return w.filter(next)
}

// repeat gives what the remembered page came to, where the page has been the same to its end.
func (w *responseWriter) repeat() error {
	rest, tally, whole := w.reading.Whole()
	if !whole {
		w.reading.Unlike()
		if err := w.reread(nil); err != nil {
			return err
		}
		return w.Close()
	}
	w.x.tally.Add(tally)
	w.x.app.metrics.recalls.Inc()
	if !w.sent {
		w.tell(len(rest))
	}
	return w.emit(rest)
}

// tally is where what is done to a page is counted: by itself, where the page is copied.
func (w *responseWriter) tally() *filter.Tally {
	if w.reading != nil {
		return w.reading.tally
	}
	return &w.x.tally
}

// remember ends the copying of a page, and keeps one that went out whole. Its filter has been released, which counts.
func (w *responseWriter) remember() {
	reading := w.reading
	if reading == nil {
		return
	}
	w.reading = nil
	if reading.tally != nil {
		w.x.tally.Add(reading.tally)
		if w.whole && w.sent && !w.cut {
			reading.Keep(reading.tally)
		}
	}
	reading.Release()
}
