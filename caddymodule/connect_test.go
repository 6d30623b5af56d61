package caddymodule

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// allowsConnect is what makes Go's server take an extended CONNECT. It is read when a process starts, so the tests of it
// run in one of their own.
const allowsConnect = "http2xconnect=1"

func TestExtendedConnect(t *testing.T) {
	if !strings.Contains(os.Getenv("GODEBUG"), allowsConnect) {
		again := exec.Command(os.Args[0], "-test.run=^TestExtendedConnect$", "-test.v", "-test.timeout=2m")
		again.Env = append(os.Environ(), "GODEBUG="+allowsConnect)
		out, err := again.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: TestExtendedConnect/filtered") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	serve(t, "socket.caddyfile")
	start := runtime.NumGoroutine()
	t.Run("filtered", testConnectFilters)
	t.Run("unfit", testConnectRefuses)
	t.Run("handshake", testConnectHandshake)
	t.Run("handler", testConnectHandler)
	tunnels.CloseIdleConnections()
	client.CloseIdleConnections()
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= start+3 })
	serve(t, "socket-report.caddyfile")
	t.Run("report", testConnectReports)
}

// tunnels is a client that speaks HTTP/2 in the clear.
var tunnels interface {
	http.RoundTripper
	CloseIdleConnections()
} = &http2.Transport{ //nolint:staticcheck // net/http's own transport takes no :protocol
	AllowHTTP: true, //nolint:staticcheck // as above
	DialTLSContext: func(ctx context.Context, network, addr string, _ *tls.Config) (net.Conn, error) { //nolint:staticcheck // as above
		return new(net.Dialer).DialContext(ctx, network, addr)
	},
}

// streamEnd is a net.Conn over a stream; tests write to it and read from it.
type streamEnd struct {
	net.Conn // none
	io.Writer
	io.Reader
	close func()
}

func (s streamEnd) Write(p []byte) (int, error) { return s.Writer.Write(p) }

func (s streamEnd) Read(p []byte) (int, error) { return s.Reader.Read(p) }

func (s streamEnd) Close() error {
	s.close()
	return nil
}

// connects asks for a WebSocket by an extended CONNECT. Frames are sent beside the request.
func connects(t *testing.T, path, protocol, frames string, header ...string) *end {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	out, in := io.Pipe()
	r := (&http.Request{
		Method: http.MethodConnect, URL: &url.URL{Scheme: "http", Host: site.addr, Path: path}, Host: site.addr, Body: out,
		Header: http.Header{":protocol": {protocol}, "Sec-Websocket-Version": {"13"}}, ContentLength: -1,
	}).WithContext(ctx)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	go func() { _, _ = io.WriteString(in, frames) }()
	response, err := tunnels.RoundTrip(r)
	if err != nil {
		t.Fatalf("CONNECT %s: %v", path, err)
	}
	t.Cleanup(func() { response.Body.Close() })
	s := streamEnd{Writer: in, Reader: response.Body, close: func() { _ = in.Close(); _ = response.Body.Close() }}
	return &end{Conn: s, in: bufio.NewReader(s), header: response.Header, status: response.StatusCode, body: response.Body}
}

func connected(t *testing.T, path string, header ...string) (client, upstream *end) {
	t.Helper()
	waiting := upstreamEnd(t, path, "")
	client = connects(t, path, "websocket", "", header...)
	if client.status != http.StatusOK {
		body, _ := io.ReadAll(client.body)
		t.Fatalf("status %d, %s", client.status, body)
	}
	select {
	case upstream = <-waiting:
		return client, upstream
	case <-time.After(patience):
		t.Fatal("nothing has reached the upstream")
		return nil, nil
	}
}

func testConnectFilters(t *testing.T) {
	for _, path := range []string{"/both/x", "/both/layers"} {
		before := counters(t)
		client, upstream := connected(t, path, "Sec-Websocket-Extensions", "permessage-deflate")
		hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "", "Upgrade", "websocket")
		client.says(t, byClient(textual, call))
		upstream.gets(t, textual, lessCall)
		upstream.says(t, byServer(textual, call))
		client.gets(t, textual, lessCall)
		client.says(t, byClient(0x01, call[:20]), byClient(pinged, "?"), byClient(0x80, call[20:]))
		upstream.gets(t, pinged, "?")
		upstream.gets(t, textual, lessCall)
		for _, b := range []byte(byServer(textual, call)) {
			upstream.says(t, string([]byte{b}))
		}
		client.gets(t, textual, lessCall)
		hangsUp(t, client, upstream)
		done(t, before, map[string]float64{
			field("remove", "secret", "request"): 2, field("mask", "digits", "request"): 2,
			field("remove", "secret", "response"): 2, field("mask", "digits", "response"): 2,
		})
	}
	client, upstream := connected(t, "/plain/x", "Sec-Websocket-Extensions", "permessage-deflate")
	hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "permessage-deflate")
	client.says(t, byClient(binary2, call))
	upstream.gets(t, binary2, call)
	hangsUp(t, client, upstream)
}

func testConnectRefuses(t *testing.T) {
	for name, c := range unfit {
		for _, direction := range []string{"request", "response"} {
			before := counters(t)
			client, upstream := connected(t, "/both/x")
			from, says := client, byClient
			if direction == "response" {
				from, says = upstream, byServer
			}
			var all string
			for _, frame := range append(c.frames, "\x81"+call) {
				all += says(frame[0], frame[1:])
			}
			go func() { _, _ = io.WriteString(from, all) }()
			t.Log(direction, name)
			client.isClosed(t, c.code)
			upstream.isClosed(t, c.code)
			done(t, before, map[string]float64{"refusals_total{cause=" + c.cause + ",direction=" + direction + "}": 1})
			_ = client.Close()
		}
	}
}

func testConnectHandshake(t *testing.T) {
	waiting := upstreamEnd(t, "/both/x", "\r\n"+byServer(textual, call))
	client := connects(t, "/both/x", "websocket", byClient(textual, call))
	upstream := <-waiting
	upstream.gets(t, textual, lessCall)
	client.gets(t, textual, lessCall)
	hangsUp(t, client, upstream)

	before := counters(t)
	waiting = upstreamEnd(t, "/both/x", "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
	client = connects(t, "/both/x", "websocket", byClient(textual, call))
	body, _ := io.ReadAll(client.body)
	rest, _ := io.ReadAll((<-waiting).in)
	if client.status != http.StatusBadGateway || len(rest) > 0 || !strings.Contains(string(body), "problem:upgrade") {
		t.Errorf("an extension that nobody offered leads to %d, %q and %q", client.status, body, rest)
	}
	done(t, before, map[string]float64{"refusals_total{cause=upgrade,direction=response}": 1})
	_ = client.Close()

	for _, protocol := range []string{"connect-udp", "WebSocket"} {
		client = connects(t, "/both/x", protocol, "")
		if client.status != http.StatusUnsupportedMediaType {
			t.Errorf("protocol %s leads to %d", protocol, client.status)
		}
		_ = client.Close()
	}

	// In an error chain nobody knows what has been read.
	script("/both/retried", sends(200, call))
	client = connects(t, "/both/retried", "websocket", "")
	if body, _ := io.ReadAll(client.body); strings.Contains(string(body), "s3cr3t") || client.status == 200 {
		t.Errorf("an error chain answers with %d and %q", client.status, body)
	}
	_ = client.Close()
}

// Handlers that read before they answer, or answer with what is no WebSocket.
func testConnectHandler(t *testing.T) {
	within("/both/scripted/early", func(_ http.ResponseWriter, r *http.Request) error {
		got, err := io.ReadAll(r.Body)
		if err == nil || strings.Contains(string(got), "s3cr3t") {
			t.Errorf("the handler reads %q (%v)", got, err)
		}
		return err
	})
	client := connects(t, "/both/scripted/early", "websocket", byClient(binary2, "s3cr3t"))
	if client.status != http.StatusUnsupportedMediaType {
		t.Errorf("status %d", client.status)
	}
	_ = client.Close()

	within("/both/scripted/page", func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusOK)
		_, err := io.WriteString(w, call)
		return err
	})
	client = connects(t, "/both/scripted/page", "websocket", "")
	if body, _ := io.ReadAll(client.body); strings.Contains(string(body), "s3cr3t") {
		t.Errorf("status %d and %q", client.status, body)
	}
	_ = client.Close()
}

func testConnectReports(t *testing.T) {
	before := counters(t)
	client, upstream := connected(t, "/both/x")
	client.says(t, byClient(textual, call), byClient(binary2, call))
	upstream.gets(t, textual, call)
	upstream.gets(t, binary2, call)
	upstream.says(t, byServer(textual, call))
	client.gets(t, textual, call)
	hangsUp(t, client, upstream)
	done(t, before, map[string]float64{
		field("remove", "secret", "request"): 1, field("mask", "digits", "request"): 1,
		field("remove", "secret", "response"): 1, field("mask", "digits", "response"): 1,
		"refusals_total{cause=type,direction=request}": 1,
	})
}
