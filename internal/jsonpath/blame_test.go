package jsonpath

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestErrorPaths names the paths for which a value had to be held.
func TestErrorPaths(t *testing.T) {
	t.Parallel()
	long := `"` + strings.Repeat("x", 50) + `"`
	tests := []struct {
		doc   string
		paths []int
	}{
		{`{"a":` + long + `}`, []int{0, 2}},
		{`{"m":[` + long + `]}`, []int{3}},
		{`{"f":[[` + long + `]]}`, []int{4, 5}},
		{`{"f":[` + strings.Repeat(long+",", 9) + `1]}`, nil},
		{`{"z":1` + strings.Repeat(" ", 80) + `,` + strings.Repeat(" ", 80) + `"a":1}`, nil},
	}
	queries := []string{"$.a", "$.b", "$['a','b']", "$.m[-1]", "$.f[?@.x]", "$.f[?@.y,?@.z].a", "$.f.g"}
	for _, test := range tests {
		for split, way := range splits(t, len(test.doc)) {
			_, err := feed(NewEditor(compile(t, queries...), &heldAs{Descend}, Limits{Held: 40, Token: 60}), []byte(test.doc), way)
			var refused *Error
			if errors.As(err, &refused) != (test.paths != nil || strings.Contains(test.doc, "z")) {
				t.Fatalf("%s: %v", test.doc, err)
			}
			if refused != nil && (refused.Kind != TooLarge || !slices.Equal(refused.Paths, test.paths)) {
				t.Errorf("%s, %s: %v, paths %v, want %v", test.doc, split, err, refused.Paths, test.paths)
			}
		}
	}
	_, err := feed(NewEditor(compile(t, "$.a", "$.b[?@.x>$.y]"), keeper{}, Limits{Held: 40}), []byte(`{"a":`+long+`}`), []int{57})
	var refused *Error
	if !errors.As(err, &refused) || !slices.Equal(refused.Paths, []int{1}) {
		t.Errorf("root: %v, %v", err, refused.Paths)
	}
}
