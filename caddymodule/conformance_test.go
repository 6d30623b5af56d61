package caddymodule

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

const (
	document = `{"id":1,"secret":"s3cr3t","phone":"5551234"}`
	redacted = `{"id":1,"phone":"*****34"}`
	png      = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + `{"secret":"of a picture"}`
)

// acted is what a rule does to one document of the tests.
func acted() map[string]float64 {
	return map[string]float64{
		"redactions_total{action=remove,category=secret,direction=response,kind=field}": 1,
		"redactions_total{action=mask,category=digits,direction=response,kind=field}":   1,
	}
}

// refusal is what is counted where an answer is refused.
func refusal(cause string) map[string]float64 {
	return map[string]float64{"refusals_total{cause=" + cause + ",direction=response}": 1}
}

// conformance is what the gateway makes of an upstream's answer.
var conformance = []struct {
	name    string
	path    string // /json/ is labelled, /plain/ is not
	method  string // GET unless said
	request []string
	answer  http.HandlerFunc
	status  int
	body    string // of a refusal: the kind of problem
	header  []string
	done    map[string]float64
}{
	{
		name: "labelled", answer: sends(200, document, "Content-Type", "application/json", "Etag", `"v1"`, "Cache-Control", "public, max-age=60",
			"Cdn-Cache-Control", "max-age=600", "Surrogate-Control", "max-age=600", "Vary", "Accept", "Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT",
			"Content-Digest", "sha-256=:AAAA:", "Accept-Ranges", "bytes", "Content-Length", "44"),
		status: 200, body: redacted, done: acted(),
		header: []string{
			"Content-Type", "application/json", "Etag", variantOf("/json/x", "s", "v1"), "Cache-Control", "private, max-age=60", "Cdn-Cache-Control", "",
			"Surrogate-Control", "", "Vary", "Accept, Cookie, Sec-GPC", "Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT", "Content-Digest", "", "Accept-Ranges", "",
		},
	},
	{
		name: "weak tag", answer: sends(200, document, "Content-Type", "application/json", "Etag", `W/"v1"`),
		status: 200, body: redacted, done: acted(), header: []string{"Etag", variantOf("/json/x", "w", "v1"), "Cache-Control", "private"},
	},
	{
		name: "a document without anything to redact is a variant too", answer: sends(200, `{"id":1}`, "Content-Type", "application/json", "Etag", `"v1"`),
		status: 200, body: `{"id":1}`, header: []string{"Etag", variantOf("/json/x", "s", "v1"), "Cache-Control", "private", "Vary", "Cookie, Sec-GPC"},
	},
	{
		name: "HEAD", method: http.MethodHead, answer: sends(200, "", "Content-Type", "application/json", "Content-Length", "44", "Etag", `"v1"`),
		status: 200, header: []string{"Content-Length", "", "Etag", variantOf("/json/x", "s", "v1"), "Cache-Control", "private"},
	},
	{
		name: "HEAD unlabelled", path: "/plain/", method: http.MethodHead, answer: sends(200, "", "Content-Type", "application/json", "Content-Length", "44", "Etag", `"v1"`),
		status: 200, header: []string{"Content-Length", "44", "Etag", `"v1"`, "Cache-Control", "", "Vary", ""},
	},
	{
		name: "HEAD of a picture", method: http.MethodHead, answer: sends(200, "", "Content-Type", "image/png", "Content-Length", "44", "Etag", `"v1"`),
		status: 200, header: []string{"Content-Length", "44", "Etag", `"v1"`, "Vary", ""},
	},
	{name: "204", answer: sends(204, "", "Etag", `"v1"`), status: 204, header: []string{"Etag", variantOf("/json/x", "s", "v1"), "Content-Type", ""}},
	{name: "no-transform", answer: sends(200, document, "Content-Type", "application/json", "Cache-Control", "no-transform"), status: 200, body: redacted, done: acted(), header: []string{"Cache-Control", "private, no-transform"}},
	{
		name: "Range is not passed on", request: []string{"Range", "bytes=0-9", "If-Range", `"v1"`}, answer: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range")+r.Header.Get("If-Range") != "" {
				w.WriteHeader(500)
			}
			sends(200, document, "Content-Type", "application/json")(w, r)
		}, status: 200, body: redacted, done: acted(),
	},
	{
		name: "206", answer: sends(206, `{"secret"`, "Content-Type", "application/json", "Content-Range", "bytes 0-8/44", "Set-Cookie", "a=b", "X-Upstream", "1"),
		status: 502, body: "partial", done: refusal("partial"), header: []string{"Content-Range", ""},
	},
	{
		name: "206 unlabelled", path: "/plain/", request: []string{"Range", "bytes=0-8"}, answer: func(w http.ResponseWriter, r *http.Request) {
			sends(206, `{"secret"`, "Content-Type", "application/json", "Content-Range", "bytes 0-8/44", "X-Got", r.Header.Get("Range"))(w, r)
		}, status: 206, body: `{"secret"`, header: []string{"X-Got", "bytes=0-8", "Content-Length", "9"},
	},
	{name: "problem+json", answer: sends(404, document, "Content-Type", "application/problem+json; charset=utf-8"), status: 404, body: redacted, done: acted(), header: []string{"Content-Type", "application/problem+json; charset=utf-8"}},
	{name: "text/json", answer: sends(500, document, "Content-Type", "text/json"), status: 500, body: redacted, done: acted()},
	{name: "vendor+json", answer: sends(201, document, "Content-Type", "Application/Vnd.Api+JSON"), status: 201, body: redacted, done: acted()},
	{
		name: "no type", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = w.Write([]byte(document))
		}, status: 200, body: redacted, done: acted(),
	},
	{name: "no type and no JSON", answer: func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		_, _ = w.Write([]byte("plain s3cr3t"))
	}, status: 502, body: "malformed", done: refusal("malformed")},
	{
		name: "an error page", answer: sends(500, "<p>s3cr3t", "Content-Type", "text/html", "Set-Cookie", "trace=s3cr3t", "X-Upstream", "1", "Etag", `"v1"`),
		status: 502, body: "type", done: refusal("type"),
	},
	{name: "two types", answer: sends(200, document, "Content-Type", "application/json", "Content-Type", "text/html"), status: 502, body: "type", done: refusal("type")},
	{name: "another character set", answer: sends(200, document, "Content-Type", "application/json; charset=utf-16"), status: 502, body: "type", done: refusal("type")},
	{name: "an empty body of any type", answer: sends(404, "", "Content-Type", "text/html", "Content-Length", "0"), status: 404, header: []string{"Content-Type", "text/html"}},
	{name: "an empty JSON body", answer: sends(200, "", "Content-Type", "application/json"), status: 200, header: []string{"Content-Type", "application/json"}},
	{
		name: "malformed", answer: sends(200, `{"id":1,"secret":"s3cr3t"`, "Content-Type", "application/json", "Set-Cookie", "session_id=s3cr3t", "X-Upstream", "1", "Etag", `"v1"`, "Location", "/s3cr3t"),
		status: 502, body: "malformed", done: map[string]float64{
			"refusals_total{cause=malformed,direction=response}":                            1,
			"redactions_total{action=remove,category=secret,direction=response,kind=field}": 1,
		},
	},
	{name: "two documents", answer: sends(200, `{"id":1}{"secret":"s3cr3t"}`, "Content-Type", "application/json"), status: 502, body: "malformed", done: refusal("malformed")},
	{
		name: "a picture", answer: sends(200, png, "Content-Type", "image/png", "Etag", `"v1"`, "Cache-Control", "public, max-age=60", "Content-Digest", "sha-256=:AAAA:"),
		status: 200, body: png, header: []string{"Etag", `"v1"`, "Cache-Control", "public, max-age=60", "Vary", "", "Content-Digest", "sha-256=:AAAA:"},
	},
	{
		name: "JSON as a picture", answer: sends(200, document, "Content-Type", "image/png", "Set-Cookie", "a=b", "X-Upstream", "1"),
		status: 502, body: "type", done: refusal("type"),
	},
	{name: "an empty picture", answer: sends(200, "", "Content-Type", "image/png"), status: 200},
	{
		name: "unlabelled", path: "/plain/", answer: sends(200, document, "Content-Type", "application/json", "Etag", `"v1"`, "Cache-Control", "public", "Content-Digest", "sha-256=:AAAA:", "Accept-Ranges", "bytes"),
		status: 200, body: document, header: []string{"Content-Length", "44", "Etag", `"v1"`, "Cache-Control", "public", "Vary", "", "Content-Digest", "sha-256=:AAAA:", "Accept-Ranges", "bytes"},
	},
	{
		name: "an error page unlabelled", path: "/plain/", answer: sends(500, "<p>s3cr3t", "Content-Type", "text/html"),
		status: 500, body: "<p>s3cr3t", header: []string{"Content-Length", "9", "Content-Type", "text/html"},
	},
	{
		name: "cookies of an unlabelled endpoint", path: "/plain/", answer: sends(200, "ok", "Content-Type", "text/plain", "Etag", `"v1"`, "Set-Cookie", "exp_a=1; Path=/", "Set-Cookie", "session_id=2"),
		status: 200, body: "ok", header: []string{"Set-Cookie", "session_id=2", "Cache-Control", "private", "Etag", variantOf("/plain/x", "s", "v1"), "Vary", "Cookie, Sec-GPC", "Content-Length", "2"},
		done: map[string]float64{"cookies_total{action=remove,direction=response,kind=cookie}": 1},
	},
	{
		name: "a labelled field", answer: sends(200, `{}`, "Content-Type", "application/json", "X-Device-Id", "s3cr3t", "X_device_id", "s3cr3t"),
		status: 200, body: `{}`, header: []string{"X-Device-Id", "", "X_device_id", ""},
		done: map[string]float64{"redactions_total{action=remove,category=secret,direction=response,kind=header}": 2},
	},
	{
		name: "redirection", answer: sends(302, "", "Location", "/next?token=s3cr3t&phone=5551234&x=1&gclid=abc"),
		status: 302, header: []string{"Location", "/next?phone=%2A%2A%2A%2A%2A34&x=1"},
		done: map[string]float64{
			"redactions_total{action=remove,category=secret,direction=response,kind=query}": 1,
			"redactions_total{action=mask,category=digits,direction=response,kind=query}":   1,
			"cookies_total{action=remove,direction=response,kind=click_id}":                 1,
		},
	},
}

// variantOf stands for the tag of a variant: its id hangs on the policy, so it is read from an answer.
func variantOf(path, strength, opaque string) string {
	return "variant " + strength + " of " + opaque + " at " + path
}

// resolve puts the variant's tag of this configuration for what variantOf stands for.
func resolve(t *testing.T, fields []string) []string {
	t.Helper()
	out := append([]string(nil), fields...)
	for i, value := range out {
		rest, found := strings.CutPrefix(value, "variant ")
		if !found {
			continue
		}
		strength, rest, _ := strings.Cut(rest, " of ")
		opaque, path, _ := strings.Cut(rest, " at ")
		out[i] = `W/"` + opaque + "-privet." + strength + "." + variantAt(t, path) + `"`
	}
	return out
}

// variantAt is the name of the variant that we get at a path.
func variantAt(t *testing.T, path string) string {
	t.Helper()
	path = path[:strings.LastIndexByte(path, '/')] + "/tag-of-the-variant"
	script(path, sends(200, `{}`, "Content-Type", "application/json", "Etag", `"x"`, "Set-Cookie", "exp_a=1"))
	tag := get(t, path).header.Get("Etag")
	id, ours := strings.CutPrefix(tag, `W/"x-privet.s.`)
	if !ours || len(id) < 9 {
		t.Fatalf("the tag %q is no variant's", tag)
	}
	return strings.TrimSuffix(id, `"`)
}

func TestConformance(t *testing.T) {
	serve(t, "wire.caddyfile")
	h2 := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	h2.Protocols.SetUnencryptedHTTP2(true)
	defer h2.CloseIdleConnections()
	for protocol, transport := range map[string]http.RoundTripper{"HTTP/1.1": client.Transport, "HTTP/2.0": h2} {
		for _, c := range conformance {
			t.Run(protocol+"/"+c.name, func(t *testing.T) {
				path := "/json/conformance"
				if c.path != "" {
					path = c.path + "conformance"
				}
				if c.method == "" {
					c.method = http.MethodGet
				}
				want := resolve(t, c.header)
				script(path, c.answer)
				before := counters(t)
				usual := client.Transport
				client.Transport = transport
				defer func() { client.Transport = usual }()
				got := send(t, ask(t, c.method, path, nil, c.request...))
				if c.status == http.StatusBadGateway {
					got.refused(t, c.status, c.body)
				} else {
					got.is(t, c.status, c.body)
				}
				got.has(t, want...)
				once(t, path)
				done(t, before, cloned(c.done))
			})
		}
	}
}

func cloned(m map[string]float64) map[string]float64 {
	out := map[string]float64{}
	maps.Copy(out, m)
	return out
}

// TestValidators follows a copy through its life: what confirms it is the upstream's own tag, and only for the variant
// whose copy it is.
func TestValidators(t *testing.T) {
	serve(t, "wire.caddyfile")
	const path = "/json/validators"
	script(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends(200, document, "Content-Type", "application/json")(w, r)
	})
	tag := get(t, path).is(t, 200, redacted).header.Get("Etag")
	for name, c := range map[string]struct {
		sent, reaches string
		status        int
		body          string
	}{
		"our variant":     {tag, `"v1"`, 304, ""},
		"one of several":  {`"other", ` + tag, `"v1"`, 304, ""},
		"the upstream's":  {`"v1"`, "", 200, redacted},
		"another variant": {`W/"v1-privet.s.0000"`, "", 200, redacted},
		"any":             {"*", "", 200, redacted},
		"no list":         {`v1"`, "", 200, redacted},
	} {
		t.Run(name, func(t *testing.T) {
			site.upstream.mu.Lock()
			delete(site.upstream.seen, path)
			site.upstream.mu.Unlock()
			got := get(t, path, "If-None-Match", c.sent, "If-Modified-Since", "Mon, 02 Nov 2026 00:00:00 GMT").is(t, c.status, c.body)
			got.has(t, "Etag", tag, "Cache-Control", "private", "Vary", "Cookie, Sec-GPC")
			hasFields(t, "request", once(t, path).Header, "If-None-Match", c.reaches, "If-Modified-Since", "")
		})
	}
}
