package jsonpath

import (
	"slices"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	const doc = ` { "a" : { "b.c" : [ 1 , "two" , { "d" : null } ] , "*" : true, "q\u0075ote\"" : "]}" } , "n" : -1.5e3 ,
		"twice" : 1 , "tw\u0069ce" : 2 , "once" : {"x":1,"x":2,"y":3}, "" : "empty", "\ud800":"lone", "arr":[] } `
	tests := []struct{ query, want string }{
		{"$.n", "-1.5e3"},
		{"$.a['b.c'][1]", `"two"`},
		{"$.a['b.c'][-1].d", "null"},
		{"$.a['b.c'][-3]", "1"},
		{"$.a['*']", "true"},
		{`$.a['quote"']`, `"]}"`},
		{"$['']", `"empty"`},
		{"$.once.y", "3"},
		{"$.arr", "[]"},
		{"$.twice", ""},
		{"$.once.x", ""},
		{"$.twice.x", ""},
		{"$.A", ""},
		{"$.a.b.c", ""},
		{"$.a['b.c'][3]", ""},
		{"$.a['b.c'][-4]", ""},
		{"$.a['b.c'].d", ""},
		{"$.n.x", ""},
		{"$.n[0]", ""},
		{"$.arr[0]", ""},
		{"$.arr[-1]", ""},
		{"$[0]", ""},
		{"$['\uFFFD']", ""},
		{"$..n", ""},
		{"$.*", ""},
	}
	for _, test := range tests {
		p := compile(t, test.query).paths[0]
		value, ok := p.Lookup([]byte(doc))
		if string(value) != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %t; want %q", test.query, value, ok, test.want)
		}
	}
	if value, ok := compile(t, "$").paths[0].Lookup([]byte(" [1] ")); !ok || string(value) != "[1]" {
		t.Errorf("root: %q, %t", value, ok)
	}
}

// A name that stands elsewhere, or that other bytes spell, is told from the member.
func TestLookupOfSoleMembers(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`{"id":7,"other":{"id":8},"list":[{"id":9}]}`: "7",
		`{"other":{"id":8},"list":["id",{"id":9}]}`:   "",
		`{"text":"\"id\":1","id" : "x\"]}" }`:         `"x\"]}"`,
		`{"text":"\\","id":{"a":["}",{}]} ,"b":"id"}`: `{"a":["}",{}]}`,
		`{"id":1,"b":2,"id":3}`:                       "",
		`{"id":1,"\u0069d":3}`:                        "",
		`{"a":"id","id":[]}`:                          "[]",
		`["id",1]`:                                    "",
		`"id"`:                                        "",
		` {"id"` + "\n:\t-1e5\n}":                     "-1e5",
		`{"id":`:                                      "",
		`{"id":"`:                                     `"`,
		`{"x":"`:                                      "",
	} {
		value, ok := compile(t, "$.id").paths[0].Lookup([]byte(doc))
		if string(value) != want || ok != (want != "") && doc != `{"id":` {
			t.Errorf("%s: %q, %t; want %q", doc, value, ok, want)
		}
	}
}

// FuzzLookup compares with the reference on valid documents and looks for panics on others.
func FuzzLookup(f *testing.F) {
	f.Add("$.a[-1]['b.c']", []byte(`{"a":[1,{"b.c":"x"}]}`))
	f.Add("$.a", []byte(`{"a":1,"\u0061":2}`))
	f.Add("$[0]", []byte(`[`))
	f.Add("$.id", []byte(`{"a":{"id":1},"b":"id","c":"\\"id\\":","id":{"id":[2]}}`))
	f.Add("$.a.a", []byte(`{"b":["\\\\",{"a":0}],"a":{"b":"a","a":"\\"a"}}`))
	f.Fuzz(func(t *testing.T, query string, doc []byte) {
		p, err := Parse(query)
		if err != nil || !p.Singular() {
			t.Skip()
		}
		value, ok := p.Lookup(doc)
		if !readable(doc, []Path{p}) {
			return
		}
		root := parseTree(doc)
		nodes := selects(p, root)
		single := len(nodes) == 1 && uniqueWay(p, root)
		if ok != single || ok && !slices.Equal(value, doc[nodes[0].start:nodes[0].end]) {
			t.Fatalf("%s: %q, %t; want %d nodes, unique %t", query, value, ok, len(nodes), single)
		}
	})
}

// uniqueWay reports whether no name on the way is repeated.
func uniqueWay(p Path, root *node) bool {
	for n := range p.segments {
		if len(selects(Path{text: "$", segments: p.segments[:n+1]}, root)) != 1 {
			return false
		}
	}
	return true
}
