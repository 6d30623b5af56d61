package jsonpath

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestEdits compares with the reference on documents that hold the corners.
func TestEdits(t *testing.T) {
	t.Parallel()
	docs := []string{
		`{"a":{"a":{"a":[1,{"a":2}]}},"b":[[1,2,3],[4,5],[],[{"b":[6]}]],"c":null}`,
		"\t[ 1 , -0.5e+10 , [ ] , { } , \"\\ud83d\\ude00\" , \"\\ud800\" , [ [ [ 7 , 8 ] ] ] ]\n",
		`{"a":1,"a":2,"\u0061":3,"A":4,"":5,"a.b":6,"日本":{"b":"é"},"\ud83d\ude00":7,"b":{"b":{"b":0}}}`,
		`[[[[[[[[[[1]]]]]]]]]]`, `{}`, `[]`, `0`, `"a"`, byteOrderMark + ` {"a" : [ ] , "b" : { } } `,
		`{"a":[0,1,2,3,4,5,6,7,8,9],"b":[[0,1],[0,1,2],[0,1,2,3]],"c":` + strings.Repeat("[", 70) + `1` + strings.Repeat("]", 70) + `}`,
	}
	sets := [][]string{
		{"$"},
		{"$..*"},
		{"$.*", "$.*.*"},
		{"$..a", "$.b", "$..b[*]"},
		{"$..[-1]"},
		{"$[0]", "$[1,3]", "$[::2]", "$.a[2:5]", "$..b[1:]"},
		{"$.a[-2:]", "$.a[::-3]", "$..b[-1]", "$..[2]"},
		{"$['','A']", "$['a.b']", `$["\uD83D\uDE00"]`, "$['日本'].b"},
		{"$..a..a", "$..a..b", "$.*..b"},
		{"$.a[5::-1]", "$.a[5:2:-1]", "$.a[0:0]", "$.a[1:9:3]"},
		{"$.c..*"},
	}
	many := []string{"$..b[1:3]"}
	for n := range 70 { // more than a mask has bits
		many = append(many, fmt.Sprintf("$.a[%d]", n), fmt.Sprintf("$..n%d", n))
	}
	sets = append(sets, many, many[:60])
	for _, doc := range docs {
		for _, queries := range sets {
			for _, only := range [][]Do{{Remove}, {Replace}, {Hold, Descend}, {Remove, Descend, Descend}, {Remove, Replace, Hold, Hold, Descend, Descend}} {
				checkEdits(t, compile(t, queries...).paths, []byte(doc), only)
			}
		}
	}
}

// TestRefusals checks kind and offset of errors, in parts that paths reach and parts they do not.
func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		doc    string
		kind   ErrorKind
		offset int64
	}{
		{"", Truncated, 0},
		{"  ", Truncated, 2},
		{byteOrderMark, Truncated, 3},
		{"\xEF\xBBx", Malformed, 2},
		{"{", Truncated, 1},
		{`{"a"`, Truncated, 4},
		{`{"a":tru`, Truncated, 8},
		{"tru", Truncated, 3},
		{"-", Truncated, 1},
		{"1.", Truncated, 2},
		{"1e+", Truncated, 3},
		{"[1", Truncated, 2},
		{`"a`, Truncated, 2},
		{`"\u00`, Truncated, 5},
		{"[1,]", Malformed, 3},
		{"[,1]", Malformed, 1},
		{`{"a":1,}`, Malformed, 7},
		{`{a:1}`, Malformed, 1},
		{`{"a" 1}`, Malformed, 5},
		{"[1}", Malformed, 2},
		{`{"a":1]`, Malformed, 6},
		{"1 2", Malformed, 2},
		{"[] x", Malformed, 3},
		{"01", Malformed, 1},
		{"-a", Malformed, 1},
		{"1.e5", Malformed, 2},
		{"1e", Truncated, 2},
		{"[1e]", Malformed, 3},
		{"nul1", Malformed, 3},
		{"\v1", Malformed, 0},
		{"[+1]", Malformed, 1},
		{"\"\x00\"", Malformed, 1},
		{"\"a\nb\"", Malformed, 2},
		{`"\a"`, Malformed, 2},
		{`"\u12g4"`, Malformed, 5},
		{`{"\x":1}`, Malformed, 3},
		{"[\"abc\xff\"]", Encoding, 5},
		{"[\"é\xc3\"]", Encoding, 4},
		{"{\"\xe2\x82\":1}", Encoding, 2},
		{"\"\xed\xa0\x80\"", Encoding, 1},
		{"\"\xf4\x90\x80\x80\"", Encoding, 1},
		{"\"\xc0\xaf\"", Encoding, 1},
		{"\"日本\xe6\x97\"", Encoding, 7},
		{strings.Repeat("[", 10_001), TooDeep, 10_000},
		{strings.Repeat(`{"a":`, 10_001), TooDeep, 50_000},
	}
	sets := [][]string{nil, {"$.no.where"}, {"$..*"}, {"$..absent"}, {"$..[-1]"}, {"$"}}
	for _, test := range tests {
		for _, queries := range sets {
			set := compile(t, queries...)
			for _, way := range splits(t, len(test.doc)) {
				_, err := run(set, keeper{}, []byte(test.doc), way)
				wantError(t, err, test.kind, test.offset)
				_, err = run(set, remover{}, []byte(test.doc), way)
				wantError(t, err, test.kind, test.offset)
			}
		}
	}
}

func TestErrorNamesNoContent(t *testing.T) {
	t.Parallel()
	_, err := run(compile(t, "$..*"), keeper{}, []byte(`{"secret":"value" secret`), []int{24})
	if want := "JSON malformed at byte 18"; err == nil || err.Error() != want {
		t.Fatalf("%v, want %s", err, want)
	}
}

// TestFlow sees that what need not wait is out at once.
func TestFlow(t *testing.T) {
	t.Parallel()
	e := NewEditor(compile(t, "$.rows[*].secret", "$.last"), remover{}, Limits{})
	for _, step := range []struct{ in, out string }{
		{`{"rows":[`, `{"rows":[`},
		{`{"id":1,`, `{"id":1`},
		{`"secret":"a","b":[1,`, `,"b":[1,`},
		{`22`, `22`},
		{`]},{"id":2}`, `]},{"id":2}`},
		{`,{"sec`, `,{`},
		{`ond":`, `"second":`},
		{`"long `, `"long `},
		{`text`, `text`},
		{`"}],`, `"}]`},
		{`"las`, ``},
		{`t" : {"a`, ``},
		{`":1}}`, `}`},
	} {
		out, err := e.Feed([]byte(step.in))
		if err != nil || string(out) != step.out {
			t.Fatalf("after %q: %q, %v; want %q", step.in, out, err, step.out)
		}
	}
	if out, err := e.Close(); err != nil || len(out) > 0 {
		t.Fatalf("at the end: %q, %v", out, err)
	}
	if _, err := e.Feed([]byte("1")); err == nil {
		t.Fatal("fed after Close")
	}
}

// TestUncopied sees that a chunk without edits is handed on as it is.
func TestUncopied(t *testing.T) {
	t.Parallel()
	chunk := []byte(`{"a":[1,2,{"b":"c"}]}`)
	e := NewEditor(compile(t, "$..b"), keeper{}, Limits{})
	out, err := e.Feed(chunk)
	if err != nil || len(out) != len(chunk) || &out[0] != &chunk[0] {
		t.Fatalf("copied: %q, %v", out, err)
	}
}

// TestWarm sees that a pooled Editor allocates nothing.
func TestWarm(t *testing.T) {
	set := compile(t, "$.accounts[*].phone", "$..email", "$.accounts[-1]", "$.accounts[*].tags")
	doc := people(false)
	e := NewEditor(set, keeper{}, Limits{})
	for _, v := range []Visitor{keeper{}, remover{}, &heldAs{Descend}, &heldAs{Replace}} {
		allocatesNothing(t, e, v, doc)
	}
}

// allocatesNothing feeds a document in pieces to an Editor that has seen it once.
func allocatesNothing(t *testing.T, e *Editor, v Visitor, doc []byte) {
	t.Helper()
	set := e.set
	edit := func() {
		e.Reset(set, v, Limits{})
		for rest := doc; len(rest) > 0; {
			n := min(len(rest), 4001)
			if _, err := e.Feed(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if _, err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	edit()
	if n := testing.AllocsPerRun(10, edit); n != 0 {
		t.Errorf("%T: %v allocations a document", v, n)
	}
}

// TestConcurrent shares a Set whose states are still unknown.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	set := compile(t, "$..a..b", "$..b[0,2]", "$..*.a", "$..[1:3]", "$.b[*].a")
	doc := []byte(`{"a":{"b":[0,{"a":1,"b":[1,2,3]},2]},"b":[{"a":{"b":1}}],"c":{"c":{"a":{"a":1}}}}`)
	want, err := run(set, &script{only: []Do{Remove, Descend}}, doc, []int{len(doc)})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		set := Compile(set.paths)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				out, err := run(set, &script{only: []Do{Remove, Descend}}, doc, byteWise(len(doc)))
				if err != nil || !bytes.Equal(out, want) {
					t.Errorf("%s, %v; want %s", out, err, want)
				}
			})
		}
		group.Wait()
	}
}
