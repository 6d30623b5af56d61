package consent

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ back, want string }{
		{"/", "/"},
		{"/page", "/page"},
		{"/page?a=b&c=%2F%2Fd#e", "/page?a=b&c=%2F%2Fd#e"},
		{"/a//b", "/a//b"},
		{"/a:b@c", "/a:b@c"},
		{"/..a/.b./c...", "/..a/.b./c..."},
		{"/search?next=../x", "/search?next=../x"},
		{"/straße und mehr", "/stra%C3%9Fe%20und%20mehr"},
		{`/"<script>`, "/%22%3Cscript%3E"},
		{"/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"},

		{"", "/"},
		{"page", "/"},
		{"?a", "/"},
		{"#a", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\/evil.example`, "/"},
		{`/a\evil.example`, "/"},
		{"/\t/evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"/\r\nSet-Cookie: a=b", "/"},
		{"\t//evil.example", "/"},
		{" //evil.example", "/"},
		{"/\x00/evil.example", "/"},
		{"/\x7f", "/"},
		{"/.//evil.example", "/"},
		{"/..//evil.example", "/"},
		{"/a/..//evil.example", "/"},
		{"/%2e//evil.example", "/"},
		{"/a/%2E%2e//evil.example", "/"},
		{"/.%2E//evil.example", "/"},
		{"https://evil.example/", "/"},
		{"https:/evil.example", "/"},
		{"https:evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{"data:text/html,x", "/"},
		{"/" + strings.Repeat("a", maxReturn), "/"},
	} {
		f := form{back: []string{c.back}}
		if got := f.target(); got != c.want {
			t.Errorf("%q leads to %q, want %q", c.back, got, c.want)
		}
	}
	if f := (form{back: []string{"/a", "/b"}}); f.target() != "/" {
		t.Error("of two targets one is taken")
	}
}

func FuzzReturn(f *testing.F) {
	for _, seed := range []string{
		"/", "/page?a#b", "//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example", "/%2e//evil.example", "/é\u0085", "/a;b,c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, back string) {
		target := (&form{back: []string{back}}).target()
		for i := range len(target) {
			if c := target[i]; c <= ' ' || c >= 0x7f || c == '\\' {
				t.Fatalf("the target holds byte %#x", c)
			}
		}
		if target[0] != '/' || strings.HasPrefix(target, "//") {
			t.Fatal("the target is no absolute path")
		}
		base, err := url.Parse("https://www.example.com/.privacy/consent")
		if err != nil {
			t.Fatal(err)
		}
		reference, err := url.Parse(target)
		if err != nil {
			return // a broken escape, which browsers take as it stands
		}
		resolved := base.ResolveReference(reference)
		if resolved.Scheme != "https" || resolved.Host != "www.example.com" || strings.HasPrefix(resolved.EscapedPath(), "//") {
			t.Fatal("the target leads to another host")
		}
	})
}

// Whatever the body, the answer is one of ours and quotes nothing.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{"grant=all", "grant=a&refuse=b&return=/x", `{"grant":["a"]}`, `{"refuse":["a"],"refuse":null}`, "{", "%", ";"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, body string, asJSON bool) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if asJSON {
			r.Header.Set("Content-Type", "application/json")
		}
		got, p := readForm(httptest.NewRecorder(), r)
		if p != nil && (p.status != 400 && p.status != 413 || got.grant != nil || got.refuse != nil) {
			t.Fatalf("a body that is refused with %d leaves a choice", p.status)
		}
	})
}
