package jsonpath

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestHeldLimit holds a value of exactly the limit and refuses one byte more, at the value's own offset.
func TestHeldLimit(t *testing.T) {
	t.Parallel()
	const most = 20
	for _, build := range []func(int) string{
		func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` },
		func(n int) string { return strings.Repeat("7", n) },
		func(n int) string { return "[" + strings.Repeat(" ", n-3) + "1]" },
	} {
		for _, query := range []string{"$.a", "$.a[-1]"} {
			if query == "$.a[-1]" && build(most)[0] != '[' {
				continue
			}
			for size, refused := range map[int]bool{most - 1: false, most: false, most + 1: true, 10 * most: true} {
				doc := `{"b":0,"a":` + build(size) + `,"c":1}`
				for _, way := range splits(t, len(doc)) {
					out, err := feed(NewEditor(compile(t, query), &heldAs{Descend}, Limits{Held: most}), []byte(doc), way)
					if refused {
						wantError(t, err, TooLarge, 11)
					} else if err != nil || string(out) != doc {
						t.Fatalf("%s: %q, %v", doc, out, err)
					}
				}
			}
		}
	}
}

// TestTokenLimit bounds what waits for a verdict, and only that.
func TestTokenLimit(t *testing.T) {
	t.Parallel()
	const most = 30
	fill := func(n int) string { return strings.Repeat("n", n) }
	tests := []struct {
		query, doc string
		offset     int64 // of the refusal; 0 where none is due
	}{
		{"$.x", `{"a":1,"` + fill(1000) + `":2}`, 0}, // no path asks for a name that long
		{"$.*", `{"a":1,"` + fill(26) + `":2}`, 0},   // , " name " :
		{"$.*", `{"a":1,"` + fill(27) + `":2}`, 6},
		{"$.x", `{"a":1,` + strings.Repeat(" ", 40) + `"y":2}`, 6},
		{"$.x", `{"a":1` + strings.Repeat(" ", 40) + `,"x":2}`, 0},
		{"$.x", `{"a":1,"x"` + strings.Repeat(" ", 40) + `:2}`, 6},
		{"$.x", `{"a":1,"y"` + strings.Repeat(" ", 40) + `:2}`, 0},
		{"$[0]", `[` + strings.Repeat(" ", 30) + `1]`, 0},
		{"$[0]", `[` + strings.Repeat(" ", 31) + `1]`, 1},
		{"$[0]", `[` + strings.Repeat(" ", 31) + `]`, 1},
		{"$.a.x", `{"` + fill(1000) + `":1,` + strings.Repeat(" ", 1000) + `"b":1}`, 0}, // nothing here can be removed
	}
	for _, test := range tests {
		for split, way := range splits(t, len(test.doc)) {
			out, err := feed(NewEditor(compile(t, test.query), keeper{}, Limits{Token: most}), []byte(test.doc), way)
			if test.offset > 0 {
				wantError(t, err, TooLarge, test.offset)
			} else if err != nil || string(out) != test.doc {
				t.Errorf("%s on %s, %s: %q, %v", test.query, test.doc, split, out, err)
			}
		}
	}
}

// TestDepth accepts 1,000 levels whatever the limit says, and counts held and skipped levels alike.
func TestDepth(t *testing.T) {
	t.Parallel()
	nest := func(n int) string { return strings.Repeat(`{"a":[`, n/2) + strings.Repeat(`]}`, n/2) }
	for _, queries := range [][]string{nil, {"$.a"}, {"$..*"}, {"$..a[-1]"}, {"$..b"}} {
		for _, v := range []Visitor{keeper{}, &heldAs{Descend}} {
			set := compile(t, queries...)
			for _, limit := range []int{1, 2000} {
				most := max(limit, 1000)
				doc := nest(most)
				for _, way := range [][]int{{len(doc)}, byteWise(len(doc))} {
					out, err := feed(NewEditor(set, v, Limits{Depth: limit}), []byte(doc), way)
					if err != nil || string(out) != doc {
						t.Fatalf("%q, %d levels: %v", queries, most, err)
					}
				}
				doc = nest(most + 2)
				_, err := feed(NewEditor(set, v, Limits{Depth: limit}), []byte(doc), []int{len(doc)})
				wantError(t, err, TooDeep, int64(most*3))
			}
		}
	}
}

// TestReread refuses a document that asks for the square of its length in work.
func TestReread(t *testing.T) {
	t.Parallel()
	const levels = 500
	doc := strings.Repeat("[", levels) + `"` + strings.Repeat("x", 900) + `"` + strings.Repeat("]", levels)
	for _, way := range [][]int{{len(doc)}, byteWise(len(doc))} {
		_, err := feed(NewEditor(compile(t, "$..*"), &heldAs{Descend}, Limits{Held: 2000}), []byte(doc), way)
		wantError(t, err, TooLarge, 71) // the 70th value within the first one held, of 1,900 bytes and two less for each
		out, err := feed(NewEditor(compile(t, "$..*"), &heldAs{Descend}, Limits{}), []byte(doc), way)
		if err != nil || string(out) != doc {
			t.Fatal("refused under the default limit")
		}
	}
}

// TestMemory streams a string, a number, a name and a removed value far larger than any limit.
func TestMemory(t *testing.T) {
	chunk := bytes.Repeat([]byte("1234567é"), 1<<13)
	digits := bytes.Repeat([]byte("7"), 1<<16)
	e := NewEditor(compile(t, "$..secret", "$.list[*].id"), remover{}, Limits{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	total := 0
	for _, part := range []struct {
		open, end string
		chunk     []byte
	}{{`{"a":"`, `",`, chunk}, {`"n":`, `,`, digits}, {`"`, `":1,`, chunk}, {`"secret":["`, `"]}`, chunk}} {
		for n := range 200 {
			text := part.chunk
			switch n {
			case 0:
				text = []byte(part.open)
			case 199:
				text = []byte(part.end)
			}
			out, err := e.Feed(text)
			if err != nil {
				t.Fatal(err)
			}
			total += len(out)
		}
	}
	if _, err := e.Close(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated for %d bytes out", used, total)
	}
}

// TestManyStates meets more states than are cached; the answers stay right and the cache stays small.
func TestManyStates(t *testing.T) {
	t.Parallel()
	var queries []string
	for n := range 16 {
		queries = append(queries, fmt.Sprintf("$..n%d..x", n), fmt.Sprintf("$..n%d[%d]", n, n))
	}
	set := compile(t, queries...)
	var doc strings.Builder
	doc.WriteString("[0")
	for n := range 1 << 10 {
		doc.WriteByte(',')
		depth := 0
		for bit := range 16 {
			if n*2654435761>>bit&1 != 0 {
				fmt.Fprintf(&doc, `{"n%d":`, bit)
				depth++
			}
		}
		doc.WriteString(`{"x":[1,2,3],"y":4}` + strings.Repeat("}", depth))
	}
	doc.WriteString("]")
	text := []byte(doc.String())
	checkEdits(t, set.paths, text, []Do{Remove, Descend})
	out, err := run(set, keeper{}, text, []int{len(text)})
	if err != nil || !bytes.Equal(out, text) {
		t.Fatal("changed", err)
	}
	if set.weight > maxWeight || set.weight < maxWeight/2 {
		t.Errorf("cache weighs %d of %d", set.weight, maxWeight)
	}
}
