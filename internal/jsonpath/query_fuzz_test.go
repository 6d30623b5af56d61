package jsonpath

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzQuery compares what one query selects with the reference. Where names are repeated, readers differ, and all that
// one who takes the first occurrence or the last would select must be selected.
func FuzzQuery(f *testing.F) {
	for _, seed := range []struct{ query, doc string }{
		{"$.m[?@.kind=='sms'].body", `{"m":[{"kind":"sms","body":1},{"body":2,"kind":"mail"}]}`},
		{"$..[?@.a>=1.5e0&&!(@.b||@.c<'x')]", `[{"a":15e-1},{"a":2,"b":0},{"c":"\u0061"}]`},
		{"$[?count(@..*)==length(@.a)||value(@..x)==$[0]]", `[1,{"a":"abc","x":[1]},{"x":1.0}]`},
		{"$[?match(@,'[a-z]*')||search(@.k,$[0])]", `["b.?",{"k":"ab"},"\n"]`},
		{"$[?@.a==$[1].a]", `[{"a":{"x":[1,{}],"y":null}},{"a":{"y":null,"x":[1.0,{}]}}]`},
		{"$[?!@.a.b,?@..b[-1]]", `[{"a":{"b":1},"a":{}},{"b":[]}]`},
		{"$..[?@[?@>$.n],0,'n']", `{"n":1,"a":[2,[3]],"b":{"c":{"d":5}}}`},
		{"$[?@['a','b'][::2]<=@[0]]", `[[1]]`},
	} {
		f.Add(seed.query, []byte(seed.doc), uint8(2))
	}
	f.Fuzz(func(t *testing.T, query string, doc []byte, cut uint8) {
		p, err := Parse(query)
		if err != nil || len(query) > 200 || len(doc) > 1<<11 || !readable(doc, []Path{p}) || bytes.HasPrefix(doc, []byte(byteOrderMark)) {
			t.Skip()
		}
		set := Compile([]Path{p})
		size := int(cut)%7 + 1
		got := map[int64]bool{}
		var whole []int64
		for _, way := range [][]int{{len(doc)}, append(slices.Repeat([]int{size}, len(doc)/size), len(doc)%size)} {
			var order []int64
			out, err := run(set, visits(func(p Place) { order = append(order, p.Offset); got[p.Offset] = true }), doc, way)
			if err != nil || !bytes.Equal(out, doc) {
				t.Fatalf("%q, %v", out, err)
			}
			if whole != nil && !slices.Equal(order, whole) {
				t.Fatalf("visits %v, cut %v", whole, order)
			}
			whole = order
		}
		if strings.Count(query, "..")+strings.Count(query, "?") > 4 || len(doc) > 256 {
			return // too much for the reference, which is slow
		}
		root := parseTree(doc)
		repeated := false
		for _, last := range []bool{false, true} {
			for _, n := range selects(p, root.read(last, &repeated)) {
				if !got[int64(n.start)] {
					t.Fatalf("%s is not selected (last %t)", n.location, last)
				}
			}
		}
		if want := selects(p, root); !repeated && len(got) != len(unique(want)) {
			t.Fatalf("%d places, want %d", len(got), len(unique(want)))
		}
	})
}

func unique(nodes []*node) map[*node]bool {
	return maps.Collect(func(yield func(*node, bool) bool) {
		for _, n := range nodes {
			if !yield(n, true) {
				return
			}
		}
	})
}

// read gives the tree of a reader who takes the first or the last occurrence of each name.
func (n *node) read(last bool, repeated *bool) *node {
	tree := *n
	tree.children = nil
	for _, c := range n.children {
		same := func(other *node) bool { return c.name != nil && *other.name == *c.name }
		if at := slices.IndexFunc(tree.children, same); at >= 0 {
			*repeated = true
			if last {
				tree.children[at] = c.read(last, repeated)
			}
			continue
		}
		tree.children = append(tree.children, c.read(last, repeated))
	}
	return &tree
}

var hugeExponent = regexp.MustCompile(`[eE][+-]?\d{4}`)

// examinable reports whether the reference reads what filters compare as this package must: it takes texts from
// encoding/json, and numbers whole.
func examinable(doc []byte, paths []Path) bool {
	filtered := slices.ContainsFunc(paths, func(p Path) bool { return strings.Contains(p.Normalized(), "?") })
	if !filtered {
		return true
	}
	huge := hugeExponent.Match(doc) || slices.ContainsFunc(paths, func(p Path) bool { return hugeExponent.MatchString(p.String()) })
	return utf8.Valid(doc) && json.Valid(doc) && !huge && !bytes.Contains(bytes.ToLower(doc), []byte(`\ud`))
}
