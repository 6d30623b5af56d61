package caddymodule

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/websocket"
	"github.com/privet-gateway/privet/rules"
)

const (
	// farewell bounds how long an end that has been told why the connection ends is waited for. A connection that is
	// closed while there is something to read from it is reset, and what was said last is lost with it.
	farewell = 500 * time.Millisecond
	// keptBytes is the most that a buffer keeps between two messages.
	keptBytes = 64 << 10
)

// messages is one direction of a tunnel.
type messages interface {
	Feed(p []byte) (out []byte, err error)
	Between() bool // what has gone out ends with a frame
	Closed() bool  // a close frame has gone out
}

// deadlines end a wait for an end that says or takes nothing.
type deadlines interface {
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// tunnel filters the messages of a WebSocket in both directions. Whoever copies reads from it on one goroutine and writes
// to it on another. A refusal in either direction is told to both ends by a close frame; the ends may then say goodbye.
type tunnel struct {
	x        *exchange
	watching bool // mode report: what is read passes as it is

	// Of the goroutine that reads.
	inbound messages     // nil where nobody looks any more
	ready   bytes.Buffer // filtered, and not fetched yet
	last    error        // with which reading has ended
	leaving bool         // the close frame is among what is ready

	// Whoever reads must not wait for a write to a client that takes nothing: these are read without the lock.
	wait    atomic.Pointer[deadlines]
	refused atomic.Pointer[websocket.Error]

	mu       sync.Mutex // of writing to the client, which both directions do
	outbound messages   // nil where nobody looks any more
	client   io.Writer  // nil before the response's header, and at the end
	told     bool       // the client knows of the refusal
	ended    bool
	runs     atomic.Bool
	over     sync.Once
	drained  chan struct{} // closed when nothing is read from the client any more
}

func newTunnel(x *exchange, r *http.Request) *tunnel {
	t := &tunnel{x: x, watching: !x.enforcing(), drained: make(chan struct{})}
	t.inbound = t.direction(rules.Request, r)
	t.outbound = t.direction(rules.Response, r)
	return t
}

// direction reads the messages of one direction, or follows them where no rule does.
func (t *tunnel) direction(dir rules.Direction, r *http.Request) messages {
	if !t.x.plan.Filters(dir) {
		return new(websocket.Follower)
	}
	from := websocket.Client
	if dir == rules.Response {
		from = websocket.Server
	}
	m := &messageFilter{x: t.x, direction: dir, elements: &elements{x: t.x, ctx: r.Context(), direction: dir, met: t.x.earlierTunnels}}
	return websocket.New(websocket.Config{From: from, Filter: m.filter})
}

// messageFilter makes a document of each message.
type messageFilter struct {
	x         *exchange
	direction rules.Direction
	elements  *elements
	decision  *rules.Decision // nil before the first message
	out       []byte
}

func (m *messageFilter) filter(message []byte) ([]byte, error) {
	defer m.x.timed(time.Now())
	if m.decision == nil {
		m.decision = m.x.decision
		if m.x.enforcing() {
			m.decision = m.x.less(m.direction, m.x.earlierTunnels(m.direction))
		}
	}
	if cap(m.out) > keptBytes {
		m.out = nil
	}
	spec := filter.BodySpec{Direction: m.direction, Media: filter.JSON, Elements: m.elements}
	body := m.x.plan.Body(m.decision, spec, &m.x.tally)
	piece, err := guarded(body.Feed, message)
	m.out = append(m.out[:0], piece...)
	if err == nil {
		piece, err = guarded(func([]byte) ([]byte, error) { return body.Close() }, nil)
		m.out = append(m.out, piece...)
	}
	if errors.Is(err, errFault) {
		return nil, &websocket.Error{Code: websocket.Internal, Detail: "the filter failed", Err: err}
	}
	body.Release()
	if err != nil {
		return nil, closing(err)
	}
	return m.out, nil
}

// closing says to a peer what a refusal is.
func closing(err error) error {
	refusal, ok := errors.AsType[*filter.Refusal](err)
	if !ok {
		return &websocket.Error{Code: websocket.Internal, Detail: "the filter failed", Err: err}
	}
	code := websocket.Internal
	switch refusal.Code {
	case "malformed":
		code = websocket.Malformed
	case "limit":
		code = websocket.TooBig
	}
	return &websocket.Error{Code: code, Detail: refusal.Detail, Err: err}
}

func causeOfClose(err error) *websocket.Error {
	if cause, ok := errors.AsType[*websocket.Error](err); ok {
		return cause
	}
	return &websocket.Error{Code: websocket.Internal, Detail: "the filter failed"}
}

// problemOfMessage is what a refusal would be were it of a body.
func problemOfMessage(e *websocket.Error, dir rules.Direction) *problem {
	r := &filter.Refusal{Status: http.StatusBadRequest, Code: "malformed", Detail: e.Detail}
	switch e.Code {
	case websocket.Unsupported:
		r.Status, r.Code = http.StatusUnsupportedMediaType, "type"
	case websocket.TooBig:
		r.Status, r.Code = http.StatusRequestEntityTooLarge, "limit"
	case websocket.Internal:
		r.Status, r.Code = http.StatusServiceUnavailable, "fault"
	default:
	}
	if dir == rules.Response {
		r.Status = http.StatusBadGateway
	}
	return problemOf(r, dir)
}

// open is told to whom the filtered messages of the upstream go.
func (t *tunnel) open(client io.Writer, wait deadlines) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.client = client
	t.wait.Store(&wait)
	t.runs.Store(!t.ended)
}

// isOpen takes no lock: a tunnel is asked while its messages go through another, further out.
func (t *tunnel) isOpen() bool { return t.runs.Load() }

// refuse ends the tunnel for what came in a direction. The first cause stands.
func (t *tunnel) refuse(dir rules.Direction, err error) {
	cause := causeOfClose(err)
	if !t.refused.CompareAndSwap(nil, cause) {
		return
	}
	if wait := t.wait.Load(); wait != nil { // a client that takes nothing must not keep us
		_ = (*wait).SetWriteDeadline(time.Now().Add(farewell))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(dir, cause)
}

// end carries a refusal out, under the lock.
func (t *tunnel) end(dir rules.Direction, cause *websocket.Error) {
	if t.ended {
		return
	}
	p := problemOfMessage(cause, dir)
	if t.client == nil { // the client can still be answered
		t.x.refuse(p)
		return
	}
	t.x.app.metrics.refuse(t.x.span, dir, p)
	if t.outbound.Between() && !t.outbound.Closed() {
		_, wrong := t.client.Write(websocket.AppendClose(nil, websocket.Server, cause.Code, cause.Detail))
		t.told = wrong == nil
	}
	if dir == rules.Response { // whoever reads has to tell the upstream
		_ = (*t.wait.Load()).SetReadDeadline(time.Now())
	}
}

// look reads along in mode report. It returns what to read on with.
func (t *tunnel) look(dir rules.Direction, m messages, p []byte) messages {
	if m == nil {
		return nil
	}
	if _, err := guarded(m.Feed, p); err != nil {
		t.x.wouldRefuse(dir, problemOfMessage(causeOfClose(err), dir).cause)
		return nil
	}
	return m
}

// finish ends all writing to the client. It says whether the client has to notice that the connection broke off.
func (t *tunnel) finish() (cut bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended, t.client = true, nil
	t.runs.Store(false)
	return t.refused.Load() != nil && !t.told
}

// leave waits until both ends know why the connection ends.
func (t *tunnel) leave() {
	t.mu.Lock()
	waits := t.refused.Load() != nil && !t.ended
	t.mu.Unlock()
	if waits {
		timer := time.NewTimer(2 * farewell)
		defer timer.Stop()
		select {
		case <-t.drained:
		case <-timer.C:
		}
	}
	t.finish()
}
