package caddymodule

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestQuery(t *testing.T) {
	serve(t, "wire.caddyfile")
	for sent, want := range map[string]string{
		"a=1&token=s3cr3t&b=2":               "a=1&b=2",
		"phone=5551234&x=%20":                "phone=%2A%2A%2A%2A%2A34&x=%20",
		"%74oken=s3cr3t&b":                   "b",
		"gclid=abc&a=1&fbclid=abc":           "a=1",
		"a=1;token=s3cr3t":                   "a=1",
		"a=1&b=%zz&token=s3cr3t":             "a=1",
		"token=s3cr3t&token=s3cr3t":          "",
		"nothing=to&do=%41":                  "nothing=to&do=%41",
		"gclid=abc&X-Goog-Signature=a-claim": "gclid=abc&X-Goog-Signature=a-claim",
	} {
		script("/json/query", sends(200, `{}`, "Content-Type", "application/json"))
		get(t, "/json/query?"+sent).is(t, 200, `{}`)
		if got := once(t, "/json/query").URL.RawQuery; got != want {
			t.Errorf("%s reached the upstream as %s, want %s", sent, got, want)
		}
	}
}

func TestReferer(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/json/referer", sends(200, `{}`, "Content-Type", "application/json"))
	before := counters(t)
	get(t, "/json/referer", "Referer", "https://a.example/p?token=s3cr3t&q=1&gclid=abc#f").is(t, 200, `{}`)
	hasFields(t, "request", once(t, "/json/referer").Header, "Referer", "https://a.example/p?q=1#f")
	done(t, before, map[string]float64{
		"redactions_total{action=remove,category=secret,direction=request,kind=query}": 1,
		"cookies_total{action=remove,direction=request,kind=click_id}":                 1,
	})
}

func TestCookies(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/plain/cookies", sends(200, "ok"))
	before := counters(t)
	get(t, "/plain/cookies", "Cookie", "session_id=1; exp_a=2", "Cookie", "exp_b=3; other=4").is(t, 200, "ok")
	hasFields(t, "request", once(t, "/plain/cookies").Header, "Cookie", "session_id=1; other=4")
	done(t, before, map[string]float64{"cookies_total{action=remove,direction=request,kind=cookie}": 2})

	// Who has consented keeps them.
	choice := send(t, ask(t, http.MethodPost, "/.privacy/consent", strings.NewReader(`{"grant":["analytics"]}`), "Content-Type", "application/json"))
	consent, _, _ := strings.Cut(choice.header.Get("Set-Cookie"), ";")
	if choice.status != 200 || !strings.HasPrefix(consent, "privet_consent=") {
		t.Fatalf("status %d, cookie %q, want a choice", choice.status, consent)
	}
	script("/plain/cookies", sends(200, "ok", "Set-Cookie", "exp_c=5; Max-Age=99999999"))
	got := get(t, "/plain/cookies", "Cookie", "exp_a=2; "+consent).is(t, 200, "ok")
	hasFields(t, "request", once(t, "/plain/cookies").Header, "Cookie", "exp_a=2; "+consent)
	if cookie := got.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "exp_c=5; Max-Age=") {
		t.Errorf("the cookie %q came through", cookie)
	}
}

func TestLabelledFields(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, name := range []string{"X-Device-Id", "x_device_id", "X-Device_Id"} {
		script("/json/fields", sends(200, `{}`, "Content-Type", "application/json"))
		before := counters(t)
		get(t, "/json/fields", name, "s3cr3t", name, "s3cr3t", "X-Device", "kept").is(t, 200, `{}`)
		for field, lines := range once(t, "/json/fields").Header {
			if strings.Contains(strings.Join(lines, ""), "s3cr3t") {
				t.Errorf("sent as %s, it reached the upstream as %s", name, field)
			}
		}
		hasFields(t, "request", once(t, "/json/fields").Header, "X-Device", "kept")
		if name == "X-Device-Id" { // Caddy itself drops names with an underscore
			done(t, before, map[string]float64{"redactions_total{action=remove,category=secret,direction=request,kind=header}": 2})
		}
	}
}

// Fields of a request's trailer are fields, and a digest of the body that was sent is none of the one that arrives.
func TestRequestTrailers(t *testing.T) {
	serve(t, "wire.caddyfile")
	var trailer http.Header
	script("/upload/trailer", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		trailer = r.Trailer.Clone()
	})
	r := ask(t, http.MethodPost, "/upload/trailer", struct{ io.Reader }{strings.NewReader(document)}, "Content-Type", "application/json")
	r.Trailer = http.Header{"X-Device-Id": {"s3cr3t"}, "Content-Digest": {"sha-256=:AAAA:"}, "X-Checksum": {"kept"}}
	send(t, r).is(t, 200, "")
	hasFields(t, "trailer", trailer, "X-Device-Id", "", "Content-Digest", "")
	if body, _ := once(t, "/upload/trailer").content(); body != redacted {
		t.Errorf("the upstream read %q", body)
	}
}

// Paths are matched as received, as they mean, and as they stand at the handler; no other spelling goes round a label.
func TestPathsOfOneEndpoint(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, unescaped := range []string{"/json/paths", "/./json/paths", "/json//paths", "//json/paths", "/json/./paths", "/json/a/../paths", "/plain/..//json/paths", "/plain/../json/paths"} {
		script(unescaped, sends(200, document, "Content-Type", "application/json"))
	}
	for _, path := range []string{
		"/json/paths", "/./json/paths", "/json//paths", "//json/paths", "/json/%2e/paths", "/json/a/../paths", "/json/a/%2E%2e/paths", "/%6ason/paths",
		"/%6Ason/paths", "/plain/..//json/paths", "/plain/%2e%2e/json/paths",
	} {
		text := onWire(t, "GET "+path+" HTTP/1.1\r\nHost: "+site.addr+"\r\nConnection: close\r\n\r\n")
		if !strings.Contains(text, redacted) || strings.Contains(text, "s3cr3t") {
			t.Errorf("%s is answered with %q", path, text)
		}
	}
}
