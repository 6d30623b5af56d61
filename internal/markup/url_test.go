package markup

import (
	"encoding/json"
	neturl "net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// mustParse parses a base.
func mustParse(t testing.TB, s string) *URL {
	t.Helper()
	var p URLParser
	u, ok := p.Parse([]byte(s), nil)
	if !ok {
		t.Fatalf("%q is no URL", s)
	}
	return &u
}

// TestURLData runs the web platform tests' urltestdata.json.
func TestURLData(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(corpus(t, "url", "urltestdata.json"))
	if err != nil {
		t.Skip("PRIVET_CORPUS has no url/urltestdata.json")
	}
	var all []json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	runs := 0
	for _, raw := range all {
		var test struct {
			Input, Href, Protocol, Username, Password, Hostname, Port, Pathname, Search, Hash string
			Base                                                                              *string
			Failure                                                                           bool
		}
		if json.Unmarshal(raw, &test) != nil {
			continue // a comment
		}
		runs++
		if strings.HasPrefix(test.Pathname, "/") && strings.Contains(test.Pathname, "^") {
			// The suite is older than ^ is in the path percent-encode set.
			encoded := strings.ReplaceAll(test.Pathname, "^", "%5E")
			test.Href = strings.Replace(test.Href, test.Pathname, encoded, 1)
			test.Pathname = encoded
		}
		var base *URL
		var p URLParser
		if test.Base != nil {
			base = mustParse(t, *test.Base)
		}
		u, ok := p.Parse([]byte(test.Input), base)
		if ok == test.Failure || ok && u.String() != test.Href {
			t.Errorf("%s: got %v, %q", raw, ok, u.String())
			continue
		}
		if !ok {
			continue
		}
		for _, part := range [...][2]string{
			{string(u.Scheme) + ":", test.Protocol},
			{string(u.Username), test.Username},
			{string(u.Password), test.Password},
			{string(u.Host), test.Hostname},
			{string(u.Port), test.Port},
			{string(u.Path), test.Pathname},
			{prefixed("?", u.Query), test.Search},
			{prefixed("#", u.Fragment), test.Hash},
		} {
			if part[0] != part[1] {
				t.Errorf("%s: got %q, not %q", raw, part[0], part[1])
			}
		}
	}
	t.Logf("%d cases", runs)
}

func prefixed(prefix string, part []byte) string {
	if len(part) == 0 {
		return ""
	}
	return prefix + string(part)
}

const page = "https://example.org/dir/page.html?q=1#top"

// urls has one line for each peculiarity of the standard. An empty want is failure.
var urls = []struct{ ref, base, want string }{
	// Whole URLs.
	{"https://example.com", "", "https://example.com/"},
	{"HTTPS://EXAMPLE.COM/A", "", "https://example.com/A"},
	{"https://example.com:443/", "", "https://example.com/"},
	{"http://example.com:443/", "", "http://example.com:443/"},
	{"http://example.com:00080/", "", "http://example.com/"},
	{"http://example.com:/", "", "http://example.com/"},
	{"http://example.com:65536/", "", ""},
	{"http://example.com:0000000000000000000065535/", "", "http://example.com:65535/"},
	{"http://example.com:8a/", "", ""},
	{"http://example.com:-1/", "", ""},
	{"ws://h:80", "", "ws://h/"},
	{"wss://h:443", "", "wss://h/"},
	{"ftp://h:21", "", "ftp://h/"},
	{"relative", "", ""},
	{"", "", ""},
	{"//host", "", ""},
	{"1http://host", "", ""},
	{"https:example.com", "", "https://example.com/"},
	{"https:/example.com/", "", "https://example.com/"},
	{"https:////example.com///x", "", "https://example.com///x"},
	{`https:\\example.com\a\b`, "", "https://example.com/a/b"},
	{"https://", "", ""},
	{"https:///", "", ""},
	{"https://?q", "", ""},
	{"https://#f", "", ""},
	// White space and controls.
	{" \x00\x1f https://example.com/ \t\n", "", "https://example.com/"},
	{"ht\ntps:/\t/exam\r\nple.com/a\tb", "", "https://example.com/ab"},
	{"java\nscript:alert(1)", "", "javascript:alert(1)"},
	{"https://example.com/a b", "", "https://example.com/a%20b"},
	{"https://exam ple.com/", "", ""},
	// Credentials.
	{"https://user:pass@example.com/", "", "https://user:pass@example.com/"},
	{"https://user:@example.com/", "", "https://user@example.com/"},
	{"https://:pass@example.com/", "", "https://:pass@example.com/"},
	{"https://@example.com/", "", "https://example.com/"},
	{"https://:@example.com/", "", "https://example.com/"},
	{"https://a@b@example.com/", "", "https://a%40b@example.com/"},
	{"https://a:b:c@example.com/", "", "https://a:b%3Ac@example.com/"},
	{"https://example.com\\@evil.example/", "", "https://example.com/@evil.example/"},
	{"https://example.com/@evil.example/", "", "https://example.com/@evil.example/"},
	{"https://user@/", "", ""},
	{"https://user@:80/", "", ""},
	{"https://example.com?@evil.example", "", "https://example.com/?@evil.example"},
	// Domains.
	{"https://ex%41mple.com/", "", "https://example.com/"},
	{"https://%65%78ample.com/", "", "https://example.com/"},
	{"https://a%2fb/", "", ""},
	{"https://a%00b/", "", ""},
	{"https://a%zz/", "", ""},
	{"https://a<b/", "", ""},
	{"https://a^b/", "", ""},
	{"https://a|b/", "", ""},
	{"https://a_b.example/", "", "https://a_b.example/"},
	{"https://-a-.example/", "", "https://-a-.example/"},
	{"https://example.com./", "", "https://example.com./"},
	{"https://a..b/", "", "https://a..b/"},
	{"https://./", "", "https://./"},
	{"https://bücher.example/", "", "https://xn--bcher-kva.example/"},
	{"https://BÜCHER.example/", "", "https://xn--bcher-kva.example/"},
	{"https://b%C3%BCcher.example/", "", "https://xn--bcher-kva.example/"},
	{"https://xn--bcher-kva.example/", "", "https://xn--bcher-kva.example/"},
	{"https://XN--BCHER-KVA.example/", "", "https://xn--bcher-kva.example/"},
	{"https://xn--/", "", ""},
	{"https://faß.example/", "", "https://xn--fa-hia.example/"},
	{"https://ＧＯ.com/", "", "https://go.com/"},
	{"https://exam\u00ADple.com/", "", "https://example.com/"},
	{"https://exam\u200Bple.com/", "", "https://example.com/"},
	{"https://example\u3002com/", "", "https://example.com/"},
	{"https://\u00AD/", "", ""},
	{"https://\xff/", "", ""},
	{"https://%ff/", "", ""},
	{"https://a\uFFFDb/", "", ""},
	// IPv4.
	{"http://127.0.0.1/", "", "http://127.0.0.1/"},
	{"http://127.1/", "", "http://127.0.0.1/"},
	{"http://2130706433/", "", "http://127.0.0.1/"},
	{"http://0x7f.1/", "", "http://127.0.0.1/"},
	{"http://0X7F000001/", "", "http://127.0.0.1/"},
	{"http://0177.0.0.1/", "", "http://127.0.0.1/"},
	{"http://127.0.0.1./", "", "http://127.0.0.1/"},
	{"http://127.0.0.1../", "", "http://127.0.0.1../"},
	{"http://127.0.0.01.1/", "", ""},
	{"http://256.0.0.1/", "", ""},
	{"http://1.2.3.256/", "", ""},
	{"http://1.2.65536/", "", ""},
	{"http://1.2.65535/", "", "http://1.2.255.255/"},
	{"http://4294967296/", "", ""},
	{"http://4294967295/", "", "http://255.255.255.255/"},
	{"http://99999999999999999999999/", "", ""},
	{"http://08/", "", ""},
	{"http://0x/", "", "http://0.0.0.0/"},
	{"http://0/", "", "http://0.0.0.0/"},
	{"http://foo.0x4/", "", ""},
	{"http://foo.09/", "", ""},
	{"http://foo.1e2/", "", "http://foo.1e2/"},
	{"http://1.2.3.4.5/", "", ""},
	{"http://１２７.１/", "", "http://127.0.0.1/"},
	{"http://%31%32%37.1/", "", "http://127.0.0.1/"},
	// IPv6.
	{"http://[::1]/", "", "http://[::1]/"},
	{"http://[::]/", "", "http://[::]/"},
	{"http://[1:2:3:4:5:6:7:8]/", "", "http://[1:2:3:4:5:6:7:8]/"},
	{"http://[2001:DB8:0:0:1:0:0:1]:80/", "", "http://[2001:db8::1:0:0:1]/"},
	{"http://[1:0:3:4:5:6:7:8]/", "", "http://[1:0:3:4:5:6:7:8]/"},
	{"http://[0001:2::]/", "", "http://[1:2::]/"},
	{"http://[1::8]:8080/", "", "http://[1::8]:8080/"},
	{"http://[1:2:3:4:5:6:7::]/", "", "http://[1:2:3:4:5:6:7:0]/"},
	{"http://[::2:3:4:5:6:7:8]/", "", "http://[0:2:3:4:5:6:7:8]/"},
	{"http://[::127.0.0.1]/", "", "http://[::7f00:1]/"},
	{"http://[::ffff:127.0.0.1]/", "", "http://[::ffff:7f00:1]/"},
	{"http://[::127.0.0.01]/", "", ""},
	{"http://[::127.0.0]/", "", ""},
	{"http://[::127.0.0.256]/", "", ""},
	{"http://[::127.0.0.1.]/", "", ""},
	{"http://[::.0.0.1]/", "", ""},
	{"http://[1:2:3:4:5:6:7:127.0.0.1]/", "", ""},
	{"http://[1:2:3:4:5:6:127.0.0.1]/", "", "http://[1:2:3:4:5:6:7f00:1]/"},
	{"http://[1:2:3:4:5:6:7]/", "", ""},
	{"http://[1:2:3:4:5:6:7:8:9]/", "", ""},
	{"http://[1:2:3:4::5:6:7:8]/", "", ""},
	{"http://[1:2:3:4:5:6:7:8::]/", "", ""},
	{"http://[::1::2]/", "", ""},
	{"http://[:::]/", "", ""},
	{"http://[:1]/", "", ""},
	{"http://[1:]/", "", ""},
	{"http://[12345::]/", "", ""},
	{"http://[::g]/", "", ""},
	{"http://[::1%25eth0]/", "", ""},
	{"http://[]/", "", ""},
	{"http://[/", "", ""},
	{"http://[::1/", "", ""},
	{"http://[::1]x/", "", ""},
	// Paths.
	{"https://h/a/./b/../c", "", "https://h/a/c"},
	{"https://h/a/%2e/b/%2E%2e/c", "", "https://h/a/c"},
	{"https://h/.%2e/%2e./..", "", "https://h/"},
	{"https://h/a/.", "", "https://h/a/"},
	{"https://h/a/b/..", "", "https://h/a/"},
	{"https://h/.../..a/a..", "", "https://h/.../..a/a.."},
	{"https://h//a//../b", "", "https://h//a/b"},
	{"https://h/%41%zz%", "", "https://h/%41%zz%"},
	{"https://h/\"<>`{}^|'", "", "https://h/%22%3C%3E%60%7B%7D%5E|'"},
	{"https://h/ü\xff", "", "https://h/%C3%BC%EF%BF%BD"},
	{"https://h/\xe2\x82\xf0\x9f\x92\xff", "", "https://h/%EF%BF%BD%EF%BF%BD%EF%BF%BD"},
	{"https://h/\xed\xa0\x80", "", "https://h/%EF%BF%BD%EF%BF%BD%EF%BF%BD"},
	{"https://h/?a=\"<>'` {}#b\"<>`'", "", "https://h/?a=%22%3C%3E%27`%20{}#b%22%3C%3E%60'"},
	{"https://h/?", "", "https://h/?"},
	{"https://h/#", "", "https://h/#"},
	{"https://h/?a?b#c#d?e", "", "https://h/?a?b#c#d?e"},
	{"x://h/?'", "", "x://h/?'"},
	// References.
	{"", page, "https://example.org/dir/page.html?q=1"},
	{"#f", page, "https://example.org/dir/page.html?q=1#f"},
	{"?x", page, "https://example.org/dir/page.html?x"},
	{"?", page, "https://example.org/dir/page.html?"},
	{"other", page, "https://example.org/dir/other"},
	{"./other", page, "https://example.org/dir/other"},
	{"../../../x", page, "https://example.org/x"},
	{".", page, "https://example.org/dir/"},
	{"..", page, "https://example.org/"},
	{"/x", page, "https://example.org/x"},
	{`\x`, page, "https://example.org/x"},
	{"//other.example", page, "https://other.example/"},
	{"///other.example", page, "https://other.example/"},
	{`\\other.example`, page, "https://other.example/"},
	{`/\other.example/x`, page, "https://other.example/x"},
	{"/\t/other.example/x", page, "https://other.example/x"},
	{"//", page, ""},
	{"https:foo", page, "https://example.org/dir/foo"},
	{"https:/foo", page, "https://example.org/foo"},
	{`https:\\foo`, page, "https://foo/"},
	{"https:?x", page, "https://example.org/dir/page.html?x"},
	{"https:", page, "https://example.org/dir/page.html?q=1"},
	{"http:foo", page, "http://foo/"},
	{"a:b", page, "a:b"},
	{"a/b:c", page, "https://example.org/dir/a/b:c"},
	{":", page, "https://example.org/dir/:"},
	{"x", "https://user:pw@h:81/a/b", "https://user:pw@h:81/a/x"},
	{"x", "foo://h", "foo://h/x"},
	{"//x", "foo://h/a", "foo://x"},
	{`\x`, "foo://h/a/b", `foo://h/a/\x`},
	{"/..//x", "foo:/a", "foo:/.//x"},
	// Other schemes.
	{"data:text/html,<p>", "", "data:text/html,<p>"},
	{"data:a b ?c", "", "data:a b%20?c"},
	{"data:a  #c", "", "data:a %20#c"},
	{"javascript:alert('ü')", "", "javascript:alert('%C3%BC')"},
	{"mailto:a@b?subject=c d", "", "mailto:a@b?subject=c%20d"},
	{"blob:https://example.com/x", "", "blob:https://example.com/x"},
	{"about:blank", "", "about:blank"},
	{"x", "about:blank", ""},
	{"", "about:blank", ""},
	{"?x", "about:blank", ""},
	{"#x", "about:blank?y#z", "about:blank?y#x"},
	{"foo://", "", "foo://"},
	{"foo:///a", "", "foo:///a"},
	{"foo://H%41/a", "", "foo://H%41/a"},
	{"foo://hü/", "", "foo://h%C3%BC/"},
	{"foo://h<x/", "", ""},
	{"foo://:80", "", ""},
	{"foo://h:/", "", "foo://h/"},
	{"foo://[::1]/..", "", "foo://[::1]/"},
	{"foo:/.//a", "", "foo:/.//a"},
	{"foo:/a/../..//b", "", "foo:/.//b"},
	{"foo:/", "", "foo:/"},
	{"foo:", "", "foo:"},
	// Files.
	{"file:///a/b", "", "file:///a/b"},
	{"file:a", "", "file:///a"},
	{"file:", "", "file:///"},
	{"file://host/a", "", "file://host/a"},
	{"file://localhost/a", "", "file:///a"},
	{"file://LOCALHOST/a", "", "file:///a"},
	{"file:///C|/a", "", "file:///C:/a"},
	{"file://C:/a", "", "file:///C:/a"},
	{"file://host:80/", "", ""},
	{"file:/C:/../..", "", "file:///C:/"},
	{"file:///C:/a/../..", "", "file:///C:/"},
	{"/x", "file:///C:/a/b", "file:///C:/x"},
	{"/D:/x", "file:///C:/a/b", "file:///D:/x"},
	{"D|/x", "file:///C:/a/b", "file:///D:/x"},
	{"..", "file:///C:/", "file:///C:/"},
	{"//host/x", "file:///a", "file://host/x"},
	{"///x", "file://host/a", "file:///x"},
	{"x", "file://host/a/b", "file://host/a/x"},
	{"", "file://host/a?b#c", "file://host/a?b"},
	{"file:x", "https://h/", "file:///x"},
}

func TestURL(t *testing.T) {
	t.Parallel()
	for _, test := range urls {
		var base *URL
		if test.base != "" {
			base = mustParse(t, test.base)
		}
		got := parsed(t, test.ref, base)
		if got != test.want {
			t.Errorf("%q on %q: got %q, want %q", test.ref, test.base, got, test.want)
		}
	}
}

// parsed gives the serialised URL, or "", and checks that it is one when parsed again.
func parsed(t testing.TB, ref string, base *URL) string {
	t.Helper()
	var p URLParser
	u, ok := p.Parse([]byte(ref), base)
	if !ok {
		return ""
	}
	for _, part := range [][]byte{u.Scheme, u.Username, u.Password, u.Host, u.Port, u.Path, u.Query, u.Fragment} {
		for _, c := range part {
			if c < ' ' || c > '~' {
				t.Fatalf("%q: %q is not ASCII", ref, part)
			}
		}
	}
	s := u.String()
	c := u.Clone()
	again, ok := p.Parse([]byte(s), nil)
	if !ok || again.String() != s || c.String() != s {
		t.Fatalf("%q: first %q, then %q (%v), cloned %q", ref, s, again.String(), ok, c.String())
	}
	return s
}

// On what both understand, net/url finds the same parts.
func TestURLAgreesWithNetURL(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"https://example.com/a/b?c=d&e=f#g", "http://user:pw@example.com:8080/", "https://example.com/a%20b?x=%2F",
		"https://[::1]:8443/x", "ftp://example.com/a;b", "mailto:someone@example.com",
	} {
		n, err := neturl.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		u := mustParse(t, s)
		path := n.EscapedPath()
		if n.Opaque != "" {
			path = n.Opaque
		}
		if string(u.Scheme) != n.Scheme || string(u.Path) != path || string(u.Query) != n.RawQuery || string(u.Port) != n.Port() {
			t.Errorf("%q: %q against %q", s, u.String(), n)
		}
	}
}

// A long host costs what its length says, and what vanishes from it hides nothing.
func TestLongHosts(t *testing.T) {
	t.Parallel()
	const n = 1 << 16
	var han strings.Builder
	for i := range n / 3 {
		han.WriteRune(rune(0x4E00 + i*7%20000))
	}
	start := time.Now()
	for host, want := range map[string]string{
		han.String():                          "",
		"xn--" + strings.Repeat("99a9", n/4):  "",
		strings.Repeat("ü.", n/3):             "https://" + strings.Repeat("xn--tda.", n/3) + "/",
		strings.Repeat("\u00AD", n/2) + "ads": "https://ads/",
		strings.Repeat("a", n):                "https://" + strings.Repeat("a", n) + "/",
		strings.Repeat("ü", longestLabel+1):   "",
		strings.Repeat("%75%CC%88", 50) + "%": "",
	} {
		if got := parsed(t, "https://"+host+"/", nil); got != want {
			t.Errorf("%.40q… of %d bytes: %.40q… of %d, want %d", host, len(host), got, len(got), len(want))
		}
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestURLAllocations(t *testing.T) {
	base := mustParse(t, page)
	var p URLParser
	refs := [][]byte{
		[]byte("https://www.googletagmanager.com/gtag/js?id=G-X&amp"), []byte("../static/./app.js?v=1"), []byte("//CDN.example.com:443/x"),
		[]byte(" \thttp://0x7f.1/%2e/a b\n"), []byte("https://[2001:db8::1]/"), []byte("data:text/plain,x"), []byte("https://%61.example/"),
	}
	run := func() {
		for _, ref := range refs {
			if _, ok := p.Parse(ref, base); !ok {
				t.Errorf("%q is no URL", ref)
			}
		}
	}
	run()
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
