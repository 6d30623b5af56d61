package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// watched is a gateway under which everything is written down.
const watched = `{
	admin localhost:2019
	auto_https off
	metrics
	log {
		output file everything.log
		format json
		level DEBUG
	}
	privacy {
		policy leak.yaml
		store file subjects.yaml
		subject {http.request.header.X-Subject}
		minor {http.request.header.X-Minor}
		mode MODE
	}
	servers :8080 {
		trusted_proxies static 127.0.0.1/32
	}
}
http://:8080 {
	tracing {
		span gateway
	}
	log
	handle /transfer/* {
		privacy {
			recipient far
			residence {http.request.header.X-Residence}
		}
		reverse_proxy localhost:8081
	}
	handle /caller/* {
		privacy {
			caller {http.request.header.X-Caller} near far
		}
		reverse_proxy localhost:8081
	}
	handle /panic/* {
		privacy
		failing panic
	}
	handle /error/* {
		privacy
		failing error
	}
	handle {
		privacy {
			purpose {http.request.header.Privacy-Purpose} service analytics
			residence {http.request.header.X-Residence}
		}
		reverse_proxy localhost:8081
	}
}
`

const leakPolicy = `
purposes:
  service:   {basis: contract, default: true}
  analytics: {basis: consent, gpc: true}
categories:
  email:            {purposes: [service], otherwise: pseudonymize}
  phone_number:     {purposes: [service], otherwise: {mask: {keep_last: 2}}, choice: true}
  precise_location: {purposes: [service], actions: {analytics: {coarsen: 10km}}}
  birth_date:       {purposes: [service], otherwise: {generalize: year}}
  name:             {purposes: [service]}
recipients:
  far:  {country: US, safeguards: [{scc: controller_to_processor, signed: 2020-01-01, expires: 2021-01-01}]}
  near: {country: IE}
cookies: {session_id: strictly_necessary, "track_*": analytics, unclassified: drop}
fields: {$..email: email, $..phone: phone_number, $..lat: precise_location, $..born: birth_date, $..name: name}
endpoints:
  /{rest...}:
    request:  {$.secret: name}
    query:    {email: email, name: name}
    headers:  {X-Device-Id: device_identifier, X-Trailing: name}
    response: {$.secret: name}
  /people/{rest...}:
    each: {of: "$.people[*]", subject: $.id, residence: $.country}
`

// failing is a handler behind privacy that panics, or fails, with what the request says.
type failing struct {
	How string `json:"how"`
}

func init() {
	caddy.RegisterModule(failing{})
	httpcaddyfile.RegisterHandlerDirective("failing", func(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
		h.Next()
		h.NextArg()
		return failing{How: h.Val()}, nil
	})
	httpcaddyfile.RegisterDirectiveOrder("failing", httpcaddyfile.Before, "reverse_proxy")
}

func (failing) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.failing", New: func() caddy.Module { return new(failing) }}
}

func (f failing) ServeHTTP(_ http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	if f.How == "panic" {
		panic("a fault with " + r.URL.RawQuery)
	}
	return errors.New("a failure with " + r.URL.RawQuery)
}

func TestNoValueIsWrittenDown(t *testing.T) {
	t.Parallel()
	for mode, statuses := range map[string][]int{
		"enforce": {200, 303, 400, 403, 415, 451, 502},
		"report":  {200, 303, 400, 403, 404, 500},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			testLeaks(t, mode, statuses)
		})
	}
}

// testLeaks has a conversation under one mode, in which each of the statuses must have been met.
func testLeaks(t *testing.T, mode string, statuses []int) {
	t.Helper()
	m := new(marks)
	backend := httptest.NewServer(upstream(m))
	defer backend.Close()
	spans := receive(t)
	subject := m.new("subject of stored choices")
	g := start(t, withFile("leak.yaml", leakPolicy), spans.exporting(),
		withFile("subjects.yaml", `"`+subject+`": {refuses: [phone_number], at: 2026-10-01}`+"\n"),
		withCaddyfile(strings.NewReplacer("localhost:8081", strings.TrimPrefix(backend.URL, "http://"), "MODE", mode).Replace(watched)))
	c := &conversation{gateway: g, marks: m, subject: subject}

	for _, purpose := range []string{"service", "analytics"} {
		for _, kind := range append(slices.Clone(kinds), formatKinds()...) {
			c.ask(t, http.MethodGet, "/"+kind, nil, "Privacy-Purpose", purpose)
			c.ask(t, http.MethodGet, "/people/"+kind, nil, "Privacy-Purpose", purpose)
		}
	}
	for _, path := range []string{"/transfer/x", "/caller/x", "/panic/x", "/error/x"} {
		c.ask(t, http.MethodGet, path, nil)
		c.ask(t, http.MethodGet, path, nil, "X-Residence", "DE", "X-Caller", "far")
		c.ask(t, http.MethodPost, path, strings.NewReader(`{"secret":"`+m.new("body to "+path)+`"}`), "Content-Type", "application/json")
	}
	c.ask(t, http.MethodGet, "/whole", nil, "Privacy-Purpose", m.new("purpose"))
	c.ask(t, "M"+m.new("method"), "/whole", nil)
	c.ask(t, http.MethodHead, "/whole", nil)
	c.ask(t, http.MethodGet, "/whole", nil, "Connection", "Upgrade", "Upgrade", "websocket"+m.new("upgrade"))
	c.bodies(t)
	c.choices(t)

	// An edit with what looks like a value in it, and stored choices that are broken beside a subject.
	g.write(t, "subjects.yaml", `"`+m.new("subject beside an error")+`": {grant: [`+m.new("word in an error")+"]}\n")
	c.problems = append(c.problems, g.health(t, http.StatusServiceUnavailable).Failure)
	for _, status := range statuses {
		if !slices.Contains(c.statuses, status) {
			t.Errorf("no exchange ended with %d: what that writes down was not looked at", status)
		}
	}
	c.check(t, spans)
}

// conversation is many exchanges and what came of them.
type conversation struct {
	*gateway
	marks    *marks
	subject  string
	problems []string
	statuses []int
	seen     bool // some mark has reached the client
}

// ask sends one request with marks in every place that a request has.
func (c *conversation) ask(t *testing.T, method, path string, body io.Reader, header ...string) {
	t.Helper()
	in := func(part string) string { return c.marks.new("request " + method + " " + path + ": " + part) }
	url := c.site + path + "?email=" + in("query") + "&name=" + in("query name") + "&" + in("unknown query") + "=1&;" + in("unread query")
	if body != nil {
		body = struct{ io.Reader }{body} // of no known length, so that trailers may follow
	}
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	r = with(r, "X-Subject", c.subject, "X-Residence", in("residence"), "X-Minor", in("minor"), "X-Device-Id", in("labelled header"),
		"Sec-Gpc", in("gpc"), "Te", "trailers", "X-Forwarded-For", in("address"), "User-Agent", in("agent"), "Referer", "/?email="+in("referer"),
		"Cookie", "session_id="+in("cookie")+"; track_"+in("cookie name")+"=1; privet_consent="+in("our cookie")+"; broken "+in("broken cookie"),
		"Authorization", "Bearer "+in("authorization"), "If-None-Match", `"`+in("validator")+`"`, "Range", "bytes=0-"+in("range"))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r.Host = in("host") + ".example"
	if body != nil {
		r.Trailer = http.Header{"X-Trailing": {in("trailer")}}
	}
	a, err := send(r)
	if err != nil && a.status == 0 && !strings.HasPrefix(path, "/panic/") {
		t.Errorf("%s %s: %v", method, path, err)
	}
	c.statuses = append(c.statuses, a.status)
	if a.header.Get("Content-Type") == "application/problem+json" {
		c.problems = append(c.problems, a.body, fmt.Sprint(a.header["Link"]))
	} else if strings.Contains(a.body, "90417") {
		c.seen = true
	}
}

// bodies are requests whose bodies cannot be read, each in its own way.
func (c *conversation) bodies(t *testing.T) {
	t.Helper()
	in := func(part string) string { return c.marks.new("request body: " + part) }
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprintf(w, `{"secret":%q}`, in("packed"))
	w.Close()
	for _, b := range []struct{ media, coding, text string }{
		{"application/json", "", `{"secret":"` + in("whole") + `"}`},
		{"application/json", "", `{"secret":"` + in("cut")},
		{"application/json", "", `{"a":` + in("before the error") + `,` + in("at the error") + `}`},
		{"application/json", "gzip", packed.String()},
		{"application/json", "gzip", packed.String()[:20] + in("damaged coding")},
		{"application/json", in("coding"), "{}"},
		{"text/" + in("media type"), "", in("of another type")},
		{"application/x-www-form-urlencoded", "", "secret=" + in("form")},
	} {
		c.ask(t, http.MethodPost, "/whole", strings.NewReader(b.text), "Content-Type", b.media, "Content-Encoding", b.coding)
	}
	for _, b := range formatted(in) {
		c.ask(t, http.MethodPost, "/whole", strings.NewReader(b.text), "Content-Type", b.media)
	}
}

// choices are good and bad posts of consent.
func (c *conversation) choices(t *testing.T) {
	t.Helper()
	const form, object = "application/x-www-form-urlencoded", "application/json"
	in := func(part string) string { return c.marks.new("consent: " + part) }
	for _, post := range []struct{ media, text, origin string }{
		{form, "grant=analytics&return=/" + in("return"), ""},
		{form, "grant=" + in("unknown id"), ""},
		{form, "refuse=all&offer=" + in("unknown offer"), ""},
		{form, "grant=analytics&return=//" + in("foreign return"), ""},
		{form, in("name") + "=" + in("value") + ";%" + in("broken"), ""},
		{object, `{"grant":["` + in("unknown id") + `"]}`, ""},
		{object, `{"` + in("unknown member") + `":` + in("broken"), ""},
		{object, `{"grant":["analytics"]}`, "https://" + in("origin") + ".example"},
		{in("media type") + "/x", "grant=analytics", ""},
	} {
		header := []string{"Content-Type", post.media}
		if post.origin != "" {
			header = append(header, "Origin", post.origin)
		}
		c.ask(t, http.MethodPost, "/.privacy/consent", strings.NewReader(post.text), header...)
	}
	c.ask(t, http.MethodDelete, "/.privacy/consent", nil)
	c.ask(t, http.MethodGet, "/.privacy/"+in("path"), nil)
}

// check looks into everything that was written down.
func (c *conversation) check(t *testing.T, spans *receiver) {
	t.Helper()
	if !c.seen {
		t.Error("no mark reached the client: nothing was let through")
	}
	for _, problem := range c.problems {
		c.marks.none(t, "a problem document", problem)
	}
	for _, path := range []string{"/metrics", "/privacy/health"} {
		a, err := c.get(c.admin + path)
		if err != nil {
			t.Fatal(err)
		}
		c.marks.none(t, path, a.body)
	}
	c.stop() // what is left is exported and written
	ours := 0
	for _, span := range spans.all() {
		if span.GetName() == "privacy" {
			ours++
			c.marks.none(t, "a span", span.String())
		}
	}
	if ours < len(c.statuses) { // a request that met a panic may have been sent again
		t.Errorf("%d spans for %d requests", ours, len(c.statuses))
	}
	c.marks.none(t, "the output", c.output())
	c.checkLog(t)
}

// caddys are loggers that write what a request holds by design. They are the operator's to tame, with Caddy's means.
var caddys = []string{"http.log.access", "http.log.error", "http.handlers.reverse_proxy", "http.stdlib", "admin.api"}

func (c *conversation) checkLog(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, "everything.log"))
	if err != nil {
		t.Fatal(err)
	}
	lines, access := 0, false
	for line := range strings.Lines(string(text)) {
		var entry struct{ Logger string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("a line of the log is no JSON: %v", err)
		}
		if slices.ContainsFunc(caddys, func(name string) bool { return strings.HasPrefix(entry.Logger, name) }) {
			access = access || strings.Contains(line, "90417")
			continue
		}
		lines++
		c.marks.none(t, "the logger "+entry.Logger, line)
	}
	if lines == 0 || !access {
		t.Errorf("%d lines were looked at; the marks stand in Caddy's access log: %v", lines, access)
	}
}
