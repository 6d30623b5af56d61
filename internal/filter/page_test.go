package filter

import (
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// pagePolicy has a vendor of its own hosts, one that shares a host with a widget, and a snippet.
const pagePolicy = `
purposes:
  service: {basis: contract, default: true}
  measuring: {basis: consent}
  sharing: {basis: consent}
recipients:
  tracker:
    country: IE
    purpose: measuring
    embed:
      hosts: [tracker.example, "*.pixel.example"]
      urls: ["social.example/tr", "*/first-party/collect?tid=T-*"]
      snippets: ["track('init'", "_tracker_id"]
  widget:
    country: IE
    purpose: sharing
    embed: {hosts: [social.example]}
`

// onPage is what came of a page.
type onPage struct {
	out     string
	refusal *Refusal
	did     []string // "recipient action count"
}

func (v visitor) page(tb testing.TB, spec PageSpec, chunks ...string) onPage {
	tb.Helper()
	var tally Tally
	if spec.URL == "" {
		spec.URL = "https://www.shop.example/a/b"
	}
	if spec.Gate != nil { // each page has one of its own
		gate := *spec.Gate
		spec.Gate = &gate
	}
	p := v.plan.Page(v.Decision, spec, &tally)
	var out strings.Builder
	var err error
	for _, chunk := range chunks {
		var part []byte
		if part, err = p.Feed([]byte(chunk)); err != nil {
			break
		}
		out.Write(part)
	}
	if err == nil {
		var part []byte
		part, err = p.Close()
		out.Write(part)
	}
	p.Release()
	got := onPage{out: out.String()}
	if err != nil && !errors.As(err, &got.refusal) {
		tb.Fatalf("the error is no refusal: %v", err)
	}
	for _, a := range tally.Applied() {
		if a.Kind != Tag {
			got.did = append(got.did, fmt.Sprintf("%s %s %d", a.Kind, a.Action, a.Count))
			continue
		}
		got.did = append(got.did, fmt.Sprintf("%s %s %d", a.Recipient, a.Action, a.Count))
	}
	return got
}

// inserts is a text to be inserted.
func inserts(text string) func([]byte) []byte {
	return func(dst []byte) []byte { return append(dst, text...) }
}

// splits feeds a page whole, byte by byte and at random places, and asserts that it is always the same.
func (v visitor) splits(tb testing.TB, spec PageSpec, in string) onPage {
	tb.Helper()
	whole := v.page(tb, spec, in)
	seed := rand.Int63()
	random := rand.New(rand.NewSource(seed))
	var parts []string
	for rest := in; rest != ""; {
		n := 1 + random.Intn(min(len(rest), 40))
		parts, rest = append(parts, rest[:n]), rest[n:]
	}
	for name, chunks := range map[string][]string{"byte by byte": strings.Split(in, ""), fmt.Sprintf("at random, seed %d", seed): parts} {
		if utf := strings.ToValidUTF8(in, ""); utf != in && name == "byte by byte" {
			continue
		}
		got := v.page(tb, spec, chunks...)
		if (got.refusal == nil) != (whole.refusal == nil) || whole.refusal == nil && (got.out != whole.out || !slices.Equal(got.did, whole.did)) {
			tb.Errorf("fed %s, %.200q gives\n%q\n%v, whole\n%q\n%v", name, in, got.out, got.did, whole.out, whole.did)
		}
	}
	return whole
}

// tracked stands where something of the tracker was.
const tracked = `data-privet="tracker"`

func TestPageTags(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	const script = `<script type="text/plain" data-privet="tracker"></script>`
	for _, c := range []struct{ name, in, want string }{
		{"script", `<p>a<script async src="https://tracker.example/t.js">x</script>b`, `<p>a` + script + `b`},
		{"script in capitals", `<SCRIPT SRC=HTTPS://TRACKER.EXAMPLE/T.JS></SCRIPT>b`, script + `b`},
		{"references", `<script src="&#104;ttps:&#x2F;/track&#x65;r.example/t.js"></script>`, script},
		{"references without semicolons", `<script src="&#104ttps:&#x2F&#x2Ftracker.example/t.js"></script>`, script},
		{"tabs and lines within the URL", "<script src=\" ht\ttps://track\ner.example/t.js\"></script>", script},
		{"backslashes", `<script src="\\tracker.example\t.js"></script>`, script},
		{"percent encoded host", `<script src="//tr%61cker.example/t.js"></script>`, script},
		{"credentials and port", `<script src="https://u:p@a.tracker.example:8443/t.js"></script>`, script},
		{"final dot", `<script src="//tracker.example./t.js"></script>`, script},
		{"full width letters", `<script src="//ｔracker.example/t.js"></script>`, script},
		{"slashes for blanks", `<script/x/src=//tracker.example/t.js></script>`, script},
		{"end tag with blanks", "<script src=//tracker.example>var a = '</scrip';</SCRIPT\n a=b>c", script + "c"},
		{"module", `<script type="module" src="//tracker.example/m.js"></script>`, script},
		{"second of two types", `<script type="text/plain" type="module" src="//tracker.example/m.js"></script>`, script},
		{"second of two addresses", `<script src src="//tracker.example/m.js"></script>`, script},
		{"second of two relations", `<link rel rel=stylesheet href="//tracker.example/a.css">`, `<link rel rel=stylesheet ` + tracked + `>`},
		{"second of two bases", `<base href href="//tracker.example/"><img src=x>`, `<base href ` + tracked + `><img ` + tracked + `>`},
		{"import without quotes", `<style>@import //tracker.example/a;</style>`, `<style>@import about:invalid;</style>`},
		{"import whose escapes are none", `<style>@import "\\tracker.example/a";</style>`, `<style>@import "about:invalid";</style>`},
		{"letters as escapes", `<style>a{background:url("//tr\ff41 cker.exam\` + "\r\n" + `ple/a")}</style>`, `<style>a{background:url("about:invalid")}</style>`},
		{"text elements within each other in MathML", `<math><noembed><iframe><p><img src="//tracker.example/p"></iframe></noembed>`, `<math><noembed><iframe><p><img ` + tracked + `></iframe></noembed>`},
		{"noscript without content", `<noscript> </noscript><img src="/p">`, ``},
		{"foreign content that noscript leaves open", `<noscript><svg></noscript><script type=text/x><img src="//tracker.example/p"></script>`, `<noscript><svg></noscript>` + script},
		{"image", `<img alt="" width=1 src="//x.pixel.example/p.gif" height="1">`, `<img alt="" width=1 ` + tracked + ` height="1">`},
		{"image without quotes", `<img src=//x.pixel.example/p.gif>`, `<img ` + tracked + `>`},
		{"attributes without blanks", `<img alt=""src="//x.pixel.example/p.gif"id="i">`, `<img alt=""` + tracked + `id="i">`},
		{"repeated attribute", `<img src="/a" src="//x.pixel.example/b">`, `<img src="/a" ` + tracked + `>`},
		{"two attributes", `<img src="//tracker.example/a" lowsrc="//tracker.example/b" id=i>`, `<img ` + tracked + `  id=i>`},
		{"frame", `<iframe src="https://tracker.example/f" width="1"></iframe>`, `<iframe ` + tracked + ` width="1"></iframe>`},
		{"srcset", `<img srcset="/a.png 1x, //tracker.example/b.png 2x, /c.png 3x" src=/a.png>`, `<img srcset="/a.png 1x, /c.png 3x" src=/a.png>`},
		{"srcset of one", `<img srcset="//tracker.example/b.png" src=/a.png>`, `<img ` + tracked + ` src=/a.png>`},
		{"source", `<picture><source srcset="//tracker.example/b.png 2x,"></picture>`, `<picture><source ` + tracked + `></picture>`},
		{"preload of a set", `<link rel=preload as=image imagesrcset="//tracker.example/b.png 2x">`, `<link rel=preload as=image ` + tracked + `>`},
		{"preconnect", `<link rel="preconnect" href="https://tracker.example">`, `<link rel="preconnect" ` + tracked + `>`},
		{"dns-prefetch in capitals", `<LINK REL="DNS-Prefetch" HREF="//TRACKER.example">`, `<LINK REL="DNS-Prefetch" ` + tracked + `>`},
		{"style sheet", `<link rel="alternate stylesheet" href="//tracker.example/a.css">`, `<link rel="alternate stylesheet" ` + tracked + `>`},
		{"canonical stays", `<link rel="canonical" href="https://tracker.example/">`, ``},
		{"link without rel stays", `<link href="https://tracker.example/">`, ``},
		{"plain link stays", `<a href="https://tracker.example/">tracker.example</a>`, ``},
		{"ping", `<a href="/x" ping="/own https://tracker.example/p">x</a>`, `<a href="/x" ping="/own">x</a>`},
		{"ping of one", `<a ping="https://tracker.example/p" href="/x">x</a>`, `<a ` + tracked + ` href="/x">x</a>`},
		{"poster", `<video poster="//tracker.example/p.jpg" src="/v.mp4">`, `<video ` + tracked + ` src="/v.mp4">`},
		{"object", `<object data="//tracker.example/o"></object><embed src="//tracker.example/e">`, `<object ` + tracked + `></object><embed ` + tracked + `>`},
		{"background", `<td background="//tracker.example/b.gif">`, `<td ` + tracked + `>`},
		{"input", `<input type=image src="//tracker.example/b.gif">`, `<input type=image ` + tracked + `>`},
		{"lazy", `<img data-src="https://tracker.example/b.gif" data-id="x">`, `<img ` + tracked + ` data-id="x">`},
		{"lazy set", `<img data-srcset="//tracker.example/b.gif 1x, https://ok.example/c.gif 2x">`, `<img data-srcset="https://ok.example/c.gif 2x">`},
		{"refresh", `<meta http-equiv="Refresh" content="3; URL='https://tracker.example/'">`, `<meta http-equiv="Refresh" ` + tracked + `>`},
		{"style", `<style>a{background:url( "//tracker.example/x" )} @import '//tracker.example/y.css'; b{background:url(/own)}</style>`, `<style>a{background:url( "about:invalid" )} @import 'about:invalid'; b{background:url(/own)}</style>`},
		{"style with escapes", `<style>a{background:\75 r\6C(//track\65r.example/x)}</style>`, `<style>a{background:\75 r\6C(about:invalid)}</style>`},
		{"style in a comment stays", `<style>/* url(//tracker.example/x) */</style>`, ``},
		{"image set", `<style>a{background:image-set("//tracker.example/x" 1x)}</style>`, `<style>a{background:image-set("about:invalid" 1x)}</style>`},
		{"style attribute", `<div style="background:url(&quot;//tracker.example/x&quot;);color:red">`, `<div style="background:url(&quot;about:invalid&quot;);color:red">`},
		{"svg", `<svg><image href="//tracker.example/i"/><use xlink:href="//tracker.example/u"/></svg>`, `<svg><image ` + tracked + `/><use ` + tracked + `/></svg>`},
		{"base", `<base href="https://tracker.example/x/"><img src="p.gif"><img src="https://ok.example/p.gif">`, `<base ` + tracked + `><img ` + tracked + `><img src="https://ok.example/p.gif">`},
		{"second base does not count", `<base href="/own/"><base href="https://tracker.example/"><img src="p.gif">`, `<base href="/own/"><base ` + tracked + `><img src="p.gif">`},
		{"base within a document", `<iframe srcdoc="<base href=//tracker.example/><img src=x>"></iframe>`, `<iframe srcdoc="&lt;base ` + strings.ReplaceAll(tracked, `"`, "&quot;") + `&gt;&lt;img src=x&gt;"></iframe>`},
		{"refresh under references", `<meta http-equiv="re&#102;resh" content="0;url=//tracker.example">`, `<meta http-equiv="re&#102;resh" ` + tracked + `>`},
		{"refresh behind a line", "<meta http-equiv=refresh content=\"0\n;url\f=\r//tracker.example\">", `<meta http-equiv=refresh ` + tracked + `>`},
		{"behind a script that closes itself", `<svg><script href="//tracker.example/t.js"/><link rel=icon href="//tracker.example/i">`, `<svg><script type="text/plain" ` + tracked + `></script><link rel=icon ` + tracked + `>`},
		{"first-party shape", `<img src="/first-party/collect?v=2&tid=T-1">`, `<img ` + tracked + `>`},
		{"other first-party", `<img src="/first-party/collect?tid=U-1">`, ``},
		{"data with a page", `<iframe src="data:text/html,<script src=//tracker.example/t.js></script>"></iframe>`, `<iframe ` + tracked + `></iframe>`},
		{"data with a picture stays", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`, ``},
		{"script URL", `<a href="javascript:track('init')">x</a>`, `<a ` + tracked + `>x</a>`},
		{"script URL with a tab", "<a href=\" java\tscript:track('init')\">x</a>", `<a ` + tracked + `>x</a>`},
		{"handler", `<body onload="track( &quot;init&quot; )"><p onclick="buy()">`, `<body ` + tracked + `><p onclick="buy()">`},
		{"srcdoc", `<iframe srcdoc="<img src='//tracker.example/p'>&amp;amp;"></iframe>`, `<iframe srcdoc="&lt;img data-privet=&quot;tracker&quot;&gt;&amp;amp;"></iframe>`},
		{"srcdoc without", `<iframe srcdoc="<img src='/p'>"></iframe>`, ``},
		{"noscript", `<noscript><img src="//tracker.example/p"><p>on</noscript>`, `<noscript><img ` + tracked + `><p>on</noscript>`},
		{"template", `<template><img src="//tracker.example/p"></template>`, `<template><img ` + tracked + `></template>`},
		{"inline by snippet", `<script>(function(){ track ( "init" , 7) })()</script>c`, script + `c`},
		{"inline by URL", `<script>var s='https:\/\/tracker.example\/t.js'</script>c`, script + `c`},
		{"inline split in the host", `<script>load("//cdn."+"tracker.example/t.js")</script>`, script},
		{"inline of the site stays", `<script>menu('init'); var tracker = {example: 1}</script>`, ``},
		{"inert script stays", `<script type="text/plain">track('init')</script><script type="application/json">{"u":"//tracker.example/"}</script>`, ``},
		{
			"speculation rules", `<script type="speculationrules">{"prefetch":[{"urls":["https:\/\/tracker.example/", "/next"]}]}</script>`,
			`<script type="speculationrules">{"prefetch":[{"urls":["about:invalid", "/next"]}]}</script>`,
		},
		{
			"import map", `<script type=importmap>{"imports":{"a":"/a.js","t":"//tracker.example/t.js"}}</script>`,
			`<script type=importmap>{"imports":{"a":"/a.js","t":"about:invalid"}}</script>`,
		},
		{"import map that names a tracker otherwise", `<script type=importmap>{"scopes":{"tracker.example/x":{}}}</script>`, script},
		{"prose stays", `<p>tracker.example and //tracker.example/t.js and track('init')</p><!-- //tracker.example -->`, ``},
		{"textarea stays", `<textarea><img src="//tracker.example/p"></textarea><title><img src="//tracker.example/p"></title>`, ``},
		{"xmp stays", `<xmp><img src="//tracker.example/p"></xmp>`, ``},
		{"comment ends early", `<!--><img src="//tracker.example/p">--><!---><img src="//tracker.example/q">`, `<!--><img ` + tracked + `>--><!---><img ` + tracked + `>`},
		{"comment ends with a bang", `<!-- --!><img src="//tracker.example/p">`, `<!-- --!><img ` + tracked + `>`},
		{"comment within a script", `<script><!--<script></script>track('init')</script>c`, script + `c`},
		{"bogus comment", `<?x <img src="//tracker.example/p"><img src="//tracker.example/q">`, `<?x <img src="//tracker.example/p"><img ` + tracked + `>`},
		{"section is no section", `<![CDATA[<img src=/a>]]><img src="//tracker.example/q">`, `<![CDATA[<img src=/a>]]><img ` + tracked + `>`},
		{"shared host, by path", `<img src="https://www.social.example/tr?id=1">`, `<img ` + tracked + `>`},
		{"shared host, the rest", `<script src="https://social.example/sdk.js"></script>`, `<script type="text/plain" data-privet="widget"></script>`},
		{"unknown third party", `<script src="https://cdn.example.net/lib.js"></script><img src="//i.example.org/p.gif">`, ``},
		{"cut off by the end", `<p>a<img src="//tracker.example/p`, ``},
		{"empty", ``, ``},
	} {
		want := c.want
		if want == "" {
			want = c.in
		}
		got := v.splits(t, PageSpec{}, c.in)
		if got.refusal != nil || got.out != want {
			t.Errorf("%s: %s\nbecomes %s\nwant    %s (%v)", c.name, c.in, got.out, want, got.refusal)
		}
		if again := v.page(t, PageSpec{}, got.out); again.out != got.out {
			t.Errorf("%s: filtered again it becomes %s", c.name, again.out)
		}
	}
}

func TestPageTellsWhatItDid(t *testing.T) {
	t.Parallel()
	const page = `<img src="//tracker.example/1"><img src="//tracker.example/2"><script src="//social.example/sdk.js"></script><script>track('init')</script>`
	for _, c := range []struct {
		grants string
		want   []string
	}{
		{"", []string{"tracker remove 2", "tracker remove 1", "widget remove 1"}},
		{"sharing", []string{"tracker remove 2", "tracker remove 1", "widget keep 1"}},
		{"sharing measuring", []string{"tracker keep 2", "widget keep 1"}},
	} {
		got := newVisitor(t, pagePolicy, "/", strings.Fields(c.grants)...).page(t, PageSpec{}, page)
		if !slices.Equal(got.did, c.want) {
			t.Errorf("%q: %v, want %v", c.grants, got.did, c.want)
		}
		if whole := strings.Contains(c.grants, "measuring"); whole && got.out != page {
			t.Errorf("%q: %s", c.grants, got.out)
		}
	}
}

// Within foreign content, and where it may be, the browser reads what is text elsewhere as markup.
func TestPageForeignContent(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	for _, in := range []string{
		`<svg><title><img src="//tracker.example/p"></title></svg>`,
		`<svg><style><img src="//tracker.example/p"></style></svg>`,
		`<svg><script href="//tracker.example/t.js"></script></svg>`,
		`<svg><script xlink:href="//tracker.example/t.js"/></svg>`,
		`<svg><script>&#116;rack('init')</script></svg>`,
		`<svg><![CDATA[ > ]]><image href="//tracker.example/p"/></svg>`,
		`<math><mtext><textarea><img src="//tracker.example/p"></textarea></mtext></math>`,
		`<svg><foreignObject><div></foreignObject></svg></div></foreignObject><title><img src="//tracker.example/p"></title>`,
		`<svg><desc><noscript><img src="//tracker.example/p"></noscript></desc></svg>`,
		`<svg></p><style><img src="//tracker.example/p"></style>`,
		`<svg></p><![CDATA[><img src="//tracker.example/p">]]>`,
		`<svg></p><![CDATA[><p title="]]><img src='//tracker.example/p'>">`,
	} {
		if got := v.splits(t, PageSpec{}, in); strings.Contains(got.out, "tracker.example") || strings.Contains(got.out, "rack('init')") {
			t.Errorf("%s becomes %s", in, got.out)
		}
	}
	for _, in := range []string{
		`<svg><title>Logo</title><style>path{fill:url(#a)}</style><path d="M0 0"/></svg><script>if (a < b && c > d) e("<div class='")</script>`,
		`<svg viewBox="0 0 1 1"><g><a href="/x"><text>a</text></a></g></svg><title>x <img></title>`,
		`<math><mi>x</mi><annotation-xml encoding="text/html"><p>y</p></annotation-xml></math><style>a>b{}</style>`,
	} {
		if got := v.splits(t, PageSpec{}, in); got.out != in {
			t.Errorf("%s becomes %s", in, got.out)
		}
	}
}

// What a browser without scripts reads as an unfinished tag would swallow what others read as the page.
func TestPageNoscriptReadingsAgree(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	for in, want := range map[string]string{
		`<noscript><p title="</noscript><img src=//tracker.example/p>">`:            `<noscript></noscript><img ` + tracked + `>">`,
		`<noscript>a<!-- </noscript>--><img src=/own>`:                              `<noscript>a</noscript>--><img src=/own>`,
		`<noscript>a<style>b</noscript>c`:                                           `<noscript>a</noscript>c`,
		`<noscript>a<textarea>b</noscript>c`:                                        `<noscript>a</noscript>c`,
		`<noscript>a < b</noscript>c`:                                               `<noscript>a < b</noscript>c`,
		`<noscript><p>a<noscript><img src=/own>b</noscript></noscript>c`:            `<noscript><p>a<noscript><img src=/own>b</noscript></noscript>c`,
		`<noscript>a<noscript><img src=//tracker.example/p></noscript></noscript>c`: `<noscript>a<noscript><img ` + tracked + `></noscript></noscript>c`,
		`<noscript>a<noscript><p title="</noscript><img src=//tracker.example/p>">`: `<noscript>a<noscript></noscript><img ` + tracked + `>">`,
		`<noscript><p title='x>y'>a</p></noscript>c`:                                `<noscript><p title='x>y'>a</p></noscript>c`,
	} {
		if got := v.splits(t, PageSpec{}, in); got.out != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got.out, want)
		}
	}
}

func TestPageInXML(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	for in, want := range map[string]string{
		`<?xml version="1.0"?><svg xmlns="x"><image href="//tracker.example/p"/></svg>`:                  `<?xml version="1.0"?><svg xmlns="x"><image ` + tracked + `/></svg>`,
		`<?xml-stylesheet href="//tracker.example/p.css"?><svg/>`:                                        `<svg/>`,
		`<html><script><![CDATA[ track('init') ]]></script><p/></html>`:                                  `<html><script type="text/plain" data-privet="tracker"></script><p/></html>`,
		`<html><title><img src="//tracker.example/p"/></title></html>`:                                   `<html><title><img ` + tracked + `/></title></html>`,
		`<html><script src="//tracker.example/t.js"/><p>b</p></html>`:                                    `<html><script type="text/plain" data-privet="tracker"></script><p>b</p></html>`,
		`<html><script><![CDATA[ a("</script>") ]]></script><img src="//tracker.example/p"/><p/></html>`: `<html><script><![CDATA[ a("</script>") ]]></script><img ` + tracked + `/><p/></html>`,
	} {
		if got := v.splits(t, PageSpec{XML: true}, in); got.out != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got.out, want)
		}
	}
}

func TestPageInsertion(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	for in, want := range map[string]string{
		`<!doctype html><html><head><title>x</title></head><body class="a"><p>b`: `<!doctype html><html><head><title>x</title></head><body class="a">[+]<p>b`,
		`<!doctype html><title>x</title><p>b`:                                    `<!doctype html><title>x</title>[+]<p>b`,
		`<!doctype html><title>x</title> text <body>`:                            `<!doctype html><title>x</title> [+]text <body>`,
		`<html><body onload="track('init')">b`:                                   `<html><body ` + tracked + `>[+]b`,
		`<html><head></head><frameset><frame src=/a></frameset>`:                 `<html><head></head><frameset><frame src=/a></frameset>`,
		`<p>a part</p>`:                         `<p>a part</p>`,
		`<li>a part<body>`:                      `<li>a part<body>`,
		`<!doctype html><title>x</title>`:       `<!doctype html><title>x</title>[+]`,
		`<!doctype html><!-- <body> --><body>b`: `<!doctype html><!-- <body> --><body>[+]b`,
		`<body><body>b`:                         `<body>[+]<body>b`,
		`<html><template><p>x<template></template>y<body></template><title>x</title><p>b`: `<html><template><p>x<template></template>y<body></template><title>x</title>[+]<p>b`,
		`<html><template><p>x`:                   `<html><template><p>x[+]`,
		`<html><noscript><p>x</noscript><body>b`: `<html><noscript><p>x</noscript><body>[+]b`,
	} {
		if got := v.splits(t, PageSpec{Insert: inserts("[+]")}, in); got.out != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got.out, want)
		}
	}
	const form = `<form action="/.privacy/consent"><a href="/other">`
	spec := PageSpec{Insert: inserts(form), Host: "www.shop.example:8443"}
	for in, want := range map[string]string{
		`<html><body>`:                                   form,
		`<html><base target="x"><body>`:                  form,
		`<html><base href="https://cdn.example/"><body>`: `<form action="//www.shop.example:8443/.privacy/consent"><a href="/other">`,
	} {
		if got := v.page(t, spec, in); got.out != in+want {
			t.Errorf("%s gets %s", in, got.out)
		}
	}
	if got := v.page(t, PageSpec{Insert: inserts("[+]"), Navigated: true}, `<p>a page`); got.out != `[+]<p>a page` {
		t.Errorf("a page that was navigated to becomes %s", got.out)
	}
}

func TestPageCharsets(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	for _, c := range []struct {
		charset, in string
		refused     bool
	}{
		{"utf-8", "<p>é", false},
		{"windows-1252", "<p>\xe9", false},
		{"Shift_JIS", "<p>\x83\x5c", false},
		{"", "<p>a", false},
		{"UTF-16LE", "<\x00p\x00>\x00", true},
		{"utf-16", "<p>", true},
		{"utf-7", "<p>", true},
		{"ISO-2022-JP", "<p>", true},
		{"", "\xff\xfe<\x00p\x00>\x00", true},
		{"", "\xfe\xff\x00<", true},
		{"", "\x00<\x00p", true},
		{"", "\xef\xbb\xbf<p>é", false},
		{"", "<meta charset=iso-2022-jp>", true},
		{"", `<meta http-equiv="content-type" content="text/html; charset=hz-gb-2312">`, true},
		{"", "<meta charset=utf-16><p>", false},
		{"", "<p>\x1b$B$\"", true},
		{"utf-8", "<p>\x1b$B$\"", false},
		{"", "<meta charset=utf-8><p>\x1b(J", false},
		{"", "<p>\x1b[0m", false},
	} {
		got := v.page(t, PageSpec{Charset: c.charset}, c.in)
		if (got.refusal != nil) != c.refused || got.refusal != nil && (got.refusal.Code != "charset" || got.refusal.Status != 502) {
			t.Errorf("charset %q, %q: %v", c.charset, c.in, got.refusal)
		}
	}
}

func TestPageLimits(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/")
	big := strings.Repeat("x", heldMarkup+10)
	for name, page := range map[string]string{"tag": `<p title="` + big, "script": `<script>` + big, "style": `<style>` + big} {
		if got := v.page(t, PageSpec{}, page); got.refusal == nil || got.refusal.Code != "limit" {
			t.Errorf("%s: %v", name, got.refusal)
		}
	}
	for name, page := range map[string]string{"text": big, "comment": `<!--` + big, "textarea": `<textarea>` + big, "data": `<script type="application/json">` + big} {
		if got := v.page(t, PageSpec{}, page); got.refusal != nil || got.out != page {
			t.Errorf("%s: %v", name, got.refusal)
		}
	}
	deep := `<p>`
	for range 12 {
		deep = `<iframe srcdoc="` + string(appendEscaped(nil, []byte(deep))) + `">`
	}
	if got := v.page(t, PageSpec{}, deep); got.refusal == nil || got.refusal.Code != "limit" {
		t.Errorf("nested documents: %v", got.refusal)
	}
}
