package filter

import (
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

const allowPolicy = `
categories:
  phone_number: {purposes: [service], choice: true, otherwise: {mask: {keep_last: 2}}}
  secret: {}
  note: {purposes: [service]}
fields:
  $..secret: secret
endpoints:
  GET /one:
    allow: [$.id, "$.items[*].title", $..open]
    response: {$.note: note, $.phone: phone_number}
  GET /only:
    allow: [$.id]
  GET /people:
    allow: ["$.people[*].id"]
    each: {of: "$.people[*]", subject: $.id}
    response: {"$.people[*].phone": phone_number}
  GET /people/strict:
    allow: ["$.people[*].id"]
    each: {of: "$.all[*]", subject: $.id}
  GET /rows:
    allow: ["$[*].id"]
`

func TestAllow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request, in, want string
		applied           []string
	}{
		"named and unnamed": {
			"GET /one", `{"id":1,"name":"x","note":{"by":"y","secret":1},"items":[{"title":"a","price":2},3],"phone":"12345","more":{"deep":[1]}}`,
			`{"id":1,"note":{"by":"y"},"items":[{"title":"a"}],"phone":"12345","more":{"deep":[]}}`,
			[]string{"$..secret remove 1", "$.note keep 1", "$.phone keep 1", "(undeclared) remove 4"},
		},
		"a descendant leads everywhere": {"GET /one", `{"a":{"b":[{"open":{"c":1},"shut":1}]}}`, `{"a":{"b":[{"open":{"c":1}}]}}`, []string{"(undeclared) remove 1"}},
		// A label of every endpoint may select something inside, so what holds it stays, empty.
		"nothing is named": {"GET /only", `{"name":"x","list":[1,2]}`, `{"list":[]}`, []string{"(undeclared) remove 3"}},
		"another root":     {"GET /only", `["x",{"id":1}]`, `[{}]`, []string{"(undeclared) remove 2"}},
		"a repeated name":  {"GET /only", `{"id":1,"\u0069d":2,"ID":3}`, `{"id":1,"\u0069d":2}`, []string{"(undeclared) remove 1"}},
		"elements": {
			"GET /people", `{"people":[{"id":7,"phone":"12345","x":1},{"id":8,"phone":"12345"}],"total":2}`,
			`{"people":[{"id":7,"phone":"***45"},{"id":8,"phone":"12345"}]}`,
			[]string{"$.people[*].phone mask 1", "$.people[*].phone keep 1", "(undeclared) remove 2"},
		},
		"elements that nothing names": {"GET /people/strict", `{"people":[{"id":7}],"all":[{"id":7}]}`, `{"people":[{"id":7}],"all":[{}]}`, []string{"(undeclared) remove 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, allowPolicy, test.request)
			x.refuses = map[string]string{"7": "phone_number"}
			for _, chunks := range splits(test.in, 3) {
				got := x.filter(t, rules.Response, chunks...)
				if got.refusal != nil || got.out != test.want || !sameLines(got.applied, test.applied) {
					t.Fatalf("got  %s %q %v\nwant %s %q", got.out, got.applied, got.refusal, test.want, test.applied)
				}
			}
		})
	}
}

func TestAllowInTables(t *testing.T) {
	t.Parallel()
	x := newExchange(t, allowPolicy, "GET /rows")
	got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: Table, Type: "text/csv"}, "id,name\n1,x\n2,\"y\"\n")
	if want := "id,name\n1,\n2,\n"; got.refusal != nil || got.out != want || !slices.Equal(got.applied, []string{"(undeclared) remove 2"}) {
		t.Errorf("got %q %q %v, want %q", got.out, got.applied, got.refusal, want)
	}
}

func TestAllowLeavesRequestsAlone(t *testing.T) {
	t.Parallel()
	x := newExchange(t, allowPolicy, "GET /only")
	if got := x.filter(t, rules.Request, `{"name":"x"}`); got.out != `{"name":"x"}` || got.refusal != nil {
		t.Errorf("got %s, %v", got.out, got.refusal)
	}
}

func TestRefusalsNameTheirRule(t *testing.T) {
	t.Parallel()
	x := newExchange(t, allowPolicy, "GET /people")
	lines := strings.Split(header+allowPolicy, "\n")
	for in, rule := range map[string]string{
		`{`: "$..secret",
		`{"people":[{"id":7,"note":"` + strings.Repeat("1", 5000) + `"}]}`: `{of: "$.people[*]"`,
	} {
		got := x.filter(t, rules.Response, in)
		if got.refusal == nil {
			t.Fatalf("%.20s passed", in)
		}
		if !strings.Contains(lines[got.refusal.Rule.Line-1], rule) {
			t.Errorf("%.20s: the rule is at %s", in, got.refusal.Rule)
		}
	}
}

func TestAllowInXML(t *testing.T) {
	t.Parallel()
	x := newExchange(t, `
categories:
  phone_number: {purposes: [], otherwise: {mask: {keep_last: 2}}}
endpoints:
  GET /x:
    allow: [$.r.id, "$.r.c['@n']"]
    response: {$.r.phone: phone_number}
`, "GET /x")
	const in = `<r a="1"><id b="2">7</id><phone t="m">12345</phone><phone>12345</phone><name>x</name><c n="1" m="2">y</c></r>`
	const want = `<r><id b="2">7</id><phone t="m">***45</phone><phone>***45</phone><c n="1"></c></r>`
	for _, chunks := range splits(in, 5) {
		got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: XMLData}, chunks...)
		if got.refusal != nil || got.out != want || !sameLines(got.applied, []string{"$.r.phone mask 2", "(undeclared) remove 4"}) {
			t.Fatalf("got %s %q %v, want %s", got.out, got.applied, got.refusal, want)
		}
	}
}
