package graphql

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// outlineOf writes what below some names is known: key=field|field{…}, sorted. Names that lead back are cut.
func outlineOf(t *Tree) string {
	return describe(t.response.Of["data"].Below, map[*jsonpath.Names]bool{})
}

func describe(n *jsonpath.Names, above map[*jsonpath.Names]bool) string {
	if above[n] {
		return "…"
	}
	above[n] = true
	defer delete(above, n)
	names := map[string]bool{}
	for name := range n.Of {
		names[name] = true
	}
	var parts []string
	for _, name := range sorted(names) {
		fields, below := n.Of[name].Fields, n.Of[name].Below
		part := name
		if text := strings.Join(fields, "|"); text != "" {
			part += "=" + text
		}
		if below != nil {
			part += "{" + describe(below, above) + "}"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, operation, want string }{
		{"shorthand", `{ me { id email } }`, "", "me{email id}"},
		{"alias", `{ someone: user(id: 4) { a: phone, b: phone c:name } }`, "", "someone=user{a=phone b=phone c=name}"},
		{"alias that swaps", `{ user { name: email email: name } }`, "", "user{email=name name=email}"},
		{"same key twice", `{ user { name } user { id name } }`, "", "user{id name}"},
		{
			"union and inline fragments", `query Search($q: String! = "x{y") { search(text: $q, first: 3) { __typename
				... on Human { contact: phone friends { name } } ... on Droid { contact: primaryFunction friends { serial } } ... { id } } }`, "",
			"search{__typename contact=phone|primaryFunction friends{name serial} id}",
		},
		{
			"fragments in fragments", `query { viewer { ...A } node { ...B } } fragment A on User { ...B x: a { ...C } }
				fragment B on User { mail: email } fragment C on Y { z: q }`, "", "node{mail=email} viewer{mail=email x=a{z=q}}",
		},
		{"fragment that is not used", `{ a } fragment F on T { secret }`, "", "a"},
		{"fragment first", `fragment F on T { s: secret } query { a { ...F } }`, "", "a{s=secret}"},
		{"fragment named as a keyword", `{ ...query } fragment query on Q { on: fragment type }`, "", "on=fragment type"},
		{"fragment defined twice", `{ ...F } fragment F on Q { k: a } fragment F on Q { k: b }`, "", "k=a|b"},
		{"one of several operations", `query A { x: a } query B { x: b }`, "B", "x=b"},
		{"any of several operations", `query A { x: a { c } } mutation B { x: b { d } }`, "", "x=a|b{c d}"},
		{"an operation that is not there", `query A { x: a } query B { x: b }`, "C", "x=a|b"},
		{"two operations of one name", `query A { x: a } query A { x: b } { x: c }`, "A", "x=a|b"},
		{"subscription", `subscription OnMessage { got: messageAdded(room: "1") { text: body } }`, "OnMessage", "got=messageAdded{text=body}"},
		{"mutation with objects", `mutation M($in: I!) { createUser(input: {name: "a }", tags: [A, B, 1.5e3], nested: {x: [[null]]}}) { u: user { id } } }`, "", "createUser{u=user{id}}"},
		{"directives", `query Q($s: Boolean!) @a(x: {y: 1}) { a @skip(if: $s) b: c @include(if: $s) { d } ...F @include(if: false) } fragment F on Q @b { e }`, "", "a b=c{d} e"},
		{"variables", `query Q($a: [Int!]! = [1, 2], $b: In = {k: "v"} @dep, $on: ID) { f(a: $a, b: $b, on: $on) }`, "", "f"},
		{"block string", "{ f(s: \"\"\"\n } fake: \\\"\"\" { x \"\" # no\n\"\"\") { k: v } }", "", "f{k=v}"},
		{"empty strings", `{ f(a: "", b: """""", c: "\"", d: "\\") k: v }`, "", "f k=v"},
		{"escapes in strings", `{ f(a: "\u00e9 \uD83D\uDE00 \u{1F600} \n { ") k: v }`, "", "f k=v"},
		{"characters beyond ASCII", `{ f(a: "é 漢字 😀 {") k: v # commentaire é }` + "\n}", "", "f k=v"},
		{"comments", "# { a }\n{ # b\r k # c\n : # d }\r\n v #\n}#", "", "k=v"},
		{"byte order mark", "\uFEFF{ a\uFEFFb: c }", "", "a b=c"},
		{"commas", ",,{,a,,b:,c,},", "", "a b=c"},
		{"introspection", `{ __schema { t: types { name fields(includeDeprecated: true) { name type { ofType { kind } } } } } }`, "", "__schema{t=types{fields{name type{ofType{kind}}} name}}"},
		{"description of an operation", `"why" query A { a }`, "", "a"},
		{"relay connection", `query($n: Int) { users(first: $n) { edges { cursor n: node { ...U } } pageInfo { hasNextPage } } } fragment U on User { tel: phoneNumber }`, "", "users{edges{cursor n=node{tel=phoneNumber}} pageInfo{hasNextPage}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tree, err := Parse(test.query, test.operation)
			if err != nil {
				t.Fatal(err)
			}
			if got := outlineOf(tree); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query  string
		kind         Kind
		line, column int
	}{
		{"nothing", "", Foreign, 0, 0},
		{"words", "red shoes", Foreign, 0, 0},
		{"words with a keyword", "query by example", Foreign, 0, 0},
		{"other languages", "SELECT ?x WHERE { ?x a ?y }", Foreign, 0, 0},
		{"an object of JSON", `{ "name": {"first": "x"} }`, Foreign, 0, 0},
		{"a comment only", "# { a }", Foreign, 0, 0},
		{"not closed", "{ a", Malformed, 1, 4},
		{"closed twice", "{ a }\n }", Malformed, 2, 2},
		{"empty selection", "{ a { } }", Malformed, 1, 7},
		{"control character", "{ a \x00 }", Malformed, 1, 5},
		{"not UTF-8", "{ a(s: \"\xff\") }", Malformed, 1, 1},
		{"string over lines", "{ a(s: \"x\ny\") }", Malformed, 1, 8},
		{"block string that never ends", `{ a(s: """x"") }`, Malformed, 1, 8},
		{"four quotes end a block string", "{é\ra(s: [\"\"\"x\"\"\"\" , \"]) s: phone b(t: [\"]) }", Malformed, 2, 14},
		{"a type", "type T { a: B } query { a }", Malformed, 1, 1},
		{"unknown fragment", "{ a\n  { ...F } }", Undefined, 2, 8},
		{"unknown fragment in one that is not used", "{ a } fragment F on T { ...G }", Undefined, 1, 28},
		{"recursive", "{ ...F } fragment F on T { a { ...F } }", Recursive, 0, 0},
		{"recursive by way of others", "{ a } fragment F on T { ...G } fragment G on T { b { ... { ...H } } } fragment H on T { ...F }", Recursive, 0, 0},
		{"long", "{ a }" + strings.Repeat(" ", maxText), TooLarge, 0, 0},
		{"deep", strings.Repeat("{a", maxDepth+1) + strings.Repeat("}", maxDepth+1), TooLarge, 1, 2*maxDepth + 1},
		{"deep list", "{a(x:" + strings.Repeat("[", 100_000), TooLarge, 1, 6 + maxDepth - 2},
		{"many tokens", "{ " + strings.Repeat("a ", maxTokens) + "}", TooLarge, 0, 0},
		{"many comments", strings.Repeat("#\n", maxTokens) + "{ a }", TooLarge, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tree, err := Parse(test.query, "")
			var refused *Error
			if tree != nil || !errors.As(err, &refused) {
				t.Fatalf("got %v, %v", tree, err)
			}
			if refused.Kind != test.kind || refused.Line != test.line || refused.Column != test.column {
				t.Errorf("got %v at %d:%d, want %v at %d:%d", refused.Kind, refused.Line, refused.Column, test.kind, test.line, test.column)
			}
		})
	}
}

func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, query := range []string{`{ a(secret: }`, `{ ...secret }`, `{ a(x: "secret) }`, `secret`, `{ secret: ' }`, `query { a } secret { b }`} {
		_, err := Parse(query, "secret")
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", query, err)
		}
	}
}

func TestParseAllJoins(t *testing.T) {
	t.Parallel()
	tree, err := ParseAll([]Query{
		{Text: "query A { x: a { ...F } } fragment F on T { k: one }", Operation: "A"},
		{Text: "{ x: b { ...F } } fragment F on T { k: two }"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := outlineOf(tree), "x=a|b{k=one|two}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := ParseAll([]Query{{Text: "{ a }"}, {Text: "words"}}); err == nil {
		t.Error("a query that cannot be read was left out")
	}
	if _, err := ParseAll(make([]Query, maxQueries+1)); err == nil {
		t.Error("no limit of queries")
	}
}

// doubling makes n fragments, each of which spreads the next one under two keys.
func doubling(n int, spread string) string {
	var b strings.Builder
	b.WriteString("{ ...F0 }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on T { "+spread+" }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on T { k: v }", n)
	return b.String()
}

func TestBlowUps(t *testing.T) {
	t.Parallel()
	for name, spread := range map[string]string{"side by side": "...F%d ...F%d", "below two keys": "a { ...F%d } b { ...F%d }", "below one key": "a { ...F%d } a { ...F%d }"} {
		tree, err := Parse(doubling(1000, spread), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if tree.weight > 1<<20 {
			t.Errorf("%s: weighs %d", name, tree.weight)
		}
	}
	if _, err := Parse(subsets(4), ""); err != nil {
		t.Error(err)
	}
	_, err := Parse(subsets(15), "")
	var refused *Error
	if !errors.As(err, &refused) || refused.Kind != TooLarge {
		t.Errorf("subsets: %v", err)
	}
}

// subsets is an automaton that guesses which a is the one n keys before the end, as deep as that: made deterministic,
// it has a node for each sequence of keys.
func subsets(n int) string {
	var b strings.Builder
	b.WriteString("{ ...F0_0 }")
	for depth := range n {
		for guess := range depth + 1 {
			next := fmt.Sprintf("...F%d_%d", depth+1, guess+1)
			if guess == 0 {
				fmt.Fprintf(&b, " fragment F%d_0 on T { a { ...F%d_0 %s } b { ...F%d_0 } }", depth, depth+1, next, depth+1)
				continue
			}
			fmt.Fprintf(&b, " fragment F%d_%d on T { a { %s } b { %s } }", depth, guess, next, next)
		}
	}
	for guess := range n + 1 {
		fmt.Fprintf(&b, " fragment F%d_%d on T { k%d }", n, guess, guess)
	}
	return b.String()
}
