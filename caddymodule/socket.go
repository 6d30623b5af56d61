package caddymodule

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/privet-gateway/privet/internal/websocket"
	"github.com/privet-gateway/privet/rules"
)

// read gives what of the client's messages may go to the upstream. The end of src is passed on when all before it is.
func (t *tunnel) read(src io.Reader, p []byte) (int, error) {
	for {
		switch {
		case t.ready.Len() > 0:
			return t.fetch(p)
		case t.leaving:
			t.drain(src, p)
			return 0, errRefused
		case t.last != nil:
			err := t.last
			t.last = nil
			if errors.Is(err, io.EOF) {
				t.over.Do(func() { close(t.drained) })
			}
			return 0, err
		case len(p) == 0:
			return 0, nil
		}
		n, err := src.Read(p)
		if t.watching {
			t.inbound = t.look(rules.Request, t.inbound, p[:n])
			return n, err
		}
		n = t.admit(p, n)
		t.last = err
		if n > 0 {
			return n, nil
		}
	}
}

// admit filters what was read into p, and gives how much of p may go on.
func (t *tunnel) admit(p []byte, n int) int {
	if cause := t.refused.Load(); cause != nil { // of the other direction
		t.part(cause)
		return 0
	}
	out, err := guarded(t.inbound.Feed, p[:n])
	n = copy(p, out)
	t.ready.Write(out[n:])
	if err != nil {
		t.refuse(rules.Request, err)
	}
	if cause := t.refused.Load(); cause != nil {
		t.part(cause)
	}
	return n
}

// part tells the upstream that the connection ends.
func (t *tunnel) part(cause *websocket.Error) {
	t.leaving = true
	if t.inbound.Between() && !t.inbound.Closed() {
		t.ready.Write(websocket.AppendClose(nil, websocket.Client, cause.Code, cause.Detail))
	}
}

func (t *tunnel) fetch(p []byte) (int, error) {
	n, err := t.ready.Read(p)
	if t.ready.Len() == 0 && t.ready.Cap() > keptBytes {
		t.ready = bytes.Buffer{}
	}
	return n, err
}

// drain drops what the client sends on, until it ends or its time is over.
func (t *tunnel) drain(src io.Reader, p []byte) {
	wait := t.wait.Load()
	defer t.over.Do(func() { close(t.drained) })
	if wait == nil || len(p) == 0 || (*wait).SetReadDeadline(time.Now().Add(farewell)) != nil {
		return
	}
	for {
		if _, err := src.Read(p); err != nil {
			return
		}
	}
}

// Write implements io.Writer. It takes what comes from the upstream and sends the client what of it may go. Behind a
// refusal, what the upstream says while it takes leave is dropped.
func (t *tunnel) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.refused.Load() != nil && !t.ended:
		return len(p), nil
	case t.client == nil:
		return 0, errRefused
	case t.watching:
		n, err := t.client.Write(p)
		t.outbound = t.look(rules.Response, t.outbound, p[:n])
		return n, err
	}
	out, wrong := guarded(t.outbound.Feed, p)
	if len(out) > 0 {
		if _, err := t.client.Write(out); err != nil {
			if t.refused.Load() != nil { // its time was cut short, and the upstream is yet to be told why
				return len(p), nil
			}
			return 0, err
		}
	}
	if wrong != nil {
		_ = (*t.wait.Load()).SetWriteDeadline(time.Now().Add(farewell))
		if cause := causeOfClose(wrong); t.refused.CompareAndSwap(nil, cause) {
			t.end(rules.Response, cause)
		}
		return 0, errRefused
	}
	return len(p), nil
}

// tunnelConn is the client's connection as a handler that hijacks it gets it: nothing is read from it or written to it
// that does not go through the tunnel. It holds what the server had read already.
type tunnelConn struct {
	net.Conn // never a type with ReadFrom or WriteTo, which would go round us
	tunnel   *tunnel
	from     *bufio.Reader
}

// wrap puts the tunnel around a connection whose response header has gone. The reader and writer it gives lie on the
// wrapped connection and hold nothing.
func (t *tunnel) wrap(conn net.Conn, rw *bufio.ReadWriter) (net.Conn, *bufio.ReadWriter, error) {
	if err := rw.Flush(); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	t.open(conn, conn)
	c := &tunnelConn{conn, t, rw.Reader}
	return c, bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c)), nil
}

// Read implements net.Conn.
func (c *tunnelConn) Read(p []byte) (int, error) { return c.tunnel.read(c.from, p) }

// Write implements net.Conn.
func (c *tunnelConn) Write(p []byte) (int, error) { return c.tunnel.Write(p) }

// Close implements net.Conn.
func (c *tunnelConn) Close() error {
	c.tunnel.leave()
	return c.Conn.Close()
}

// CloseWrite says that the upstream sends no more, where the connection below can say so.
func (c *tunnelConn) CloseWrite() error {
	if below, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return below.CloseWrite()
	}
	return errors.ErrUnsupported
}

// tunnelBody is the body of an extended CONNECT: what the client sends through the tunnel.
type tunnelBody struct {
	tunnel *tunnel
	client io.ReadCloser
}

// Read implements io.Reader.
func (b *tunnelBody) Read(p []byte) (int, error) { return b.tunnel.read(b.client, p) }

// Close implements io.Closer. A stream carries no other request, so that the client's body can be closed too, which ends
// a reading that waits.
func (b *tunnelBody) Close() error {
	b.tunnel.leave()
	return b.client.Close()
}

// tunnelEnd is where the response to an extended CONNECT goes out, each piece at once. The tunnel's lock is held.
type tunnelEnd struct{ w *responseWriter }

// Write implements io.Writer.
func (e tunnelEnd) Write(p []byte) (int, error) {
	if err := e.w.send(); err != nil {
		return 0, err
	}
	if n, err := e.w.ResponseWriter.Write(p); err != nil {
		return n, err
	}
	return len(p), http.NewResponseController(e.w.ResponseWriter).Flush()
}

// flush sends the header of the response to an extended CONNECT.
func (t *tunnel) flush(w *responseWriter) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return errRefused
	}
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}
