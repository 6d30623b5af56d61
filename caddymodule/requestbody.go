package caddymodule

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// chunkSize is how much is read at once; what a filter holds beyond it is bounded by filter.Limits.
const chunkSize = 32 << 10

var chunks = sync.Pool{New: func() any { b := make([]byte, chunkSize); return &b }} //nolint:gochecknoglobals // a pool

// errRefused ends a transport's reading or an inner handler's writing; the client is told the cause by a problem.
var errRefused = errors.New("refused by a privacy rule")

// requestBody filters a request's body as the transport reads it. Reading goes on after RoundTrip has returned, and
// Close may come from another goroutine meanwhile, so the filter is used and released under a lock of its own.
type requestBody struct {
	x       *exchange
	r       *http.Request
	from    io.Closer     // the body as it comes to us
	decoded io.ReadCloser // the same, or its decoder

	mu     sync.Mutex
	body   *filter.Body
	coder  coding.Writer // nil for identity
	out    bytes.Buffer
	err    error // sticky
	closed bool
}

func newRequestBody(x *exchange, r *http.Request, spec filter.BodySpec, c coding.Coding) *requestBody {
	b := &requestBody{x: x, r: r, from: r.Body, decoded: r.Body}
	b.body = x.plan.Body(x.toward(rules.Request), spec, &x.tally)
	if c != coding.Identity {
		b.decoded = coding.NewReader(c, r.Body)
		b.coder = coding.NewWriter(c, &b.out)
	}
	return b
}

// Read implements io.Reader.
func (b *requestBody) Read(p []byte) (int, error) {
	for {
		if n, err := b.take(p); n > 0 || err != nil {
			return n, err
		}
		chunk := chunks.Get().(*[]byte) //nolint:forcetypeassert // the pool's own
		n, err := b.decoded.Read(*chunk)
		b.feed((*chunk)[:n], err)
		chunks.Put(chunk)
	}
}

// take hands over what is filtered, then the end.
func (b *requestBody) take(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.out.Len() > 0 && !errors.Is(b.err, errRefused) {
		return b.out.Read(p)
	}
	return 0, b.err
}

func (b *requestBody) feed(chunk []byte, readErr error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.err != nil {
		return
	}
	defer b.x.timed(time.Now())
	if len(chunk) > 0 {
		if b.pass(guarded(b.body.Feed, chunk)); b.err != nil {
			return
		}
	}
	switch {
	case readErr == nil:
	case errors.Is(readErr, io.EOF):
		b.finish()
	case errors.Is(readErr, coding.ErrMalformed):
		b.refuse(&filter.Refusal{Status: http.StatusBadRequest, Code: "coding", Detail: "the content coding is damaged"})
	default:
		b.err = readErr
		b.release()
	}
}

// finish checks that the document ended, and lets the trailers through that may pass.
func (b *requestBody) finish() {
	if b.pass(guarded(func([]byte) ([]byte, error) { return b.body.Close() }, nil)); b.err != nil {
		return
	}
	if b.coder != nil {
		if err := b.coder.Close(); err != nil {
			b.err = err
			return
		}
	}
	b.x.plan.RequestHeader(b.x.toward(rules.Request), b.r.Trailer, &b.x.tally)
	filter.Changed(b.r.Trailer)
	b.err = io.EOF
	b.release()
}

func (b *requestBody) pass(out []byte, err error) {
	if errors.Is(err, errFault) {
		b.body = nil // it is in no state to serve another body
	}
	if err != nil {
		b.refuse(refusalIn(err, http.StatusInternalServerError))
		return
	}
	if b.coder == nil {
		b.out.Write(out)
		return
	}
	if _, err := b.coder.Write(out); err != nil {
		b.err = err
	}
}

func (b *requestBody) refuse(r *filter.Refusal) {
	b.err = errRefused
	b.x.refuse(problemOf(r, rules.Request))
	b.release()
}

// release gives the filter back. Nothing uses it afterwards: the error is sticky, or the body closed.
func (b *requestBody) release() {
	if b.coder != nil {
		// A decoder that is left in the middle of a body would stay there for ever. A body in no coding is the client's.
		_ = b.decoded.Close()
		b.coder.Abort()
	}
	if b.body != nil {
		b.body.Release()
		b.body = nil
	}
}

// Close implements io.Closer.
func (b *requestBody) Close() error {
	b.mu.Lock()
	b.closed = true
	b.release()
	b.mu.Unlock()
	return closeClient(b.r, b.from)
}

// closeClient closes a client's body where it is a stream of its own: a transport that is done with a call waits for its
// own reading to end. In HTTP/1.1 it stays open: the server closes it when the handlers are done, and has to find there
// what nobody read, lest it take the rest of a body for the connection's next request.
func closeClient(r *http.Request, body io.Closer) error {
	if r.ProtoMajor < 2 {
		return nil
	}
	return body.Close()
}

// plainBody is a body that no rule reads. Its trailers are filtered when it has ended. As with a filtered one, closing it
// does not close the client's: where an access log counts the bytes, that would leave the rest of an upload whose answer
// came early to be read as the connection's next request.
type plainBody struct {
	io.ReadCloser
	x *exchange
	r *http.Request
}

// Read implements io.Reader.
func (b *plainBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF && len(b.r.Trailer) > 0 {
		b.x.plan.RequestHeader(b.x.toward(rules.Request), b.r.Trailer, &b.x.tally)
	}
	return n, err
}

// Close implements io.Closer.
func (b *plainBody) Close() error { return closeClient(b.r, b.ReadCloser) }
