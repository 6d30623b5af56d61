package graphql

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// lead follows names from the root of a response and gives what the last one stands for.
func lead(t *testing.T, tree *Tree, names string) (at jsonpath.Named) {
	t.Helper()
	at.Below = tree.response
	for name := range strings.FieldsSeq(names) {
		if at.Below == nil {
			t.Fatalf("nothing is known of %s in %s", name, names)
		}
		at = at.Below.Of[name]
	}
	return at
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
		at := lead(t, test.tree, test.names)
		if !slices.Equal(at.Fields, test.want) || (at.Below != nil) != test.further {
			t.Errorf("%s: %q, %v; want %q, further %t", test.names, at.Fields, at.Below, test.want, test.further)
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
	one, other := lead(t, tree, "data a c").Below, lead(t, tree, "data b c").Below
	if one == nil || one != other {
		t.Errorf("%v and %v", one, other)
	}
}

func TestNamesOnlyOfAliases(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{`{ a { b } }`: false, `{ a: a { b } }`: false, `{ a { c: b } }`: true, `{ ... @defer { a { b } } }`: false} {
		tree, err := Parse(query, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.Names() != nil; got != want {
			t.Errorf("%s: names %t, want %t", query, got, want)
		}
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
