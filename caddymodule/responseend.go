package caddymodule

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// Close ends the body: the document must have ended, and what is held goes out.
func (w *responseWriter) Close() error {
	if w.over {
		return nil
	}
	switch w.how {
	case edit:
		defer w.x.timed(time.Now())
		if err := w.endFilter(); err != nil {
			return err
		}
		w.whole = true
	case observe:
		w.endWatch()
	case sniff:
		if err := w.believe(); err != nil {
			return err
		}
	case guess:
		if err := w.settleGuess(); err != nil {
			return err
		}
		if w.how != pass {
			return w.Close()
		}
	case sheet:
		defer w.x.timed(time.Now())
		if err := w.settleSheet(); err != nil {
			return err
		}
	case tunnelled:
		return w.send()
	case recalled:
		return w.repeat()
	case refuse, pass, empty: // refuse: nothing came that could have been read, and an empty body passes
	}
	w.measure()
	return w.send()
}

// measure states the length of an edited body that has come to its end while the header waited: a client that knows the
// length need not be sent chunks.
func (w *responseWriter) measure() {
	if w.sent || w.how != edit {
		return
	}
	n := 0
	if w.held != nil {
		n = w.held.Len()
	}
	w.tell(n)
}

// tell states a length, unless trailers are announced, for which there must be chunks.
func (w *responseWriter) tell(length int) {
	if h := w.Header(); len(h["Trailer"]) == 0 {
		h["Content-Length"] = []string{strconv.Itoa(length)}
	}
}

// finish ends the response when the inner handlers are done. What was refused is answered here; an error of theirs goes
// to the outer handlers as it came.
func (w *responseWriter) finish(err error) error {
	if w.x.tunnel != nil && w.r.Method == http.MethodConnect {
		w.cut = w.x.tunnel.finish() && w.sent
	}
	if refused := w.x.refusal(); refused != nil && !w.over {
		w.answer(refused, rules.Request)
		return nil
	}
	if err != nil && w.status == 0 {
		return err
	}
	if err == nil && !w.over {
		if w.status == 0 {
			w.WriteHeader(http.StatusOK)
		}
		err = w.Close()
	}
	switch {
	case !w.sent || w.over || !hasTrailers(w.Header()):
	case !w.x.enforcing():
		w.x.plan.ResponseTrailer(w.x.decision, w.Header().Clone(), w.x.site(w.r), &w.x.tally)
	default:
		if w.how == edit {
			filter.Changed(w.Header()) // a digest that comes as a trailer
		}
		if w.x.plan.Filters(rules.Response) {
			dropDetails(w.Header())
		}
		w.x.plan.ResponseTrailer(w.x.toward(rules.Response), w.Header(), w.x.site(w.r), &w.x.tally)
	}
	if errors.Is(err, errRefused) {
		return nil
	}
	return err
}

// hasTrailers says that a header map holds fields that go out behind the body.
func hasTrailers(h http.Header) bool {
	if len(h["Trailer"]) > 0 {
		return true
	}
	for key := range h {
		if strings.HasPrefix(key, http.TrailerPrefix) {
			return true
		}
	}
	return false
}

// settle is what remains when finish is done or a panic passes by.
func (w *responseWriter) settle() {
	cause := recover()
	aborted := cause == http.ErrAbortHandler //nolint:errorlint // a panic's value is this very one
	if refused := w.x.refusal(); refused != nil && aborted && !w.over {
		w.answer(refused, rules.Request) // the upstream's answer broke off because its request did
	}
	w.release()
	if cause != nil && (!w.over || !aborted) {
		panic(cause)
	}
	if w.cut {
		panic(http.ErrAbortHandler)
	}
}

func (w *responseWriter) release() {
	w.drop()
	if w.body != nil {
		w.body.Release()
		w.body = nil
	}
	if w.decoder != nil {
		w.decoder.Abort()
		w.decoder = nil
	}
	w.remember()
}
