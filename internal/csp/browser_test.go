package csp

import (
	"context"
	"crypto/sha256"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ownScript tells the frame's parent that it ran.
const ownScript = `parent.document.body.setAttribute("data-" + location.pathname.slice(1), "ran");`

// framed is a site whose first page has a frame for each of some pages.
type framed struct {
	mu      sync.Mutex
	pages   []func(host string) (header http.Header, body string)
	reports []Violation
}

// ServeHTTP implements http.Handler.
func (s *framed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var n int
	switch _, err := fmt.Sscanf(r.URL.Path, "/page%d", &n); {
	case r.URL.Path == ownPath:
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, ownScript)
	case r.URL.Path == "/reports":
		body, _ := io.ReadAll(r.Body)
		got, _ := ReadReports(r.Header.Get("Content-Type"), body)
		s.mu.Lock()
		s.reports = append(s.reports, got...)
		s.mu.Unlock()
	case err == nil && n < len(s.pages):
		header, body := s.pages[n](r.Host)
		maps.Copy(w.Header(), header)
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, body)
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><body>")
		for i := range s.pages {
			fmt.Fprintf(w, `<iframe src="/page%d"></iframe>`, i)
		}
	default:
		http.NotFound(w, r)
	}
}

// show loads the first page in Chromium and gives what became of its document.
func show(t *testing.T, s *framed) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("this test needs Chromium (Debian: apt-get install chromium)")
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	address := strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // a name, as sites have
	command := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--virtual-time-budget=3000", "--dump-dom", address+"/")
	command.WaitDelay = time.Second
	out, err := command.Output()
	if err != nil {
		t.Fatalf("running Chromium: %v", err)
	}
	return string(out)
}

// TestAdmittedInBrowser asks Chromium whether a script runs that the edited policies admit.
func TestAdmittedInBrowser(t *testing.T) {
	t.Parallel()
	policies := [][]string{
		{"script-src 'self'"},
		{"script-src https://cdn.example"},
		{"default-src https://cdn.example; frame-ancestors *"},
		{"script-src 'unsafe-inline' https://cdn.example"},
		{"script-src 'nonce-aGk='"},
		{"script-src 'nonce-aGk=' 'strict-dynamic'"},
		{"script-src 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' 'strict-dynamic'"},
		{"script-src 'nonce-aGk=' 'strict-dynamic'", "script-src 'nonce-b25l' 'strict-dynamic'"},
		{"script-src-elem 'none'; script-src-attr 'unsafe-inline'"},
		{"default-src 'strict-dynamic' 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' 'unsafe-inline', script-src cdn.example"},
		{"default-src 'none'"}, // no script runs, so none is let in
	}
	s := &framed{}
	for _, lines := range policies {
		s.pages = append(s.pages, func(host string) (http.Header, string) {
			file := File{Path: ownPath, SHA256: sha256.Sum256([]byte(ownScript))}
			edited, a := admit(lines, Gate{Host: host, Files: []File{file}})
			integrity := ""
			if a.Integrity {
				integrity = file.Integrity()
			}
			return http.Header{"Content-Security-Policy": edited},
				fmt.Sprintf(`<!doctype html><head><script src="%s" nonce="%s" integrity="%s"></script>`, ownPath, a.Nonce, html.EscapeString(integrity))
		})
	}
	got := show(t, s)
	for i, lines := range policies {
		want := lines[0] != "default-src 'none'"
		if ran := strings.Contains(got, fmt.Sprintf(`data-page%d="ran"`, i)); ran != want {
			t.Errorf("%q: the script ran: %t", lines, ran)
		}
	}
}

// limited is a page that does what pages do: inline, by eval, with WebAssembly, data: and blob: URLs, its own files, and a
// third party's.
const limited = `<!doctype html><style>p {color: rgb(1, 2, 3)}</style><p onclick="did('handler')">x</p>
<script>
function did(what) { parent.document.body.setAttribute("data-" + what, "done"); }
did("inline");
eval("did('eval')");
new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); did("wasm");
document.querySelector("p").click();
if (getComputedStyle(document.querySelector("p")).color == "rgb(1, 2, 3)") did("style");
var picture = new Image(); picture.onload = () => did("data"); picture.src = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
var worker = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))); worker.onmessage = () => did("worker");
fetch("/own").then(() => did("fetch"));
addEventListener("securitypolicyviolation", (e) => { did("violation-" + e.effectiveDirective); });
fetch("https://tracker.example/secret?id=1").catch(() => {});
new Image().src = "https://pixel.example/secret?id=1";
var tag = document.createElement("script"); tag.src = "https://cdn.example/t.js"; document.head.append(tag);
var late = document.createElement("script"); late.src = "https://late.example/t.js"; document.head.append(late);
</script>`

// TestLimitInBrowser asks Chromium what a page can still do, and what it reports.
func TestLimitInBrowser(t *testing.T) {
	t.Parallel()
	s := &framed{}
	s.pages = append(s.pages, func(host string) (http.Header, string) {
		policy, _ := NewLimit([]string{"cdn.example"}, nil).Header(host, false, "/reports")
		return http.Header{"Content-Security-Policy": {policy}}, limited
	})
	got := show(t, s)
	for _, what := range []string{"inline", "eval", "wasm", "handler", "style", "data", "worker", "fetch", "violation-connect-src", "violation-img-src", "violation-script-src-elem"} {
		if !strings.Contains(got, "data-"+what+`="done"`) {
			t.Errorf("there was no %s", what)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortFunc(s.reports, func(a, b Violation) int { return strings.Compare(a.Host, b.Host) })
	want := []Violation{{"late.example", "script-src-elem"}, {"pixel.example", "img-src"}, {"tracker.example", "connect-src"}}
	if diff := cmp.Diff(want, s.reports); diff != "" {
		t.Error(diff)
	}
}
