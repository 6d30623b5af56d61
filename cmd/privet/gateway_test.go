package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds whatever a test waits for.
const patience = 30 * time.Second

// gateway is the real command, run beside the test in a folder of its own: a copy of the root Caddyfile and of the
// examples, on ports of its own.
type gateway struct {
	dir     string // the copy of the project's root
	site    string // http://127.0.0.1:port of the gateway
	admin   string
	backend string
	ports   *strings.Replacer // from the Caddyfile's ports to ours
	env     []string
	process *exec.Cmd
	ended   chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

// option changes the folder or the environment before the start.
type option func(*testing.T, *gateway)

// withEnv adds variables to the environment.
func withEnv(variables ...string) option {
	return func(_ *testing.T, g *gateway) { g.env = append(g.env, variables...) }
}

// withCaddyfile replaces the root Caddyfile. It names the ports as that does: 8080, 8081 and 2019.
func withCaddyfile(text string) option {
	return func(t *testing.T, g *gateway) {
		t.Helper()
		g.write(t, "Caddyfile", g.ports.Replace(text))
	}
}

// withFile puts a file into the folder.
func withFile(name, text string) option {
	return func(t *testing.T, g *gateway) {
		t.Helper()
		g.write(t, name, text)
	}
}

// start runs the gateway until the test ends.
func start(t *testing.T, options ...option) *gateway {
	t.Helper()
	g := prepare(t, options...)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	g.process = exec.CommandContext(ctx, "privet", "run")
	g.process.Dir, g.process.Env = g.dir, g.env
	g.process.Stdout, g.process.Stderr = g, g
	if err := g.process.Start(); err != nil {
		cancel()
		t.Fatalf("starting the gateway: %v", err)
	}
	g.ended = make(chan struct{})
	go func() { defer close(g.ended); _ = g.process.Wait() }()
	t.Cleanup(func() {
		g.stop()
		cancel()
		// The race detector tells the process that raced, which is not the test's own.
		if _, report, raced := strings.Cut(g.output(), "WARNING: DATA RACE"); raced {
			t.Errorf("the gateway raced:%s", report)
		}
	})
	eventually(t, "the gateway answers", func() error {
		select {
		case <-g.ended:
			t.Fatalf("the gateway ended:\n%s", g.output())
		default:
		}
		_, err := g.get(g.admin + "/config/apps/http")
		return err
	})
	return g
}

// prepare makes the folder.
func prepare(t *testing.T, options ...option) *gateway {
	t.Helper()
	g := &gateway{dir: t.TempDir()}
	site, backend, admin := freePort(t), freePort(t), freePort(t)
	g.site, g.backend, g.admin = "http://127.0.0.1:"+site, "http://127.0.0.1:"+backend, "http://127.0.0.1:"+admin
	g.ports = strings.NewReplacer(
		"localhost:8080", "127.0.0.1:"+site, "localhost:8081", "127.0.0.1:"+backend, "localhost:2019", "127.0.0.1:"+admin,
		":8080", ":"+site, ":8081", ":"+backend, ":2019", ":"+admin,
	)
	state := t.TempDir() // Caddy's storage and its autosaved configuration
	g.env = append(os.Environ(), "XDG_DATA_HOME="+state, "XDG_CONFIG_HOME="+state, "HOME="+state)
	root := projectRoot(t)
	if err := os.CopyFS(filepath.Join(g.dir, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Caddyfile", "examples/communications/upstream.caddyfile"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		g.write(t, name, g.ports.Replace(string(text)))
	}
	for _, o := range options {
		o(t, g)
	}
	return g
}

// stop ends the process by its own id, kindly first.
func (g *gateway) stop() {
	_ = g.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-g.ended:
	case <-time.After(10 * time.Second):
		_ = g.process.Process.Kill()
		<-g.ended
	}
}

// Write collects what the process prints.
func (g *gateway) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

func (g *gateway) output() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

func (g *gateway) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(g.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// write replaces a file as editors do: whole, by renaming.
func (g *gateway) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// edit replaces one text by another, which must be there.
func (g *gateway) edit(t *testing.T, name, from, to string) {
	t.Helper()
	text := g.read(t, name)
	if strings.Count(text, from) != 1 {
		t.Fatalf("%s holds %q %d times", name, from, strings.Count(text, from))
	}
	g.write(t, name, strings.Replace(text, from, to, 1))
}

// reply is an answer that has been read whole.
type reply struct {
	status int
	header http.Header
	body   string
}

// client keeps no cookies and follows nothing.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func send(r *http.Request) (reply, error) {
	response, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body)}, err
}

func (g *gateway) get(url string, header ...string) (reply, error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return reply{}, err
	}
	return send(with(r, header...))
}

// with sets header fields, given as name, value, name, value.
func with(r *http.Request, header ...string) *http.Request {
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

// must sends a request to the site and fails the test unless it is answered with the status.
func (g *gateway) must(t *testing.T, status int, path string, header ...string) reply {
	t.Helper()
	a, err := g.get(g.site+path, header...)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	if a.status != status {
		t.Fatalf("GET %s: status %d, want %d; body %s", path, a.status, status, a.body)
	}
	return a
}

// post sends a body to the site.
func (g *gateway) post(t *testing.T, path, contentType, body string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, g.site+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	a, err := send(with(r, append(header, "Content-Type", contentType)...))
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return a
}

// metric is the value of one series, written as /metrics writes it, or "" where there is none.
func (g *gateway) metric(t *testing.T, series string) string {
	t.Helper()
	a, err := g.get(g.admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(a.body) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// eventually tries until it works.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s: %v", patience, what, err)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// taken are the ports given out, so that no two gateways get the same.
var taken sync.Map

// freePort is below the ports that systems give to outgoing connections, of which there are many while tests run: one of
// those could take the port before the gateway does.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20_000 + rand.IntN(12_000))
		if _, given := taken.LoadOrStore(port, true); given {
			continue
		}
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

func projectRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}
