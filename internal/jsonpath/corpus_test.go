package jsonpath

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func corpus(t *testing.T, elements ...string) string {
	t.Helper()
	root := os.Getenv("PRIVET_CORPUS")
	if root == "" {
		t.Skip("PRIVET_CORPUS is not set: it names the folder of third-party test data")
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

func readCorpus(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(file, ".gz") {
		return text
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if text, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return text
}

// TestCompliance runs the compliance test suite of RFC 9535. A place that a query selects twice is visited once.
func TestCompliance(t *testing.T) {
	t.Parallel()
	var suite struct {
		Tests []struct {
			Name     string          `json:"name"`
			Selector string          `json:"selector"`
			Document json.RawMessage `json:"document"`
			Invalid  bool            `json:"invalid_selector"`
			Paths    []string        `json:"result_paths"`
			Orders   [][]string      `json:"results_paths"` // where several orders are right
		} `json:"tests"`
	}
	if err := json.Unmarshal(readCorpus(t, corpus(t, "jsonpath", "cts.json")), &suite); err != nil {
		t.Fatal(err)
	}
	for _, test := range suite.Tests {
		t.Run(test.Name, func(t *testing.T) {
			p, err := Parse(test.Selector)
			var syntax *SyntaxError
			switch {
			case errors.As(err, &syntax):
				if !test.Invalid {
					t.Fatal(err)
				}
				if syntax.Offset < 0 || syntax.Offset > len(test.Selector) || !strings.Contains(syntax.Msg, "; ") {
					t.Fatalf("error without its place or remedy: %v", err)
				}
				return
			case err != nil:
				t.Fatalf("error of no known kind: %v", err)
			case test.Invalid:
				t.Fatal("invalid query was read")
			}
			if len(test.Orders) > 0 {
				test.Paths = test.Orders[0]
			}
			checkSelection(t, p, test.Document, test.Paths)
			again, err := Parse(p.Normalized())
			if err != nil || again.Normalized() != p.Normalized() {
				t.Fatalf("%s comes back as %s, %v", p.Normalized(), again.Normalized(), err)
			}
			checkSelection(t, again, test.Document, test.Paths)
		})
	}
}

func checkSelection(t *testing.T, p Path, doc []byte, want []string) {
	t.Helper()
	locations := map[int64]string{}
	var walk func(*node)
	walk = func(n *node) {
		locations[int64(n.start)] = n.location
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(parseTree(doc))
	want = slices.Compact(slices.Sorted(slices.Values(want)))
	ways := splits(t, len(doc))
	for n := range doc {
		ways[fmt.Sprintf("in two at %d", n)] = []int{n, len(doc) - n}
	}
	set := Compile([]Path{p})
	for name, way := range ways {
		var got []string
		seen := visits(func(p Place) { got = append(got, locations[p.Offset]) })
		out, err := run(set, seen, doc, way)
		if err != nil || !bytes.Equal(out, doc) {
			t.Fatalf("%s: changed, or %v", name, err)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %q selects %q, want %q", name, p, got, want)
		}
	}
}

// visits is a Visitor that keeps everything.
type visits func(Place)

func (v visits) Visit(p Place) Verdict {
	v(p)
	return Verdict{Do: Descend}
}
func (visits) Held(Place, []byte) Verdict { return Verdict{} }
func (visits) Leave(Place)                {}

// TestSuite runs JSONTestSuite: y files pass unchanged, n files are refused, i files may do either.
func TestSuite(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(corpus(t, "json", "jsontestsuite*", "*.json"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	sets := map[string]*Set{
		"none": Compile(nil), "absent": compile(t, "$.absent.too"), "deep": compile(t, "$..absent"),
		"all": compile(t, "$..*"), "end": compile(t, "$..[-1]"),
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := readCorpus(t, file)
			for paths, set := range sets {
				for split, way := range splits(t, len(doc)) {
					out, err := run(set, keeper{}, doc, way)
					checkSuite(t, name, doc, out, err)
					if t.Failed() {
						t.Fatalf("paths %s, split %s", paths, split)
					}
				}
			}
		})
	}
}

func checkSuite(t *testing.T, name string, doc, out []byte, err error) {
	t.Helper()
	var refused *Error
	if err != nil && !errors.As(err, &refused) {
		t.Errorf("error %v, want *Error", err)
	}
	switch {
	case len(doc) == 0:
		if refused == nil || refused.Kind != Truncated {
			t.Errorf("empty document: %v, want truncated", err)
		}
	case strings.HasPrefix(name, "y_") && err != nil:
		t.Errorf("valid document refused: %v", err)
	case strings.HasPrefix(name, "n_") && err == nil:
		t.Error("invalid document passed")
	}
	if err == nil && !bytes.Equal(out, doc) {
		t.Error("document changed")
	}
}

// TestPayloads passes real documents unchanged, and edits them as the reference does.
func TestPayloads(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(corpus(t, "json", "payloads", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	queries := [][]string{
		{},
		{"$.absent"},
		{"$..*"},
		{"$..id", "$..name", "$[*].email", "$..[0]"},
		{"$..[-1]", "$..url", "$[::2]"},
		{"$.*.*", "$.features[*].geometry", "$..lat", "$..lng", "$..coordinates[0][1]"},
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			doc := readCorpus(t, file)
			if !json.Valid(doc) {
				t.Skip("not one JSON document")
			}
			for _, qs := range queries {
				large := len(doc) > 1<<20
				if large && slices.Contains(qs, "$..[-1]") {
					continue // over the default limit of a held array
				}
				var paths []Path
				for _, q := range qs {
					p, err := Parse(q)
					if err != nil {
						t.Fatal(err)
					}
					paths = append(paths, p)
				}
				for split, way := range splits(t, len(doc)) {
					if out, err := run(Compile(paths), keeper{}, doc, way); err != nil || !bytes.Equal(out, doc) {
						t.Fatalf("%s: changed, or %v", split, err)
					}
				}
				if !large {
					checkEdits(t, paths, doc, []Do{Remove, Replace, Hold, Descend, Descend})
				}
			}
		})
	}
}
