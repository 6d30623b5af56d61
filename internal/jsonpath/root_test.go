package jsonpath

import (
	"fmt"
	"slices"
	"testing"
)

// asked notes places and descends.
type asked struct{ places []string }

func (a *asked) Visit(p Place) Verdict {
	a.places = append(a.places, fmt.Sprintf("%d%v%s", p.Offset, p.Paths, p.Name))
	return Verdict{Do: Descend}
}

func (a *asked) Held(Place, []byte) Verdict { return Verdict{} }
func (a *asked) Leave(Place)                {}

func TestValueReadAsRoot(t *testing.T) {
	t.Parallel()
	var paths []Path
	for _, query := range []string{"$.a.b", "$.b", "$..b", "$", "$.a"} {
		path, err := Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	for begin, want := range map[string][]string{
		`{"a":`:         {"0[3]", "5[3 4]a", "10[0 1 2]b"},
		`{"c":`:         {"0[3]", "5[3]", "10[1 2]b"},
		`{"b":1, "c" :`: {"0[3]", "5[1 2]b", "13[3]", "18[1 2]b"},
	} {
		var got asked
		e := NewEditor(Compile(paths), &got, Limits{})
		for i := range begin {
			if _, err := e.Feed([]byte(begin[i : i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if !e.Root() {
			t.Errorf("%s: no", begin)
		}
		for _, piece := range []string{`{"b":`, `1}`, `,"d":{"c":2}}`} {
			if _, err := e.Feed([]byte(piece)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.places, want) {
			t.Errorf("%s: asked about %q, want %q", begin, got.places, want)
		}
	}
	for _, begin := range []string{"", "{", `{"a"`, `{"a":1`, "[", "1 "} {
		e := NewEditor(Compile(paths), &asked{}, Limits{})
		if _, err := e.Feed([]byte(begin)); err != nil {
			t.Fatal(err)
		}
		if e.Root() {
			t.Errorf("%s: yes", begin)
		}
	}
}
