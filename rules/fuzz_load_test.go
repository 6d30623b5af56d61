package rules

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzLoad: whatever the text, loading ends, does not panic, and either makes a policy or says why not, in order, each
// problem on one line at a place within the text.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(readFile(f, "testdata/policies/full.yaml").Text)
	for _, file := range builtInFiles() {
		f.Add(file.Text)
	}
	archives, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != wanted {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, problems := Load(File{"fuzz.yaml", text})
		if (p == nil) != (len(problems.Errors()) > 0) {
			t.Fatalf("a policy came out: %t, with %s", p != nil, problems.Summary())
		}
		lines := strings.Split(string(text), "\n")
		for _, problem := range problems {
			if problem.At.File != "fuzz.yaml" || problem.At.Line < 1 || problem.At.Line > len(lines)+1 || problem.At.Column < 1 ||
				problem.What == "" || problem.Instead == "" || strings.ContainsAny(problem.String(), "\n\r") {
				t.Errorf("a problem at no place, or not on one line: %q", problem)
			}
		}
		if !slices.IsSortedFunc(problems, func(a, b Problem) int {
			if a.At.Before(b.At) {
				return -1
			}
			return 0
		}) {
			t.Errorf("problems out of order:\n%v", problems)
		}
		if p == nil {
			return
		}
		again, _ := Load(File{"fuzz.yaml", text})
		if again == nil || again.digest != p.digest {
			t.Error("the same text makes another policy")
		}
		d := p.Decide(Facts{Purpose: p.DefaultPurpose(), Country: "DE", Labels: p.Match(Exchange{"GET", "example.com", []string{"/v1/x"}})})
		if d.Permitted("").Allowed || d.Embed("").Allowed {
			t.Error("what has no name is permitted")
		}
	})
}
