package caddymodule

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// how is what becomes of the response's body. The zero value refuses.
type how uint8

const (
	refuse    how = iota
	pass          // no rule can act on it
	empty         // HEAD, 204, 304: there is no body
	edit          // filtered
	sniff         // claims to be a picture, sound, video or font: its first bytes decide
	guess         // says nothing of what it is: its first bytes tell whether a browser takes it for a page
	observe       // mode report: read, and passed as it is
	tunnelled     // messages of a WebSocket that an extended CONNECT asked for
	sheet         // a style sheet, which is read when it is whole
	recalled      // a page that has been as one that was filtered before, so far
)

// responseWriter filters a response on its way out. One goroutine writes it, save for 1xx responses, which a transport
// writes from its own.
type responseWriter struct {
	http.ResponseWriter
	x *exchange
	r *http.Request

	mu     sync.Mutex // of the header map against 1xx
	how    how
	status int  // final, 0 until known
	sent   bool // the final header has gone
	over   bool // hijacked, or answered by ourselves
	cut    bool // the client must notice that the body broke off
	denied *filter.Refusal
	passes atomic.Bool // a header of ours goes, or the final one has gone, on to handlers further out

	varied     bool // the header says that this is one among several
	hijackable bool // a WebSocket whose messages the tunnel of the exchange reads

	gate    csp.Gate // by which a page lets in what it gets of ours
	body    bodyFilter
	streams bool           // output goes early: whoever waits for a page sees it grow
	length  int64          // that the upstream has told of a page; -1 where it has not
	taken   int64          // bytes of the page so far
	full    bool           // the latest piece was as large as pieces are
	whole   bool           // the filter has come to the end of the body
	coded   bool           // a page that is compared comes under a coding
	decoder coding.Decoder // nil for identity
	coder   coding.Writer  // nil for identity
	held    *bytes.Buffer  // output that waits for the header; nil while there is none
	first   []byte         // of a body whose type is yet to be believed
	skip    int            // output that has gone out already, as that of a page that was the same so far
	reading *pageReading   // of a page that is compared or copied; nil for every other body
}

func (x *exchange) respond(w http.ResponseWriter, r *http.Request) *responseWriter {
	rw := &x.response
	rw.ResponseWriter, rw.x, rw.r = w, x, r
	return rw
}

// Unwrap lets http.ResponseController reach what we do not filter.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader filters the header. A 1xx passes at once and is not the final status; a final header waits.
func (w *responseWriter) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status != 0 || w.over {
		return
	}
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.inform(status)
		return
	}
	w.status = status
	if w.x.refusal() != nil {
		w.how = refuse // a late answer to a request that was refused
		return
	}
	w.prepare()
}

// inform passes a 1xx on.
func (w *responseWriter) inform(status int) {
	if w.x.refusal() != nil {
		return
	}
	if w.x.enforcing() {
		w.x.plan.ResponseHeader(w.x.toward(rules.Response), w.Header(), w.x.site(w.r), &w.x.tally)
	}
	w.passes.Store(true)
	w.ResponseWriter.WriteHeader(status)
	w.passes.Store(false)
}

// Write filters a piece of the body. It returns the length of what it was given.
func (w *responseWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if w.how == edit || w.how == observe || w.how == recalled {
		defer w.x.timed(time.Now())
	}
	if err := w.take(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *responseWriter) take(p []byte) error {
	switch w.how {
	case pass:
		return w.emit(p)
	case observe:
		w.watch(p)
		return w.emit(p)
	case empty:
		if w.r.Method == http.MethodHead {
			return nil // as net/http does: what answers GET may answer HEAD
		}
		return http.ErrBodyNotAllowed
	case tunnelled:
		_, err := w.x.tunnel.Write(p)
		return err
	case edit:
		w.arrives(p)
		if w.reading != nil {
			return w.copy(p)
		}
		return w.filter(p)
	case sheet:
		return w.keep(p)
	case recalled:
		return w.recall(p)
	case sniff:
		return w.sniff(p)
	case guess:
		return w.guess(p)
	default:
		return w.fail(w.denied)
	}
}

// arrives notes a piece of a body that is filtered.
func (w *responseWriter) arrives(p []byte) {
	w.taken += int64(len(p))
	w.full = len(p) >= fullPiece
}

// ReadFrom keeps a body from going round the filter; where none is engaged the faster way stays open.
func (w *responseWriter) ReadFrom(src io.Reader) (int64, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.how == pass && !w.over {
		if err := w.send(); err != nil {
			return 0, err
		}
		return io.Copy(w.ResponseWriter, src)
	}
	chunk := chunks.Get().(*[]byte) //nolint:forcetypeassert // the pool's own
	defer chunks.Put(chunk)
	return io.CopyBuffer(struct{ io.Writer }{w}, src, *chunk)
}

// FlushError sends what is filtered, header first.
func (w *responseWriter) FlushError() error {
	switch {
	case w.over, w.status == 0, w.how == sniff, w.how == sheet:
		return nil
	case w.how == tunnelled:
		return w.x.tunnel.flush(w)
	case w.how == refuse && w.switches():
		return w.fail(w.denied) // nobody need write into a tunnel for it to be one
	case w.how == refuse:
		return nil
	}
	if err := w.becomesKnown(); err != nil {
		return err
	}
	if !w.sent && w.x.refusal() != nil {
		return errRefused // what answers a refused request does not go; settle or finish answers
	}
	if w.coder != nil {
		if err := w.coder.Flush(); err != nil {
			return err
		}
	}
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// becomesKnown settles what more bytes would have told: what is flushed waits for no more.
func (w *responseWriter) becomesKnown() error {
	switch w.how {
	case guess:
		return w.settleGuess()
	case recalled:
		return w.flushRecalled()
	default:
		return nil
	}
}

var errUpgrade = errors.New("what goes over a connection that was not upgraded to WebSocket cannot be read by a filter")

// Hijack hands the connection over: as it is where no rule reads bodies, and within a tunnel that filters its messages
// where the header has gone that makes it a WebSocket.
func (w *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	switch {
	case w.hijackable, !w.x.enforcing(), !w.x.reads():
	case w.how == refuse && w.status != 0:
		return nil, nil, w.fail(w.denied)
	default:
		return nil, nil, errUpgrade
	}
	if w.status != 0 { // a 101 that waits would never go
		if err := w.send(); err != nil {
			return nil, nil, err
		}
	}
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.over = true
	if w.hijackable {
		return w.x.tunnel.wrap(conn, rw)
	}
	return conn, rw, nil
}

var (
	_ http.ResponseWriter = (*responseWriter)(nil)
	_ io.ReaderFrom       = (*responseWriter)(nil)
	_ http.Hijacker       = (*responseWriter)(nil)
	_ io.Closer           = (*responseWriter)(nil)
)
