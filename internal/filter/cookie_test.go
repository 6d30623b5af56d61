package filter

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

func TestCookies(t *testing.T) {
	t.Parallel()
	keep := newVisitor(t, wirePolicy, "/")
	drop := newVisitor(t, strings.Replace(wirePolicy, "cookies:\n", "cookies:\n  unclassified: drop\n", 1), "/")
	for _, c := range []struct {
		name      string
		in        []string
		kept      string // by default
		classOnly string // with `unclassified: drop`
	}{
		{"untouched", []string{"sid=1;x=2; =3;;y"}, "sid=1;x=2; =3;;y", "sid=1;"},
		{"one goes", []string{"sid=1; _ma=2; x=3"}, "sid=1; x=3", "sid=1"},
		{"the first goes", []string{"_ma=2;  sid=1"}, "sid=1", "sid=1"},
		{"all go", []string{"_ma=2; _sell=1"}, "", ""},
		{"split by HTTP/2", []string{"sid=1", "_ma=2", "x=3; _m=4", "y=5"}, "sid=1; x=3; y=5", "sid=1"},
		{"JSON", []string{`x={"a":"_ma=1","b":[1,2]}; _mj={"a":1}; sid={"b"}`}, `x={"a":"_ma=1","b":[1,2]}; sid={"b"}`, `sid={"b"}`},
		{"nameless", []string{"=a; b; sid=1"}, "=a; b; sid=1", "sid=1"},
		{"nameless that looks named", []string{"=_ma=1; ==_sell=2; sid=1"}, "sid=1", "sid=1"},
		{"tabs and blanks around names", []string{"sid\t=1;\t _ma \t= 2;x =3"}, "sid\t=1;x =3", "sid\t=1"},
		{"case matters", []string{"_SELL=1; SID=2; _sell=3"}, "_SELL=1; SID=2", ""},
		{"name hidden in quotes", []string{`x="a; _ma=1; b"; sid=2`}, `x="a; b"; sid=2`, "sid=2"},
		{"quoted name is another", []string{`"_ma"=1`}, `"_ma"=1`, ""},
		{"attributes go with their cookie", []string{`$Version=1; _ma=1; $Path="/"; $Domain=x; x=2; $path="/a"`}, `$Version=1; x=2; $path="/a"`, ""},
		{"attributes alone", []string{`$Version=1; _ma=1`}, "", ""},
		{"another dollar", []string{"_ma=1; $x=2"}, "$x=2", ""},
		{"control cuts", []string{"sid=1; x=\x002; y=3"}, "sid=1", "sid=1"},
		{"control cuts all", []string{"\x01sid=1"}, "", ""},
		{"our own stays", []string{"privet_consent=v1.x; _ma=1"}, "privet_consent=v1.x", "privet_consent=v1.x"},
		{"only the exact name is ours", []string{"privet_consent2=v1.x; Privet_consent=1"}, "privet_consent2=v1.x; Privet_consent=1", ""},
		{"prefix of a known name", []string{"__Host-_sell=1; __secure-sid=2; __Host-x=3"}, "__secure-sid=2; __Host-x=3", "__secure-sid=2"},
		{"prefix in the policy", []string{"__Host-known=1; known=2"}, "known=2", ""},
		{"value with equals", []string{"sid=a==b=c; _ma=="}, "sid=a==b=c", "sid=a==b=c"},
		{"blank", []string{" ; ;"}, "", ""},
		{"nothing", []string{""}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, _ := keep.errand(rules.Request)
			if got := e.cookies(c.in); got != c.kept {
				t.Errorf("became %q, want %q", got, c.kept)
			}
			e, _ = drop.errand(rules.Request)
			if got := e.cookies(c.in); got != c.classOnly {
				t.Errorf("unclassified dropped: became %q, want %q", got, c.classOnly)
			}
		})
	}
}

func TestCookiesAreTallied(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "ads")
	h := http.Header{"Cookie": {"sid=1; _ma=2; _mb=3; x=4; y=5; _sell=6; privet_consent=7"}}
	tally := &Tally{}
	v.plan.RequestHeader(v.Decision, h, tally)
	if diff := cmp.Diff(http.Header{"Cookie": {"sid=1; x=4; y=5; _sell=6; privet_consent=7"}}, h); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"cookie keep", "cookie keep", "cookie remove", "cookie remove"}, did(tally)); diff != "" {
		t.Error(diff)
	}
	applied := tally.Applied()
	last := applied[len(applied)-1].Ruling
	if want := "stats is on consent; nothing was said, and silence refuses here (opt_in)"; last.Reason != want {
		t.Errorf("reason %q, want %q", last.Reason, want)
	}
	if at := last.At.String(); !strings.HasPrefix(at, "policy.yaml:14:") {
		t.Errorf("position %s, want the recipient's line 14", at)
	}
	if reason := applied[0].Ruling.Reason; reason != "nothing names the cookie; unclassified: keep" {
		t.Errorf("reason %q", reason)
	}
}

func TestCookieSpellingsBecomeOneLine(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	h := http.Header{"Cookie": {"sid=1"}, "cookie": {"_ma=2", "x=3"}, "Cookie2": {`$Version="1"`}}
	v.plan.RequestHeader(v.Decision, h, &Tally{})
	if diff := cmp.Diff(http.Header{"Cookie": {"sid=1; x=3"}}, h); diff != "" {
		t.Error(diff)
	}
}

func TestCookiesAllocateNothing(t *testing.T) {
	v := newVisitor(t, wirePolicy, "/", "stats")
	e, _ := v.errand(rules.Request)
	lines := []string{"sid=1; lab=2; privet_consent=3; _ma=4"}
	e.cookies(lines)
	if n := testing.AllocsPerRun(100, func() { e.cookies(lines) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCookies(f *testing.F) {
	for _, seed := range []string{
		"sid=1; _ma=2; x=3", `x="a; _ma=1"`, "$Version=1; _ma=1; $Path=/", "=_ma=1", "_ma\t=1;;", "__Host-_sell=1", "a\x00;b", "privet_ages=1AAAAAAA; sid=2; _ma=3",
	} {
		f.Add(seed, "_ma=1")
	}
	v := newVisitor(f, wirePolicy, "/")
	f.Fuzz(func(t *testing.T, one, two string) {
		e, _ := v.errand(rules.Request)
		out := e.cookies([]string{one, two})
		if out == "" {
			return
		}
		if again := e.cookies([]string{out}); again != out {
			t.Errorf("%q, %q: %q is acted on again: %q", one, two, out, again)
		}
		standard(t, v, one+"; "+two, out)
		for pair := range strings.SplitSeq(out, ";") {
			name, _, _ := strings.Cut(strings.TrimLeft(pair, " \t="), "=")
			if name = strings.TrimRight(name, " \t"); strings.HasPrefix(name, "_m") && strings.Contains(pair, name+"=") || name == "_sell" && strings.Contains(pair, "=") {
				t.Errorf("%q, %q: %q has %q", one, two, out, name)
			}
			if !strings.Contains(one+"; "+two, strings.Trim(pair, " \t")) {
				t.Errorf("%q, %q: %q was not there", one, two, pair)
			}
		}
	})
}

// standard holds a Cookie line that came out against net/http, where that reads the line that went in: it has the cookies
// that may pass, in their order, and no others.
func standard(t *testing.T, v visitor, in, out string) {
	t.Helper()
	if strings.ContainsAny(in, "$\"") || hasControl(in) {
		return // of attributes and strings nothing is said, and controls cut
	}
	before, err := http.ParseCookie(in)
	if err != nil {
		return
	}
	after, err := http.ParseCookie(out)
	if err != nil {
		t.Errorf("%q: %q is read no more: %v", in, out, err)
		return
	}
	var want, got []string
	for _, c := range before {
		if c.Name != jar.AgesName && cookieRuling(v.Decision, c.Name).Action.Kind == rules.Keep {
			want = append(want, c.Name+"="+c.Value)
		}
	}
	for _, c := range after {
		got = append(got, c.Name+"="+c.Value)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q: %q is read as %q, want %q", in, out, got, want)
	}
}

func BenchmarkCookies(b *testing.B) {
	v := newVisitor(b, wirePolicy, "/")
	for name, line := range map[string]string{
		"untouched": "sid=0123456789abcdef; theme=dark; lang=de; cart=77; privet_consent=v1.abc; csrf=0123456789abcdef",
		"changed":   "sid=0123456789abcdef; _ga=GA1.1.1234.5678; _ma=1; lang=de; _sell=2; csrf=0123456789abcdef",
	} {
		b.Run(name, func(b *testing.B) {
			e, _ := v.errand(rules.Request)
			lines := []string{line}
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				e.cookies(lines)
			}
		})
	}
}
