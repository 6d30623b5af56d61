package caddymodule

import (
	"io"
	"net/http"
	"sync"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// In mode report bodies are read beside the traffic: the same filters run, and what they would write is dropped. A body
// that would have been refused is counted and passes.

// startWatch begins to read a response.
func (w *responseWriter) startWatch(h http.Header) {
	c, err := coding.Parse(h["Content-Encoding"])
	if err != nil {
		w.wouldRefuse(&filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: err.Error()})
		return
	}
	w.how = observe
	w.body = w.x.plan.Body(rules.Response, w.x.decision, &elements{x: w.x, ctx: w.r.Context()}, &w.x.tally)
	if c != coding.Identity {
		w.decoder = coding.NewDecoder(c)
	}
}

func (w *responseWriter) watch(p []byte) {
	if w.body == nil {
		return
	}
	look := func(plain []byte) error {
		_, err := guarded(w.body.Feed, plain)
		return err
	}
	var err error
	if w.decoder != nil {
		err = w.decoder.Decode(p, look)
	} else {
		err = look(p)
	}
	if err != nil {
		w.lookAway()
	}
}

func (w *responseWriter) endWatch() {
	if w.body == nil {
		return
	}
	if _, err := guarded(func([]byte) ([]byte, error) { return w.body.Close() }, nil); err != nil {
		w.lookAway()
	}
}

// lookAway stops reading a body that would have been refused.
func (w *responseWriter) lookAway() {
	w.wouldRefuse(&filter.Refusal{Status: http.StatusBadGateway, Code: "malformed", Detail: "the body cannot be read"})
	w.release()
}

func (w *responseWriter) wouldRefuse(r *filter.Refusal) {
	w.x.app.metrics.refusals.WithLabelValues(rules.Response.String(), r.Code).Inc()
}

// watchBody begins to read a request's body beside the traffic.
func (x *exchange) watchBody(r *http.Request) *problem {
	if !x.plan.Filters(rules.Request) || r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil
	}
	c, err := coding.Parse(r.Header["Content-Encoding"])
	if filter.MediaOf(r.Header["Content-Type"]) != filter.JSON || err != nil || c != coding.Identity {
		x.app.metrics.refusals.WithLabelValues(rules.Request.String(), "type").Inc()
		return nil
	}
	r.Body = &watchedBody{ReadCloser: r.Body, x: x, body: x.plan.Body(rules.Request, x.decision, &elements{x: x, ctx: r.Context()}, &x.tally)}
	return nil
}

// watchedBody reads along and changes nothing.
type watchedBody struct {
	io.ReadCloser
	x    *exchange
	mu   sync.Mutex
	body *filter.Body
}

// Read implements io.Reader.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.body == nil {
		return n, err
	}
	_, wrong := guarded(b.body.Feed, p[:n])
	if wrong == nil && err == io.EOF {
		_, wrong = guarded(func([]byte) ([]byte, error) { return b.body.Close() }, nil)
	}
	if wrong != nil {
		b.x.app.metrics.refusals.WithLabelValues(rules.Request.String(), "malformed").Inc()
	}
	if wrong != nil || err != nil {
		b.body.Release()
		b.body = nil
	}
	return n, err
}

// Close implements io.Closer.
func (b *watchedBody) Close() error {
	b.mu.Lock()
	if b.body != nil {
		b.body.Release()
		b.body = nil
	}
	b.mu.Unlock()
	return b.ReadCloser.Close()
}
