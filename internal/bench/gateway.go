package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/bench/documents"
)

// gateway is one process under the scales.
type gateway struct {
	url     string
	process *exec.Cmd
	client  *http.Client
}

const caddyfile = `{
	admin off
	auto_https off
	persist_config off
	storage file_system %[1]s/storage
	log {
		level ERROR
	}
	%[2]s
}
http://127.0.0.1:%[3]d {
	%[4]s
}
`

// routes are what each side does. Caddy decodes what its transport has asked for by itself, so the one that decodes and
// encodes sends no wish of the client's; its level is the filter's.
const (
	privetRoute   = "privacy\n\treverse_proxy %s"
	plainRoute    = "reverse_proxy %s"
	recodingRoute = "encode {\n\t\tgzip 2\n\t}\n\treverse_proxy %s {\n\t\theader_up -Accept-Encoding\n\t}"
)

// start runs one side.
func (b *bench) start(name string, which side) (*gateway, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	global, route := "", plainRoute
	switch {
	case which == privet && !b.null:
		global, route = "privacy {\n\t\tpolicy privacy.yaml\n\t}", privetRoute
	case which == recoding:
		route = recodingRoute
	}
	config := fmt.Sprintf(caddyfile, dir, global, port, fmt.Sprintf(route, b.upstream.address()))
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "Caddyfile"), []byte(config), 0o600),
		os.WriteFile(filepath.Join(dir, "privacy.yaml"), []byte(documents.Policy()), 0o600),
	)
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(b.ctx, b.binary, "run", "--config", filepath.Join(dir, "Caddyfile")) //nolint:gosec // built from this tree
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	g := &gateway{url: fmt.Sprintf("http://127.0.0.1:%d", port), process: cmd, client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true}, Timeout: 5 * time.Minute,
	}}
	for range 100 {
		if _, err = g.get("/free/1k", false); err == nil {
			return g, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	g.stop()
	return nil, fmt.Errorf("the gateway did not answer: %w\n%s", err, said.String())
}

func (g *gateway) stop() {
	_ = g.process.Process.Kill() // it may have ended by itself
	_ = g.process.Wait()
}

var errStatus = errors.New("the answer is not 200")

// get fetches a document and throws it away.
func (g *gateway) get(path string, gzip bool) (int64, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, g.url+path, nil)
	if err != nil {
		return 0, err
	}
	if gzip {
		request.Header.Set("Accept-Encoding", "gzip")
	}
	response, err := g.client.Do(request)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, response.Body)
	err = errors.Join(err, response.Body.Close())
	if err == nil && response.StatusCode != http.StatusOK {
		err = errStatus
	}
	return n, err
}

var errStat = errors.New("the process's figures cannot be read")

// cpu is the CPU time of the process so far, user and system: the sum of its threads' (Linux tells it by the nanosecond,
// and Go ends no thread).
func (g *gateway) cpu() (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", g.process.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, errors.Join(errStat, err)
	}
	var sum time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(thread) //nolint:gosec // of our own process
		if err != nil {
			return 0, err
		}
		figure, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(figure, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// peak is the most memory that the process has held, in bytes.
func (g *gateway) peak() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64)
			return n << 10, err
		}
	}
	return 0, errStat
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // a TCP listener's
	return port, l.Close()
}
