package filter

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestHeader(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	h := http.Header{
		"X-Device-Id": {"one", "two"}, "X_device_id": {"three"}, "x-DEVICE_id": {"four"}, "X-Device-Id ": {"five"}, "X-Device-Ident": {"six"},
		"X-Phone": {"123456", "98"}, "X_phone": {"55555"}, "X-Plan": {"gold", ""},
		"X-Born":  {"soon", "2001-02-03", "1999"},
		"Referer": {"https://www.shop.example/a?phone=1&b=2#phone"}, "Origin": {"https://www.shop.example"},
		"Set-Cookie": {"_sell=1"}, "Connection": {"keep-alive, X-Device-Id"}, "Cookie": {"_sell=1"},
	}
	tally := &Tally{}
	v.plan.RequestHeader(v.Decision, h, tally)
	want := http.Header{
		"X-Device-Ident": {"six"},
		"X-Phone":        {"****56", "**"}, "X_phone": {"***55"}, "X-Plan": {"gold", ""},
		"X-Born":  {"2001", "1999"},
		"Referer": {"https://www.shop.example/a?b=2#phone"}, "Origin": {"https://www.shop.example"},
		"Set-Cookie": {"_sell=1"}, "Connection": {"keep-alive, X-Device-Id"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	got := map[string]int{}
	for _, a := range tally.Applied() {
		name := a.Kind.String() + " " + a.Action.String() + " " + a.Field
		if a.Unfit {
			name += " unfit"
		}
		got[name] = a.Count
	}
	counts := map[string]int{
		"header remove X-Device-Id": 5, "header mask X-Phone": 3, "header keep X-Plan": 2, "header generalize X-Born": 2,
		"header remove X-Born unfit": 1, "query remove phone": 1, "cookie remove ": 1,
	}
	if diff := cmp.Diff(counts, got); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderColumnsMeet(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/api/x")
	h := http.Header{"X-Device-Id": {"d1"}, "X-Lost": {"2001-02-03"}}
	tally := &Tally{}
	v.plan.RequestHeader(v.Decision, h, tally)
	if got := h.Get("X-Device-Id"); !strings.HasPrefix(got, "p_") {
		t.Errorf("the more specific endpoint pseudonymizes; got %q", got)
	}
	// A mask and a generalization of the same place: GET /{any...} is narrower than /, so its label settles it.
	if got := h.Get("X-Lost"); got != "2001" {
		t.Errorf("got %q", got)
	}
}

// tiePolicy has two endpoints of which neither is within the other.
const tiePolicy = `categories:
  phone: {purposes: [], otherwise: {mask: {keep_last: 2}}}
  born:  {purposes: [], otherwise: {generalize: year}}
  near:  {purposes: [], otherwise: {coarsen: 1km}}
endpoints:
  /a/{x}: {query: {n: born, m: born}}
  /{x}/b: {query: {n: near, m: phone}}
`

func TestTiesGoToTheStricter(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, tiePolicy, "/a/b")
	tally := &Tally{}
	target := Target{Query: "n=2001-02-03&m=12345"}
	if got, want := v.plan.Query(v.Decision, target, 0, tally), "m=%2A%2A%2A45"; got != want {
		t.Errorf("unlike actions of one step are remove, a mask is stricter than either: got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"query mask m", "query remove n"}, did(tally)); diff != "" {
		t.Error(diff)
	}
}

func TestResponseHeader(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	h := http.Header{
		"Location":         {"https://www.shop.example/next?gclid=1&a=2"},
		"Content-Location": {"/a?phone=1"},
		"Link":             {"</s.css?phone=1>; rel=preload", "<https://x.example/?a>; rel=next, <?mid=2>"},
		"Refresh":          {"3; url='/a?cl_x=1&b'"},
		"X-Device-Id":      {"one"},
		"Cookie":           {"_sell=1"},
		"Content-Type":     {"text/html; charset=utf-8"},
	}
	v.plan.ResponseHeader(v.Decision, h, site(), &Tally{})
	want := http.Header{
		"Location":         {"https://www.shop.example/next?a=2"},
		"Content-Location": {"/a"},
		"Link":             {"</s.css>; rel=preload", "<https://x.example/?a>; rel=next, <>"},
		"Refresh":          {"3; url='/a?b'"},
		"Cookie":           {"_sell=1"},
		"Content-Type":     {"text/html; charset=utf-8"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

// Policies are read under the canonical spelling of their fields, where a client reads them under any.
func TestSpellingsOfPoliciesMeet(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	h := http.Header{
		"content-security-policy": {"img-src 'self'"}, "Content-Security-Policy": {"script-src 'self'; report-uri https://ads.sells.example/c"},
		"CONTENT-SECURITY-POLICY-REPORT-ONLY": {"img-src *"}, "Trailer:Content-Security-Policy": {"img-src *"},
	}
	v.plan.ResponseHeader(v.Decision, h, site(), &Tally{})
	slices.Sort(h["Content-Security-Policy"])
	want := http.Header{
		"Content-Security-Policy": {"img-src 'self'", "script-src 'self'"}, "Content-Security-Policy-Report-Only": {"img-src *"},
		"Trailer:Content-Security-Policy": {"img-src *"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestResponseTrailer(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	h := http.Header{
		"Trailer":                             {"X-Phone, x-born", "Set-Cookie"},
		"X-Phone":                             {"123456"},
		"X-Born":                              {"2001-02-03"},
		"X-Device-Id":                         {"sent already"},
		"Set-Cookie":                          {"_sell=1", "sid=2"},
		http.TrailerPrefix + "X_device_id":    {"late"},
		http.TrailerPrefix + "Location":       {"/a?phone=1"},
		http.TrailerPrefix + "Content-Digest": {"sha-256=:abc:"},
	}
	v.plan.ResponseTrailer(v.Decision, h, site(), &Tally{})
	Changed(h)
	want := http.Header{
		"Trailer":                       {"X-Phone, x-born", "Set-Cookie"},
		"X-Phone":                       {"****56"},
		"X-Born":                        {"2001"},
		"X-Device-Id":                   {"sent already"},
		"Set-Cookie":                    {"sid=2"},
		http.TrailerPrefix + "Location": {"/a"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAnActionWritesCannotFrame(t *testing.T) {
	t.Parallel()
	policy := "categories: {c: {purposes: [], otherwise: {replace: \"a\\r\\nX-Evil: 1\"}}}\nendpoints: {/: {headers: {X-A: c}}}\n"
	v := newVisitor(t, policy, "/")
	h := http.Header{"X-A": {"1"}}
	tally := &Tally{}
	v.plan.RequestHeader(v.Decision, h, tally)
	if diff := cmp.Diff(http.Header{}, h); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"header remove X-A unfit"}, did(tally)); diff != "" {
		t.Error(diff)
	}
}

func TestHeadersAllocateNothing(t *testing.T) {
	skipUnderRace(t)
	v := newVisitor(t, wirePolicy, "/", "stats")
	request, response := benchRequest(), benchResponse()
	tally := &Tally{}
	if n := testing.AllocsPerRun(100, func() { v.plan.RequestHeader(v.Decision, request, tally) }); n != 0 {
		t.Errorf("a request: %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { v.plan.ResponseHeader(v.Decision, response, site(), tally) }); n != 0 {
		t.Errorf("a response: %v allocations", n)
	}
}

func benchRequest() http.Header {
	return http.Header{
		"Accept": {"text/html"}, "Accept-Encoding": {"gzip, br"}, "Accept-Language": {"de"}, "Cache-Control": {"no-cache"},
		"Cookie": {"sid=0123456789abcdef; lab=1; _ma=2"}, "Referer": {"https://www.shop.example/list?page=2&sort=price"},
		"Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Gpc": {"1"}, "User-Agent": {"Mozilla/5.0"}, "X-Plan": {"gold"},
	}
}

func benchResponse() http.Header {
	return http.Header{
		"Cache-Control": {"max-age=60"}, "Content-Type": {"text/html"}, "Content-Length": {"12345"}, "Etag": {`"abc"`}, "Server": {"x"},
		"Link": {"</style.css?v=3>; rel=preload; as=style"}, "Set-Cookie": {"sid=0123456789abcdef; Path=/; HttpOnly; Secure"}, "X-Plan": {"gold"},
	}
}

func BenchmarkHeaders(b *testing.B) {
	v := newVisitor(b, wirePolicy, "/", "stats")
	tally := &Tally{}
	b.Run("request", func(b *testing.B) {
		h := benchRequest()
		b.ReportAllocs()
		for b.Loop() {
			v.plan.RequestHeader(v.Decision, h, tally)
		}
	})
	b.Run("response", func(b *testing.B) {
		h := benchResponse()
		b.ReportAllocs()
		for b.Loop() {
			v.plan.ResponseHeader(v.Decision, h, site(), tally)
		}
	})
}
