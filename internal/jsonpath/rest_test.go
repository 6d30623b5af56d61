package jsonpath

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// namer removes what nothing names and keeps what is named or leads to it.
type namer struct {
	rest int
	trace
}

type trace []string

func (n *namer) Visit(p Place) Verdict {
	n.trace = append(n.trace, fmt.Sprint(p.Offset, p.Paths))
	if p.Paths[len(p.Paths)-1] == n.rest {
		return Verdict{}
	}
	return Verdict{Do: Descend}
}
func (*namer) Held(Place, []byte) Verdict { return Verdict{} }
func (*namer) Leave(Place)                {}

// TestAllowed lets out only what is named.
func TestAllowed(t *testing.T) {
	t.Parallel()
	const doc = `{"a":{"b":1,"c":[2,{"d":3}]},"e":[{"f":4,"g":5},{"f":6},7],"h":"x"}`
	tests := []struct {
		queries string
		naming  int
		want    string
	}{
		{"$", 1, doc},
		{"$.none", 1, `{}`},
		{"$.a.b", 1, `{"a":{"b":1}}`},
		{"$.a", 1, `{"a":{"b":1,"c":[2,{"d":3}]}}`},
		{"$.e[*].f $.h", 2, `{"e":[{"f":4},{"f":6}],"h":"x"}`},
		{"$.e[-1] $.a.c[0]", 2, `{"a":{"c":[2]},"e":[7]}`},
		{"$.e[?@.g].f", 1, `{"e":[{"f":4}]}`},
		{"$.e[?@.g] $.a.c", 2, `{"a":{"c":[2,{"d":3}]},"e":[{"f":4,"g":5}]}`},
		{"$..f", 1, `{"a":{"c":[{}]},"e":[{"f":4},{"f":6}]}`},
		{"$.e[*].f $.e[*]", 1, `{"e":[{"f":4},{"f":6}]}`}, // an element of each
		{"$.e[*]", 0, `{"e":[]}`},
		{"$.a[0] $.e.f", 2, `{}`}, // no path leads into an object by index, or an array by name
		{"$.h.x", 1, `{}`},
	}
	for _, test := range tests {
		paths := compile(t, strings.Fields(test.queries)...).paths
		set := CompileStrict(paths, test.naming)
		var want trace
		for split, way := range splits(t, len(doc)) {
			n := &namer{rest: len(paths)}
			out, err := run(set, n, []byte(doc), way)
			if err != nil || string(out) != test.want {
				t.Errorf("%s, %s: %s, %v; want %s", test.queries, split, out, err, test.want)
			}
			if want != nil && !slices.Equal(n.trace, want) {
				t.Errorf("%s, %s: %v, else %v", test.queries, split, n.trace, want)
			}
			want = n.trace
		}
	}
}

// rest adds to the selections of a tree what a strict set selects besides.
func rest(found map[*node][]int, n *node, paths []Path, naming int) {
	if slices.ContainsFunc(found[n], func(path int) bool { return path < naming }) {
		return
	}
	number := len(paths)
	for _, p := range paths {
		if p.text != "" && n.reached(p.segments) {
			number = len(paths) + 1
		}
	}
	found[n] = append(found[n], number)
	for _, c := range n.children {
		rest(found, c, paths, naming)
	}
}

// reached reports whether the segments may select something inside the node, by what they select on the way to it.
func (n *node) reached(segments []segment) bool {
	x := examiner{doc: n.doc, root: n.top}
	for k, s := range segments {
		object, array := s.reaches()
		if on := x.walk(segments[:k], n.top); (n.object && object || n.array && array) && (slices.Contains(on, n) || s.descendant && slices.ContainsFunc(on, n.within)) {
			return true
		}
	}
	return false
}

// within reports whether the node lies in another.
func (n *node) within(other *node) bool { return other.start < n.start && n.end <= other.end }

// TestRest compares with the reference, and sees that nothing is selected in a place that leads nowhere.
func TestRest(t *testing.T) {
	t.Parallel()
	docs := []string{
		`{"a":{"a":{"a":[1,{"a":2}]}},"b":[[1,2,3],[4,5],[],[{"b":[6]}]],"c":null}`,
		"\t[ 1 , -0.5e+10 , [ ] , { } , \"\\ud83d\\ude00\" , [ [ [ 7 , 8 ] ] ] ]\n", `"a"`, `{}`, `[]`,
		`{"a":1,"\u0061\u0062":2,"` + strings.Repeat("long", 40) + `":{"b":[{"a":{}}]}}`,
	}
	sets := [][]string{
		nil, {"$"}, {"$..a"}, {"$.a", "$.b[*][0]"}, {"$..[-1]", "$.b"}, {"$..b[?@[0]]", "$.a.a.a[1]", "$.b[*]"}, {"$[?@.a.a]", "$..*"}, {"$.*[?$.c==null]", "$..b[0]"},
	}
	for _, doc := range docs {
		for _, queries := range sets {
			for naming := range len(queries) + 1 {
				checkRest(t, compile(t, queries...).paths, naming, doc)
			}
		}
	}
}

func checkRest(t *testing.T, paths []Path, naming int, doc string) {
	t.Helper()
	root := parseTree([]byte(doc))
	found := selections(paths, root)
	selected := map[int64]bool{}
	for n := range found {
		selected[int64(n.start)] = true
	}
	rest(found, root, paths, naming)
	set := CompileStrict(paths, naming)
	_, err := run(set, visits(func(p Place) {
		end := int64(valueEnd([]byte(doc), int(p.Offset)))
		for offset := range selected {
			if p.Paths[len(p.Paths)-1] == len(paths) && offset > p.Offset && offset < end {
				t.Fatalf("%v on %s: %d leads nowhere, and %d is selected", paths, doc, p.Offset, offset)
			}
		}
	}), []byte(doc), []int{len(doc)})
	if err != nil {
		t.Fatal(err)
	}
	for _, only := range [][]Do{{Descend}, {Remove, Descend, Descend}, {Remove, Replace, Hold, Hold, Descend, Descend}} {
		compareEdits(t, set, found, root, only)
	}
}
