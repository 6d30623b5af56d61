package filter

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

func TestURLReference(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"/a", "/a"},
		{"https://x.example/?a=1", "https://x.example/?a=1"},
		{"https://x.example/?", "https://x.example/?"},
		{"https://x.example/?phone=1", "https://x.example/"},
		{"https://x.example/?phone=1#phone=2", "https://x.example/#phone=2"},
		{"/a?b=1&mid=1#gclid=1&a?phone=1", "/a?b=1#gclid=1&a?phone=1"},
		{"#a?phone=1", "#a?phone=1"},
		{"?phone=1&a=/", "?a=/"},
		{"//x.example?phone=1", "//x.example"},
		{"https://x.example/?a=1;b=2#c", "https://x.example/?a=1#c"},
		{"https://x.example/?a=1&ph\tone=1", "https://x.example/?a=1"},
		{"data:text/plain,a?b;phone=1", "data:text/plain,a?b;phone=1"},
		{" JavaScript:a?b;c", " JavaScript:a?b;c"},
		{"https://x.example/unsubscribe?mkt_tok=1", "https://x.example/unsubscribe?mkt_tok=1"},
		{"https://unsubscribe.example/?mkt_tok=1", "https://unsubscribe.example/"},
		{"/go?to=https%3A%2F%2Fx%2F%3Fphone%3D1", "/go?to=https%3A%2F%2Fx%2F%3Fphone%3D1"},
	} {
		e, _ := v.errand(rules.Response)
		if got := e.reference(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	for _, c := range []struct{ in, want string }{
		{"5", "5"},
		{"", ""},
		{"5; url=/a?phone=1&b=2", "5; url=/a?b=2"},
		{"0;URL = '/a?phone=1' ; junk", "0;URL = '/a' ; junk"},
		{`5.5, url="/a?mid=1&b#c"`, `5.5, url="/a?b#c"`},
		{`5; url="/a?mid=1&b`, `5; url="/a?b`},
		{"5 /a?phone=1", "5 /a"},
		{"5; /a?phone=1", "5; /a"},
		{"5; urls?phone=1", "5; urls"},
		{"url=/a?phone=1", "url=/a"},
		{"5; '/a?phone=1'", "5; '/a'"},
		{"5; url='", "5; url='"},
	} {
		e, _ := v.errand(rules.Response)
		if got := e.refresh(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, wirePolicy, "/")
	for _, c := range []struct{ name, in, want string }{
		{"untouched", ` <a?b>;rel="next" , <c> ; x = y,`, ` <a?b>;rel="next" , <c> ; x = y,`},
		{"each target", `<a?phone=1>; rel=next, <b?mid=2&c>; rel="x y"`, `<a>; rel=next, <b?c>; rel="x y"`},
		{"comma in a target", `<a?b=1,2&mid=1>`, `<a?b=1,2>`},
		{"text is text", `<a>; title="b <c?phone=1>, <d?phone=1>"; rel=x, <e?phone=1>`, `<a>; title="b <c?phone=1>, <d?phone=1>"; rel=x, <e>`},
		{"text without an end", `<a>; title="b, <c?phone=1>; rel=x`, `<a>; title="b, <c>; rel=x`},
		{"text with an escape", `<a>; title="b\", <c?phone=1>; x="`, `<a>; title="b\", <c>; x="`},
		{"quote within a name", `<a>; b"c, <d?phone=1>; e="`, `<a>; b"c, <d>; e="`},
		{"quote within a value", `<a>; b==", <d?phone=1>"`, `<a>; b==", <d>"`},
		{"quote before any target", `", <d?phone=1>"`, `", <d>"`},
		{"target within a target", `<a#<?phone=1>, <b?c<d&phone=1>`, `<a#>, <b?c>`},
		{"no end of a target", `<a?phone=1; rel=x`, `<a`},
		{"token then junk", `<a>; b=c d="<e?phone=1>"`, `<a>; b=c d="<e>"`},
		{"no target", `a?phone=1`, `a?phone=1`},
		{"nothing", ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, _ := v.errand(rules.Response)
			if got := e.link(c.in); got != c.want {
				t.Errorf("%q became %q, want %q", c.in, got, c.want)
			}
		})
	}
}

var bracketed = regexp.MustCompile(`<[^>]*>`)

func FuzzLink(f *testing.F) {
	for _, seed := range []string{
		`<a?phone=1>; rel=next, <b?mid=2&c>; rel="x y"`, `<a>; title="b\", <c?phone=1>`, `<<a?phone=1>`, `<a>;b=<c?mid=1>`, `;="<`,
	} {
		f.Add(seed)
	}
	v := newVisitor(f, wirePolicy, "/")
	f.Fuzz(func(t *testing.T, in string) {
		e, _ := v.errand(rules.Response)
		out := e.link(in)
		if again := e.link(out); again != out {
			t.Errorf("%q: %q is acted on again: %q", in, out, again)
		}
		targets := slowTargets(out)
		if !strings.Contains(out, `"`) {
			targets = append(targets, bracketed.FindAllString(out, -1)...)
		}
		for _, target := range targets {
			u, err := url.Parse(strings.Trim(target, "<>"))
			if err == nil && (u.Query().Has("phone") || u.Query().Has("mid")) && !isSigned(u.RawQuery) && !isContent(u.String()) {
				t.Errorf("%q: %q has a target with a labelled parameter", in, out)
			}
		}
	})
}

// slowTargets are the targets of a field as the algorithm of RFC 8288 B.2 and B.3 finds them.
func slowTargets(field string) (targets []string) {
	for {
		field = strings.TrimLeft(field, " \t,")
		rest, found := strings.CutPrefix(field, "<")
		if !found {
			return targets
		}
		target, rest, found := strings.Cut(rest, ">")
		if !found {
			return targets
		}
		targets = append(targets, target)
		for {
			if rest, found = strings.CutPrefix(strings.TrimLeft(rest, " \t"), ";"); !found {
				break
			}
			rest = strings.TrimLeft(rest, " \t")
			rest = strings.TrimLeft(rest[len(upTo(rest, " \t=;,")):], " \t")
			if rest, found = strings.CutPrefix(rest, "="); !found {
				continue
			}
			rest = strings.TrimLeft(rest, " \t")
			if rest, found = strings.CutPrefix(rest, `"`); !found {
				rest = rest[len(upTo(rest, ";,")):]
				continue
			}
			for rest != "" && rest[0] != '"' {
				rest = rest[min(len(rest), 1+strings.Count(rest[:1], `\`)):]
			}
			rest = strings.TrimPrefix(rest, `"`)
		}
		field = rest
	}
}

func upTo(s, stops string) string {
	if i := strings.IndexAny(s, stops); i >= 0 {
		return s[:i]
	}
	return s
}
