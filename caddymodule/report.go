package caddymodule

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// In mode report bodies are read beside the traffic: the same filters run, and what they would write is dropped. A body
// that would have been refused is counted and passes.

// spectator reads a body whose bytes go by.
type spectator struct {
	body    bodyFilter
	decoder coding.Decoder // nil for identity
}

func (s spectator) look(plain []byte) error {
	_, err := guarded(s.body.Feed, plain)
	return err
}

func (s spectator) read(p []byte) error {
	if s.decoder == nil {
		return s.look(p)
	}
	return s.decoder.Decode(p, s.look)
}

func (s spectator) end() (out []byte, err error) {
	if s.decoder != nil {
		if err := s.decoder.Close(s.look); err != nil {
			return nil, err
		}
	}
	return guarded(func([]byte) ([]byte, error) { return s.body.Close() }, nil)
}

// whole reads all of a body that waits for its end, and gives what it comes to.
func (s spectator) whole(p []byte) (out []byte, err error) {
	if err := s.read(p); err != nil {
		return nil, err
	}
	return s.end()
}

func (s spectator) release() {
	s.body.Release()
	if s.decoder != nil {
		s.decoder.Abort()
	}
}

// causeOf is what the refusal for an error would be counted as.
func causeOf(err error) string {
	var refusal *filter.Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case errors.Is(err, errFault):
		return "fault"
	default:
		return "coding"
	}
}

func (x *exchange) wouldRefuse(direction rules.Direction, cause string) {
	x.app.metrics.refusals.WithLabelValues(direction.String(), cause).Inc()
}

// startWatch begins to read a response. What would be refused for its header is so only once it has a body.
func (w *responseWriter) startWatch(h http.Header) {
	media := w.media(h)
	c, err := codingOf(h)
	switch {
	case w.status == http.StatusPartialContent:
		w.deny("partial", "")
	case media == filter.Opaque:
		w.first = make([]byte, 0, sniffed)
	case !media.Reads() && !w.isPage(media) && !w.isSheet(media):
		w.deny("type", "")
	case err != nil:
		w.deny("coding", "")
	case media.Reads() && w.x.plan.Filters(rules.Response) && w.x.question.forbids(w.x.plan, media, h) != "":
		if !w.x.question.isRefused() { // else it has been counted
			w.deny("query", "")
		}
	default:
		w.body = w.begin(media, h)
		if c != coding.Identity {
			w.decoder = coding.NewDecoder(c)
		}
	}
	w.how = observe
}

func (w *responseWriter) watch(p []byte) {
	switch {
	case w.denied != nil:
		w.x.wouldRefuse(rules.Response, w.denied.Code)
		w.denied = nil
	case w.first != nil:
		w.first = append(w.first, p[:min(len(p), sniffed-len(w.first))]...)
	case w.body != nil:
		if err := (spectator{w.body, w.decoder}).read(p); err != nil {
			w.lookAway(err)
		}
	}
}

func (w *responseWriter) endWatch() {
	if len(w.first) > 0 && !filter.LooksOpaque(w.Header().Get("Content-Type"), w.first) {
		w.x.wouldRefuse(rules.Response, "type")
	}
	if w.body == nil {
		return
	}
	if _, err := (spectator{w.body, w.decoder}).end(); err != nil {
		w.lookAway(err)
	}
}

// lookAway stops reading a body that would have been refused.
func (w *responseWriter) lookAway(err error) {
	w.x.wouldRefuse(rules.Response, causeOf(err))
	w.release()
}

// watchBody begins to read a request's body beside the traffic.
func (x *exchange) watchBody(r *http.Request) *problem {
	if !x.plan.Filters(rules.Request) || r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || isTunnel(r.Body) {
		return nil
	}
	media := x.media(rules.Request, r.Header)
	c, err := codingOf(r.Header)
	switch {
	case !media.Reads():
		x.wouldRefuse(rules.Request, "type")
		return nil
	case err != nil:
		x.wouldRefuse(rules.Request, "coding")
		return nil
	}
	s := &spectator{body: x.plan.Body(x.decision, x.bodySpec(r, rules.Request, media, r.Header), &x.tally)}
	if c != coding.Identity {
		s.decoder = coding.NewDecoder(c)
	}
	r.Body = &watchedBody{ReadCloser: r.Body, x: x, r: r, spectator: s}
	return nil
}

// watchedBody reads along and changes nothing.
type watchedBody struct {
	io.ReadCloser
	x         *exchange
	r         *http.Request
	mu        sync.Mutex
	spectator *spectator // nil once done
}

// Read implements io.Reader.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spectator == nil {
		return n, err
	}
	wrong := b.spectator.read(p[:n])
	if wrong == nil && err == io.EOF {
		_, wrong = b.spectator.end()
	}
	if wrong != nil {
		b.x.wouldRefuse(rules.Request, causeOf(wrong))
	}
	if wrong != nil || err != nil {
		b.stop()
	}
	return n, err
}

// Close implements io.Closer. As for requestBody, the client's body stays open.
func (b *watchedBody) Close() error {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
	return closeClient(b.r, b.ReadCloser)
}

func (b *watchedBody) stop() {
	if b.spectator != nil {
		b.spectator.release()
		b.spectator = nil
	}
}
