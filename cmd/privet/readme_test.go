package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// block is a shell block of a page, and what its output must hold.
type block struct {
	line   int
	text   string
	expect []string
	lack   []string
}

// blocks finds the ```sh blocks of a page. One behind <!-- test:skip --> is for the reader alone. A comment "# → text"
// in a block says what its output holds, "# ↛ text" what it does not.
func blocks(page string) []block {
	var found []block
	var current *block
	skip, within := false, false
	for i, line := range strings.Split(page, "\n") {
		text := strings.TrimSpace(line)
		switch {
		case within && text == "```":
			if current != nil {
				found = append(found, *current)
			}
			current, within = nil, false
		case within:
			if current == nil {
				continue
			}
			current.text += line + "\n"
			if want, ok := strings.CutPrefix(text, "# → "); ok {
				current.expect = append(current.expect, want)
			}
			if unwanted, ok := strings.CutPrefix(text, "# ↛ "); ok {
				current.lack = append(current.lack, unwanted)
			}
		case strings.HasPrefix(text, "```"):
			within = true
			if text == "```sh" && !skip {
				current = &block{line: i + 1}
			}
			skip = false
		case text == "<!-- test:skip -->":
			skip = true
		case text != "":
			skip = false
		}
	}
	return found
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	page := "text\n```sh\na\n# → one\n# ↛ two\nb # → no\n```\n<!-- test:skip -->\n\n```sh\nskipped\n```\n```yaml\nsh: no\n```\n```sh\nc\n```\n"
	got := blocks(page)
	if len(got) != 2 || got[0].line != 2 || got[1].text != "c\n" || len(got[0].expect) != 1 || got[0].expect[0] != "one" || len(got[0].lack) != 1 || got[0].lack[0] != "two" {
		t.Errorf("found %+v", got)
	}
}

// What the pages tell a reader to type works.
func TestPages(t *testing.T) {
	t.Parallel()
	root := projectRoot(t)
	pages, err := filepath.Glob(filepath.Join(root, "examples", "*", "README.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no page was found: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "README.md")); err == nil {
		pages = append(pages, filepath.Join(root, "README.md"))
	}
	g := start(t)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(root, page)
		for _, b := range blocks(string(text)) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			shell := exec.CommandContext(ctx, "sh", "-eu", "-c", g.ports.Replace(strings.ReplaceAll(b.text, "go run ./cmd/privet", "privet")))
			shell.Dir, shell.Env = g.dir, g.env
			out, err := shell.CombinedOutput()
			cancel()
			if err != nil {
				t.Errorf("%s:%d: %v\n%s", name, b.line, err, out)
			}
			for _, want := range b.expect {
				if !strings.Contains(string(out), want) {
					t.Errorf("%s:%d: the output lacks %q:\n%s", name, b.line, want, out)
				}
			}
			for _, unwanted := range b.lack {
				if strings.Contains(string(out), unwanted) {
					t.Errorf("%s:%d: the output holds %q:\n%s", name, b.line, unwanted, out)
				}
			}
		}
	}
}
