package filter

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

const gone = "(dropped)"

func TestSetCookie(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats") // _m* and lab may live ten days; _sell may not be
	for _, c := range []struct{ name, in, want string }{
		{"session", "sid=1; Path=/; HttpOnly", "sid=1; Path=/; HttpOnly"},
		{"refused", "_sell=1; Path=/", gone},
		{"unclassified", "x=1", "x=1"},
		{"tabs around the name", "\t_sell\t=1", gone},
		{"nameless that looks named", "=_sell=1", gone},
		{"nameless", "_sell; Path=/", "_sell; Path=/"},
		{"prefixed", "__Host-_sell=1; Secure; Path=/", gone},
		{"prefix in the policy", "__Host-known=1", gone},
		{"control", "x=1\x07; Path=/", gone},
		{"control in an attribute", "sid=1; Path=/\x00", gone},
		{"not folded", "sid=1, _sell=2; Path=/", "sid=1, _sell=2; Path=/"},
		{"our own", "privet_consent=1; Max-Age=99999999", "privet_consent=1; Max-Age=99999999"},

		{"Max-Age capped", "lab=1; max-age = 31536000 ;Path=/", "lab=1; max-age = 864000 ;Path=/"},
		{"Max-Age under the cap", "lab=1; Max-Age=864000", "lab=1; Max-Age=864000"},
		{"Max-Age without end", "lab=1; Max-Age=99999999999999999999", "lab=1; Max-Age=864000"},
		{"Expires capped", "lab=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Secure", "lab=1; Expires=Thu, 03 Dec 2026 12:00:00 GMT; Secure"},
		{"Expires under the cap", "lab=1; expires=Wed, 25-Nov-2026 00:00:00 GMT", "lab=1; expires=Wed, 25-Nov-2026 00:00:00 GMT"},
		{"both capped", "_ma=1;Expires=Wed, 01 Jan 2031 00:00:00 GMT;Max-Age=864001", "_ma=1;Expires=Thu, 03 Dec 2026 12:00:00 GMT;Max-Age=864000"},
		{"each of several", "lab=1; Max-Age=5; Max-Age=864001", "lab=1; Max-Age=5; Max-Age=864000"},
		{"unreadable lives go", "lab=1; Max-Age=+9; Path=/; Expires=never; Max-Age; Secure", "lab=1; Path=/; Secure"},
		{"uncapped stays", "sid=1; Max-Age=+9; Expires=never", "sid=1; Max-Age=+9; Expires=never"},
		{"session stays session", "lab=1", "lab=1"},

		{"deletion", "_sell=; Max-Age=0", "_sell=; Max-Age=0"},
		{"deletion below zero", "_sell=1; max-age=-1; Domain=foreign.example", "_sell=1; max-age=-1; Domain=foreign.example"},
		{"deletion by date", "_sell=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "_sell=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
		{"deletion by both", "_sell=; Expires=Thu, 01-Jan-70 00:00:01 GMT; Max-Age=0", "_sell=; Expires=Thu, 01-Jan-70 00:00:01 GMT; Max-Age=0"},
		{"Max-Age goes before Expires", "_sell=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", gone},
		{"no deletion by one of two", "_sell=1; Max-Age=0; Max-Age=60", gone},
		{"no deletion by what is unreadable", "_sell=1; Max-Age=-; Expires=Thu, 01 Jan 1970 00:00:00 GMT", gone},
		{"no deletion in the value", "_sell=Max-Age=0", gone},
		{"no deletion without a date", "_sell=1; Expires=", gone},

		{"own domain", "sid=1; Domain=.Shop.Example", "sid=1; Domain=.Shop.Example"},
		{"sister of the host", "sid=1; Domain=api.shop.example", "sid=1; Domain=api.shop.example"},
		{"empty domain", "sid=1; Domain=", "sid=1; Domain="},
		{"foreign domain", "sid=1; Domain=other.example", gone},
		{"foreign among several", "sid=1; domain=other.example; Domain=shop.example", gone},
		{"public suffix", "sid=1; Domain=example", gone},
		{"domain of a recipient let through", "x=1; Domain=meter.example", "x=1; Domain=meter.example"},
		{"domain of a recipient not let through", "x=1; Domain=.sells.example", gone},
		{"name of a recipient let through", "_ma=1; Domain=other.example", "_ma=1; Domain=other.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, _ := v.errand(rules.Response)
			got, keep := e.setCookie(c.in, site())
			if !keep {
				got = gone
			}
			if got != c.want {
				t.Errorf("%q became %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestSetCookie2HoldsSeveral(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats")
	for in, want := range map[string]string{
		`sid="1"; Version="1"`:                    `sid="1"; Version="1"`,
		`sid=1; Version=1, x=2; Version=1`:        `sid=1; Version=1, x=2; Version=1`,
		`sid=1; Version=1, _sell=2; Version=1`:    gone,
		`sid="a, _sell=2"`:                        gone,
		`sid=1; Max-Age=0, _sell=2`:               gone,
		`sid=1, lab=2; Max-Age=864001`:            gone,
		`lab=1; Max-Age=864001; Version=1`:        `lab=1; Max-Age=864000; Version=1`,
		`sid=1; Comment="a, b"; Domain=o.example`: gone,
	} {
		e, tally := v.errand(rules.Response)
		got, keep := e.setCookie2(in, site())
		if !keep {
			got = gone
		}
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if got == gone && len(did(tally)) != 1 {
			t.Errorf("%q: tallied %v", in, did(tally))
		}
	}
}

func TestSetCookieReasons(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/", "stats")
	for _, c := range []struct{ in, action, reason, at string }{
		{"_sell=1", "remove", "ads is on consent; nothing was said, and silence refuses here (opt_in)", "policy.yaml:15:"},
		{"lab=1; Max-Age=864001", "keep", "its life is capped at the retention of stats", "policy.yaml:19:"},
		{"sid=1; Domain=o.example", "remove", "its Domain is foreign to the site, and no recipient that is let through owns it", "policy.yaml:17:"},
		{"x=1", "keep", "nothing names the cookie; unclassified: keep", "-"},
		{"sid=\x01", "remove", "the cookie does not parse", "-"},
	} {
		tally := &Tally{}
		h := http.Header{"Set-Cookie": {c.in}}
		v.plan.ResponseHeader(v.Decision, h, site(), tally)
		applied := tally.Applied()
		if len(applied) != 1 {
			t.Errorf("%q: %v", c.in, did(tally))
			continue
		}
		a := applied[0]
		if a.Kind != Cookie || a.Direction != rules.Response || a.Action.String() != c.action || a.Ruling.Reason != c.reason {
			t.Errorf("%q: %+v", c.in, a)
		}
		if at := a.Ruling.At.String(); !strings.HasPrefix(at, c.at) {
			t.Errorf("%q: at %s, want %s", c.in, at, c.at)
		}
	}
}

func TestSetCookieLinesStayApart(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	lines := []string{"sid=1", "_ma=2", "x=3", "_sell=4; Max-Age=0"}
	h := http.Header{"Set-Cookie": lines, http.TrailerPrefix + "Set-Cookie": {"_ma=1"}}
	v.plan.ResponseHeader(v.Decision, h, site(), &Tally{})
	want := http.Header{"Set-Cookie": {"sid=1", "x=3", "_sell=4; Max-Age=0"}, http.TrailerPrefix + "Set-Cookie": {"_ma=1"}}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if lines[1] != "_ma=2" {
		t.Error("the slice of another header was written to")
	}
	v.plan.ResponseTrailer(v.Decision, h, site(), &Tally{})
	delete(want, http.TrailerPrefix+"Set-Cookie")
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestSameSite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		domain, host string
		want         bool
	}{
		{"example.com", "www.example.com:443", true},
		{"b.example.com.", "A.EXAMPLE.com", true},
		{"example.co.uk", "www.example.co.uk", true},
		{"co.uk", "www.example.co.uk", false},
		{"com", "example.com", false},
		{"other.co.uk", "www.example.co.uk", false},
		{"a.github.io", "b.github.io", false},
		{"a.github.io", "a.github.io", true},
		{"github.io", "github.io", true},
		{"localhost", "localhost:8080", true},
		{"local", "localhost", false},
		{"10.0.0.1", "10.0.0.1:80", true},
		{"0.0.1", "10.0.0.1", false},
		{"10.0.0.2", "10.0.0.1", false},
		{"::1", "[::1]:80", true},
		{"", "", false},
		{"example.com", "", false},
		{"notexample.com", "example.com", false},
		{"..", "example.com", false},
	} {
		if got := sameSite(c.domain, c.host); got != c.want {
			t.Errorf("%q at %q: %t", c.domain, c.host, got)
		}
	}
}

func TestParseExpires(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for in, want := range map[string]time.Time{
		"Wed, 21 Oct 2026 07:28:00 GMT":     at("2026-10-21 07:28:00"),
		"Wednesday, 21-Oct-26 07:28:00 GMT": at("2026-10-21 07:28:00"),
		"Wed Oct 21 07:28:00 2026":          at("2026-10-21 07:28:00"),
		"1/oct/70;1:2:3x":                   at("1970-10-01 01:02:03"),
		"Thu, 01 Jan 69 00:00:00 GMT":       at("2069-01-01 00:00:00"),
		"29 February 2028 0:0:0":            at("2028-02-29 00:00:00"),
		"21 Oct 2026 07:28:00 22 Nov 2027":  at("2026-10-21 07:28:00"),
	} {
		if got, ok := parseExpires(in); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %t, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{
		"", "0", "never", "Wed, 21 Oct 2026", "21 Oct 2026 24:00:00", "21 Oct 2026 07:60:00", "30 Feb 2026 07:00:00",
		"0 Oct 2026 07:00:00", "32 Oct 2026 07:00:00", "21 Oct 1600 07:00:00", "21 Oct 20261 07:00:00", "21 Oct 2026 7:00", "21 10 2026 07:00:00",
	} {
		if got, ok := parseExpires(in); ok {
			t.Errorf("%q is %v", in, got)
		}
	}
}

var blanks = regexp.MustCompile(`[ \t]*([=;])[ \t]*`)

func FuzzSetCookie(f *testing.F) {
	for _, seed := range []string{
		"sid=1; Path=/", "_sell=1; Max-Age=0", "lab=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; max-age = 99999999", "=_sell=1", "x; Domain=o.example",
		"lab=1;Max-Age;Expires=;;Max-Age=+1", "__Host-_sell", "lab=1; Max-Age=500000; Secure; Partitioned; SameSite=None", "old=1; Max-Age=5", "privet_ages=1",
	} {
		f.Add(seed)
	}
	v := newVisitor(f, strings.Replace(wirePolicy, "  lab: stats\n", "  lab: stats\n  old: stats\n", 1), "/", "stats")
	var visit Visit
	visited := site() // by who has had lab for four days, and old for longer than may be
	visit.Begin(v.Decision, []string{"lab=1; old=2; " + seen(4*oneDay, "lab"), seen(11*oneDay, "old")}, visited.Now)
	visited.Visit = &visit
	f.Fuzz(func(t *testing.T, in string) {
		agesWithAnswer(t, v, in)
		for limit, x := range map[int]Exchange{864000: site(), 475200: visited} {
			e, _ := v.errand(rules.Response)
			out, keep := e.setCookie(in, x)
			if !keep {
				mayGo(t, v, in, x)
				continue
			}
			if again, keep := e.setCookie(out, x); !keep || again != out {
				t.Errorf("%q: %q is acted on again: %q", in, out, again)
			}
			mayPass(t, in, out, x, limit)
		}
	})
}

// mayPass holds a line that came out against net/http, which alone minds blanks around the name of an attribute.
func mayPass(t *testing.T, in, out string, x Exchange, limit int) {
	t.Helper()
	c, err := http.ParseSetCookie(blanks.ReplaceAllString(out, "$1"))
	if err != nil {
		return
	}
	if c.MaxAge < 0 || c.MaxAge == 0 && !c.Expires.IsZero() && !c.Expires.After(x.Now) {
		return // a deletion
	}
	switch {
	case c.Name == "_sell", c.Name == jar.AgesName, c.Name == "old" && x.Visit != nil:
		t.Errorf("%q: %q has a cookie that may not be set", in, out)
	case c.Name == "lab" && (c.MaxAge > limit || c.Expires.After(x.Now.Add(time.Duration(limit)*time.Second))):
		t.Errorf("%q: %q lives too long", in, out)
	case strings.EqualFold(strings.TrimPrefix(c.Domain, "."), "other.example"):
		t.Errorf("%q: %q has a foreign domain", in, out)
	}
	before, err := http.ParseSetCookie(blanks.ReplaceAllString(in, "$1"))
	if err != nil {
		if in == out {
			t.Errorf("%q is read differently", in)
		}
		return
	}
	lengthened := c.MaxAge > before.MaxAge && before.MaxAge > 0 || c.Expires.After(before.Expires) && !before.Expires.IsZero()
	if lengthened || (c.MaxAge > 0) != (before.MaxAge > 0) && c.MaxAge > 0 {
		t.Errorf("%q: %q lives longer", in, out)
	}
	for _, c := range []*http.Cookie{before, c} { // nothing else may differ
		c.MaxAge, c.Expires, c.RawExpires, c.Raw, c.Unparsed = 0, time.Time{}, "", "", nil
	}
	if diff := cmp.Diff(before, c); diff != "" {
		t.Errorf("%q: %q differs in more than its life: %s", in, out, diff)
	}
}

// mayGo holds a line that was dropped against net/http: what nobody refused is kept.
func mayGo(t *testing.T, v visitor, in string, x Exchange) {
	t.Helper()
	c, err := http.ParseSetCookie(in)
	if err != nil || c.Domain != "" || strings.Contains(strings.ToLower(in), "domain") || hasControl(in) || c.Name == jar.AgesName || c.Name == "old" && x.Visit != nil {
		return
	}
	if cookieRuling(v.Decision, c.Name).Action.Kind == rules.Keep {
		t.Errorf("%q was dropped", in)
	}
}

// agesWithAnswer holds the days against what they are for: whatever a line says, the next visits do not lengthen a life.
func agesWithAnswer(t *testing.T, v visitor, in string) {
	t.Helper()
	cookies, end := "", time.Time{}
	for day := range 12 {
		var visit Visit
		x := site()
		x.Now = x.Now.Add(time.Duration(day) * oneDay)
		x.Visit = &visit
		visit.Begin(v.Decision, []string{cookies}, x.Now)
		e, _ := v.errand(rules.Response)
		out, keep := e.setCookie(in, x)
		c, err := http.ParseSetCookie(blanks.ReplaceAllString(out, "$1"))
		if err != nil || !keep || c.Name != "lab" || c.MaxAge <= 0 {
			return
		}
		dies := x.Now.Add(time.Duration(c.MaxAge) * time.Second)
		if end.IsZero() {
			end = x.Now.Add(10 * oneDay)
		}
		if dies.After(end) {
			t.Errorf("%q: %q of day %d lives longer than it may", in, out, day)
		}
		h := http.Header{}
		visit.Answer(h, jar.Site{Host: "localhost"}, false)
		if lines := h["Set-Cookie"]; len(lines) > 0 {
			cookies, _, _ = strings.Cut(lines[len(lines)-1], ";")
			cookies = "lab=1; " + cookies
		}
		if x.Now.Add(oneDay).After(dies) {
			return // the browser drops it by itself
		}
	}
}

func BenchmarkSetCookie(b *testing.B) {
	v := newVisitor(b, wirePolicy, "/", "stats")
	for name, line := range map[string]string{
		"untouched": "sid=0123456789abcdef; Path=/; Domain=shop.example; HttpOnly; Secure; SameSite=Lax",
		"capped":    "lab=0123456789abcdef; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Max-Age=99999999",
	} {
		b.Run(name, func(b *testing.B) {
			e, _ := v.errand(rules.Response)
			x := site()
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				e.setCookie(line, x)
			}
		})
	}
}
