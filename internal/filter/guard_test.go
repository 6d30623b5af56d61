package filter

import (
	"math/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/csp"
)

// The guard as it is written in each kind of place. G, S and X stand for them below.
const (
	inHTML = `<script src="/.privacy/g.js" onerror="window.stop()" data-privet="1"></script>`
	inSVG  = `<script src="/.privacy/g.js" href="/.privacy/g.js" onerror="window.stop()" data-privet="1"></script>`
	inXML  = `<script src="/.privacy/g.js" onerror="window.stop()" xmlns="http://www.w3.org/1999/xhtml" data-privet="1"></script>`
)

// theGuard is what a page is given in front of its scripts.
func theGuard(dst, nonce []byte) []byte {
	dst = append(dst, `<script src="/.privacy/g.js" data-privet="1"`...)
	if len(nonce) > 0 {
		dst = append(append(append(dst, ` nonce="`...), nonce...), '"')
	}
	return append(dst, "></script>"...)
}

// withGuard is a text with the guard where [G], [S] or [X] stands.
func withGuard(text string) string {
	return strings.NewReplacer("[G]", inHTML, "[S]", inSVG, "[X]", inXML).Replace(text)
}

func TestGuardStandsBeforeScripts(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	for _, c := range []struct{ name, want string }{
		{"nothing runs", `<!doctype html><html><head><title>x</title><link rel=stylesheet href=/a.css></head><body class=a><a href=/b>b</a><img src=/c>`},
		{"script in the head", `<!doctype html><html><head><title>x</title>[G]<script src=/a.js></script><script>b()</script></head><body onload=c()>`},
		{"inline script", `<!doctype html><title>x</title>[G]<script>track('init')</script>`},
		{"module", `<html>[G]<script type=module src=/m.js></script>`},
		{"import map", `<html>[G]<script type=importmap>{}</script>`},
		{"speculation rules", `<html><script type=speculationrules>{}</script>`},
		{"data", `<html><script type="application/ld+json">{}</script><script type="text/template"><p onclick=x()></script>`},
		{"no script though it is named so", `<html><script type="text/plain">a()</script><p onclick>[G]<p onclick="b()">`},
		{"handler", `<html><body><p>a</p>[G]<p class=a onclick="b()">`},
		{"handler of the body", `<html><head></head>[G]<body onload="b()">`},
		{"handler of html", `<!doctype html>[G]<html onclick="b()"><head>`},
		{"handler of a style sheet", `<html>[G]<link rel=stylesheet href=/a.css onload="b()">`},
		{"handler of an element that is held", `<html>[G]<style onload="b()">a{}</style>`},
		{"javascript: URL", `<html>[G]<a href=" java` + "\n" + `script:b()">`},
		{"javascript: in a form", `<html>[G]<form action=javascript:b()>`},
		{"javascript: in a button", `<html>[G]<button formaction="&#106;avascript:b()">`},
		{"javascript: in a frame", `<html>[G]<iframe src=javascript:b()></iframe>`},
		{"frame", `<html><iframe src=/b></iframe>`},
		{"frame without a URL", `<html>[G]<iframe></iframe>`},
		{"frame with its document", `<html>[G]<iframe srcdoc="<p>"></iframe>`},
		{"template", `<html><template><script>a()</script><p onclick=b()></template><p>[G]<p onclick=b()>`},
		{"template in a template", `<html><template><template></template><script>a()</script></template>[G]<script>b()</script>`},
		{"template that ends nothing", `<html></template>[G]<script>b()</script>`},
		{"shadow root", `<html>[G]<template shadowrootmode=open><script>a()</script></template>`},
		{"noscript", `<html><noscript><img src=/a onerror=b()><script>c()</script></noscript>[G]<script>d()</script>`},
		{"comment", `<html><!-- <script>a()</script> --><textarea><script></textarea>[G]<script>d()</script>`},
		{"script in SVG", `<html><svg><g/>[S]<script>a()</script></svg>`},
		{"handler in SVG", `<html><svg><g/>[S]<g onclick=a() /></svg>`},
		{"handler that breaks out of SVG", `<html><svg><g>[S]<img onerror=a()>`},
		{"handler of SVG", `<html>[S]<svg onload=a()></svg>`},
		{"template in SVG", `<html><svg>[S]<template><script>a()</script></template></svg>`},
		{"link in SVG", `<html><svg>[S]<a xlink:href="javascript:a()"></a></svg>`},
		{"MathML", `<html>[S]<math><mi onclick=a()></mi></math>`},
		{"frameset", `<html>[G]<frameset onload=a()><frame src=javascript:b()></frameset>`},
		{"text in a text", `<html><title><script>a()</script></title>`},
		{"a part, not a page", `<li>a<p onclick=b()>c`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := withGuard(strings.NewReplacer("[G]", "", "[S]", "", "[X]", "").Replace(c.want))
			if got := v.splits(t, PageSpec{Guard: theGuard}, in); got.out != withGuard(c.want) || got.refusal != nil {
				t.Errorf("%s\nbecomes %s\nwant    %s (%v)", in, got.out, withGuard(c.want), got.refusal)
			}
		})
	}
}

func TestGuardInXML(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	for _, want := range []string{
		`<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>[X]<script>track('init')</script></head></html>`,
		`<html onclick="a()">[X]<body/></html>`,
		`<html><body>[X]<body onload="a()"/></body></html>`,
		`<svg xmlns="http://www.w3.org/2000/svg" onload="a()">[X]<g/></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg"><g/>[X]<script href="/a.js"/></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg" onload="a()"/>`,
		`<html><template>x</template></html>`,
	} {
		in := strings.Replace(want, "[X]", "", 1)
		want = withGuard(want)
		if in == `<html><template>x</template></html>` {
			want = strings.Replace(in, "<template>", inXML+"<template>", 1)
		}
		if got := v.splits(t, PageSpec{Guard: theGuard, XML: true}, in); got.out != want {
			t.Errorf("%s\nbecomes %s\nwant    %s (%v)", in, got.out, want, got.refusal)
		}
	}
	// There is no place for it within such a root, so its handler is judged as where no guard is.
	if got := v.page(t, PageSpec{Guard: theGuard, XML: true}, `<svg onload="track('init')"/>`); got.out != `<svg `+tracked+`/>` {
		t.Errorf("a root without content becomes %s", got.out)
	}
}

// What a guard holds back stays in the markup; what no script asks for does not.
func TestGuardLeavesScripts(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	const script = `<script type="text/plain" data-privet="tracker"></script>`
	for _, c := range []struct{ in, want string }{
		{`<script>track('init');other()</script>`, `[G]<script>track('init');other()</script>`},
		{`<p onclick="track('init')">`, `[G]<p onclick="track('init')">`},
		{`<a href="javascript:track('init')">`, `[G]<a href="javascript:track('init')">`},
		// It runs in a window of its own, before a guard is there.
		{`<iframe src="javascript:track('init')"></iframe>`, `[G]<iframe data-privet="tracker"></iframe>`},
		{`<iframe src="javascript:a('//free.example/x')"></iframe>`, `[G]<iframe src="javascript:a('//free.example/x')"></iframe>`},
		{`<script src="//tracker.example/t.js"></script><script>a()</script>`, script + `[G]<script>a()</script>`},
		{`<script src="//tracker.example/t.js"></script>`, script},
		{`<img onerror="track('init')" src="//tracker.example/p">`, `[G]<img onerror="track('init')" data-privet="tracker">`},
		{`<script type=module>import "https://tracker.example/t.js"; import a from './a.js'</script>`, `[G]<script type=module>import "about:invalid"; import a from './a.js'</script>`},
		{`<script>import(/* webpack */ "https:\/\/tracker.example/t.js")</script>`, `[G]<script>import(/* webpack */ "about:invalid")</script>`},
		{`<script>export*from'//tracker.example/t.js';x="https://tracker.example/"//import</script>`, `[G]<script>export*from'//tracker.example/t.js';x="https://tracker.example/"//import</script>`},
		{`<script type=importmap>{"imports":{"t":"//tracker.example/t.js"}}</script>`, `[G]<script type=importmap>{"imports":{"t":"about:invalid"}}</script>`},
		{`<object data="data:text/html,<script src=//tracker.example/t.js>"></object>`, `<object data-privet="tracker"></object>`},
		{`<iframe srcdoc="<script>track('init')</script>"></iframe>`, `[G]<iframe srcdoc="&lt;script type=&quot;text/plain&quot; data-privet=&quot;tracker&quot;&gt;&lt;/script&gt;"></iframe>`},
		{`<noscript><img src=//tracker.example/p></noscript><script>a()</script>`, `<noscript><img data-privet="tracker"></noscript>[G]<script>a()</script>`},
	} {
		want := strings.Replace(c.want, "[G]", inHTML, 1)
		if strings.Contains(c.in, "export*") {
			want = strings.Replace(want, "'//tracker.example/t.js'", "'about:invalid'", 1)
		}
		if got := v.splits(t, PageSpec{Guard: theGuard, Navigated: true}, c.in); got.out != want {
			t.Errorf("%s\nbecomes %s\nwant    %s (%v)", c.in, got.out, want, got.refusal)
		}
	}
	// A fragment gets no guard, so its scripts are judged.
	if got := v.splits(t, PageSpec{Guard: theGuard}, `<p><script>track('init')</script>`); got.out != `<p>`+script {
		t.Errorf("a fragment becomes %s", got.out)
	}
}

func TestGuardAndThePromptAreIndependent(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	spec := PageSpec{Guard: theGuard, Insert: inserts("[+]"), Host: "www.shop.example:8443"}
	for in, want := range map[string]string{
		`<html><script>a()</script><body>b`: `<html>[G]<script>a()</script><body>[+]b`,
		`<html><body onload=a()>b`:          `<html>[G]<body onload=a()>[+]b`,
		`<html><p onclick=a()>b`:            `<html>[+][G]<p onclick=a()>b`,
		`<html><body>b<p onclick=a()>`:      `<html><body>[+]b[G]<p onclick=a()>`,
	} {
		if got := v.splits(t, spec, in); got.out != withGuard(want) {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got.out, withGuard(want))
		}
	}
	const elsewhere = `<html><base href="https://cdn.example/">`
	want := elsewhere + strings.Replace(inHTML, `src="`, `src="//www.shop.example:8443`, 1) + `<script src=a.js></script><p>`
	if got := v.splits(t, PageSpec{Guard: theGuard, Host: spec.Host}, elsewhere+`<script src=a.js></script><p>`); got.out != want {
		t.Errorf("behind a base element it is %s, want %s", got.out, want)
	}
}

func TestGuardTakesTheNonceOfThePage(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	const plain, bare = `<script src="/.privacy/g.js" onerror="window.stop()" data-privet="1"`, `<script src="/.privacy/g.js" data-privet="1"`
	for _, c := range []struct {
		header string
		in     string
		want   string
	}{
		{in: `<script nonce="ab+/==">`, want: plain + ` nonce="ab+/=="`},
		{in: `<script nonce="a&#98;">`, want: plain + ` nonce="ab"`},
		{in: `<script nonce="a&quot;b">`, want: plain},
		{in: `<p nonce=ab onclick="x()">`, want: plain},
		{header: "script-src 'nonce-xyz'", in: `<script nonce=ab>`, want: bare + ` nonce="xyz"`},
		{in: `<meta http-equiv=Content-Security-Policy content="script-src 'nonce-m1'"><script>`, want: bare + ` nonce="m1"`},
		{in: `<meta http-equiv=Content-Security-Policy content="img-src 'self'"><script>`, want: plain},
	} {
		gate := csp.Gate{}
		gate.Header(http.Header{"Content-Security-Policy": {c.header}})
		got := v.splits(t, PageSpec{Guard: theGuard, Gate: &gate, Navigated: true}, c.in)
		if at := strings.LastIndex(c.in, "<"); got.out != c.in[:at]+c.want+"></script>"+c.in[at:] {
			t.Errorf("%s becomes %s, want %s", c.in, got.out, c.want)
		}
	}
}

// FuzzGuard holds that the guard is all that a page with a guard has beside what it would have with one that is empty,
// that this one differs from a page without a guard only where something was blocked, and that pieces make no difference.
func FuzzGuard(f *testing.F) {
	for _, seed := range []string{
		`<html><head><script>track('init')</script><body onload="a()"><svg><script href=/a /></svg>`,
		`<html><template><p onclick=a()></template><iframe srcdoc="<script>a()</script>"></iframe>`,
		`<html><noscript><script>a()</script></noscript><math><mi onclick=a()></math><script type=module>import'//tracker.example/a'</script>`,
		`<!doctype html><base href=//tracker.example/><a href="javascript:a()"><script src=/a nonce=ab>`,
	} {
		f.Add(seed, int64(1), false)
		f.Add(seed, int64(2), true)
	}
	strict, lenient := newVisitor(f, pagePolicy, "/"), newVisitor(f, pagePolicy, "/", "measuring", "sharing")
	f.Fuzz(func(t *testing.T, page string, seed int64, xml bool) {
		const marked = "privet-guard-7f"
		if strings.Contains(page, marked) {
			return
		}
		tag := `<script src="/` + marked + `" data-` + marked + `></script>`
		spec := PageSpec{Charset: "utf-8", XML: xml, Guard: guards(tag)}
		empty := PageSpec{Charset: "utf-8", XML: xml, Guard: guards("")}
		for _, v := range []visitor{strict, lenient} {
			with, without := v.page(t, spec, page), v.page(t, empty, page)
			if (with.refusal == nil) != (without.refusal == nil) {
				t.Fatalf("%q is refused with a guard or without alone", page)
			}
			if with.refusal != nil {
				return
			}
			if got := cutGuard(with.out, marked); got != without.out {
				t.Fatalf("%q becomes %q, and with an empty guard %q", page, with.out, without.out)
			}
			random := rand.New(rand.NewSource(seed))
			var parts []string
			for rest := page; rest != ""; {
				n := 1 + random.Intn(min(len(rest), 7))
				parts, rest = append(parts, rest[:n]), rest[n:]
			}
			if split := v.page(t, spec, parts...); split.out != with.out {
				t.Fatalf("in pieces %q becomes %q, whole %q", page, split.out, with.out)
			}
		}
		if with, without := lenient.page(t, empty, page), lenient.page(t, PageSpec{Charset: "utf-8", XML: xml}, page); with.out != without.out {
			t.Fatalf("where all is let through, %q becomes %q with an empty guard, else %q", page, with.out, without.out)
		}
	})
}

func guards(text string) func(dst, nonce []byte) []byte {
	return func(dst, _ []byte) []byte { return append(dst, text...) }
}

// cutGuard takes the guard's element out of a page.
func cutGuard(page, marked string) string {
	at := strings.Index(page, marked)
	if at < 0 {
		return page
	}
	start := strings.LastIndex(page[:at], "<script ")
	end := strings.Index(page[at:], "></script>") + at + len("></script>")
	return page[:start] + page[end:]
}
