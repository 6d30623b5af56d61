package caddymodule

import (
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/websocket"
)

func field(action, category, direction string) string {
	return "redactions_total{action=" + action + ",category=" + category + ",direction=" + direction + ",kind=field}"
}

func TestMessagesAreFilteredInBothDirections(t *testing.T) {
	serve(t, "socket.caddyfile")
	before := counters(t)
	client, upstream := ends(t, "/both/x")
	client.says(t, byClient(textual, call))
	upstream.gets(t, textual, lessCall)
	upstream.says(t, byServer(textual, call))
	client.gets(t, textual, lessCall)

	// In fragments, with a ping between them that does not wait.
	client.says(t, byClient(0x01, call[:20]), byClient(pinged, "?"), byClient(0x00, call[20:25]), byClient(0x80, call[25:]))
	upstream.gets(t, pinged, "?")
	upstream.gets(t, textual, lessCall)
	upstream.says(t, byServer(0x01, call[:20]), byServer(pinged, "?"), byServer(0x80, call[20:]))
	client.gets(t, pinged, "?")
	client.gets(t, textual, lessCall)
	client.says(t, byClient(ponged, "?"))
	upstream.gets(t, ponged, "?")

	// Byte by byte, and several at once.
	for _, b := range []byte(byClient(textual, call)) {
		client.says(t, string([]byte{b}))
	}
	upstream.gets(t, textual, lessCall)
	upstream.says(t, byServer(textual, call), byServer(textual, `{}`), byServer(textual, call))
	client.gets(t, textual, lessCall)
	client.gets(t, textual, `{}`)
	client.gets(t, textual, lessCall)

	hangsUp(t, client, upstream)
	done(t, before, map[string]float64{
		field("remove", "secret", "request"): 3, field("mask", "digits", "request"): 3,
		field("remove", "secret", "response"): 4, field("mask", "digits", "response"): 4,
	})
}

// What no rule touches goes out with the frames and masks it came in.
func TestUntouchedMessagesKeepTheirFrames(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/both/x")
	for _, frames := range []string{
		byClient(textual, `{"id": 1}`), byClient(textual, ``), byClient(textual, `[`+strings.Repeat(`1,`, 40000)+`1]`),
		byClient(0x01, `{"i`) + byClient(0x00, ``) + byClient(0x80, `d":1}`),
	} {
		client.says(t, frames)
		got := make([]byte, len(frames))
		if _, err := io.ReadFull(upstream.in, got); err != nil || string(got) != frames {
			t.Fatalf("%.40q came as %.40q (%v)", frames, got, err)
		}
	}
	hangsUp(t, client, upstream)
}

// Where rules read one direction, the other carries anything.
func TestUnfilteredDirection(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/down/x")
	client.says(t, byClient(binary2, "\x00s3cr3t"), byClient(textual, "no JSON"))
	upstream.gets(t, binary2, "\x00s3cr3t")
	upstream.gets(t, textual, "no JSON")
	begun := byClient(textual, "half of it")[:8]
	client.says(t, begun)
	got := make([]byte, len(begun))
	if _, err := io.ReadFull(upstream.in, got); err != nil || string(got) != begun {
		t.Fatalf("to the upstream came %q (%v)", got, err)
	}
	upstream.says(t, byServer(textual, call), byServer(binary2, "s3cr3t"))
	client.gets(t, textual, `{"id":1,"phone":"5551234"}`)
	client.isClosed(t, 1003)
	// In the middle of a frame nothing can be told.
	if rest, _ := io.ReadAll(upstream.in); len(rest) > 0 {
		t.Errorf("to the upstream came %q", rest)
	}
}

// What is sent together with the handshake is filtered, too.
func TestBytesBesideTheHandshake(t *testing.T) {
	serve(t, "socket.caddyfile")
	waiting := upstreamEnd(t, "/both/x", "Set-Cookie: exp_a=s3cr3t\r\n\r\n"+byServer(textual, call)+byServer(textual, call)[:9])
	client := clientEnd(t, asksToSwitch("/both/x")+byClient(textual, call)+byClient(textual, call)[:9])
	upstream := <-waiting
	upstream.gets(t, textual, lessCall)
	client.gets(t, textual, lessCall)
	client.says(t, byClient(textual, call)[9:])
	upstream.says(t, byServer(textual, call)[9:])
	upstream.gets(t, textual, lessCall)
	client.gets(t, textual, lessCall)
	if got := client.header.Get("Set-Cookie"); got != "" {
		t.Errorf("the header brings %q", got)
	}
	hangsUp(t, client, upstream)
}

var unfit = map[string]struct {
	frames []string // by their first bytes and payloads
	code   int
	cause  string
}{
	"binary":           {[]string{"\x82s3cr3t"}, 1003, "type"},
	"malformed":        {[]string{"\x81[\"s3cr3t\""}, 1007, "malformed"},
	"no JSON":          {[]string{"\x81s3cr3t"}, 1007, "malformed"},
	"not UTF-8":        {[]string{"\x81\"s3cr3t\xff\""}, 1007, "malformed"},
	"too big":          {[]string{"\x81\"" + strings.Repeat("s3cr3t", 200000) + "\""}, 1009, "limit"},
	"too big in parts": {[]string{"\x01\"" + strings.Repeat("s3cr3t", 100000), "\x80" + strings.Repeat("s3cr3t", 100000) + "\""}, 1009, "limit"},
	"reserved bit":     {[]string{"\xC1s3cr3t"}, 1002, "malformed"},
	"continuation":     {[]string{"\x80s3cr3t"}, 1002, "malformed"},
}

func TestUnfitMessagesEndTheConnection(t *testing.T) {
	serve(t, "socket.caddyfile")
	for name, c := range unfit {
		for _, direction := range []string{"request", "response"} {
			t.Run(direction+" "+name, func(t *testing.T) {
				before := counters(t)
				client, upstream := ends(t, "/both/x")
				client.says(t, byClient(textual, call))
				upstream.gets(t, textual, lessCall)
				from, says := client, byClient
				if direction == "response" {
					from, says = upstream, byServer
				}
				var all string
				for _, frame := range append(c.frames, "\x81"+call) {
					all += says(frame[0], frame[1:])
				}
				_, _ = io.WriteString(from, all)
				client.isClosed(t, c.code)
				upstream.isClosed(t, c.code)
				done(t, before, map[string]float64{
					field("remove", "secret", "request"): 1, field("mask", "digits", "request"): 1,
					"refusals_total{cause=" + c.cause + ",direction=" + direction + "}": 1,
				})
			})
		}
	}
	client, upstream := ends(t, "/both/x")
	client.says(t, byServer(textual, call)) // without a mask
	client.isClosed(t, 1002)
	upstream.isClosed(t, 1002)
}

func TestExtensionsAreNotOffered(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/both/x", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Sec-WebSocket-Protocol: graphql-transport-ws")
	hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "", "Upgrade", "websocket", "Sec-Websocket-Protocol", "graphql-transport-ws")
	hangsUp(t, client, upstream)

	for name, header := range map[string]string{
		"extension": "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
		"two lines": "sec-websocket-extensions: \r\nSec-Websocket-Extensions: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			before := counters(t)
			waiting := upstreamEnd(t, "/both/x", header+byServer(textual, call))
			client := clientEnd(t, asksToSwitch("/both/x")+byClient(textual, call))
			body, _ := io.ReadAll(client.body)
			if client.status != 502 || strings.Contains(string(body), "s3cr3t") {
				t.Errorf("status %d and %q", client.status, body)
			}
			if rest, _ := io.ReadAll((<-waiting).in); len(rest) > 0 {
				t.Errorf("to the upstream came %q", rest)
			}
			done(t, before, map[string]float64{"refusals_total{cause=upgrade,direction=response}": 1})
		})
	}
}

// An offer of HTTP/2 is left alone, as a server may; other protocols are refused, and so is a switch to one.
func TestOtherProtocols(t *testing.T) {
	serve(t, "socket.caddyfile")
	script("/both/x", sends(200, call, "Content-Type", "application/json"))
	get(t, "/both/x", "Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c", "Http2-Settings", "AAMAAABkAARAAAAAAAIAAAAA").is(t, 200, lessCall)
	hasFields(t, "request", once(t, "/both/x").Header, "Upgrade", "", "Connection", "", "Http2-Settings", "")
	get(t, "/both/x", "Connection", "Upgrade").is(t, 200, lessCall)

	script("/both/x", sends(200, "never"))
	for _, protocol := range []string{"TLS/1.0", "h2c, foo", "websocket2"} {
		get(t, "/both/x", "Connection", "Upgrade", "Upgrade", protocol).refused(t, 415, "upgrade")
	}
	if n := len(reached("/both/x")); n != 0 {
		t.Errorf("%d requests reached the upstream", n)
	}
	client, upstream := ends(t, "/both/x", "Upgrade: h2c")
	hasFields(t, "request", upstream.header, "Upgrade", "websocket")
	hangsUp(t, client, upstream)

	within("/both/scripted/other", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Upgrade", "foo")
		w.WriteHeader(http.StatusSwitchingProtocols)
		if conn, _, err := http.NewResponseController(w).Hijack(); conn != nil || err == nil {
			t.Errorf("hijacking gives %v (%v)", conn, err)
		}
		return nil
	})
	get(t, "/both/scripted/other", "Connection", "Upgrade", "Upgrade", "websocket").refused(t, 502, "upgrade")
	get(t, "/both/scripted/other").refused(t, 502, "upgrade")
}

// A handler gets a reader that lies on the filtered connection, and nothing to go round it with.
func TestHijackedConnection(t *testing.T) {
	serve(t, "socket.caddyfile")
	within("/both/scripted/hijack", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		_, from := conn.(io.ReaderFrom)
		_, to := conn.(io.WriterTo)
		if from || to || rw.Reader.Buffered() > 0 || rw.Writer.Buffered() > 0 {
			t.Errorf("ReadFrom %v, WriteTo %v, %d bytes buffered", from, to, rw.Reader.Buffered())
		}
		if got := nextFrame(rw); got != (arrived{textual, lessCall, true, nil}) {
			t.Errorf("the handler reads %+v", got)
		}
		_, _ = rw.WriteString(byServer(textual, call))
		return rw.Flush()
	})
	client := clientEnd(t, asksToSwitch("/both/scripted/hijack")+byClient(textual, call))
	client.gets(t, textual, lessCall)
}

func TestEveryMessageIsOfItsOwnPerson(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/each/called")
	upstream.says(t, byServer(textual, `{"country":"US","phone":"1"}`), byServer(textual, `{"country":"DE","phone":"2"}`), byServer(textual, `{"country":"US","phone":"3"}`))
	client.gets(t, textual, `{"country":"US","phone":"1"}`)
	client.gets(t, textual, `null`) // an element that may not go and cannot be left out
	client.gets(t, textual, `{"country":"US","phone":"3"}`)
	client.says(t, byClient(textual, `{"country":"DE","phone":"2"}`))
	upstream.gets(t, textual, `{"country":"DE","phone":"2"}`)
	hangsUp(t, client, upstream)
}

func TestTwoHandlersOnAWebSocket(t *testing.T) {
	serve(t, "socket.caddyfile")
	before := counters(t)
	client, upstream := ends(t, "/both/layers")
	client.says(t, byClient(textual, call))
	upstream.gets(t, textual, lessCall)
	upstream.says(t, byServer(textual, call), byServer(binary2, ""))
	client.gets(t, textual, lessCall)
	client.isClosed(t, 1003)
	upstream.isClosed(t, 1003)
	done(t, before, map[string]float64{
		field("remove", "secret", "request"): 1, field("mask", "digits", "request"): 1,
		field("remove", "secret", "response"): 1, field("mask", "digits", "response"): 1,
		"refusals_total{cause=type,direction=response}": 1,
	})
}

// An error chain that asks another upstream filters, too.
func TestWebSocketOfAnErrorChain(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/both/retried", "Sec-WebSocket-Extensions: permessage-deflate")
	hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "")
	client.says(t, byClient(textual, call))
	upstream.gets(t, textual, lessCall)
	upstream.says(t, byServer(textual, call))
	client.gets(t, textual, lessCall)
	hangsUp(t, client, upstream)
}

func TestUnlabelledSocketIsUntouched(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/plain/x", "Sec-WebSocket-Extensions: permessage-deflate")
	hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "permessage-deflate")
	for _, bytes := range []string{"\xC1\x03abc", "\x0f\xff\x00no frame", strings.Repeat("x", 100000)} {
		got := make([]byte, len(bytes))
		client.says(t, bytes)
		if _, err := io.ReadFull(upstream.in, got); err != nil || string(got) != bytes {
			t.Fatalf("%.40q came as %.40q (%v)", bytes, got, err)
		}
		upstream.says(t, bytes)
		if _, err := io.ReadFull(client.in, got); err != nil || string(got) != bytes {
			t.Fatalf("%.40q came as %.40q (%v)", bytes, got, err)
		}
	}
}

// In mode report everything passes, and what would have been done is counted.
func TestReportWatchesMessages(t *testing.T) {
	serve(t, "socket-report.caddyfile")
	before := counters(t)
	client, upstream := ends(t, "/both/x")
	client.says(t, byClient(textual, call))
	upstream.gets(t, textual, call)
	upstream.says(t, byServer(textual, call), byServer(0x01, "{"), byServer(0x80, "}"))
	client.gets(t, textual, call)
	client.gets(t, 0x01, "{")
	client.gets(t, 0x80, "}")
	client.says(t, byClient(binary2, call), byClient(textual, call))
	upstream.gets(t, binary2, call)
	upstream.gets(t, textual, call)
	hangsUp(t, client, upstream)
	done(t, before, map[string]float64{
		field("remove", "secret", "request"): 1, field("mask", "digits", "request"): 1,
		field("remove", "secret", "response"): 1, field("mask", "digits", "response"): 1,
		"refusals_total{cause=type,direction=request}": 1,
	})
	client, upstream = ends(t, "/both/x", "Sec-WebSocket-Extensions: permessage-deflate")
	hasFields(t, "request", upstream.header, "Sec-Websocket-Extensions", "permessage-deflate")
	hangsUp(t, client, upstream)
}

// However a connection ends, nothing stays behind.
func TestEndsOfConnections(t *testing.T) {
	serve(t, "socket.caddyfile")
	start := runtime.NumGoroutine()
	for name, leave := range map[string]func(client, upstream *end){
		"client":   func(client, _ *end) { _ = client.Close() },
		"upstream": func(_, upstream *end) { _ = upstream.Close() },
		"client by half": func(client, upstream *end) {
			_ = client.Conn.(*net.TCPConn).CloseWrite()
			if _, err := io.ReadAll(upstream.in); err != nil {
				t.Errorf("the upstream is not told: %v", err)
			}
			_ = upstream.Close()
		},
		"amid a message":  func(client, _ *end) { client.says(t, byClient(textual, call)[:20]); _ = client.Close() },
		"refused, silent": func(client, upstream *end) { client.says(t, byClient(binary2, "")); upstream.isClosed(t, 1003) },
		"refused, deaf": func(_, upstream *end) {
			upstream.says(t, byServer(binary2, ""))
			upstream.isClosed(t, 1003)
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, upstream := ends(t, "/both/x")
			upstream.says(t, byServer(0x01, call[:10])) // never finished
			leave(client, upstream)
			_, _ = io.ReadAll(upstream.in)
			_, _ = io.ReadAll(client.in)
			_ = client.Close()
			_ = upstream.Close()
		})
	}
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= start+3 })
}

// A client that takes nothing does not keep a refusal from being carried out.
func TestRefusalOfADeafClient(t *testing.T) {
	serve(t, "socket.caddyfile")
	client, upstream := ends(t, "/both/x")
	flooded := make(chan struct{})
	go func() {
		defer close(flooded)
		flood := byServer(textual, `"`+strings.Repeat("x", 1<<19)+`"`)
		for range 200 {
			if _, err := io.WriteString(upstream, flood); err != nil {
				return
			}
		}
	}()
	time.Sleep(300 * time.Millisecond) // until nothing fits any more
	client.says(t, byClient(binary2, ""))
	upstream.isClosed(t, int(websocket.Unsupported))
	<-flooded
}
