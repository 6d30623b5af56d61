package filter

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// blockPolicy labels fields of every endpoint, in the blocks of data of its pages too.
const blockPolicy = pagePolicy + `
categories:
  email:  {purposes: [], otherwise: {mask: {keep_last: 1}}}
  secret: {purposes: []}
  shop:   {purposes: [], otherwise: {replace: "</script><b>"}}
fields:
  $..secret: secret
  $.props.email: email
  $.shop: shop
`

func TestPageData(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, blockPolicy, "/a")
	for name, test := range map[string]struct {
		xml      bool
		in, want string
		did      []string
	}{
		"what a framework hydrates from": {
			in:   `<p>a<script id="__NEXT_DATA__" type="application/json">{"props":{"email":"a@b","n":1},"secret":[2]}</script><p>b`,
			want: `<p>a<script id="__NEXT_DATA__" type="application/json">{"props":{"email":"**b","n":1}}</script><p>b`,
			did:  []string{"field mask 1", "field remove 1"},
		},
		"what search engines read": {
			in:   `<SCRIPT TYPE=' application/LD+json '> {"@type":"Person","secret":1} </SCRIPT>`,
			want: `<SCRIPT TYPE=' application/LD+json '> {"@type":"Person"} </SCRIPT>`, did: []string{"field remove 1"},
		},
		"untouched":        {in: `<script type="application/json">{ "a" : 1.0 }</script>`, want: `<script type="application/json">{ "a" : 1.0 }</script>`},
		"empty":            {in: "<script type='application/json'>\n</script>", want: "<script type='application/json'>\n</script>"},
		"no JSON":          {in: `<script type="application/ld+json">{"secret":1,}</script><p>`, want: `<script type="application/ld+json"></script><p>`, did: []string{"field remove 1", "document remove 1"}},
		"a comment":        {in: `<script type="application/json"><!-- {"secret":1} --></script>`, want: `<script type="application/json"></script>`, did: []string{"document remove 1"}},
		"cut off":          {in: `<script type="application/json">{"secret":1`, want: `<script type="application/json">`, did: []string{"field remove 1", "document remove 1"}},
		"an end is no end": {in: `<script type="application/json">{"shop":1}</script>`, want: `<script type="application/json">{"shop":"\u003c/script>\u003cb>"}</script>`, did: []string{"field replace 1"}},
		"another type":     {in: `<script type="text/x-template">{"secret":1}</script>`, want: `<script type="text/x-template">{"secret":1}</script>`},
		"two types":        {in: `<script type="application/json" type="text/plain">{"secret":1}</script>`, want: `<script type="application/json" type="text/plain">{}</script>`, did: []string{"field remove 1"}},
		"within noscript":  {in: `<noscript><script type="application/json">{"secret":1}</script></noscript>`, want: `<noscript><script type="application/json">{}</script></noscript>`, did: []string{"field remove 1"}},
		"XHTML":            {xml: true, in: `<script type="application/json"><![CDATA[{"secret":"<"}]]></script>`, want: `<script type="application/json"><![CDATA[{}]]></script>`, did: []string{"field remove 1"}},
		"XHTML, escaped":   {xml: true, in: `<script type="application/json">{"secret":"&lt;"}</script>`, want: `<script type="application/json"></script>`, did: []string{"document remove 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := v.splits(t, PageSpec{XML: test.xml}, test.in)
			if got.refusal != nil || got.out != test.want || !slices.Equal(got.did, test.did) {
				t.Errorf("got  %s %q %v\nwant %s %q", got.out, got.did, got.refusal, test.want, test.did)
			}
		})
	}
}

func TestPagePromise(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, blockPolicy, "/a")
	const block = `<p>a<script type="application/json">{"secret":1}</script><p>b`
	if got := v.splits(t, PageSpec{Promised: true}, block); got.refusal != nil || got.out != strings.Replace(block, `"secret":1`, "", 1) {
		t.Errorf("a page with a block: %q, %v", got.out, got.refusal)
	}
	if got := v.splits(t, PageSpec{Promised: true}, ""); got.refusal != nil {
		t.Errorf("an empty page: %v", got.refusal)
	}
	for in, code := range map[string]string{"<h1>Error</h1>": "type", strings.Repeat("<p>a", heldPromise/4) + "<p>": "limit"} {
		got := v.page(t, PageSpec{Promised: true}, in)
		if got.refusal == nil || got.refusal.Code != code || got.refusal.Status != 502 || got.out != "" {
			t.Errorf("%.20s: %v and %d bytes, want a refusal for its %s", in, got.refusal, len(got.out), code)
		}
	}
}

func TestPageDataOverTheLimit(t *testing.T) {
	t.Parallel()
	x := newExchange(t, `
categories: {secret: {otherwise: mask}}
fields: {$.secret: secret}
`, "GET /x")
	p := x.plan.Page(x.decision, PageSpec{URL: "https://www.shop.example/"}, &Tally{})
	defer p.Release()
	_, err := p.Feed([]byte(`<script type="application/json">{"secret":"` + strings.Repeat("1", 5000) + `"}</script>`))
	if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Code != "limit" || refusal.Detail != "a block of data: JSON value too large to hold at byte 10" {
		t.Errorf("error %v, want a refusal for a limit", err)
	}
}

func TestPageDataOfPersons(t *testing.T) {
	t.Parallel()
	x := newExchange(t, `
categories:
  phone_number: {purposes: [service], choice: true, otherwise: {mask: {keep_last: 2}}}
endpoints:
  GET /people:
    each: {of: "$.people[*]", subject: $.id}
    response: {"$.people[*].phone": phone_number}
`, "GET /people")
	x.refuses = map[string]string{"7": "phone_number"}
	p := x.plan.Page(x.decision, PageSpec{URL: "https://www.shop.example/people", Elements: x, Promised: true}, &Tally{})
	defer p.Release()
	const page = `<script type="application/json">{"people":[{"id":7,"phone":"12345"},{"id":8,"phone":"12345"}]}</script>`
	out, err := p.Feed([]byte(page))
	if want := strings.Replace(page, "12345", "***45", 1); err != nil || string(out) != want {
		t.Errorf("got %s, %v; want %s", out, err, want)
	}
}
