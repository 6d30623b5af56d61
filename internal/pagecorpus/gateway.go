package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gateway is the process under test.
type gateway struct {
	url     string
	client  *http.Client
	process *exec.Cmd // nil where it runs already
	dir     string
	said    bytes.Buffer
}

const caddyfile = `{
	admin off
	auto_https off
	persist_config off
	storage file_system %[1]s/storage
	log {
		level ERROR
	}
	privacy {
		policy privacy.yaml
	}
}
http://:%[2]d {
	bind 127.0.0.1
	privacy
	reverse_proxy %[3]s
}
`

// setting is what a gateway works on.
type setting struct{ upstream, policy string }

// open starts a gateway in front of the origin, or takes the one that runs.
func open(ctx context.Context, o options, in setting) (*gateway, error) {
	g := &gateway{url: strings.TrimSuffix(o.url, "/"), client: &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if o.url != "" {
		return g, nil
	}
	var err error
	if g.dir, err = os.MkdirTemp("", "privet-pagecorpus-"); err != nil {
		return nil, err
	}
	if err = g.start(ctx, o.binary, in); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

func (g *gateway) start(ctx context.Context, binary string, in setting) (err error) {
	if binary == "" {
		if binary, err = build(ctx, g.dir); err != nil {
			return fmt.Errorf("building the gateway: %w", err)
		}
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	name := filepath.Join(g.dir, "Caddyfile")
	if err := os.WriteFile(name, fmt.Appendf(nil, caddyfile, g.dir, port, in.upstream), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(g.dir, "privacy.yaml"), []byte(in.policy), 0o600); err != nil {
		return err
	}
	g.process = exec.CommandContext(ctx, binary, "run", "--config", name) //nolint:gosec // built from this tree, or named by who runs us
	g.process.Stderr = &g.said
	if err := g.process.Start(); err != nil {
		g.process = nil
		return err
	}
	g.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 200 {
		if err = g.ping(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the gateway did not answer: %w", err)
}

func (g *gateway) ping(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+"/", nil)
	if err != nil {
		return err
	}
	response, err := g.client.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// close ends the process, and shows what it wrote to its log.
func (g *gateway) close() {
	if g.process != nil {
		_ = g.process.Process.Kill() // it may have ended by itself
		_ = g.process.Wait()
		if said := bytes.TrimSpace(g.said.Bytes()); len(said) > 0 {
			fmt.Fprintf(os.Stderr, "the gateway said:\n%s\n", said[:min(len(said), 4000)])
		}
	}
	if g.dir != "" {
		_ = os.RemoveAll(g.dir) // a folder of our own among the temporary ones
	}
}

func build(ctx context.Context, dir string) (string, error) {
	name := filepath.Join(dir, "privet")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", name, "./cmd/privet") //nolint:gosec // our own command
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return name, cmd.Run()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // a TCP listener's
	return port, l.Close()
}
