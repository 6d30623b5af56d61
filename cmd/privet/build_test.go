package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// generated is the program that `xcaddy build --with github.com/privet-gateway/privet` writes.
const generated = `package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	_ "github.com/privet-gateway/privet"
)

func main() { caddycmd.Main() }
`

// A Caddy that somebody else builds with this plugin has all of it. The module is another one, so that nothing of ours
// is found by standing beside it.
func TestBuiltAsPlugin(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links a Caddy of its own, which takes a quarter of a minute")
	}
	root, dir := projectRoot(t), t.TempDir()
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	requirements := strings.Replace(string(module), "module github.com/privet-gateway/privet", "module caddy", 1) +
		"\nrequire github.com/privet-gateway/privet v0.0.0\nreplace github.com/privet-gateway/privet => " + root + "\n"
	for name, text := range map[string]string{"go.mod": requirements, "go.sum": string(sums), "main.go": generated} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Minute)
	defer cancel()
	run := func(name string, args ...string) string {
		t.Helper()
		command := exec.CommandContext(ctx, name, args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "HOME="+os.Getenv("HOME"))
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		if err := command.Run(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out.String())
		}
		return out.String()
	}
	build := []string{"build", "-o", "caddy"}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "-race" && setting.Value == "true" {
				build = append(build, "-race") // what is compiled already need not be compiled again
			}
		}
	}
	run("go", append(build, ".")...)
	caddy := filepath.Join(dir, "caddy")
	modules := run(caddy, "list-modules")
	for _, id := range []string{
		"privacy", "http.handlers.privacy", "http.matchers.privacy_origin", "http.matchers.privacy_consent",
		"http.matchers.privacy_transfer", "admin.api.privacy",
	} {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(id) + `$`).MatchString(modules) {
			t.Errorf("the module %s is missing", id)
		}
	}
	if out := run(caddy, "privacy", "catalog"); !strings.Contains(out, "strictly_necessary") {
		t.Errorf("the command privacy says\n%s", out)
	}
}
