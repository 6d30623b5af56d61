package filter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// oneForEach are categories, one for each action.
const oneForEach = `
categories:
  c_keep: {purposes: [service]}
  c_remove: {otherwise: remove}
  c_nullify: {otherwise: nullify}
  c_empty: {otherwise: empty}
  c_count: {otherwise: count}
  c_replace: {otherwise: {replace: {redacted: [1]}}}
  c_token: {otherwise: pseudonymize}
  c_mask: {otherwise: {mask: {keep_last: 2}}}
  c_mask_first: {otherwise: {mask: {keep_first: 2}}}
  c_coarse: {otherwise: {coarsen: 1km}}
  c_digits: {otherwise: {coarsen: {digits: 1}}}
  c_month: {otherwise: {generalize: month}}
  c_ip: {otherwise: truncate_ip}
`

func TestJSONActions(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+`
endpoints:
  GET /a:
    response:
      $.keep: c_keep
      $.remove: c_remove
      $.nullify: c_nullify
      $.empty: c_empty
      $.count: c_count
      $.replace: c_replace
      $.token: c_token
      $.mask: c_mask
      "$.where[*].lat": c_coarse
      $.place: c_coarse
      $.number: c_digits
      $.born: c_month
      $.ip: c_ip
`, "GET /a")
	token := string(x.plan.tokens.appendToken(nil, []byte("anna")))
	x.expect(t, `{
  "keep": {"a" : 1e2},
  "remove": "gone",
  "nullify": [1],
  "empty": {"a":1},
  "count": [1,[2,3],"],"],
  "replace": 12,
  "token": "anna",
  "mask": "+4930123",
  "where": [{"lat":52.5163,"x":1},{"lat":"north"}],
  "place": [13.3777,52.5163],
  "number": -0.25,
  "born": "1980-05-17T00:00:00Z",
  "ip": "2001:db8:1:2::3", "other" : 1.10
}`, `{
  "keep": {"a" : 1e2},
  "nullify": null,
  "empty": {},
  "count": 3,
  "replace": {"redacted":[1]},
  "token": "`+token+`",
  "mask": "******23",
  "where": [{"lat":52.52,"x":1},{}],
  "place": [13.40,52.50],
  "number": -0.3,
  "born": "1980-05",
  "ip": "2001:db8:1::", "other" : 1.10
}`,
		"$.keep keep 1",
		"$.remove remove 1",
		"$.nullify nullify 1",
		"$.empty empty 1",
		"$.count count 1",
		"$.replace replace 1",
		"$.token pseudonymize 1",
		"$.mask mask 1",
		"$.place coarsen 1",
		"$.where[*].lat remove 1!",
		"$.where[*].lat coarsen 1",
		"$.number coarsen 1",
		"$.born generalize 1",
		"$.ip truncate_ip 1",
	)
}

func TestJSONPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, policy, in, want string
		applied                []string
	}{
		{
			"the more specific endpoint settles a place",
			`
fields: {$.a: c_remove}
endpoints:
  GET /v1/{rest...}: {response: {$.a: c_nullify}}
  GET /v1/a: {response: {$.a: c_keep}}
`,
			`{"a":"x"}`, `{"a":"x"}`,
			[]string{"$.a keep 1"},
		},
		{
			"fields hold where no endpoint labels",
			`
fields: {$..a: c_remove}
endpoints:
  GET /v1/a: {response: {$.b.a: c_keep}}
`,
			`{"a":1,"b":{"a":2},"c":[{"a":3}]}`, `{"b":{"a":2},"c":[{}]}`,
			[]string{"$.b.a keep 1", "$..a remove 2"},
		},
		{
			"a tie goes to the stricter action",
			`
fields: {$.a: c_mask, $..a: c_empty}
`,
			`{"a":"abcdef"}`, `{"a":""}`,
			[]string{"$..a empty 1"},
		},
		{
			"unlike actions of one step meet at remove",
			`
fields: {$.a: c_keep, $..a: c_mask, "$['a']": c_mask_first}
`,
			`{"a":"abcdef"}`, `{}`,
			[]string{"$..a remove 1"},
		},
		{
			"something stricter spares them that, in any order",
			`
fields: {$.a: c_mask, $..a: c_mask_first, "$['a']": c_nullify}
`,
			`{"a":"abcdef"}`, `{"a":null}`,
			[]string{"$['a'] nullify 1"},
		},
		{
			"labels that agree are both noted",
			`
fields: {$.a: c_mask, $..a: c_mask}
`,
			`{"a":"abc"}`, `{"a":"*bc"}`,
			[]string{"$..a mask 1", "$.a mask 1"},
		},
		{
			"an ancestor settles everything within",
			`
fields: {$.a: c_nullify, $.a.b: c_keep, $.c: c_count, "$.c[0]": c_remove, $.d: c_keep, $.d.e: c_remove}
`,
			`{"a":{"b":1},"c":[1,2],"d":{"e":1,"f":2}}`, `{"a":null,"c":2,"d":{"f":2}}`,
			[]string{"$.d keep 1", "$.d.e remove 1", "$.a nullify 1", "$.c count 1"},
		},
		{
			"every occurrence of a repeated name is a match",
			`
fields: {$.a: c_remove}
`,
			`{"a":1,"b":2,"a":{"x":[3]},"a":4}`, `{"b":2}`,
			[]string{"$.a remove 3"},
		},
		{
			"names match after unescaping, and exactly",
			`
fields: {$.größe: c_remove}
`,
			`{"gr\u00f6\u00dfe":1,"Größe":2,"gr\u00F6ße":3}`, `{"Größe":2}`,
			[]string{"$.größe remove 2"},
		},
		{
			"the root itself",
			`
fields: {$: c_remove}
`,
			` {"a":1} `, ` null `,
			[]string{"$ remove 1"},
		},
		{
			"numbers, order, space and names outside stay",
			`
fields: {$.x: c_remove}
`,
			"\t{ \"n\" : [ 1.0 ,1e+2, -0, 12345678901234567890 ] ,\r\n\"x\":1 , \"\\u006e\":\"\\/\" }\n",
			"\t{ \"n\" : [ 1.0 ,1e+2, -0, 12345678901234567890 ]  , \"\\u006e\":\"\\/\" }\n",
			nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, oneForEach+test.policy, "GET /v1/a")
			x.expect(t, test.in, test.want, test.applied...)
		})
	}
}

// Labels beyond the first word of the bits that say who overrides whom.
func TestManyLabelsAtOnePlace(t *testing.T) {
	t.Parallel()
	var policy strings.Builder
	policy.WriteString(oneForEach + "endpoints:\n  GET /v1/a: {response: {$.a: c_keep, $.b: c_remove}}\n  GET /v1/{rest...}:\n    response:\n")
	for i := range 130 {
		fmt.Fprintf(&policy, "      \"$['a','b','c','n%d']\": c_nullify\n", i)
	}
	x := newExchange(t, policy.String(), "GET /v1/a")
	x.expect(t, `{"a":1,"b":2,"c":3}`, `{"a":1,"c":null}`)
}

func TestJSONTellsTheLine(t *testing.T) {
	t.Parallel()
	x := newExchange(t, `
categories:
  email: {purposes: [], otherwise: {mask: {keep_last: 2}}}
fields: {$.a: email}
`, "GET /")
	var tally Tally
	b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON}, &tally)
	defer b.Release()
	if _, err := b.Feed([]byte(`{"a":"secret"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Close(); err != nil {
		t.Fatal(err)
	}
	got := tally.Applied()
	if len(got) != 1 {
		t.Fatalf("applied %d", len(got))
	}
	r := got[0].Ruling
	if got[0].Kind != Field || got[0].Direction != rules.Response || r.Category != "email" || r.Reason != "email is not for service" {
		t.Errorf("applied %+v", got[0])
	}
	if at := r.At.String(); !strings.HasPrefix(at, "policy.yaml:8:") {
		t.Errorf("the line is %s, want policy.yaml:8", at)
	}
}

func TestBodyRefuses(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+`
fields: {$.a: c_mask, "$..b": c_count}
`, "POST /")
	tests := []struct {
		name, in, code string
		status         int
		kind           jsonpath.ErrorKind
	}{
		{"broken", `{"a":"secret"]`, "malformed", 400, jsonpath.Malformed},
		{"cut", `{"a":"secret`, "malformed", 400, jsonpath.Truncated},
		{"not UTF-8", "{\"a\":\"secret\xff\"}", "malformed", 400, jsonpath.Encoding},
		{"two documents", `{"a":"secret"}{}`, "malformed", 400, jsonpath.Malformed},
		{"white space alone", "  \n", "malformed", 400, jsonpath.Truncated},
		{"a value over the limit", `{"a":"` + strings.Repeat("secret", 1000) + `"}`, "limit", 413, jsonpath.TooLarge},
		{"too deep", strings.Repeat("[", 20_000), "limit", 413, jsonpath.TooDeep},
	}
	for _, test := range tests {
		for _, dir := range []rules.Direction{rules.Request, rules.Response} {
			got := x.filter(t, dir, test.in).refusal
			if got == nil {
				t.Errorf("%s, %s: passed", test.name, dir)
				continue
			}
			status := test.status
			if dir == rules.Response {
				status = 502
			}
			var cause *jsonpath.Error
			if got.Status != status || got.Code != test.code || !errors.As(got, &cause) || cause.Kind != test.kind {
				t.Errorf("%s, %s: %d %s; want %d, %s, %s", test.name, dir, got.Status, got, status, test.code, test.kind)
			}
			if strings.Contains(got.Error(), "secret") {
				t.Errorf("%s, %s: the refusal quotes the body", test.name, dir)
			}
		}
	}
}

func TestBodyAfterRefusal(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+"fields: {$.a: c_mask}\n", "GET /")
	b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON}, &Tally{})
	_, first := b.Feed([]byte("nonsense"))
	out, second := b.Feed([]byte(`{"a":1}`))
	rest, third := b.Close()
	if first == nil || !errors.Is(second, first) || !errors.Is(third, first) || len(out)+len(rest) != 0 {
		t.Errorf("got %v, then %v with %d bytes, then %v with %d bytes", first, second, len(out), third, len(rest))
	}
	b.Release()
	if _, err := b.Feed([]byte("1")); !errors.Is(err, errReleased) {
		t.Errorf("after release: %v", err)
	}
}

func TestBodyWithoutRulesPasses(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+"endpoints: {POST /a: {request: {$.a: c_remove}}}\n", "POST /a")
	if got := x.response(t, "no JSON", " at all"); got.refusal != nil || got.out != "no JSON at all" {
		t.Errorf("got %q, %v", got.out, got.refusal)
	}
	if got := x.filter(t, rules.Request, `{"a":1}`); got.out != `{}` {
		t.Errorf("the other direction: got %q, %v", got.out, got.refusal)
	}
}

func TestEmptyBodyPasses(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+"fields: {$.a: c_remove}\n", "GET /")
	if got := x.response(t, ""); got.refusal != nil || got.out != "" || got.applied != nil {
		t.Errorf("got %+v", got)
	}
}

// A body that comes out of the pool knows nothing of the one before.
func TestBodiesAreApart(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+"fields: {$.a: c_mask}\n", "GET /")
	for range 3 {
		if got := x.response(t, `{"a":"sec`); got.refusal == nil {
			t.Fatal("a cut body passes")
		}
		if got := x.response(t, `{"b":1}`); got.out != `{"b":1}` || got.applied != nil {
			t.Fatalf("got %+v", got)
		}
	}
}

func TestFilterTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+`
fields: {$..mask: c_mask, $..where: c_coarse, $..n: c_digits, $..born: c_month, $..ip: c_ip, $..gone: c_remove, $..e: c_empty, $..r: c_replace}
`, "GET /")
	const in = `{"mask":"abcdef","where":{"lat":89.7,"lon":179.99},"x":[{"where":[179.99,-89.9,3],"n":99.95,"born":"2024-02-29"},
		{"ip":"[2002:102:304::1]:80","gone":1,"e":[1],"r":{"e":1}}]}`
	once := x.response(t, in)
	twice := x.response(t, once.out)
	if once.refusal != nil || twice.out != once.out {
		t.Errorf("once  %s\ntwice %s (%v)", once.out, twice.out, once.refusal)
	}
}

func TestBodyAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	x := newExchange(t, oneForEach+"fields: {$..a: c_mask, $..b: c_remove, $..c: c_coarse, $..d: c_token, $..e: c_keep}\n", "GET /")
	in := bytes.Repeat([]byte(`{"a":"abcdef","b":[1,2],"c":{"lat":52.5163,"lon":13.3777},"d":"anna","e":1},`), 20)
	in = append(append([]byte("["), in...), '0', ']')
	var tally Tally
	run := func() {
		b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON}, &tally)
		out, err := b.Feed(in)
		if err != nil {
			t.Error(err)
		}
		_, _ = io.Discard.Write(out)
		if _, err := b.Close(); err != nil {
			t.Error(err)
		}
		b.Release()
	}
	run()
	if n := testing.AllocsPerRun(50, run); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
