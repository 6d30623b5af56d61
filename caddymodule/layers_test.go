package caddymodule

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// What an inner handler did is not done again by an outer one.
func TestLayersActOnce(t *testing.T) {
	serve(t, "wire.caddyfile")
	answer := sends(200, `{"account":"ac-1","phone":"5551234","title":"Engineer"}`, "Content-Type", "application/json", "Etag", `"v1"`)
	script("/layers/one", answer)
	script("/layers/two", answer)
	single := get(t, "/layers/one")
	var fields map[string]string
	if err := json.Unmarshal([]byte(single.body), &fields); err != nil || fields["account"] == "ac-1" || fields["phone"] != "*****34" {
		t.Fatalf("one handler makes %q of it (%v)", single.body, err)
	}
	before := counters(t)
	double := get(t, "/layers/two").is(t, 200, single.body)
	done(t, before, map[string]float64{
		"redactions_total{action=pseudonymize,category=account,direction=response,kind=field}": 1,
		"redactions_total{action=mask,category=digits,direction=response,kind=field}":          2,
	})
	// The copy of a variant of a variant can be confirmed.
	script("/layers/two", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.Header().Set("Etag", `"v1"`)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answer(w, r)
	})
	get(t, "/layers/two", "If-None-Match", double.header.Get("Etag")).is(t, 304, "").has(t, "Etag", double.header.Get("Etag"))
}

// An inner handler that its chain failed has acted on nothing of the answer that takes its place, even where a hint of its
// upstream went out before.
func TestLayersThatFailed(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/layers/one", sends(200, `{"account":"ac-1","phone":"5551234","title":"Engineer"}`, "Content-Type", "application/json"))
	want := get(t, "/layers/one").body
	for path, hint := range map[string]bool{"/layers/failing/at-once": false, "/layers/failing/after-a-hint": true} {
		within(path, func(w http.ResponseWriter, _ *http.Request) error {
			if hint {
				w.WriteHeader(http.StatusEarlyHints)
			}
			return caddyhttp.Error(http.StatusBadGateway, nil)
		})
		get(t, path).is(t, 200, want)
	}
}

// A block by any handler blocks, and its answer passes no other handler's filters: titles are labelled here.
func TestLayersBlock(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, path := range []string{"/layers/outer", "/layers/inner"} {
		t.Run(path, func(t *testing.T) {
			script(path, sends(200, `{}`, "Content-Type", "application/json"))
			get(t, path).blocked(t, path, "vendor-us", "testdata/wire.yaml:15:3")
		})
	}
	script("/layers/two", sends(200, `{"title":"Engineer"`, "Content-Type", "application/json", "Set-Cookie", "session_id=1"))
	got := get(t, "/layers/two").refused(t, 502, "malformed")
	if !strings.Contains(got.body, `"title":"The response was refused"`) {
		t.Errorf("the answer of the inner handler came out as %q", got.body)
	}
}

// Labels are selected by the path as received and as it stands at the handler.
func TestLabelsOfRewrittenPaths(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, c := range map[string]struct{ asked, upstream, want string }{
		"handle_path":           {"/stripped/json/x", "/json/x", `{"id":1,"phone":"*****34"}`},
		"handle_path, plain":    {"/stripped/plain/x", "/plain/x", document},
		"labelled as received":  {"/rewritten/away", "/plain/rewritten", `{"id":1,"secret":"s3cr3t","phone":"*****34"}`},
		"labelled at the route": {"/plain/aliased", "/rewritten/aliased", `{"id":1,"secret":"s3cr3t","phone":"*****34"}`},
	} {
		t.Run(name, func(t *testing.T) {
			script(c.upstream, sends(200, document, "Content-Type", "application/json"))
			get(t, c.asked).is(t, 200, c.want)
			once(t, c.upstream)
		})
	}
}

// Public paths are answered though a rewrite stands before the handler; what is not there is not the upstream's.
func TestPublicPathsAreNotSwallowed(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/plain/swallowed", sends(200, "of the upstream"))
	got := get(t, "/.privacy/consent")
	if got.status != 200 || !json.Valid([]byte(got.body)) || got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, body %q, header %v", got.status, got.body, got.header)
	}
	other := get(t, "/.privacy/other").has(t, "Content-Type", "application/problem+json", "Cache-Control", "no-store")
	if other.status != 404 || strings.Contains(other.body, "of the upstream") {
		t.Errorf("status %d, body %q", other.status, other.body)
	}
	if n := len(reached("/plain/swallowed")); n != 0 {
		t.Errorf("%d requests reached the upstream", n)
	}
}

// An error page is written by a chain of its own, and filtered by the handler in it.
func TestErrorChain(t *testing.T) {
	serve(t, "wire.caddyfile")
	before := counters(t)
	get(t, "/json/dead").is(t, 502, `{"code":502}`).has(t, "Cache-Control", "private", "Vary", "Cookie, Sec-GPC")
	done(t, before, map[string]float64{"redactions_total{action=remove,category=secret,direction=response,kind=field}": 1})
}

const handshake = " HTTP/1.1\r\nHost: SITE\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

func TestUpgradeIsRefusedWhereFieldsAreLabelled(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/json/socket", sends(200, "never"))
	before := counters(t)
	get(t, "/json/socket", "Connection", "Upgrade", "Upgrade", "foo").refused(t, 415, "upgrade")
	if n := len(reached("/json/socket")); n != 0 {
		t.Errorf("%d requests reached the upstream", n)
	}
	done(t, before, map[string]float64{"refusals_total{cause=upgrade,direction=request}": 1})
}

func TestUpgradeWorksWhereNothingIsLabelled(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/plain/socket", func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Accept: AAAA\r\nSet-Cookie: exp_a=s3cr3t\r\n\r\n")
		line, _ := rw.ReadString('\n')
		_, _ = io.WriteString(conn, "echo "+line)
	})
	conn, err := net.Dial("tcp", site.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(conn, "GET /plain/socket"+strings.Replace(handshake, "SITE", site.addr, 1))
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 101 || response.Header.Get("Upgrade") != "websocket" || response.Header.Get("Set-Cookie") != "" {
		t.Fatalf("status %d, header %v", response.StatusCode, response.Header)
	}
	_, _ = io.WriteString(conn, "hello\n")
	if line, err := in.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("the socket answers %q (%v)", line, err)
	}
}

// An upstream that switches protocols unasked is refused where fields are labelled.
func TestUnaskedUpgrade(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/json/unasked", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"+document)
	})
	if got := get(t, "/json/unasked"); strings.Contains(got.body, "s3cr3t") {
		t.Errorf("status %d, body %q", got.status, got.body)
	}
}
