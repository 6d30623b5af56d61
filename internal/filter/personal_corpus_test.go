package filter

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// corpusFile names a file of the third-party test data.
func corpusFile(t *testing.T, elements ...string) string {
	t.Helper()
	root := os.Getenv("PRIVET_CORPUS")
	if root == "" {
		t.Skip("PRIVET_CORPUS is not set: it names the folder of third-party test data")
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

// TestPersonalDataCorpus labels what the makers of an API mark as personal in examples of its answers: none of it is left,
// and everything else is as it was.
func TestPersonalDataCorpus(t *testing.T) {
	t.Parallel()
	file, err := os.Open(corpusFile(t, "json", "twilio-pii.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	documents, places := 0, 0
	for lines.Scan() {
		var row struct {
			Personal []struct {
				Path string `json:"path"`
			} `json:"pii"`
			Body json.RawMessage `json:"body"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		documents++
		var want any
		if err := json.Unmarshal(row.Body, &want); err != nil {
			t.Fatal(err)
		}
		var pointers, paths []string
		for _, p := range row.Personal {
			pointers, paths = append(pointers, p.Path), append(paths, queryOfPointer(p.Path))
		}
		slices.Sort(pointers) // by index ascending, so that the last goes first
		for _, pointer := range slices.Backward(pointers) {
			want = without(want, strings.Split(pointer, "/")[1:])
			places++
		}
		removesExactly(t, row.Body, want, paths)
	}
	if documents < 900 || places < 900 {
		t.Errorf("%d places in %d documents: the corpus has more", places, documents)
	}
}

// TestOpenAPIExamplesCorpus removes every member by its name, one after the other, from the examples of API descriptions.
func TestOpenAPIExamplesCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(corpusFile(t, "json", "nexmo-openapi"), "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no descriptions: %v", err)
	}
	examples := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var description any
		if err := yaml.Unmarshal(text, &description); err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		eachExample(jsonOf(description), func(example any) {
			examples++
			body, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			names := map[string]bool{}
			namesIn(example, names)
			for _, name := range slices.Sorted(maps.Keys(names)) {
				removesExactly(t, body, withoutName(example, name), []string{"$..[" + quotedName(name) + "]"})
			}
		})
	}
	if examples < 20 {
		t.Errorf("%d examples: the corpus has more", examples)
	}
}

// removesExactly filters a document with labels that remove, whole and in pieces, and compares the values left.
func removesExactly(t *testing.T, body []byte, want any, paths []string) {
	t.Helper()
	var policy strings.Builder
	policy.WriteString("categories: {secret: {}}\nendpoints:\n  GET /x:\n    response:\n")
	for _, path := range paths {
		fmt.Fprintf(&policy, "      %q: secret\n", path)
	}
	x := newExchange(t, policy.String(), "GET /x")
	want = roundTrip(t, want)
	for _, chunks := range splits(string(body), 11) {
		got := x.response(t, chunks...)
		if got.refusal != nil {
			t.Fatalf("refused: %v", got.refusal)
		}
		var left any
		if err := json.Unmarshal([]byte(got.out), &left); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(left, want) {
			t.Fatalf("with %d labels, another document was left than without their members", len(paths))
		}
	}
}

func roundTrip(t *testing.T, value any) (out any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// queryOfPointer is the JSONPath of a JSON pointer (RFC 6901).
func queryOfPointer(pointer string) string {
	path := "$"
	for _, token := range strings.Split(pointer, "/")[1:] {
		if _, err := strconv.Atoi(token); err == nil {
			path += "[" + token + "]"
			continue
		}
		path += "[" + quotedName(strings.NewReplacer("~1", "/", "~0", "~").Replace(token)) + "]"
	}
	return path
}

func quotedName(name string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "'"
}

// without leaves out the place that the tokens of a pointer lead to.
func without(value any, tokens []string) any {
	switch value := value.(type) {
	case map[string]any:
		if len(tokens) == 1 {
			delete(value, tokens[0])
		} else if inner, ok := value[tokens[0]]; ok {
			value[tokens[0]] = without(inner, tokens[1:])
		}
	case []any:
		n, err := strconv.Atoi(tokens[0])
		if err != nil || n >= len(value) {
			return value
		}
		if len(tokens) == 1 {
			return slices.Delete(value, n, n+1)
		}
		value[n] = without(value[n], tokens[1:])
	}
	return value
}

func withoutName(value any, name string) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, inner := range value {
			if key != name {
				out[key] = withoutName(inner, name)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, inner := range value {
			out = append(out, withoutName(inner, name))
		}
		return out
	default:
		return value
	}
}

func namesIn(value any, names map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			names[name] = true
			namesIn(inner, names)
		}
	case []any:
		for _, inner := range value {
			namesIn(inner, names)
		}
	}
}

// eachExample finds the examples of a description that are documents.
func eachExample(node any, see func(any)) {
	switch node := node.(type) {
	case map[string]any:
		for key, inner := range node {
			switch inner.(type) {
			case map[string]any, []any:
				if key == "example" || key == "value" {
					see(inner)
					continue
				}
			}
			eachExample(inner, see)
		}
	case []any:
		for _, inner := range node {
			eachExample(inner, see)
		}
	}
}

// jsonOf makes what YAML gives into what JSON gives.
func jsonOf(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = jsonOf(inner)
		}
		return value
	case []any:
		for i, inner := range value {
			value[i] = jsonOf(inner)
		}
		return value
	case string, bool, nil, float64, int, int64, uint64:
		return value
	default:
		return fmt.Sprint(value)
	}
}
