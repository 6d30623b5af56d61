package filter

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/rules"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	silent := newVisitor(t, wirePolicy, "/")
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"untouched bytes stay", "b=%7e+%41&&a=ü&=x&c", "b=%7e+%41&&a=ü&=x&c"},
		{"removal takes one ampersand in the middle", "a=1&phone=2&b=3", "a=1&b=3"},
		{"at the beginning", "phone=2&b=3", "b=3"},
		{"at the end", "b=3&phone=2", "b=3"},
		{"alone", "phone=2", ""},
		{"empty parts are parts", "a&&phone=2&&b", "a&&&b"},
		{"every occurrence", "phone=1&a&phone=2&phone", "a"},
		{"escaped name", "%70hon%65=1&a=2", "a=2"},
		{"plus in a name", "e+mail=1&e%20mail=2&a=2", "a=2"},
		{"escaped once", "%2570hone=1", "%2570hone=1"},
		{"case matters", "Phone=1", "Phone=1"},
		{"brackets are another name", "phone[]=1", "phone[]=1"},
		{"second question mark is data", "a=?phone=1", "a=?phone=1"},
		{"keep", "plan=%67old", "plan=%67old"},
		{"nullify leaves the name", "no%74e=%41+b&a=1", "no%74e=&a=1"},
		{"nothing to nullify", "note&note=", "note&note="},
		{"decoded, applied, encoded", "born=2001%2d02%2D03", "born=2001"},
		{"constant is encoded", "shop", "shop=a+b%26c"},
		{"unfit is removed", "born=soon&a=1", "a=1"},
		{"click id", "mid=1&a=2&cl_=3&cl_x=4", "a=2"},
		{"click id of the catalogue", "gclid=1&utm_source=x&fbclid=2", "utm_source=x"},
		{"semicolon cuts", "a=1;phone=2&b=3", "a=1"},
		{"semicolon cuts what is judged", "b&phone=1;a=2", "b"},
		{"semicolon first", "a=1&;b", "a=1"},
		{"fragment cuts", "a=1#phone=2", "a=1"},
		{"bad escape cuts the pair", "a=1&b=%zz&phone=1&c", "a=1"},
		{"short escape", "a=1&b%4", "a=1"},
		{"bad escape alone", "%", ""},
		{"control byte", "a=1&b=\x00&c=1", "a=1"},
		{"tab that browsers drop", "a=1&ph\tone=3", "a=1"},
		{"escaped control stays", "a=%00%09", "a=%00%09"},
		{"signed: click ids stay", "mid=1&cl_a=2&X-Amz-Signature=ab", "mid=1&cl_a=2&X-Amz-Signature=ab"},
		{"signed: labels hold", "mid=1&phone=2&sig=ab", "mid=1&sig=ab"},
		{"an empty signature is none", "mid=1&sig=", "sig="},
		{"a signature behind the cut is none", "mid=1&a;sig=x", "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := silent.plan.Query(silent.Decision, Target{Query: c.in}, rules.Request, &Tally{})
			if got != c.want {
				t.Errorf("%q became %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestQueryTalliesRulings(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats")
	tally := &Tally{}
	got := v.plan.Query(v.Decision, Target{Query: "phone=1&plan=2&mid=3&cl_a=4&born=soon&cl_b=5"}, rules.Request, tally)
	if want := "plan=2&mid=3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []string{
		"query remove phone", "query keep plan", "query remove born unfit", "click_id remove", "click_id remove",
	}
	if diff := cmp.Diff(want, did(tally)); diff != "" {
		t.Error(diff)
	}
	applied := tally.Applied()
	last := applied[len(applied)-1]
	if last.Ruling.Reason != "ads is on consent; nothing was said, and silence refuses here (opt_in)" {
		t.Errorf("reason %q", last.Ruling.Reason)
	}
	if at := last.Ruling.At.String(); !strings.HasPrefix(at, "policy.yaml:15:") {
		t.Errorf("position %s, want the recipient's line 15", at)
	}
}

func TestSpecificEndpointSettlesColumn(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/api/x")
	got := v.plan.Query(v.Decision, Target{Query: "phone=123456"}, rules.Response, &Tally{})
	if want := "phone=%2A%2A%2A%2A56"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMailingListLinksKeepTheirToken(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	for path, want := range map[string]string{
		"/UnsubscribePage.html": "mkt_tok=1", "/email-preferences": "mkt_tok=1", "/offer": "", "": "",
	} {
		target := Target{Path: path, Query: "mkt_tok=1&mid=2"}
		if got := v.plan.Query(v.Decision, target, rules.Request, &Tally{}); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestQueryAllocatesNothing(t *testing.T) {
	v := newVisitor(t, wirePolicy, "/")
	tally := &Tally{}
	target := Target{Path: "/search", Query: "q=a+b&page=2&%73ort=up&plan=gold"}
	v.plan.Query(v.Decision, target, rules.Request, tally)
	if n := testing.AllocsPerRun(100, func() { v.plan.Query(v.Decision, target, rules.Request, tally) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// slowNames are the names of a query as an independent parser reads them: its pairs at "&", all else by net/url.
func slowNames(query string) (names []string) {
	for pair := range strings.SplitSeq(query, "&") {
		values, err := url.ParseQuery(pair)
		if err != nil {
			names = append(names, "does not parse")
		}
		for name := range values {
			names = append(names, name)
		}
	}
	return names
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"a=1&phone=2", "%70hone=1;x", "e+mail&&mid=4", "cl_%zz=1", "note=%41&shop=1&born=2001-01-01", "sig=1&mid=2", "\tphone=#",
	} {
		f.Add(seed)
	}
	v := newVisitor(f, wirePolicy, "/")
	f.Fuzz(func(t *testing.T, in string) {
		out := v.plan.Query(v.Decision, Target{Query: in}, rules.Request, &Tally{})
		if again := v.plan.Query(v.Decision, Target{Query: out}, rules.Request, &Tally{}); again != out {
			t.Errorf("%q: %q is acted on again: %q", in, out, again)
		}
		signed := isSigned(out)
		for _, name := range slowNames(out) {
			_, _, owned := v.Param(name)
			switch {
			case name == "phone", name == "e mail", name == "does not parse", owned && !signed:
				t.Errorf("%q: %q has %q", in, out, name)
			}
		}
		// What no action writes was there before.
		for pair := range strings.SplitSeq(out, "&") {
			name, _, _ := strings.Cut(pair, "=")
			if isEscaped(name) || name == "note" || name == "shop" || name == "born" || pair == "" {
				continue
			}
			if !strings.Contains(in, pair) {
				t.Errorf("%q: %q was not there", in, pair)
			}
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	v := newVisitor(b, wirePolicy, "/")
	for name, query := range map[string]string{
		"untouched": "q=privacy+gateway&page=2&sort=price&utm_source=mail&lang=de&filter=a%2Cb",
		"changed":   "q=privacy+gateway&page=2&gclid=Cj0KCQiA&phone=%2B491701234567&lang=de&mid=22",
	} {
		b.Run(name, func(b *testing.B) {
			tally := &Tally{}
			b.ReportAllocs()
			b.SetBytes(int64(len(query)))
			for b.Loop() {
				v.plan.Query(v.Decision, Target{Path: "/search", Query: query}, rules.Request, tally)
			}
		})
	}
}
