package filter

import (
	"net/http"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

const strippedPolicy = `purposes: {service: {basis: contract, default: true}}
categories: {phone: {purposes: [], otherwise: {mask: {keep_last: 2}}}}
lists: [{file: params.txt, purpose: advertising}, {file: more.txt, purpose: analytics}]
endpoints: {/: {query: {kept: phone}}}
`

// strippedTexts are those of strippedPolicy.
func strippedTexts() []string {
	return []string{
		"*$removeparam=utm_x\n||other.example^$removeparam=id\n@@||www.shop.example/fine$removeparam=utm_x\n$removeparam=/^cmp[0-9]+=/\n$script,removeparam=s\n",
		"||www.shop.example^$removeparam=kept\n",
	}
}

func TestListedParameters(t *testing.T) {
	t.Parallel()
	v := listed(t, strippedPolicy, strippedTexts()...)
	const host = "www.shop.example:8443"
	for _, c := range []struct{ path, in, want string }{
		{"/", "a=1&utm_x=2&b=3", "a=1&b=3"},
		{"/", "utm_x=2", ""},
		{"/", "utm_x", ""},
		{"/", "UTM_X=2&utm_xy=1", "UTM_X=2&utm_xy=1"},
		{"/", "utm_x=1&utm_x=2&a", "a"},
		{"/", "cmp12=a&cmp=b&id=3&s=4", "cmp=b&id=3&s=4"},
		{"/", "kept=12345", ""},
		{"/fine", "utm_x=2", "utm_x=2"},
		{"/", "utm_x=2&Signature=abc", "utm_x=2&Signature=abc"},
		{"/", "utm%5fx=2&a=b", "a=b"},
	} {
		tally := &Tally{}
		got := v.plan.Query(v.Decision, Target{Host: host, Path: c.path, Query: c.in}, rules.Request, tally)
		if got != c.want {
			t.Errorf("%s?%s becomes %q, want %q", c.path, c.in, got, c.want)
		}
		if c.in == "utm_x=2" && c.want == "" {
			applied := tally.Applied()
			if len(applied) != 1 || applied[0].Kind != ClickID || applied[0].Action != rules.Remove || applied[0].Ruling.At.String() != "policy.yaml:3:9" ||
				applied[0].Ruling.Reason != "advertising stores on the device only when granted (opt_in); params.txt line 1" && applied[0].Ruling.Reason != "advertising is on consent; nothing was said, and silence refuses here (opt_in); params.txt line 1" {
				t.Errorf("applied: %+v", applied)
			}
		}
	}
	if got := v.plan.Query(v.Decision, Target{Query: "utm_x=2"}, rules.Request, &Tally{}); got != "utm_x=2" {
		t.Errorf("without a host: %q", got)
	}
}

func TestListedParametersOnceGranted(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, strippedPolicy, func(p *rules.Policy) *rules.Policy {
		texts := strippedTexts()
		return p.WithLists([]*rules.ListText{rules.ReadList([]byte(texts[0])), rules.ReadList([]byte(texts[1]))})
	}, "/", "advertising")
	if got := v.plan.Query(v.Decision, Target{Host: "www.shop.example", Path: "/", Query: "utm_x=2&kept=3"}, rules.Request, &Tally{}); got != "utm_x=2" {
		t.Errorf("with advertising granted: %q", got)
	}
}

func TestListedParametersInHeaders(t *testing.T) {
	t.Parallel()
	v := listed(t, strippedPolicy, strippedTexts()...)
	request := http.Header{"Referer": {"https://user@other.example/a?id=1&utm_x=2&b"}}
	v.plan.RequestHeader(v.Decision, request, &Tally{})
	if got := request.Get("Referer"); got != "https://user@other.example/a?b" {
		t.Errorf("the referrer becomes %q", got)
	}
	for in, want := range map[string]string{
		"/b?utm_x=1&c=2":                     "/b?c=2",
		"https://other.example/?id=1#utm_x=": "https://other.example/#utm_x=",
		"/fine?utm_x=1":                      "/fine?utm_x=1",
	} {
		h := http.Header{"Location": {in}}
		x := site()
		x.URL = "https://www.shop.example/"
		acts := v.plan.Acts(v.Decision, h.Clone(), Reach{Policy: v.policy, Host: x.Host, URL: x.URL})
		v.plan.ResponseHeader(v.Decision, h, x, &Tally{})
		if got := h.Get("Location"); got != want || acts != (in != want) {
			t.Errorf("%s becomes %q, a variant %t", in, got, acts)
		}
	}
}
