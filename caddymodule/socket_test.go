package caddymodule

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	call     = `{"id":1,"secret":"s3cr3t","phone":"5551234"}`
	lessCall = `{"id":1,"phone":"*****34"}`
	textual  = 0x81
	binary2  = 0x82
	ended    = 0x88
	pinged   = 0x89
	ponged   = 0x8A
)

// wireFrame writes a frame, masked where a client sends it.
func wireFrame(first byte, payload string, masked bool) string {
	var bit byte
	if masked {
		bit = 0x80
	}
	out := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		out = append(out, bit|byte(n))
	case n <= 0xFFFF:
		out = binary.BigEndian.AppendUint16(append(out, bit|126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, bit|127), uint64(n))
	}
	key := "\x00\x00\x00\x00"
	if masked {
		key = "\x12\x34\x56\x78"
		out = append(out, key...)
	}
	for i := range len(payload) {
		out = append(out, payload[i]^key[i%4])
	}
	return string(out)
}

func byClient(first byte, payload string) string { return wireFrame(first, payload, true) }

func byServer(first byte, payload string) string { return wireFrame(first, payload, false) }

// code is the payload of a close frame.
func code(c int, reason string) string { return string([]byte{byte(c >> 8), byte(c)}) + reason }

// arrived is a frame that came.
type arrived struct {
	first   byte
	payload string
	masked  bool
	err     error
}

func nextFrame(in io.Reader) arrived {
	head := make([]byte, 2)
	if _, err := io.ReadFull(in, head); err != nil {
		return arrived{err: err}
	}
	n := uint64(head[1] & 0x7F)
	more := map[uint64]int{126: 2, 127: 8}[n]
	if more > 0 {
		long := make([]byte, 8)
		if _, err := io.ReadFull(in, long[8-more:]); err != nil {
			return arrived{err: err}
		}
		n = binary.BigEndian.Uint64(long)
	}
	key := make([]byte, 4)
	masked := head[1]&0x80 != 0
	if masked {
		if _, err := io.ReadFull(in, key); err != nil {
			return arrived{err: err}
		}
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(in, payload); err != nil {
		return arrived{err: err}
	}
	for i := range payload {
		payload[i] ^= key[i%4]
	}
	return arrived{head[0], string(payload), masked, nil}
}

// end is one end of a WebSocket in a test.
type end struct {
	net.Conn
	in     *bufio.Reader
	header http.Header // of the handshake as it came to this end
	status int
	body   io.Reader // of a response that is no switch
	masks  bool      // it gets masked frames
}

func (e *end) says(t *testing.T, frames ...string) {
	t.Helper()
	if _, err := io.WriteString(e, strings.Join(frames, "")); err != nil {
		t.Fatalf("writing: %v", err)
	}
}

func (e *end) gets(t *testing.T, first byte, payload string) {
	t.Helper()
	if got := nextFrame(e.in); got != (arrived{first, payload, e.masks, nil}) {
		t.Fatalf("there came %+v, want %x %q, masked %v", got, first, payload, e.masks)
	}
}

// isClosed asserts a close frame with a code, behind which nothing comes.
func (e *end) isClosed(t *testing.T, c int) {
	t.Helper()
	got := nextFrame(e.in)
	if got.err != nil || got.first != ended || !strings.HasPrefix(got.payload, code(c, "")) || got.masked != e.masks {
		t.Fatalf("there came %+v, want to be closed with %d", got, c)
	}
	if rest, _ := io.ReadAll(e.in); len(rest) > 0 {
		t.Errorf("behind the close frame came %q", rest)
	}
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n"

// upstreamEnd makes the upstream accept a handshake on a path, with what it writes together with its header, and gives
// its end.
func upstreamEnd(t *testing.T, path, with string) <-chan *end {
	t.Helper()
	ends := make(chan *end, 1)
	script(path, func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("the upstream cannot hijack: %v", err)
			return
		}
		t.Cleanup(func() { conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(patience))
		if with == "" {
			with = "\r\n"
		}
		_, _ = io.WriteString(conn, switching+with)
		ends <- &end{Conn: conn, in: rw.Reader, header: r.Header, masks: true}
	})
	return ends
}

// asksToSwitch is a handshake, with further lines.
func asksToSwitch(path string, lines ...string) string {
	return "GET " + path + strings.Replace(strings.TrimSuffix(handshake, "\r\n"), "SITE", site.addr, 1) + strings.Join(append(lines, "", ""), "\r\n")
}

// clientEnd sends a handshake with what follows it, and gives the client's end.
func clientEnd(t *testing.T, asks string) *end {
	t.Helper()
	conn, err := net.Dial("tcp", site.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(conn, asks)
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &end{Conn: conn, in: in, header: response.Header, status: response.StatusCode, body: response.Body}
}

// ends opens a WebSocket through the gateway.
func ends(t *testing.T, path string, lines ...string) (client, upstream *end) {
	t.Helper()
	waiting := upstreamEnd(t, path, "")
	client = clientEnd(t, asksToSwitch(path, lines...))
	if client.status != http.StatusSwitchingProtocols {
		t.Fatalf("status %d", client.status)
	}
	select {
	case upstream = <-waiting:
		return client, upstream
	case <-time.After(patience):
		t.Fatal("nothing has reached the upstream")
		return nil, nil
	}
}

// hangsUp ends a WebSocket properly.
func hangsUp(t *testing.T, client, upstream *end) {
	t.Helper()
	client.says(t, byClient(ended, code(1000, "bye")))
	upstream.gets(t, ended, code(1000, "bye"))
	upstream.says(t, byServer(ended, code(1000, "")))
	client.gets(t, ended, code(1000, ""))
	_ = upstream.Close()
	if rest, err := io.ReadAll(client.in); len(rest) > 0 || err != nil {
		t.Errorf("behind the close frame came %q (%v)", rest, err)
	}
}
