package caddymodule

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// flushed writes pieces, each flushed.
func flushed(w http.ResponseWriter, pieces ...string) {
	w.Header().Set("Content-Type", "application/json")
	for _, piece := range pieces {
		_, _ = io.WriteString(w, piece)
		_ = http.NewResponseController(w).Flush()
	}
}

// cutAfter asserts an answer whose end the client sees to be none.
func (a reply) cutAfter(t *testing.T, status int, body string) {
	t.Helper()
	if a.broken == nil || a.status != status || a.body != body {
		t.Errorf("status %d, body %q (%v), want %d, %q and a break", a.status, a.body, a.broken, status, body)
	}
}

func TestElementArrivesBeforeTheNextIsWritten(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, coding := range []string{"", "gzip"} {
		t.Run(coding, func(t *testing.T) {
			read := make(chan struct{})
			script("/json/flush", func(w http.ResponseWriter, _ *http.Request) {
				flushed(w, `{"items":[{"id":1,"secret":"s3cr3t"},`)
				select {
				case <-read:
				case <-time.After(patience):
				}
				flushed(w, `{"id":2,"secret":"s3cr3t"}]}`)
			})
			r := ask(t, http.MethodGet, "/json/flush", nil)
			if coding != "" {
				r.Header.Set("Accept-Encoding", coding)
			}
			response, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			first := make([]byte, len(`{"items":[{"id":1}`))
			if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != `{"items":[{"id":1}` {
				t.Fatalf("before the upstream wrote the second element, the client read %q (%v)", first, err)
			}
			close(read)
			if rest, err := io.ReadAll(response.Body); err != nil || string(rest) != `,{"id":2}]}` {
				t.Errorf("the rest is %q (%v)", rest, err)
			}
		})
	}
}

func TestMalformedAfterFlushIsCut(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/json/late", func(w http.ResponseWriter, _ *http.Request) {
		flushed(w, `{"id":1`)
		time.Sleep(20 * time.Millisecond) // the gateway has flushed, too
		flushed(w, `,"secret":"s3cr3t"]`, document)
	})
	before := counters(t)
	get(t, "/json/late").cutAfter(t, 200, `{"id":1`)
	done(t, before, map[string]float64{
		"refusals_total{cause=malformed,direction=response}":                            1,
		"redactions_total{action=remove,category=secret,direction=response,kind=field}": 1,
	})
}

func TestUpstreamTruncates(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, path := range map[string]string{"labelled": "/json/truncated", "unlabelled": "/plain/truncated"} {
		for framing, header := range map[string]string{"length": "Content-Length: 100\r\n\r\n", "chunked": "Transfer-Encoding: chunked\r\n\r\n7\r\n"} {
			t.Run(name+" "+framing, func(t *testing.T) {
				script(path, func(w http.ResponseWriter, _ *http.Request) {
					conn, _, _ := http.NewResponseController(w).Hijack()
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"+header+`{"id":1`)
					_ = conn.Close()
				})
				get(t, path).cutAfter(t, 200, `{"id":1`)
			})
		}
	}
}

// What ends with the connection may have ended early, so the document must say.
func TestBodyThatEndsWithTheConnection(t *testing.T) {
	serve(t, "wire.caddyfile")
	for body, want := range map[string]int{document: 200, `{"id":1`: 502} {
		script("/json/closes", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"+body)
			_ = conn.Close()
		})
		got := get(t, "/json/closes")
		if want == 200 {
			got.is(t, 200, redacted)
		} else if got.broken == nil && got.status != 502 {
			t.Errorf("status %d and body %q look whole", got.status, got.body)
		}
	}
}

func TestInterimAnswers(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, final := range map[string]int{"then 200": 200, "then 404": 404} {
		t.Run(name, func(t *testing.T) {
			script("/json/hints", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Link", "</style.css?token=s3cr3t>; rel=preload")
				w.Header().Add("X-Device-Id", "s3cr3t")
				w.Header().Add("Set-Cookie", "exp_a=s3cr3t")
				w.WriteHeader(http.StatusEarlyHints)
				for _, field := range []string{"Link", "X-Device-Id", "Set-Cookie"} {
					w.Header().Del(field)
				}
				sends(final, document, "Content-Type", "application/json")(w, r)
			})
			// The client's own trace would hide what came; the wire does not.
			text := onWire(t, "GET /json/hints HTTP/1.1\r\nHost: "+site.addr+"\r\nConnection: close\r\n\r\n")
			hints, rest, _ := strings.Cut(text, "\r\n\r\n")
			if !strings.HasPrefix(hints, "HTTP/1.1 103 ") || !strings.Contains(hints, "Link: </style.css>; rel=preload") || strings.Contains(hints, "s3cr3t") {
				t.Errorf("the hints are %q", hints)
			}
			if !strings.HasPrefix(rest, fmt.Sprintf("HTTP/1.1 %d ", final)) || !strings.Contains(rest, redacted) || strings.Contains(rest, "s3cr3t") || strings.Contains(rest, "style.css") {
				t.Errorf("the final answer is %q", rest)
			}
		})
	}
}

// onWire writes raw bytes to the gateway and reads to the end of the connection.
func onWire(t *testing.T, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", site.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("reading the answer: %v", err)
	}
	return string(text)
}

func TestTrailers(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, prefix := range map[string]string{"announced": "", "unannounced": http.TrailerPrefix} {
		t.Run(name, func(t *testing.T) {
			script("/json/trailers", func(w http.ResponseWriter, _ *http.Request) {
				if prefix == "" {
					w.Header().Set("Trailer", "X-Device-Id, Set-Cookie, X-Checksum, Content-Digest")
				}
				flushed(w, document)
				w.Header().Set(prefix+"X-Device-Id", "s3cr3t")
				w.Header().Set(prefix+"Set-Cookie", "exp_a=s3cr3t")
				w.Header().Set(prefix+"X-Checksum", "kept")
				w.Header().Set(prefix+"Content-Digest", "sha-256=:AAAA:")
			})
			before := counters(t)
			got := get(t, "/json/trailers").is(t, 200, redacted)
			hasFields(t, "trailer", got.trailer, "X-Checksum", "kept", "X-Device-Id", "", "Set-Cookie", "", "Content-Digest", "")
			want := acted()
			want["redactions_total{action=remove,category=secret,direction=response,kind=header}"] = 1
			want["cookies_total{action=remove,direction=response,kind=cookie}"] = 1
			done(t, before, want)
		})
	}
}

func TestElementOverTheLimit(t *testing.T) {
	serve(t, "wire.caddyfile")
	person := func(note string) string {
		return `{"people":[{"id":"1","country":"DE","note":"` + note + `","secret":"s3cr3t"}]}`
	}
	script("/people/limit", func(w http.ResponseWriter, _ *http.Request) {
		flushed(w, `{"people":[`, person(strings.Repeat("a", 2<<20))[11:])
	})
	before := counters(t)
	if got := get(t, "/people/limit"); got.broken == nil && got.status != 502 || strings.Contains(got.body, "s3cr3t") {
		t.Errorf("status %d, %d bytes (%v), want a refusal", got.status, len(got.body), got.broken)
	}
	done(t, before, refusal("limit"))

	script("/people/limit", sends(200, person(strings.Repeat("a", 1<<19)), "Content-Type", "application/json"))
	get(t, "/people/limit").is(t, 200, `{"people":[{"id":"1","country":"DE","note":"`+strings.Repeat("a", 1<<19)+`"}]}`)
}

// A body much longer than what is held streams by.
func TestLongBody(t *testing.T) {
	serve(t, "wire.caddyfile")
	const items = 40_000
	script("/json/long", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"items":[{"n":1}`+strings.Repeat(`,{"n":1,"secret":"s3cr3t"}`, items)+`]}`)
	})
	get(t, "/json/long").is(t, 200, `{"items":[{"n":1}`+strings.Repeat(`,{"n":1}`, items)+`]}`)
}

// A client that leaves takes the upstream's request with it, and nothing stays behind.
func TestClientGoneMidBody(t *testing.T) {
	serve(t, "wire.caddyfile")
	cancelled := make(chan struct{}, 64)
	script("/json/gone", func(w http.ResponseWriter, r *http.Request) {
		flushed(w, `{"items":[{"id":1}`)
		<-r.Context().Done()
		cancelled <- struct{}{}
	})
	leave := func() {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		response, err := client.Do(ask(t, http.MethodGet, "/json/gone", nil).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadFull(response.Body, make([]byte, 5))
		cancel()
		_ = response.Body.Close()
		select {
		case <-cancelled:
		case <-time.After(patience):
			t.Fatal("the upstream's request goes on without a client")
		}
	}
	leave() // what is made once is made now
	client.CloseIdleConnections()
	start := runtime.NumGoroutine()
	for range 20 {
		leave()
	}
	client.CloseIdleConnections()
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= start+3 })
}

func TestUpstreamIsDown(t *testing.T) {
	serve(t, "wire.caddyfile")
	get(t, "/json/dead").is(t, 502, `{"code":502}`)
}
