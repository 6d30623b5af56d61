package caddymodule

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	_ "github.com/caddyserver/caddy/v2/modules/standard" // reverse_proxy, encode, the adapter
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"
)

// patience bounds what a test waits for.
const patience = 10 * time.Second

// site is where the gateway under test listens. Caddy is process-global, so there is one at a time: tests of one
// configuration share it, and the next configuration replaces it. Tests that use it are not parallel, so that counters
// tell what the one exchange did.
var site struct {
	once          sync.Once
	addr, secure  string // secure is by TLS, where the configuration has it
	dead          string
	upstream      *upstream
	configuration string
}

// serve runs a configuration of testdata, unless it runs already.
func serve(t *testing.T, name string) {
	t.Helper()
	site.once.Do(func() {
		site.dead, site.upstream = freeAddress(), newUpstream()
	})
	if site.configuration == name {
		return
	}
	site.addr, site.secure = freeAddress(), freeAddress() // a listener that is being closed may take a connection with it
	if err := caddy.Load(adapt(t, name), true); err != nil {
		t.Fatalf("loading %s: %v", name, err)
	}
	client.CloseIdleConnections()
	site.configuration = name
}

// named is the site under a name with a registrable domain, where the configuration has it.
const named = "www.shop.example"

// adapt makes JSON of a Caddyfile in testdata.
func adapt(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := certificate()
	_, port, err := net.SplitHostPort(site.addr)
	if err != nil {
		t.Fatal(err)
	}
	replace := strings.NewReplacer("PORT", port, "NAMED", named+":"+port, "ACCESS", accessLog(), "SITE", site.addr, "SECURE", site.secure, "CERTIFICATE", cert, "KEY", key, "UPSTREAM", site.upstream.Listener.Addr().String(), "DEAD", site.dead, "STORAGE", filepath.Join(os.TempDir(), "privet-wire-test"))
	out, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(replace.Replace(string(text))), map[string]any{"filename": "testdata/" + name})
	if err != nil {
		t.Fatalf("adapting %s: %v", name, err)
	}
	return out
}

// accessLog is where a configuration of the tests may log what it served.
func accessLog() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("privet-access-%d.log", os.Getpid()))
}

func freeAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// upstream answers by scripts, one for each path, and remembers what reached it.
type upstream struct {
	*httptest.Server
	mu      sync.Mutex
	scripts map[string]http.HandlerFunc
	seen    map[string][]*received
}

// received is a request as it reached the upstream.
type received struct {
	*http.Request
	mu   sync.Mutex
	body bytes.Buffer // as far as the script read it
	err  error        // with which reading ended
}

func newUpstream() *upstream {
	u := &upstream{scripts: map[string]http.HandlerFunc{}, seen: map[string][]*received{}}
	u.Server = httptest.NewServer(u)
	return u
}

// ServeHTTP implements http.Handler.
func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := &received{Request: r.Clone(r.Context())}
	r.Body = &witness{r.Body, in}
	u.mu.Lock()
	script := u.scripts[r.URL.Path]
	u.seen[r.URL.Path] = append(u.seen[r.URL.Path], in)
	u.mu.Unlock()
	if script == nil {
		http.Error(w, "no script", http.StatusTeapot)
		return
	}
	script(w, r)
}

// witness notes what is read.
type witness struct {
	io.ReadCloser
	in *received
}

func (b *witness) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.in.mu.Lock()
	defer b.in.mu.Unlock()
	b.in.body.Write(p[:n])
	if err != nil {
		b.in.err = err
	}
	return n, err
}

// content is what has been read of a body, and how that ended.
func (in *received) content() (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.body.String(), in.err
}

// script sets what the upstream does on a path, and forgets what it has seen there.
func script(path string, handler http.HandlerFunc) {
	site.upstream.mu.Lock()
	defer site.upstream.mu.Unlock()
	site.upstream.scripts[path] = handler
	delete(site.upstream.seen, path)
}

// reached are the requests that came to a path of the upstream since its script was set.
func reached(path string) []*received {
	site.upstream.mu.Lock()
	defer site.upstream.mu.Unlock()
	return slices.Clone(site.upstream.seen[path])
}

// once is the only request that reached a path.
func once(t *testing.T, path string) *received {
	t.Helper()
	in := reached(path)
	if len(in) != 1 {
		t.Fatalf("%d requests reached the upstream at %s, want 1", len(in), path)
	}
	return in[0]
}

// sends is a script that answers with a body and header fields, given as name, value, name, value.
func sends(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Date"] = nil
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// client keeps no cookies, follows nothing and decodes nothing.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// reply is an answer that has been read to its end, or to where it broke.
type reply struct {
	status  int
	header  http.Header
	body    string
	trailer http.Header
	broken  error
	closes  bool // the connection serves no further request
}

// ask makes a request of the gateway, header fields given as name, value, name, value.
func ask(t *testing.T, method, target string, body io.Reader, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+site.addr+target, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		} else {
			r.Header[header[i]] = append(r.Header[header[i]], header[i+1])
		}
	}
	return r
}

func send(t *testing.T, r *http.Request) reply {
	t.Helper()
	got, ok := tried(t, r)
	if !ok {
		t.Fatalf("%s %s: the connection was reset", r.Method, r.URL.Path)
	}
	return got
}

// tried is send for requests whose connection may be reset; ok is false where it was.
func tried(t *testing.T, r *http.Request) (got reply, ok bool) {
	t.Helper()
	response, err := client.Do(r)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return reply{}, false
	}
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body), response.Trailer, err, response.Close}, true
}

func get(t *testing.T, target string, header ...string) reply {
	t.Helper()
	return send(t, ask(t, http.MethodGet, target, nil, header...))
}

func post(t *testing.T, target, body string, header ...string) reply {
	t.Helper()
	return send(t, ask(t, http.MethodPost, target, strings.NewReader(body), header...))
}

// is asserts status, body and an end that is no break.
func (a reply) is(t *testing.T, status int, body string) reply {
	t.Helper()
	if a.broken != nil {
		t.Errorf("the body broke off: %v", a.broken)
	}
	if a.status != status || a.body != body {
		t.Errorf("status %d and body %q, want %d and %q", a.status, a.body, status, body)
	}
	return a
}

// has asserts header fields, given as name, value, name, value. A value "" stands for a field that is not there; lines
// are joined by " | ".
func (a reply) has(t *testing.T, header ...string) reply {
	t.Helper()
	hasFields(t, "response", a.header, header...)
	return a
}

func hasFields(t *testing.T, what string, h http.Header, header ...string) {
	t.Helper()
	for i := 0; i < len(header); i += 2 {
		if got := strings.Join(h[header[i]], " | "); got != header[i+1] {
			t.Errorf("%s has %s: %q, want %q", what, header[i], got, header[i+1])
		}
	}
}

// refused asserts a problem document of ours, with nothing of the upstream's about it.
func (a reply) refused(t *testing.T, status int, kind string) reply {
	t.Helper()
	if a.broken != nil || a.status != status || !strings.HasPrefix(a.body, `{"type":"urn:privet:problem:`+kind+`",`) {
		t.Errorf("status %d, body %q (%v), want %d and a problem of kind %s", a.status, a.body, a.broken, status, kind)
	}
	return a.has(t, "Content-Type", "application/problem+json", "Cache-Control", "no-store", "X-Content-Type-Options", "nosniff",
		"Set-Cookie", "", "Etag", "", "X-Upstream", "", "Content-Encoding", "", "Vary", "", "Location", "")
}

// counters are the values of all series of ours that are counters, as name{label=value,…}, once nothing is being counted
// any more: an exchange is so after its client has the answer.
func counters(t *testing.T) map[string]float64 {
	t.Helper()
	last := gathered(t)
	for {
		time.Sleep(2 * time.Millisecond)
		now := gathered(t)
		if maps.Equal(last, now) {
			return now
		}
		last = now
	}
}

func gathered(t *testing.T) map[string]float64 {
	t.Helper()
	ctx := caddy.ActiveContext()
	families, err := ctx.GetMetricsRegistry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, family := range families {
		name, ours := strings.CutPrefix(family.GetName(), "privet_")
		if !ours {
			continue
		}
		for _, m := range family.GetMetric() {
			if m.GetCounter() == nil {
				continue
			}
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			out[fmt.Sprintf("%s{%s}", name, strings.Join(labels, ","))] = m.GetCounter().GetValue()
		}
	}
	return out
}

// done asserts what an exchange added to the counters of redactions, cookies and refusals, keeps left out.
func done(t *testing.T, before map[string]float64, want map[string]float64) {
	t.Helper()
	var got map[string]float64
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		got = map[string]float64{}
		for name, value := range gathered(t) {
			acted := strings.HasPrefix(name, "redactions") || strings.HasPrefix(name, "refusals") || strings.HasPrefix(name, "cookies")
			if added := value - before[name]; acted && added != 0 && !strings.Contains(name, "action=keep") {
				got[name] = added
			}
		}
		if maps.Equal(got, want) {
			return
		}
	}
	t.Errorf("what was done differs (-want +got):\n%s", cmp.Diff(want, got))
}

// eventually tries until it holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// scripted is an inner handler that is a function, so that a test holds the very writer that inner handlers get.
type scripted struct{}

var inner struct {
	sync.Mutex
	handlers map[string]caddyhttp.HandlerFunc
}

func init() {
	caddy.RegisterModule(new(scripted))
	httpcaddyfile.RegisterHandlerDirective("scripted", func(httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) { return new(scripted), nil })
	httpcaddyfile.RegisterDirectiveOrder("scripted", httpcaddyfile.Before, "reverse_proxy")

	caddy.RegisterModule(new(scriptedErrors))
	httpcaddyfile.RegisterHandlerDirective("scripted_errors", func(httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) { return new(scriptedErrors), nil })
	httpcaddyfile.RegisterDirectiveOrder("scripted_errors", httpcaddyfile.Before, "handle")

	caddy.RegisterModule(new(traced))
	httpcaddyfile.RegisterHandlerDirective("traced", func(httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) { return new(traced), nil })
	httpcaddyfile.RegisterDirectiveOrder("traced", httpcaddyfile.After, "tracing")
}

func (*scripted) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.scripted", New: func() caddy.Module { return new(scripted) }}
}

func (*scripted) ServeHTTP(w http.ResponseWriter, r *http.Request, _ caddyhttp.Handler) error {
	inner.Lock()
	handler := inner.handlers[r.URL.Path]
	inner.Unlock()
	if handler == nil {
		return caddyhttp.Error(http.StatusTeapot, nil)
	}
	return handler(w, r)
}

// scriptedErrors answers for an inner chain that failed, as the error routes of a subroute do.
type scriptedErrors struct{}

func (*scriptedErrors) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.scripted_errors", New: func() caddy.Module { return new(scriptedErrors) }}
}

func (*scriptedErrors) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if next.ServeHTTP(w, r) == nil {
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := io.WriteString(w, `{"account":"ac-1","phone":"5551234","title":"Engineer"}`)
	return err
}

// traced puts the request into a trace, as the directive tracing does, without an exporter.
type traced struct{}

func (*traced) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.traced", New: func() caddy.Module { return new(traced) }}
}

func (*traced) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
	return next.ServeHTTP(w, r.WithContext(trace.ContextWithSpanContext(r.Context(), span)))
}

// within sets the inner handler of a path.
func within(path string, handler caddyhttp.HandlerFunc) {
	inner.Lock()
	defer inner.Unlock()
	if inner.handlers == nil {
		inner.handlers = map[string]caddyhttp.HandlerFunc{}
	}
	inner.handlers[path] = handler
}
