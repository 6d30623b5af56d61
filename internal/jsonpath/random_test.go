package jsonpath

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// author writes random queries and documents over few names and values, so that they meet.
type author struct{ *rand.Rand }

func (a author) pick(words ...string) string { return words[a.IntN(len(words))] }

func (a author) segments(depth int) string {
	var out strings.Builder
	for range a.IntN(3) {
		out.WriteString(a.pick(".a", ".b", "['c']", "[0]", "[-1]", ".*", "..a", "..*", "[1:]", "[::-1]", "[::2]", "..[0]", "['a','b']", "["+a.filter(depth)+"]", "[0,"+a.filter(depth)+"]"))
	}
	return out.String()
}

func (a author) singular() string {
	var out strings.Builder
	out.WriteString(a.pick("@", "@", "@", "$"))
	for range a.IntN(3) {
		out.WriteString(a.pick(".a", ".b", ".c", "[0]", "[-1]", "[1]"))
	}
	return out.String()
}

func (a author) query(depth int) string { return a.pick("@", "@", "$") + a.segments(depth) }

func (a author) filter(depth int) string {
	if depth <= 0 {
		return "?@.a"
	}
	return "?" + a.logical(depth-1)
}

func (a author) logical(depth int) string {
	if depth <= 0 {
		return a.query(0)
	}
	switch a.IntN(8) {
	case 0:
		return a.logical(depth-1) + "||" + a.logical(depth-1)
	case 1:
		return "(" + a.logical(depth-1) + ")&&" + a.logical(depth-1)
	case 2:
		return "!(" + a.logical(depth-1) + ")"
	case 3:
		return a.query(depth - 1)
	case 4:
		return a.pick("match(", "search(") + a.operand(depth) + "," + a.pick("'a'", "'[a-c]+'", "'.'", "$.a", "@.b") + ")"
	default:
		return a.operand(depth) + a.pick("==", "!=", "<", "<=", ">", ">=") + a.operand(depth)
	}
}

func (a author) operand(depth int) string {
	switch a.IntN(6) {
	case 0:
		return a.pick("1", "2.0", "0e5", "-1", "'a'", "'ab'", "true", "null", "10e-1")
	case 1:
		return "length(" + a.singular() + ")"
	case 2:
		return "count(" + a.query(depth-1) + ")"
	case 3:
		return "value(" + a.query(depth-1) + ")"
	default:
		return a.singular()
	}
}

func (a author) document(depth int, repeat bool) string {
	if depth <= 0 || a.IntN(4) == 0 {
		return a.pick("1", "1.0", "2", "-1", "0", `"a"`, `"ab"`, `"\u0061"`, "true", "null", "[]", "{}", "0.1e1")
	}
	var parts []string
	names := []string{"a", "b", "c", "d"}
	a.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	array := a.IntN(2) == 0
	for n := range a.IntN(4) {
		value := a.document(depth-1, repeat)
		if !array {
			if repeat && a.IntN(3) == 0 {
				names[n] = names[0]
			}
			value = `"` + names[n] + `":` + value
		}
		parts = append(parts, value)
	}
	if array {
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "{" + strings.Join(parts, ",") + " }"
}

// TestRandomFilters compares thousands of random queries and documents with the reference. Where names are repeated, all
// that a reader of the first or the last occurrences would select must be selected.
func TestRandomFilters(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	a := author{rand.New(rand.NewPCG(seed, 1))}
	met := 0
	for n := range 20_000 {
		repeat := n%2 == 0
		query, doc := "$"+a.segments(2)+"["+a.filter(3)+"]"+a.segments(1), a.document(5, repeat)
		p, err := Parse(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		again, err := Parse(p.Normalized())
		if err != nil || again.Normalized() != p.Normalized() {
			t.Fatalf("%s: %s, then %s, %v", query, p.Normalized(), again.Normalized(), err)
		}
		got := map[int64]bool{}
		way := []int{len(doc) / 2, len(doc) - len(doc)/2}
		if _, err = run(Compile([]Path{again}), visits(func(p Place) { got[p.Offset] = true }), []byte(doc), way); err != nil {
			t.Fatalf("seed %d: %s on %s: %v", seed, query, doc, err)
		}
		repeated := false
		root := parseTree([]byte(doc))
		for _, last := range []bool{false, true} {
			want := selects(p, root.read(last, &repeated))
			if missing := slices.IndexFunc(want, func(n *node) bool { return !got[int64(n.start)] }); missing >= 0 {
				t.Fatalf("seed %d: %s on %s: %s is not selected (last %t)", seed, query, doc, want[missing].location, last)
			}
			if !repeated && len(unique(want)) != len(got) {
				t.Fatalf("seed %d: %s on %s: %d places, want %d", seed, query, doc, len(got), len(unique(want)))
			}
			met += len(got)
		}
	}
	if met < 5000 {
		t.Errorf("only %d places met", met)
	}
}
