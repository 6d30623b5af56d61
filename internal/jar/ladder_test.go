package jar

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const expired = "=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path="

func TestDeletions(t *testing.T) {
	t.Parallel()
	all := AfterChoice()
	for _, c := range []struct {
		name  string
		site  Site
		names []string
		want  []string
	}{
		{"registrable", Site{Host: "shop.example", Secure: true}, []string{"_a", "b"}, []string{
			"_a" + expired + "/; SameSite=Lax; Secure", "b" + expired + "/; SameSite=Lax; Secure",
			"_a" + expired + "/; Domain=shop.example; SameSite=Lax; Secure", "b" + expired + "/; Domain=shop.example; SameSite=Lax; Secure",
			"_a" + expired + "/; SameSite=None; Secure; Partitioned", "b" + expired + "/; SameSite=None; Secure; Partitioned",
			"_a" + expired + "/; Domain=shop.example; SameSite=None; Secure; Partitioned", "b" + expired + "/; Domain=shop.example; SameSite=None; Secure; Partitioned",
		}},
		{"below it, with a page", Site{Host: "A.b.example.co.uk:8080", Path: "/x/y"}, []string{"_a"}, []string{
			"_a" + expired + "/; SameSite=Lax",
			"_a" + expired + "/; Domain=example.co.uk; SameSite=Lax", "_a" + expired + "/; Domain=b.example.co.uk; SameSite=Lax", "_a" + expired + "/; Domain=a.b.example.co.uk; SameSite=Lax",
			"_a" + expired + "/x; SameSite=Lax",
			"_a" + expired + "/x; Domain=example.co.uk; SameSite=Lax", "_a" + expired + "/x; Domain=b.example.co.uk; SameSite=Lax", "_a" + expired + "/x; Domain=a.b.example.co.uk; SameSite=Lax",
			"_a" + expired + "/x/; SameSite=Lax",
			"_a" + expired + "/x/; Domain=example.co.uk; SameSite=Lax", "_a" + expired + "/x/; Domain=b.example.co.uk; SameSite=Lax", "_a" + expired + "/x/; Domain=a.b.example.co.uk; SameSite=Lax",
		}},
		{"an address", Site{Host: "[::1]:80", Path: "/p"}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax"}},
		{"IPv4", Site{Host: "10.0.0.1"}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax"}},
		{"a single label", Site{Host: "localhost:80", Secure: true}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax; Secure", "_a" + expired + "/; SameSite=None; Secure; Partitioned"}},
		{"a public suffix", Site{Host: "github.io"}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax"}},
		{"below a public suffix", Site{Host: "me.github.io"}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax", "_a" + expired + "/; Domain=me.github.io; SameSite=Lax"}},
		{"no host", Site{}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax"}},
		{"a host that is none", Site{Host: "a.example; Domain=b"}, []string{"_a"}, []string{"_a" + expired + "/; SameSite=Lax"}},
		{"__Host-", Site{Host: "www.shop.example", Path: "/x/y", Secure: true}, []string{"__host-a"}, []string{
			"__host-a" + expired + "/; SameSite=Lax; Secure", "__host-a" + expired + "/; SameSite=None; Secure; Partitioned",
		}},
		{"__Secure- without TLS", Site{Host: "shop.example"}, []string{"__Secure-a"}, []string{
			"__Secure-a" + expired + "/; SameSite=Lax; Secure", "__Secure-a" + expired + "/; Domain=shop.example; SameSite=Lax; Secure",
		}},
		{"__Http-", Site{Host: "localhost"}, []string{"__Http-a", "__Host-Http-a"}, []string{
			"__Http-a" + expired + "/; SameSite=Lax; Secure; HttpOnly", "__Host-Http-a" + expired + "/; SameSite=Lax; Secure; HttpOnly",
		}},
		{"what is ours, and what cannot be sent back", Site{Host: "localhost"}, []string{"privet_consent", "privet_ages", "", "a;b", "a b", "a\xff", "a=b", "ok"}, []string{
			"ok" + expired + "/; SameSite=Lax",
		}},
		{"paths that cannot be sent back", Site{Host: "localhost", Path: "/a;b/c"}, []string{"ok"}, []string{"ok" + expired + "/; SameSite=Lax"}},
		{"no path", Site{Host: "localhost", Path: "a/b"}, []string{"ok"}, []string{"ok" + expired + "/; SameSite=Lax"}},
		{"many labels", Site{Host: strings.Repeat("l.", 100) + "shop.example"}, []string{"ok"}, []string{
			"ok" + expired + "/; SameSite=Lax", "ok" + expired + "/; Domain=shop.example; SameSite=Lax", "ok" + expired + "/; Domain=l.shop.example; SameSite=Lax",
			"ok" + expired + "/; Domain=l.l.shop.example; SameSite=Lax", "ok" + expired + "/; Domain=l.l.l.shop.example; SameSite=Lax",
		}},
		{"a deep one", Site{Host: "localhost", Path: "/1/2/3/4/5"}, []string{"ok"}, []string{
			"ok" + expired + "/; SameSite=Lax", "ok" + expired + "/1/2/3/4; SameSite=Lax", "ok" + expired + "/1/2/3/4/; SameSite=Lax", "ok" + expired + "/1/2/3; SameSite=Lax",
			"ok" + expired + "/1/2/3/; SameSite=Lax", "ok" + expired + "/1/2; SameSite=Lax", "ok" + expired + "/1/2/; SameSite=Lax",
		}},
	} {
		if got := c.site.Deletions(c.names, all); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Within a bound, every name has its likeliest lines before any has its others.
func TestDeletionsAreBounded(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprint("_name", i))
	}
	site := Site{Host: "www.shop.example", Path: "/a/b/c", Secure: true}
	for _, bound := range []Bound{{}, {1, 1000}, {1000, 100}, WithPage(), AfterChoice(), {50, 1 << 20}} {
		got := site.Deletions(names, bound)
		size := 0
		for i, line := range got {
			size += len(line)
			if want := names[i%len(names)] + "="; !strings.HasPrefix(line, want) {
				t.Errorf("%v: line %d is %q, want %s", bound, i, line, want)
			}
		}
		if len(got) > bound.Lines || size > bound.Bytes {
			t.Errorf("%v: %d lines of %d bytes", bound, len(got), size)
		}
		if bound.Lines == 50 && len(got) != 50 {
			t.Errorf("%d lines, want 50", len(got))
		}
	}
}

// FuzzDeletions holds every line against net/http, which reads Set-Cookie as browsers do.
func FuzzDeletions(f *testing.F) {
	f.Add("_ga", "www.shop.example:443", "/a/b", true)
	f.Add("__Host-x", "[::1]", "/;a/b", false)
	f.Add("a\x00", "..", "//", true)
	f.Fuzz(func(t *testing.T, name, host, path string, secure bool) {
		for _, line := range (Site{host, path, secure}).Deletions([]string{name}, AfterChoice()) {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				if strings.ContainsAny(name, `"/@()<>[]{}?:\`) {
					continue // a browser takes more names than net/http does
				}
				t.Fatalf("%q: %v", line, err)
			}
			if c.Name != name || c.Value != "" || c.MaxAge != -1 || c.Expires.Unix() != 0 || !strings.HasPrefix(c.Path, "/") || len(c.Unparsed) > 0 {
				t.Fatalf("%q is read as %+v", line, c)
			}
			if c.Path != "/" && !strings.HasPrefix(path, strings.TrimSuffix(c.Path, "/")) {
				t.Fatalf("%q has another path than %q", line, path)
			}
			if c.Domain != "" && !strings.HasSuffix("."+bareHost(host), "."+c.Domain) {
				t.Fatalf("%q has another domain than %q", line, host)
			}
			if c.Partitioned && !c.Secure || strings.HasPrefix(name, "__Host-") && (c.Domain != "" || c.Path != "/" || !c.Secure) {
				t.Fatalf("no browser takes %q", line)
			}
		}
	})
}
