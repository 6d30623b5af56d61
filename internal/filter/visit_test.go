package filter

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

const oneDay = 24 * time.Hour

// seen is the companion's pair for cookies of stats, which may live ten days, seen for the first time so long ago.
func seen(ago time.Duration, names ...string) string {
	ages := jar.ReadAges(nil, site().Now.Add(-ago), 10*oneDay)
	for _, name := range names {
		ages.Given(name, 10*oneDay)
	}
	pair, _, _ := strings.Cut(ages.Line(true), ";")
	return pair
}

// visited is a request with these cookies and its answer with these lines of Set-Cookie.
type visited struct {
	upstream string   // what it gets of the Cookie line
	lines    []string // what the browser gets
	tally    *Tally
}

func (v visitor) visit(cookies string, page bool, set ...string) visited {
	tally := &Tally{}
	x := site()
	var visit Visit
	x.Visit = &visit
	request, response := http.Header{}, http.Header{}
	if cookies != "" {
		request["Cookie"] = []string{cookies}
	}
	if len(set) > 0 {
		response["Set-Cookie"] = set
	}
	visit.Begin(v.Decision, request["Cookie"], x.Now)
	v.plan.RequestHeaderOf(v.Decision, request, &visit, tally)
	v.plan.ResponseHeader(v.Decision, response, x, tally)
	visit.Answer(response, jar.Site{Host: "localhost"}, page)
	return visited{request.Get("Cookie"), response["Set-Cookie"], tally}
}

func TestVisit(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats") // lab and _m* may live ten days
	const (
		deleted = "=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; SameSite=Lax"
		forTen  = "; Max-Age=820800; Path=/; SameSite=Lax" // until the first day is ten days ago
		none    = "privet_ages=; Max-Age=0; Path=/; SameSite=Lax"
	)
	anew := func(names ...string) string { return seen(0, names...) + forTen }
	for _, c := range []struct {
		name     string
		cookies  string
		set      []string
		upstream string
		page     []string // what the browser gets with a page
		other    []string // and with another response
	}{
		{"nothing", "", nil, "", nil, nil},
		{"nothing with a cap", "sid=1; x=2", []string{"sid=1; Max-Age=99999999", "x=2"}, "sid=1; x=2", []string{"sid=1; Max-Age=99999999", "x=2"}, []string{"sid=1; Max-Age=99999999", "x=2"}},
		{
			"the first visit", "",
			[]string{"lab=1; Max-Age=99999999"},
			"",
			[]string{"lab=1; Max-Age=864000", anew("lab")},
			[]string{"lab=1; Max-Age=864000", anew("lab")},
		},
		{"a cookie that a script has set", "lab=1", nil, "lab=1", []string{anew("lab")}, nil},
		{"two of them", "lab=1; _ma=2; lab=3", nil, "lab=1; _ma=2; lab=3", []string{anew("lab", "_ma")}, nil},
		{
			"set on every visit", "lab=1; " + seen(4*oneDay, "lab"),
			[]string{"lab=1; Max-Age=99999999; Expires=Wed, 01 Jan 2031 00:00:00 GMT"},
			"lab=1",
			[]string{"lab=1; Max-Age=475200; Expires=Sun, 29 Nov 2026 00:00:00 GMT"},
			[]string{"lab=1; Max-Age=475200; Expires=Sun, 29 Nov 2026 00:00:00 GMT"},
		},
		{"shorter by itself", "lab=1; " + seen(4*oneDay, "lab"), []string{"lab=1; Max-Age=5"}, "lab=1", []string{"lab=1; Max-Age=5"}, []string{"lab=1; Max-Age=5"}},
		{"over", "sid=2; lab=1; " + seen(10*oneDay, "lab"), nil, "sid=2", []string{"lab" + deleted, none}, nil},
		{"over, and set again", "lab=1; " + seen(11*oneDay, "lab"), []string{"lab=2; Max-Age=60"}, "", []string{"lab" + deleted, none}, nil},
		{
			"over, beside another", "lab=1; _ma=1; " + seen(11*oneDay, "lab"),
			[]string{"_ma=1"},
			"_ma=1",
			[]string{"_ma=1", "lab" + deleted, anew("_ma")},
			[]string{"_ma=1", "lab" + deleted, anew("_ma")},
		},
		{"dropped by the browser, and set again", seen(11*oneDay, "lab"), []string{"lab=2; Max-Age=60"}, "", []string{"lab=2; Max-Age=60", anew("lab")}, []string{"lab=2; Max-Age=60", anew("lab")}},
		{"deleted by the upstream", "lab=1; " + seen(oneDay, "lab"), []string{"lab=; Max-Age=0"}, "lab=1", []string{"lab=; Max-Age=0"}, []string{"lab=; Max-Age=0"}},
		{"unreadable days", "lab=1; privet_ages=1x", nil, "", []string{"lab" + deleted, none}, nil},
		{"the upstream's own days", "", []string{"privet_ages=1AAAAAAA; Max-Age=60", "privet_ages=; Max-Age=0"}, "", nil, nil},
		{"behind a prefix", "__Secure-lab=1", nil, "__Secure-lab=1", []string{anew("__Secure-lab")}, nil},
		{"refused by nobody's word", "_sell=1", nil, "", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for page, want := range map[bool][]string{true: c.page, false: c.other} {
				got := v.visit(c.cookies, page, c.set...)
				if diff := cmp.Diff(want, got.lines); diff != "" {
					t.Errorf("page %t: the browser gets %s", page, diff)
				}
				if got.upstream != c.upstream {
					t.Errorf("the upstream gets %q, want %q", got.upstream, c.upstream)
				}
			}
		})
	}
}

// What the visitor refused in so many words, and the browser still holds, is deleted with pages.
func TestVisitDeletesWhatWasRefused(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, strings.Replace(wirePolicy, "cookies:\n", "cookies:\n  unclassified: drop\n", 1), "/")
	facts := v.Facts()
	if !v.policy.Choose(&facts.Signals.Prompt, "ads", false) {
		t.Fatal("ads cannot be refused")
	}
	v.Decision = v.policy.Decide(facts)
	got := v.visit("_sell=1; _ma=2; nobody=3; _sell=4", true)
	if want := []string{"_sell=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; SameSite=Lax"}; !slices.Equal(got.lines, want) || got.upstream != "" {
		t.Errorf("the browser gets %q, the upstream %q", got.lines, got.upstream)
	}
	if got = v.visit("_sell=1", false); got.lines != nil {
		t.Errorf("another response than a page brings %q", got.lines)
	}
}

func TestVisitReasons(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats")
	for _, c := range []struct {
		cookies, set string
		want         []string
	}{
		{"", "lab=1; Max-Age=99999999", []string{"response keep policy.yaml:19:3 its life is capped at the retention of stats"}},
		{"lab=1; " + seen(oneDay, "lab"), "lab=1; Max-Age=99999999", []string{"response keep policy.yaml:19:3 its life is capped at what is left of the retention of stats"}},
		{"_ma=1; " + seen(10*oneDay, "_ma"), "_ma=1", []string{
			"request remove policy.yaml:14:82 the retention of its purpose is over, counted from the first visit",
			"response remove policy.yaml:14:82 the retention of its purpose is over, counted from the first visit",
		}},
		{"", "privet_ages=1", []string{"response remove - the gateway keeps its own cookie"}},
	} {
		var got []string
		for _, a := range v.visit(c.cookies, true, c.set).tally.Applied() {
			got = append(got, strings.Join([]string{a.Direction.String(), a.Action.String(), a.Ruling.At.String(), a.Ruling.Reason}, " "))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q, %q: %s", c.cookies, c.set, diff)
		}
	}
}

func TestAgesAfter(t *testing.T) {
	t.Parallel()
	granted, silent := newVisitor(t, wirePolicy, "/", "stats", "ads"), newVisitor(t, wirePolicy, "/")
	ads := newVisitor(t, wirePolicy, "/", "ads")
	x := site()
	x.URL = "https://www.shop.example/"
	both := seen(oneDay, "lab", "_sell")
	for _, c := range []struct {
		name    string
		of      visitor
		cookies string
		want    string
	}{
		{"nothing to keep", granted, "lab=1", ""},
		{"all kept", granted, "lab=1; _sell=2; " + both, ""},
		{"one refused", ads, "lab=1; _sell=2; " + both, seen(oneDay, "_sell") + "; Max-Age=2462400; Path=/; SameSite=Lax; Secure"},
		{"all refused", silent, "lab=1; _sell=2; " + both, "privet_ages=; Max-Age=0; Path=/; SameSite=Lax; Secure"},
		{"all refused, and none held", silent, both, "privet_ages=; Max-Age=0; Path=/; SameSite=Lax; Secure"},
	} {
		if got := AgesAfter(c.of.Decision, []string{c.cookies}, x); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestVisitAllocatesNothingOnceKnown(t *testing.T) {
	v := newVisitor(t, wirePolicy, "/", "stats")
	lines := []string{"sid=1; privet_consent=3; x=4"}
	h := http.Header{}
	var visit Visit
	if n := testing.AllocsPerRun(100, func() {
		visit = Visit{}
		visit.Begin(v.Decision, lines, site().Now)
		visit.Answer(h, jar.Site{Host: "localhost"}, true)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A life is never longer than without a visit, and ends no later than its first day allows.
func TestVisitNeverLengthens(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats")
	for ago := range 12 {
		for _, age := range []string{"1", "86400", "864000", "99999999"} {
			x := site()
			var visit Visit
			x.Visit = &visit
			visit.Begin(v.Decision, []string{"lab=1; " + seen(time.Duration(ago)*oneDay, "lab")}, x.Now)
			e, _ := v.errand(rules.Response)
			out, keep := e.setCookie("lab=1; Max-Age="+age, x)
			if keep != (ago < 10) {
				t.Errorf("after %d days: kept %t", ago, keep)
			}
			if !keep {
				continue
			}
			c, err := http.ParseSetCookie(out)
			left := 10*oneDay - time.Duration(ago)*oneDay - 12*time.Hour
			if err != nil || time.Duration(c.MaxAge)*time.Second > left {
				t.Errorf("after %d days Max-Age=%s is %d (%v), of %v", ago, age, c.MaxAge, err, left)
			}
		}
	}
}

func BenchmarkVisit(b *testing.B) {
	v := newVisitor(b, wirePolicy, "/", "stats")
	for name, line := range map[string]string{
		"undated": "sid=0123456789abcdef; theme=dark; lang=de; cart=77; privet_consent=v1.abc; csrf=0123456789abcdef",
		"dated":   "sid=0123456789abcdef; lab=1; _ma=2; lang=de; csrf=0123456789abcdef; " + seen(4*oneDay, "lab", "_ma"),
	} {
		b.Run(name, func(b *testing.B) {
			lines, h := []string{line}, http.Header{}
			var visit Visit
			b.ReportAllocs()
			for b.Loop() {
				visit = Visit{}
				visit.Begin(v.Decision, lines, site().Now)
				visit.Answer(h, jar.Site{Host: "localhost"}, true)
			}
		})
	}
}
