package jsonpath

import (
	"fmt"
	"strings"
	"testing"
)

// TestRemoval shows which bytes go with a removed place: the comma before it, or, where nothing before it is kept,
// the one after it.
func TestRemoval(t *testing.T) {
	t.Parallel()
	tests := []struct{ doc, want string }{
		{`{"x":1}`, `{}`},
		{`{ "x" : 1 }`, `{ }`},
		{`[{"x":1},{"x":2}]`, `[{},{}]`},
		{`{"x":1,"b":2}`, `{"b":2}`},
		{`{"a":1,"x":2}`, `{"a":1}`},
		{`{"a":1,"x":2,"b":3}`, `{"a":1,"b":3}`},
		{`{"x":1,"b":2,"x":3}`, `{"b":2}`},
		{`{"x":1,"x":2,"x":3}`, `{}`},
		{`{"x":1,"x":2,"b":3}`, `{"b":3}`},
		{`{"a":1,"x":2,"x":3}`, `{"a":1}`},
		{`{"a":1,"x":2,"x":3,"b":4,"x":5,"c":6}`, `{"a":1,"b":4,"c":6}`},
		{`{"x":1, "b":2}`, `{"b":2}`},
		{`{ "x":1, "b":2 }`, `{ "b":2 }`},
		{`{"a":1 , "x":2 , "b":3}`, `{"a":1  , "b":3}`},
		{"{\n  \"x\": 1,\n  \"b\": 2\n}", "{\n  \"b\": 2\n}"},
		{"{\n  \"a\": 1,\n  \"x\": 2\n}", "{\n  \"a\": 1\n}"},
		{"{\r\n\t\"x\"\t:\t1\r\n}", "{\r\n}"},
		{`{"x":{"x":1},"b":[{"x":[],"c":"x"}]}`, `{"b":[{"c":"x"}]}`},
		{`{"\u0078":"\"}","X":1}`, `{"X":1}`},
		{` {"x":0} `, ` {} `},
		{byteOrderMark + `{"x":0}`, byteOrderMark + `{}`},
	}
	set := compile(t, "$..x")
	for _, test := range tests {
		for split, way := range splits(t, len(test.doc)) {
			out, err := run(set, remover{}, []byte(test.doc), way)
			if err != nil || string(out) != test.want {
				t.Errorf("%s, %s: %q, %v; want %q", test.doc, split, out, err, test.want)
			}
		}
	}
}

// TestRemovalMatrix removes every subset of up to five elements or members, in many shapes of white space.
func TestRemovalMatrix(t *testing.T) {
	t.Parallel()
	blanks := []string{"", " ", "\n  "}
	for size := range 6 {
		for subset := range 1 << size {
			for shape := range 81 {
				ws := [4]string{blanks[shape%3], blanks[shape/3%3], blanks[shape/9%3], blanks[shape/27]}
				checkSubset(t, size, subset, ws)
			}
		}
	}
}

// checkSubset builds a container whose white space stands after the opening, before and after commas, and before the end.
func checkSubset(t *testing.T, size, subset int, ws [4]string) {
	t.Helper()
	var object, array, keptObject, keptArray, queries []string
	for n := range size {
		member, element := fmt.Sprintf(`"m%d":%d`, n, n), fmt.Sprintf(`%d`, n)
		object, array = append(object, member), append(array, element)
		if subset>>n&1 != 0 {
			queries = append(queries, fmt.Sprintf("$[%d,'m%d']", n, n))
			continue
		}
		keptObject, keptArray = append(keptObject, member), append(keptArray, element)
	}
	build := func(open string, parts []string, end string) string {
		return open + ws[0] + strings.Join(parts, ws[1]+","+ws[2]) + ws[3] + end
	}
	set := compile(t, queries...)
	for _, c := range []struct{ doc, want string }{
		{build("{", object, "}"), build("{", keptObject, "}")},
		{build("[", array, "]"), build("[", keptArray, "]")},
	} {
		for _, way := range [][]int{{len(c.doc)}, byteWise(len(c.doc))} {
			out, err := run(set, remover{}, []byte(c.doc), way)
			if err != nil {
				t.Fatalf("%q: %v", c.doc, err)
			}
			// White space before commas may gather; all else is exact.
			if got, want := squeeze(string(out)), squeeze(c.want); got != want {
				t.Fatalf("%q without %q: %q, want like %q", c.doc, queries, out, c.want)
			}
		}
	}
}

func byteWise(size int) []int {
	way := make([]int, size)
	for i := range way {
		way[i] = 1
	}
	return way
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }

// TestRoot settles the whole document.
func TestRoot(t *testing.T) {
	t.Parallel()
	set := compile(t, "$")
	for _, doc := range []string{`{"a":1}`, ` [1,2] `, `"s"`, "12", " -1e5\n", "true", byteOrderMark + "null "} {
		for split, way := range splits(t, len(doc)) {
			value := strings.TrimSpace(strings.TrimPrefix(doc, byteOrderMark))
			for _, c := range []struct {
				only []Do
				want string
			}{
				{[]Do{Remove}, "null"},
				{[]Do{Replace}, string(replacement)},
				{[]Do{Descend}, value},
			} {
				want := strings.Replace(doc, value, c.want, 1)
				out, err := run(set, &script{only: c.only}, []byte(doc), way)
				if err != nil || string(out) != want {
					t.Errorf("%q, %s: %q, %v; want %q", doc, split, out, err, want)
				}
				out, err = run(set, &heldAs{c.only[0]}, []byte(doc), way)
				if err != nil || string(out) != want {
					t.Errorf("%q, %s, held: %q, %v; want %q", doc, split, out, err, want)
				}
			}
		}
	}
}

// heldAs holds every place and then gives one answer.
type heldAs struct{ do Do }

func (h *heldAs) Visit(Place) Verdict { return Verdict{Do: Hold} }
func (h *heldAs) Held(Place, []byte) Verdict {
	return Verdict{Do: h.do, Value: replacement}
}
func (h *heldAs) Leave(Place) {}

// TestUnknownAnswer removes where a Visitor gives no answer that makes sense there.
func TestUnknownAnswer(t *testing.T) {
	t.Parallel()
	set := compile(t, "$.x")
	for _, v := range []Visitor{&heldAs{Hold}, &heldAs{Do(77)}, &script{only: []Do{77}}, emptyReplace{}} {
		out, err := run(set, v, []byte(`{"x":1,"y":2}`), []int{13})
		if err != nil || string(out) != `{"y":2}` {
			t.Errorf("%T: %q, %v", v, out, err)
		}
	}
}

type emptyReplace struct{}

func (emptyReplace) Visit(Place) Verdict        { return Verdict{Do: Replace} }
func (emptyReplace) Held(Place, []byte) Verdict { return Verdict{} }
func (emptyReplace) Leave(Place)                {}
