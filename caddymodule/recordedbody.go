package caddymodule

import (
	"io"
	"net/http"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// recordedBody is a request's body that is read as a question on its way. Its end goes only when what it asks is known, so
// that an upstream never has the whole of a question that is refused. Reading goes on after RoundTrip has returned.
type recordedBody struct {
	r        *http.Request
	client   io.ReadCloser
	question *question
	left     int64 // bytes to come; -1 where the client did not tell

	mu    sync.Mutex
	ahead []byte // goes before what the client sends next
	last  byte   // of an unknown length waits, since it may be the end
	holds bool
	ended bool
	err   error // sticky
}

// readAhead reads a body of this length before the upstream hears of the request.
func (b *recordedBody) readAhead(length int) {
	all := make([]byte, length)
	n, _ := io.ReadFull(b, all) // an error waits for the next to read
	b.ahead = all[:n]
}

// Read implements io.Reader.
func (b *recordedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		if len(b.ahead) > 0 {
			n := copy(p, b.ahead)
			b.ahead = b.ahead[n:]
			return n, nil
		}
		if len(p) == 0 || b.err != nil {
			return 0, b.err
		}
		if n := b.next(p); n > 0 {
			return n, nil
		}
	}
}

// next gives what may go of the next bytes.
func (b *recordedBody) next(p []byte) int {
	n, err := b.client.Read(p)
	b.question.feed(p[:n])
	b.err = err
	if b.left >= 0 {
		b.left -= int64(n)
	}
	if b.left == 0 || err == io.EOF {
		b.end()
	}
	switch {
	case b.err == errRefused: //nolint:errorlint // it is our own
		return 0
	case b.left >= 0 || !b.question.x.enforcing():
		return n
	default:
		return b.hold(p, n)
	}
}

// hold puts the byte that was held back before the n bytes at hand, and holds back their last one in its stead.
func (b *recordedBody) hold(p []byte, n int) int {
	if n > 0 {
		last := p[n-1]
		if b.holds {
			copy(p[1:n], p)
			p[0] = b.last
		} else {
			n--
		}
		b.last, b.holds = last, true
	}
	if b.err != nil && b.holds {
		b.ahead, b.holds = []byte{b.last}, false
	}
	return n
}

// end settles the question when all of it has been read.
func (b *recordedBody) end() {
	if b.ended {
		return
	}
	b.ended = true
	refused := b.question.settle()
	x := b.question.x
	switch {
	case refused == nil:
	case !x.enforcing():
		x.wouldRefuse(rules.Request, refused.cause)
	default:
		x.refuse(refused)
		b.err = errRefused
	}
}

// Close implements io.Closer.
func (b *recordedBody) Close() error { return closeClient(b.r, b.client) }

var _ io.ReadCloser = (*recordedBody)(nil)
