package caddymodule

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// heldOutput is how much filtered output waits for the response header, which waits so that a refusal can still be a 502.
const heldOutput = 32 << 10

const (
	// heldPage is how much of a page as it came waits, which is what the server holds back of any response that nobody
	// flushes.
	heldPage = 4 << 10
	// wholePage is how much of a page waits while there is no need to wait: more of it is here already, or all of it is. A
	// page that goes out at once takes fewer writes, and its length can be told.
	wholePage = 64 << 10
	// fullPiece is what a proxy reads at once; whoever fills that has sent more.
	fullPiece = 32 << 10
)

// outputs are the buffers that output waits in.
var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }} //nolint:gochecknoglobals // a pool

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

	hijackable bool // a WebSocket whose messages the tunnel of the exchange reads

	body    bodyFilter
	streams bool           // output goes early: whoever waits for a page sees it grow
	length  int64          // that the upstream has told of a page; -1 where it has not
	taken   int64          // bytes of the page so far
	full    bool           // the latest piece was as large as pieces are
	decoder coding.Decoder // nil for identity
	coder   coding.Writer  // nil for identity
	held    *bytes.Buffer  // output that waits for the header; nil while there is none
	first   []byte         // of a body whose type is yet to be believed
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
	if w.how == edit || w.how == observe {
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
		w.taken += int64(len(p))
		w.full = len(p) >= fullPiece
		return w.filter(p)
	case sniff:
		return w.sniff(p)
	case guess:
		return w.guess(p)
	default:
		return w.fail(w.denied)
	}
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
	case w.over, w.status == 0, w.how == sniff:
		return nil
	case w.how == tunnelled:
		return w.x.tunnel.flush(w)
	case w.how == refuse && w.switches():
		return w.fail(w.denied) // nobody need write into a tunnel for it to be one
	case w.how == refuse:
		return nil
	}
	if w.how == guess {
		if err := w.settleGuess(); err != nil {
			return err
		}
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
	case tunnelled:
		return w.send()
	case refuse, pass, empty: // refuse: nothing came that could have been read, and an empty body passes
	}
	w.measure()
	return w.send()
}

// measure states the length of an edited body that has come to its end while the header waited: a client that knows the
// length need not be sent chunks.
func (w *responseWriter) measure() {
	if w.sent || w.how != edit || len(w.Header()["Trailer"]) > 0 {
		return
	}
	n := 0
	if w.held != nil {
		n = w.held.Len()
	}
	w.Header()["Content-Length"] = []string{strconv.Itoa(n)}
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
}

var (
	_ http.ResponseWriter = (*responseWriter)(nil)
	_ io.ReaderFrom       = (*responseWriter)(nil)
	_ http.Hijacker       = (*responseWriter)(nil)
	_ io.Closer           = (*responseWriter)(nil)
)
