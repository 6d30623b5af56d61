package jsonpath

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// aliases is a tree as the query { u: user { mail: email, friends { e: email, n: name } } email: nick } gives it, with
// friends of friends for ever.
func aliases() *Names {
	friend := &Names{Of: map[string]Named{"e": {Fields: []string{"email"}}, "n": {Fields: []string{"name", "nick"}}}}
	friend.Of["friends"] = Named{Below: friend}
	user := &Names{Of: map[string]Named{"mail": {Fields: []string{"email"}}, "friends": {Below: friend}}}
	return &Names{Of: map[string]Named{
		"u": {Fields: []string{"user"}, Below: user}, "email": {Fields: []string{"nick"}}, "\"q\"": {Fields: []string{"quoted"}},
	}}
}

func TestUnder(t *testing.T) {
	t.Parallel()
	const doc = `{"u":{"mail":1,"email":2,"e":3,"friends":[{"e":4,"mail":5,"friends":[[{"n":6}]]},{"\u0065":7}]},"email":8,"\"q\"":9,"user":{"mail":10,"email":11}}`
	tests := []struct {
		query string
		want  []string
	}{
		{"$.user.email", []string{"1", "2", "11"}},
		{"$.u.mail", []string{"1"}},
		{"$.user.friends[*].email", []string{"4", "7"}},
		{"$.user.friends[1].email", []string{"7"}},
		{"$.user.friends[-1].email", []string{"7"}},
		{"$.user.friends[*].friends[*][*].name", []string{"6"}},
		{"$..email", []string{"1", "2", "4", "7", "8", "11"}},
		{"$..nick", []string{"6", "8"}},
		{"$.quoted", []string{"9"}},
		{"$['q']", []string{}},
		{"$.user.friends[?@.email==4].mail", []string{"5"}},
		{"$.user.friends[?@..name].e", []string{"4"}},
		{"$.user[?$.user.email==1]", []string{"1", "2", "3", `[{"e":4,"mail":5,"friends":[[{"n":6}]]},{"\u0065":7}]`, "10", "11"}},
	}

	for _, test := range tests {
		set := compile(t, test.query).Under(aliases())
		for split, way := range splits(t, len(doc)) {
			got := []string{}
			_, err := run(set, visits(func(p Place) { got = append(got, doc[p.Offset:valueEnd([]byte(doc), int(p.Offset))]) }), []byte(doc), way)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%s, %s: %q, %v; want %q", test.query, split, got, err, test.want)
			}
		}
	}
	var names []string
	_, err := run(compile(t, "$..email").Under(aliases()), visits(func(p Place) { names = append(names, string(p.Name)) }), []byte(doc), []int{len(doc)})
	if want := []string{"mail", "email", "e", "e", "email", "email"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("names %q, %v; want %q", names, err, want)
	}
}

// keyed is a map of users by keys that nobody knows, beside a map of such maps.
func keyed() *Names {
	user := &Names{Of: map[string]Named{"mail": {Fields: []string{"email"}}}}
	teams := &Names{Others: &Names{Others: user}}
	return &Names{Of: map[string]Named{"users": {Below: &Names{Others: user}}, "teams": {Below: teams}}}
}

func TestUnderOthers(t *testing.T) {
	t.Parallel()
	const doc = `{"users":{"a":{"mail":1},"email":{"mail":2},"b":[{"mail":3}]},"teams":{"x":{"y":{"mail":4,"z":{"mail":5}}}},"mail":6}`
	for query, want := range map[string][]string{
		"$.users[*].email":         {"1", "2"},
		"$.users.a.email":          {"1"},
		"$.users.email":            {`{"mail":2}`},
		"$.users.b[0].email":       {"3"},
		"$.teams[*][*].email":      {"4"},
		"$..email":                 {"1", `{"mail":2}`, "2", "3", "4"},
		"$.users[?@.email==2]":     {`{"mail":2}`},
		"$.teams.x[?@.email==4].z": {`{"mail":5}`},
	} {
		set := compile(t, query).Under(keyed())
		for split, way := range splits(t, len(doc)) {
			got := []string{}
			_, err := run(set, visits(func(p Place) { got = append(got, doc[p.Offset:valueEnd([]byte(doc), int(p.Offset))]) }), []byte(doc), way)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q, %v; want %q", query, split, got, err, want)
			}
		}
	}
	if value, ok := compile(t, "$.users.a.email").paths[0].LookupUnder([]byte(doc), keyed()); !ok || string(value) != "1" {
		t.Errorf("looked up %q, %t; want 1", value, ok)
	}
}

func TestLookupUnder(t *testing.T) {
	t.Parallel()
	const doc = `{"u":{"mail":1,"friends":[{"\u0065":2}]},"x":{"u":3}}`
	for query, want := range map[string]string{
		"$.user.email": "1", "$.user.friends[0].email": "2", "$.u.mail": "1", "$.x.user": "", "$.x.u": "3",
	} {
		value, ok := compile(t, query).paths[0].LookupUnder([]byte(doc), aliases())
		if string(value) != want || ok != (want != "") {
			t.Errorf("%s: %q, %t; want %q", query, value, ok, want)
		}
	}
	if value, ok := compile(t, "$.a").paths[0].LookupUnder([]byte(`{"a":1,"b":2}`), &Names{Of: map[string]Named{"b": {Fields: []string{"a"}}}}); ok {
		t.Errorf("two members of one name: %q", value)
	}
}

// call notes in the tree what each member is called.
func (n *node) call(names *Names) {
	for _, c := range n.children {
		below := names
		if n.object {
			known := names.of([]byte(*c.name))
			c.fields, below = known.Fields, known.Below
		}
		c.call(below)
	}
}

// TestUnderReference compares with the reference, strict sets too, and shares the sets.
func TestUnderReference(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long", 30)
	many := &Names{Of: map[string]Named{"": {Fields: []string{"b"}}, long: {Fields: []string{"a"}}}}
	for n := range 20 {
		many.Of[fmt.Sprint("k", n)] = Named{Fields: []string{"a"}, Below: many}
	}
	swap := &Names{Of: map[string]Named{}}
	swap.Of["a"] = Named{Fields: []string{"b"}, Below: &Names{Of: map[string]Named{"b": {Fields: []string{"a", "c"}, Below: swap}}}}
	docs := []string{
		`{"a":{"a":{"b":[1,{"a":2}]}},"b":[[1,{"a":3},3],[4,5],[],[{"b":[6]}]],"c":null}`,
		`{"k1":{"k2":{"` + long + `":1,"":2,"x":[{"k3":4}]}},"a":[{"k4":5},{"\u006b5":{"a":6}}],"` + long + `x":{"k1":7}}`,
	}
	sets := [][]string{{"$..a"}, {"$.a.a", "$.a.b", "$.b..c"}, {"$..*", "$.a"}, {"$..b[-1]", "$..a[?@.b]", "$..c[0]"}, {"$.a.*.a"}, {"$.b[?@.a>$.c]"}}
	for _, doc := range docs {
		for _, names := range []*Names{nil, many, swap, aliases()} {
			for _, queries := range sets {
				paths := compile(t, queries...).paths
				root := parseTree([]byte(doc))
				root.call(names)
				if !strings.Contains(strings.Join(queries, ""), "?") {
					compareEdits(t, Compile(paths).Under(names), selections(paths, root), root, []Do{Remove, Hold, Descend, Descend})
				}
				found := selections(paths, root)
				rest(found, root, paths, 1)
				if !strings.Contains(strings.Join(queries, ""), "?") {
					compareEdits(t, CompileStrict(paths, 1).Under(names), found, root, []Do{Remove, Descend, Descend})
				}
				shareUnder(t, Compile(paths).Under(names), []byte(doc))
			}
		}
	}
}

func shareUnder(t *testing.T, set *Set, doc []byte) {
	t.Helper()
	want, err := run(set, remover{}, doc, []int{len(doc)})
	if err != nil {
		t.Fatal(err)
	}
	fresh := set.Under(set.root)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if out, err := run(fresh, remover{}, doc, byteWise(len(doc))); err != nil || !bytes.Equal(out, want) {
				t.Errorf("%s, %v; want %s", out, err, want)
			}
		})
	}
	group.Wait()
}

// subjects looks up something in each element, under the names that hold inside it.
type subjects struct {
	editor *Editor
	path   Path
	found  []string
}

func (*subjects) Visit(Place) Verdict { return Verdict{Do: Hold} }
func (s *subjects) Held(_ Place, value []byte) Verdict {
	found, _ := s.path.LookupUnder(value, s.editor.Names())
	s.found = append(s.found, string(found))
	return Verdict{Do: Descend}
}
func (*subjects) Leave(Place) {}

func TestNames(t *testing.T) {
	t.Parallel()
	const doc = `{"u":{"friends":[{"e":4,"n":5},{"email":6},{"mail":7,"friends":[{"e":8}]}]}}`
	set := compile(t, "$..friends[*]").Under(aliases())
	for split, way := range splits(t, len(doc)) {
		s := &subjects{path: compile(t, "$.email").paths[0]}
		s.editor = NewEditor(set, s, Limits{})
		out, err := feed(s.editor, []byte(doc), way)
		if want := []string{"4", "6", "", "8"}; err != nil || string(out) != doc || !slices.Equal(s.found, want) {
			t.Errorf("%s: %q, %v; want %q", split, s.found, err, want)
		}
	}
}
