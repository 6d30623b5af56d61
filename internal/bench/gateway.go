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
	reverse_proxy %[5]s
}
`

// start runs the gateway with the directive, or the same one without it.
func (b *bench) start(name string, directive bool) (*gateway, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	global, route := "", ""
	if directive {
		global, route = "privacy {\n\t\tpolicy privacy.yaml\n\t}", "privacy"
	}
	config := fmt.Sprintf(caddyfile, dir, global, port, route, b.upstream.address())
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "Caddyfile"), []byte(config), 0o600),
		os.WriteFile(filepath.Join(dir, "privacy.yaml"), []byte(policy), 0o600),
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
		if _, err = g.get("/free/1k"); err == nil {
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
func (g *gateway) get(path string) (int64, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, g.url+path, nil)
	if err != nil {
		return 0, err
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

// tick is the unit of a process's CPU time on Linux (USER_HZ).
const tick = 10 * time.Millisecond

var errStat = errors.New("the process's figures cannot be read")

// cpu is the CPU time of the process so far, user and system.
func (g *gateway) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", g.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, ok := bytes.Cut(text, []byte(") "))
	fields := strings.Fields(string(rest))
	if !ok || len(fields) < 13 {
		return 0, errStat
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
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
