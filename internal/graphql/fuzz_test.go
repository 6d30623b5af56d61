package graphql

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// checkTree holds the tree of a query against the reference. It reports whether there is a tree.
func checkTree(t *testing.T, text, operation string) bool {
	t.Helper()
	tree, err := Parse(text, operation)
	if err != nil {
		var refused *Error
		if tree != nil || !errors.As(err, &refused) {
			t.Fatalf("refused with %v, %v", tree, err)
		}
		return false
	}
	if n := len(tree.any.Of); n > maxKeys || tree.weight > len(text)+maxNodes*nodeWeight+2*maxKeys*keyWeight {
		t.Fatalf("%d keys, weight %d", n, tree.weight)
	}
	d, err := refParse(text)
	if err != nil {
		t.Fatalf("parsed, but %v", err)
	}
	set := d.selections(operation)
	data := tree.response.Of["data"].Below
	steps := 100_000
	if tree.Incremental() {
		err = d.covered(data, set, &steps)
	} else {
		err = d.differs(data, set, &steps)
	}
	if err != nil {
		t.Fatalf("data: %v", err)
	}
	late := tree.response.Of["incremental"].Below.Of["data"].Below
	if steps = 100_000; len(set) > 0 {
		if err := d.covered(late, set, &steps); err != nil {
			t.Fatalf("incremental: %v", err)
		}
	}
	return true
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{ a: b { c } }`, `query A($x: Int = 1) @d(x: {y: [1]}) { a } query B { a: b }`, `{ ...F ... on T { x: y } } fragment F on T { x: z ...G } fragment G on T { x { w } x { v: u } }`,
		"{ f(s: \"\"\"\n \\\"\"\" \"\" \"\"\") { k: v } # x\r: y\n}", `{ a(s: "\u{1F600}\"\\", l: [1 .5 -0 "x" ""], o: {k: $v}) }`, "\uFEFF,{a\uFEFF:b}", `"d" query { a }`,
		`{ ... @defer { a: b { c: d } } e: f @stream { g } }`, `{ ...F } fragment F on T { ...F }`, `{ on: type fragment: query ...on T{on} ... on on { on } }`,
		`{ a(l: ["""x"""" , "]) s: phone b(t: [" """"""]) }`, `{a}{b:a}`, `subscription { }`, `{ a(x:1b:2) }`, `{a@x b@y(z:"")}`,
	} {
		f.Add(seed, "A")
	}
	f.Fuzz(func(t *testing.T, text, operation string) {
		checkTree(t, text, operation)
	})
}

// FuzzGenerated makes queries that are right, so that none may be refused.
func FuzzGenerated(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, byte(seed*37))
	}
	f.Fuzz(func(t *testing.T, seed uint64, size byte) {
		g := &generator{random: rand.New(rand.NewPCG(seed, 1)), left: int(size) + 5, fragments: 1 + int(size)%6}
		text := g.document()
		if !checkTree(t, text, "B") {
			_, err := Parse(text, "B")
			t.Fatalf("%v\n%s", err, text)
		}
	})
}

// generator writes queries from few names, so that many of them meet.
type generator struct {
	random    *rand.Rand
	left      int // selections still to be written
	fragments int
	b         strings.Builder
}

func (g *generator) one(of ...string) string { return of[g.random.IntN(len(of))] }

func (g *generator) write(parts ...string) {
	for _, part := range parts {
		g.b.WriteString(part)
		g.b.WriteString(g.one(" ", " ", "\n", ",", "\t", "\r\n", " # } x: y {\n", "\uFEFF"))
	}
}

func (g *generator) document() string {
	for _, head := range []string{"query A", "mutation B ($v: [Int!]! = [1], $w: In = {k: \"}\"})", "subscription B @d(x: \"\"\"}\"\"\")"} {
		if g.random.IntN(3) > 0 || head == "query A" {
			g.write(head)
			g.set(-1)
		}
	}
	for n := range g.fragments {
		g.left = max(g.left, 4)
		g.write(fmt.Sprintf("fragment F%d on T", n))
		g.set(n)
	}
	return g.b.String()
}

// set writes selections that spread only fragments behind n.
func (g *generator) set(n int) {
	g.write("{")
	for more := true; more; more = g.left > 0 && g.random.IntN(4) > 0 {
		g.left--
		switch g.random.IntN(5) {
		case 0:
			if n+1 < g.fragments {
				g.write(fmt.Sprintf("...F%d", n+1+g.random.IntN(g.fragments-n-1)), g.one("", "", "@include(if: $v)"))
				continue
			}
			fallthrough
		case 1:
			g.write("...", g.one("on T", "on on", "", "@skip(if: true)"))
			g.set(n)
		default:
			g.field(n)
		}
	}
	g.write("}")
}

func (g *generator) field(n int) {
	if g.random.IntN(2) == 0 {
		g.write(g.one("a", "b", "query", "_x"), ":")
	}
	g.write(g.one("a", "b", "c", "type", "__typename"))
	if g.random.IntN(4) == 0 {
		g.write(g.one(`(x: "} \" {")`, `(x: {y: [1, -2.5e3, $v, E, null]} z: true)`, "(s: \"\"\" a: {b} \\\"\"\" \" \"\" \"\"\")", `(s: "\u{1F600} é 😀")`))
	}
	if g.random.IntN(5) == 0 {
		g.write(g.one("@skip(if: false)", "@a @b(c: \"d\")", "@defer"))
	}
	if g.left > 0 && g.random.IntN(3) == 0 {
		g.set(n)
	}
}
