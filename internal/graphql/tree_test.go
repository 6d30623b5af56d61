package graphql

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// lead follows names from the root of a response and gives what the last one stands for.
func lead(t *testing.T, from Names, names string) (fields []string, below Names) {
	t.Helper()
	below = from
	for name := range strings.FieldsSeq(names) {
		if below == nil {
			t.Fatalf("nothing is known of %s in %s", name, names)
		}
		fields, below = below.Named([]byte(name))
	}
	return fields, below
}

func TestNamed(t *testing.T) {
	t.Parallel()
	plain, err := Parse(`{ u: user { n: name friends { n: nick } } n: now }`, "")
	if err != nil {
		t.Fatal(err)
	}
	later, err := Parse(`{ u: user { n: name ... @defer(label: "x") { friends { n: nick } } } n: now }`, "")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		tree    *Tree
		names   string
		want    []string
		further bool
	}{
		{plain, "data", nil, true},
		{plain, "data u", []string{"user"}, true},
		{plain, "data u n", []string{"name"}, false},
		{plain, "data u friends n", []string{"nick"}, false},
		{plain, "data n", []string{"now"}, false},
		{plain, "data name", nil, false},
		{plain, "u", nil, false},
		{plain, "errors", nil, false},
		{plain, "extensions", nil, false},
		{plain, "payload data u n", []string{"name"}, false},
		{plain, "incremental", nil, true},
		{plain, "incremental data n", []string{"name", "nick", "now"}, false},
		{plain, "incremental items friends u friends n", []string{"name", "nick", "now"}, false},
		{plain, "incremental errors", nil, false},
		{plain, "items u", []string{"user"}, true},
		{later, "data n", []string{"name", "nick", "now"}, false},
		{later, "data friends n", []string{"name", "nick", "now"}, false},
		{later, "payload incremental data n", []string{"name", "nick", "now"}, false},
	}
	for _, test := range tests {
		fields, below := lead(t, test.tree, test.names)
		if !slices.Equal(fields, test.want) || (below != nil) != test.further {
			t.Errorf("%s: %q, %v; want %q, further %t", test.names, fields, below, test.want, test.further)
		}
	}
	if plain.Incremental() || !later.Incremental() {
		t.Error("what is deferred is not told")
	}
}

// Places of equal selections share their Names, which is what a cache by Names lives on.
func TestNamesAreShared(t *testing.T) {
	t.Parallel()
	tree, err := Parse(`{ a { ...F } b { ...F } } fragment F on T { c { d } }`, "")
	if err != nil {
		t.Fatal(err)
	}
	_, one := lead(t, tree, "data a c")
	_, other := lead(t, tree, "data b c")
	if one == nil || one != other {
		t.Errorf("%v and %v", one, other)
	}
}

func TestNamedAllocatesNothing(t *testing.T) {
	tree, err := Parse(`{ a: b { c } }`, "")
	if err != nil {
		t.Fatal(err)
	}
	data, a, c := []byte("data"), []byte("a"), []byte("c")
	if n := testing.AllocsPerRun(100, func() {
		_, below := tree.Named(data)
		_, below = below.Named(a)
		if fields, _ := below.Named(c); len(fields) != 1 {
			t.Fatal("lost")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkParse(b *testing.B) {
	var query strings.Builder
	query.WriteString("query Q($id: ID!) { ")
	for i := range 50 {
		fmt.Fprintf(&query, "u%d: user(id: $id) { id n: name ...F ... on Admin { mail: email } } ", i)
	}
	query.WriteString("} fragment F on User { phones { p: number } }")
	b.SetBytes(int64(query.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(query.String(), ""); err != nil {
			b.Fatal(err)
		}
	}
}
