package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/rules"
)

func write(tb testing.TB, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "choices.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestOf(t *testing.T) {
	t.Parallel()
	f, err := OpenFile(write(t, `# what people said
"42":
  grants: [analytics]
  refuses:
    - advertising
    - contact_list
  at: 2026-05-01T10:00:00+02:00
  restricted: 2026-06-01
  minor: true
010: {minor: false}
NO: {grants: []}
jürgen@example.com: {refuses: ["analytics"]}
silent:
`))
	if err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[string]Record{
		"42": {
			Grants: []string{"analytics"}, Refuses: []string{"advertising", "contact_list"}, Minor: true,
			At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), Restricted: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		},
		"010":                {},
		"NO":                 {Grants: []string{}},
		"jürgen@example.com": {Refuses: []string{"analytics"}},
		"silent":             {},
	} {
		got, ok, err := f.Of(context.Background(), subject)
		if err != nil || !ok {
			t.Fatalf("record %d: found %t, %v", len(subject), ok, err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(time.Time.Equal)); diff != "" {
			t.Errorf("the record differs: %s", diff)
		}
	}
	for _, subject := range []string{"", "8", "10", "no", "42 "} {
		if got, ok, err := f.Of(context.Background(), subject); ok || err != nil || got.Grants != nil {
			t.Errorf("%q: found %t, %v; want silence", subject, ok, err)
		}
	}
}

// Every case holds SECRET where a person's data would stand; no error may show it.
func TestParseProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":         {"SECRET:\n  grant: [SECRET]\n", "c.yaml:2:3: the key is not known; a record has grants, refuses, at, restricted and minor"},
		"unknown key is data": {"a: {SECRET: 1}\n", "c.yaml:1:5: the key is not known; a record has grants, refuses, at, restricted and minor"},
		"two problems": {
			"a:\n  minor: SECRET\n  at: SECRET\n",
			"c.yaml:2:10: this is neither yes nor no; write true or false\nc.yaml:3:7: this is no time; write 2026-05-01T10:00:00Z or 2026-05-01",
		},
		"not a list":           {"a: {grants: SECRET}\n", "c.yaml:1:13: this is not a list; write [id, id]"},
		"a list in a list":     {"a: {refuses: [[SECRET]]}\n", "c.yaml:1:15: a value is missing here; write a single value on the line"},
		"an item that is null": {"a: {refuses: [null]}\n", "c.yaml:1:15: a value is missing here; write a single value on the line"},
		"no restriction":       {"a:\n  restricted:\n", "c.yaml:2:14: a value is missing here; write a single value on the line"},
		"an empty time":        {"a: {restricted: ''}\n", "c.yaml:1:17: a value is missing here; write a single value on the line"},
		"a time without zone":  {"a: {at: 2026-05-01T10:00:00}\n", "c.yaml:1:9: this is no time; write 2026-05-01T10:00:00Z or 2026-05-01"},
		"subject twice":        {"SECRET: {}\nSECRET: {minor: true}\n", "c.yaml:2:1: a key is written twice in one map; keep one of the two"},
		"key twice":            {"a:\n  minor: false\n  minor: true\n", "c.yaml:3:3: a key is written twice in one map; keep one of the two"},
		"a list of subjects":   {"- SECRET\n", "c.yaml:1:1: the file is not a map; write key: value"},
		"a record is a word":   {"é: SECRET\n", "c.yaml:1:5: a subject's record is not a map; write key: value"},
		"an empty subject":     {`"": {minor: true}`, "c.yaml:1:1: a subject is empty; write the id of an account"},
		"an anchor":            {"a: &SECRET {minor: true}\nb: *SECRET\n", "c.yaml:1:4: anchors, aliases, tags and merge keys are not read; write the value where it is needed, in quotes if it begins with & * or !\nc.yaml:2:4: anchors, aliases, tags and merge keys are not read; write the value where it is needed, in quotes if it begins with & * or !"},
		"two documents":        {"a: {}\n---\nSECRET: {}\n", "c.yaml:3:7: a second document begins in the file; write one map of subjects"},
		"broken":               {"a: {minor: SECRET\n", "c.yaml:1:4: the file cannot be read as YAML; check its indentation, quotes and brackets"},
		"brackets in brackets": {"a: " + strings.Repeat("[", 50000), "c.yaml:1:12: maps and lists nest too deep; a subject has one map, with lists of ids in it"},
		"dashes after dashes":  {strings.Repeat("- ", 50000), "c.yaml:1:17: maps and lists nest too deep; a subject has one map, with lists of ids in it"},
		"too large":            {strings.Repeat("# SECRET\n", 1<<17), "c.yaml:1:1: the file is larger than 1 MiB; a file is for some thousand subjects; keep more of them in a store"},
		"not text":             {"SECRET: \xff\n", "c.yaml:1:1: the file is not text; write it in UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := parse("c.yaml", []byte(c.text))
			if got := problems.Error(); got != c.want {
				t.Errorf("problems are\n%s\nwant\n%s", got, c.want)
			}
			if strings.Contains(problems.Error(), "SECRET") {
				t.Error("a value is echoed")
			}
		})
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	path := write(t, "a: {grants: [analytics]}\n")
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("a: {grant: [analytics]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var problems rules.Problems
	if err := f.Reload(); !errors.As(err, &problems) || problems[0].At != (rules.Position{File: path, Line: 1, Column: 5}) {
		t.Errorf("a bad file reloads with %v", err)
	}
	if r, ok, _ := f.Of(context.Background(), "a"); !ok || len(r.Grants) != 1 {
		t.Error("a bad file changes what was read before")
	}
	if err := os.WriteFile(path, []byte("b: {refuses: [analytics]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := f.Of(context.Background(), "a"); ok {
		t.Error("what is gone from the file is still on record")
	}
	if r, ok, _ := f.Of(context.Background(), "b"); !ok || len(r.Refuses) != 1 {
		t.Error("what is new in the file is not on record")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Reload(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file reloads with %v", err)
	}
}

func TestNobodyKnows(t *testing.T) {
	t.Parallel()
	if _, err := OpenFile(filepath.Join(t.TempDir(), "missing.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file opens with %v", err)
	}
	if _, ok, err := new(File).Of(context.Background(), "a"); ok || err == nil {
		t.Error("a file that was never read answers")
	}
	f, err := OpenFile(write(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := f.Of(context.Background(), "a"); ok || err != nil {
		t.Errorf("an empty file answers %t, %v; want silence", ok, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := f.Of(gone, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that is gone is answered %v", err)
	}
}

func TestConcurrentReload(t *testing.T) {
	t.Parallel()
	f, err := OpenFile(write(t, "a: {grants: [analytics]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				if r, ok, err := f.Of(context.Background(), "a"); !ok || err != nil || len(r.Grants) != 1 {
					t.Error("a record is torn")
				}
			}
		})
		all.Go(func() {
			for range 20 {
				if err := f.Reload(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a: {grants: [b], minor: true}", "\"42\":\n  refuses:\n    - a\n  at: 2026-05-01\n", "a: &x {}\nb: *x", "? a\n: b", "- a", "{", "a: |\n  b", "%YAML 1.2\n---\na: {}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		records, problems := parse("c.yaml", []byte(text))
		lines := strings.Split(text, "\n")
		for _, p := range problems {
			if p.At.Line < 1 || p.At.Line > len(lines) || p.At.Column < 1 || p.At.Column > len(lines[p.At.Line-1])+1 {
				t.Fatalf("a problem stands at %d:%d of %d lines", p.At.Line, p.At.Column, len(lines))
			}
		}
		if _, ok := records[""]; ok && len(problems) == 0 {
			t.Fatal("nobody has a record")
		}
	})
}

func BenchmarkOf(b *testing.B) {
	f, err := OpenFile(write(b, "a: {grants: [analytics]}\n"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := f.Of(context.Background(), "a"); !ok || err != nil {
			b.Fatal(err)
		}
	}
}
