package blocklist

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// verdictOf asks one list, whose lines are given, and puts the answer in a word and a line.
func verdictOf(t testing.TB, list string, r Request) (string, int) {
	t.Helper()
	l, _ := ParseList([]byte(list))
	v := NewLists([]*List{l}).Match(r)
	switch {
	case v.Blocked && !v.Exception:
		return "block", v.Line
	case v.Exception && !v.Blocked:
		return "exception", v.Line
	case v.Blocked:
		t.Error("blocked and excepted")
	}
	return "", v.Line
}

// TestSyntax has each element of the syntax once where it matches and once where it just does not. The page is
// https://www.page.example and the type Script, unless the case says otherwise.
func TestSyntax(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list, url, page string
		kind            Type
		want            string
		line            int
	}{
		{list: "/track.", url: "https://a.example/x/track.js", want: "block", line: 1},
		{list: "/TRACK.", url: "https://a.example/x/Track.js", want: "block", line: 1},
		{list: "/track.", url: "https://a.example/x/track/js"},
		{list: "/a*b*c.", url: "https://a.example/a/xx/b-c.js", want: "block", line: 1},
		{list: "/a*b*c.", url: "https://a.example/a/xx/c.b"},
		{list: "|https://a.", url: "https://a.example/", want: "block", line: 1},
		{list: "|https://b.", url: "https://a.example/?https://b."},
		{list: ".js|", url: "https://a.example/x.js", want: "block", line: 1},
		{list: ".js|", url: "https://a.example/x.js?"},
		{list: "||b.example^", url: "https://a.b.example/", want: "block", line: 1},
		{list: "||b.example^", url: "https://a.b.example:8080/x", want: "block", line: 1},
		{list: "||b.example^", url: "https://a.b.example./x", want: "block", line: 1},
		{list: "||b.example^", url: "https://ab.example/"},
		{list: "||b.example^", url: "https://b.example.org/"},
		{list: "||b.example^", url: "https://c.example/b.example/"},
		{list: "||b.example/x", url: "https://a.b.example/xyz", want: "block", line: 1},
		{list: "||b.example/x", url: "https://a.b.example/yx"},
		{list: "||ad.", url: "https://www.ad.example/", want: "block", line: 1},
		{list: "||ad.", url: "https://www.bad.example/ad."},
		{list: "||ex", url: "https://b.example/", want: "block", line: 1},
		{list: "/x^y^", url: "https://a.example/x?y", want: "block", line: 1},
		{list: "/x^y^", url: "https://a.example/x-y/"},
		{list: "/x^|", url: "https://a.example/x", want: "block", line: 1},
		{list: "/x^|", url: "https://a.example/x/", want: "block", line: 1},
		{list: "/x^|", url: "https://a.example/x/y"},
		{list: "/x^y", url: "https://a.example/x%y"},
		{list: `/\/t[0-9]{3}\.js$/`, url: "https://a.example/t123.js", want: "block", line: 1},
		{list: `/\/t[0-9]{3}\.js$/`, url: "https://a.example/t12.js"},
		{list: `/\/T[0-9]\.js$/$match-case`, url: "https://a.example/t1.js"},
		{list: `/\/T[0-9]\.js$/$script,match-case`, url: "https://a.example/T1.js", want: "block", line: 1},
		{list: `/x{2,3}y/$domain=page.example`, url: "https://a.example/xxy", want: "block", line: 1},
		{list: `/x(?=y)/`, url: "https://a.example/xy"},
		{list: "/Track$match-case", url: "https://a.example/track"},
		{list: "/Track$match-case", url: "https://a.example/Track", want: "block", line: 1},
		{list: "/t.js\n@@/t.js", url: "https://a.example/t.js", want: "exception", line: 2},
		{list: "/t.js\n@@/u.js", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "@@/t.js", url: "https://a.example/t.js"},
		{list: "/t.js$important\n@@/t.js", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.js\n/t.$important\n@@/t.js", url: "https://a.example/t.js", want: "block", line: 2},
		{list: "/t.js$important\n@@/t.js$important", url: "https://a.example/t.js", want: "exception", line: 2},
		{list: "/t.js$script,3p\n/t.js$third-party,script,badfilter", url: "https://a.example/t.js"},
		{list: "/t.js$script,3p\n/t.js$script,badfilter", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.js\n@@/t.js\n@@/t.js$badfilter", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.js$domain=b.example|page.example\n/t.js$badfilter,from=page.example|b.example", url: "https://a.example/t.js"},
		{list: "/t.$third-party", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$3p", url: "https://cdn.page.example/t.js"},
		{list: "/t.$~third-party", url: "https://cdn.page.example/t.js", want: "block", line: 1},
		{list: "/t.$1p", url: "https://cdn.page.example/t.js", want: "block", line: 1},
		{list: "/t.$first-party", url: "https://a.example/t.js"},
		{list: "/t.$~1p", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$strict1p", url: "https://cdn.page.example/t.js"},
		{list: "/t.$strict1p", url: "https://www.page.example/t.js", want: "block", line: 1},
		{list: "/t.$1p,strict3p", url: "https://cdn.page.example/t.js", want: "block", line: 1},
		{list: "/t.$image", url: "https://a.example/t.js"},
		{list: "/t.$image,script", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$~image", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$~script", url: "https://a.example/t.js"},
		{list: "/t.", url: "https://a.example/t.html", kind: Document},
		{list: "/t.$doc", url: "https://a.example/t.html", kind: Document, want: "block", line: 1},
		{list: "/t.$all", url: "https://a.example/t.html", kind: Document, want: "block", line: 1},
		{list: "/t.$popup", url: "https://a.example/t.js"},
		{list: "/t.$domain=page.example", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$from=age.example", url: "https://a.example/t.js"},
		{list: "/t.$domain=~page.example", url: "https://a.example/t.js"},
		{list: "/t.$domain=page.example|~www.page.example", url: "https://a.example/t.js"},
		{list: "/t.$domain=~page.example|www.page.example", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$domain=shop.*", url: "https://a.example/t.js", page: "www.shop.co.uk", want: "block", line: 1},
		{list: "/t.$domain=shop.*|~shop.co.uk", url: "https://a.example/t.js", page: "www.shop.co.uk"},
		{list: "/t.$domain=shop.*", url: "https://a.example/t.js", page: "shop.other.com"},
		{list: "/t.$domain=page.example", url: "https://a.example/t.js", page: "-"},
		{list: "$script,domain=page.example", url: "https://a.example/any", want: "block", line: 1},
		{list: "*$script,domain=other.example", url: "https://a.example/any"},
		{list: "*$script,domain=~other.example", url: "https://a.example/any", want: "block", line: 1},
		{list: "/t.$to=b.example|~a.b.example", url: "https://b.example/t.js", want: "block", line: 1},
		{list: "/t.$to=b.example|~a.b.example", url: "https://a.b.example/t.js"},
		{list: "/t.$to=shop.*", url: "https://www.shop.co.uk/t.js", want: "block", line: 1},
		{list: "*$3p,script,denyallow=b.example,domain=page.example", url: "https://a.b.example/t.js"},
		{list: "*$3p,script,denyallow=b.example,domain=page.example", url: "https://c.example/t.js", want: "block", line: 1},
		{list: "/t.$redirect=noop.js:10", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$rewrite=abp-resource:blank-js", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$empty", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$mp4", url: "https://a.example/t.mp4", kind: Media, want: "block", line: 1},
		{list: "/t.$redirect-rule=noop.js", url: "https://a.example/t.js"},
		{list: "/t.\n@@/t.$redirect=noop.js", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/t.$csp=script-src 'none'", url: "https://a.example/t.js"},
		{list: "/t.$script,_____", url: "https://a.example/t.js", want: "block", line: 1},
		{list: "/$t.js", url: "https://a.example/$t.js", want: "block", line: 1},
		{list: "/t.$nonsense", url: "https://a.example/t.js"},
		{list: "0.0.0.0 b.example c.example # d.example", url: "https://x.c.example/", want: "block", line: 1},
		{list: "0.0.0.0 b.example # d.example", url: "https://d.example/"},
		{list: "127.0.0.1 localhost\n::1 b.org", url: "https://b.org/", want: "block", line: 2},
		{list: "ads.org", url: "https://x.ads.org/", want: "block", line: 1},
		{list: "ads.org", url: "https://bads.org/"},
		{list: "track.js", url: "https://a.example/mytrack.js", want: "block", line: 1},
		{list: "||bücher.de^", url: "https://xn--bcher-kva.de/", want: "block", line: 1},
		{list: "/t.$domain=bücher.de", url: "https://a.example/t.js", page: "xn--bcher-kva.de", want: "block", line: 1},
		{list: "! /t.\n[Adblock Plus 2.0]\n/t.\r\n", url: "https://a.example/t.js", want: "block", line: 3},
		{list: "!#if ext_ublock && !env_mobile\n/t.\n!#else\n/u.\n!#endif", url: "https://a.example/t.js", want: "block", line: 2},
		{list: "!#if env_mobile\n/t.\n!#endif\n/u.", url: "https://a.example/t.js"},
		{list: "page.example##.t\n/t.#x", url: "https://a.example/t.js"},
		{list: "/t.js", url: "https://a.example/#/t.js"},
		{list: "a^", url: "https://b.org/a", want: "block", line: 1},
		{list: "*", url: "https://a.example/t.js"},
	} {
		page := c.page
		switch page {
		case "":
			page = "www.page.example"
		case "-":
			page = ""
		}
		r := request(c.url, page, c.kind)
		if r.Type == 0 {
			r.Type = Script
		}
		if got, line := verdictOf(t, c.list, r); got != c.want || line != c.line {
			t.Errorf("%q of %s: %q by line %d, want %q by %d", c.list, c.url, got, line, c.want, c.line)
		}
	}
}

// TestTypes has the names of each type as the makers of lists write them.
func TestTypes(t *testing.T) {
	t.Parallel()
	for names, kind := range map[string]Type{
		"script": Script, "image": Image, "stylesheet css": Stylesheet, "object": Object, "xmlhttprequest xhr": XHR, "other": Other,
		"subdocument frame": Subdocument, "ping beacon": Ping, "websocket": WebSocket, "media": Media, "font": Font,
		"document doc": Document, "popup": Popup,
	} {
		for name := range strings.FieldsSeq(names) {
			for one := Other; one <= Popup; one <<= 1 {
				got, _ := verdictOf(t, "/t$"+name, request("https://a.example/t", "", one))
				if (got == "block") != (one == kind) {
					t.Errorf("$%s, type %b: %q", name, one, got)
				}
			}
		}
	}
}

func TestRemoveParam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list, url string
		want      []string
	}{
		{"$removeparam=utm_source", "https://a.example/?x=1&utm_source=y&z=", []string{"utm_source=y"}},
		{"$removeparam=utm_source", "https://a.example/?utm%5Fsource=y&utm_source", []string{"utm%5Fsource=y", "utm_source"}},
		{"$removeparam=utm_source", "https://a.example/?Utm_source=y#?utm_source=1", nil},
		{"||a.example^$queryprune=x", "https://a.example/?x=1", []string{"x=1"}},
		{"||a.example^$removeparam=x", "https://b.example/?x=1", nil},
		{"||a.example^$removeparam", "https://a.example/?x=1&y", []string{"x=1", "y"}},
		{"||a.example^$removeparam=~x", "https://a.example/?x=1&y", []string{"y"}},
		{"||a.example^$removeparam=/^x[0-9]=a,?$/", "https://a.example/?x1=a&x1=b&X2=a", []string{"x1=a"}},
		{"||a.example^$removeparam=/^x[0-9]=/i", "https://a.example/?X2=a", []string{"X2=a"}},
		{"$removeparam=x\n@@||a.example^$removeparam=x", "https://a.example/?x=1", nil},
		{"$removeparam=x\n$removeparam=y\n@@||a.example^$removeparam=x", "https://a.example/?x=1&y=1", []string{"y=1"}},
		{"$removeparam=x\n@@||a.example^$removeparam", "https://a.example/?x=1", nil},
		{"$removeparam=x\n@@||a.example^", "https://a.example/?x=1", []string{"x=1"}},
		{"$removeparam=x,important\n@@||a.example^$removeparam", "https://a.example/?x=1", []string{"x=1"}},
		{"$removeparam=x\n$removeparam=x,badfilter", "https://a.example/?x=1", nil},
		{"$removeparam=x,domain=other.example", "https://a.example/?x=1", nil},
		{"$removeparam=x\n||a.example^", "https://a.example/?x=1", nil},
	} {
		l, _ := ParseList([]byte(c.list))
		var got []string
		for _, piece := range NewLists([]*List{l}).Match(request(c.url, "www.page.example", Script)).Params {
			got = append(got, string(piece))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q of %s: %q, want %q", c.list, c.url, got, c.want)
		}
	}
}

// TestReport has a line of each kind, and each reason for which a rule does not act.
func TestReport(t *testing.T) {
	t.Parallel()
	lines := []string{
		"[Adblock Plus 2.0]", "! comment", "# comment", "", "||a.example^", "0.0.0.0 b.example", "@@/x", "/x$removeparam=a", "/x$badfilter",
		"##.ad", "a.example#@#.ad", "a.example#?#.ad", "a.example#$#x", "a.example#%#x", "a.example$$script[x]", "[$path=/x]a.example##.ad",
		"/a.*b/##.ad", "@@||a.example^$ghide", "@@||a.example^$elemhide",
		"!#if false", "/y", "!#endif",
		"/x$csp=a,b", "/x$csp=c", "/x$method=get", "/x$foo", "/(?!x)/", "/(/", "/x$replace=/a/b$1/", "/x$domain=/a/", "*", "/x$domain=", "!#include other.txt",
		"/x$~script,script", "/^?x/", "/(?:\\b)+/",
	}
	_, got := ParseList([]byte(strings.Join(lines, "\n")))
	want := Report{Block: 2, Hosts: 1, Exception: 1, RemoveParam: 1, Badfilter: 1, Cosmetic: 10, Conditional: 1, Comments: 3, Unsupported: []Unsupported{
		{"csp", 2, 23},
		{"method", 1, 25},
		{"foo", 1, 26},
		{"regular expression that looks around", 1, 27},
		{"regular expression", 3, 28}, // the repeated ones at the end, too
		{"replace", 1, 29},
		{"domain=/.../", 1, 30},
		{"empty pattern", 1, 31},
		{"domain value", 1, 32},
		{"!#include", 1, 33},
		{"no type left", 1, 34},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestManyLists has rules decide over lists, and names the list.
func TestManyLists(t *testing.T) {
	t.Parallel()
	var lists []*List
	for _, text := range []string{"/a.", "/b.\n/c.", "@@/b.\n/a.$badfilter"} {
		l, _ := ParseList([]byte(text))
		lists = append(lists, l)
	}
	e := NewLists(lists)
	for url, want := range map[string]Verdict{
		"https://x.example/a.js": {},
		"https://x.example/b.js": {Exception: true, List: 2, Line: 1},
		"https://x.example/c.js": {Blocked: true, List: 1, Line: 2},
	} {
		if got := e.Match(request(url, "", Script)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", url, got, want)
		}
	}
	if v := (&Engine{}).Match(request("https://x.example/", "", Script)); !reflect.DeepEqual(v, Verdict{}) {
		t.Errorf("without lists: %+v", v)
	}
	if v := e.Match(Request{Host: -1, HostEnd: 9}); !reflect.DeepEqual(v, Verdict{}) {
		t.Errorf("without a URL: %+v", v)
	}
}

func TestThirdParty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		host, page string
		want       bool
	}{
		{"a.example.co.uk", "example.co.uk", false},
		{"a.co.uk", "b.co.uk", true},
		{"a.github.io", "b.github.io", true},
		{"example.com.", "www.example.com", false},
		{"127.0.0.1", "127.0.0.1", false},
		{"127.0.0.1", "127.0.0.2", true},
		{"localhost", "localhost", false},
		{"com", "com", false},
		{"example.com", "", true},
	} {
		if got := ThirdParty(c.host, c.page); got != c.want {
			t.Errorf("%s on %s: %v", c.host, c.page, got)
		}
	}
}
