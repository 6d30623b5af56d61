package filter

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// listed is a decision about a visitor to www.shop.example under a policy with lists, with its plan.
func listed(tb testing.TB, text string, lists ...string) visitor {
	tb.Helper()
	return newVisitorOf(tb, text, func(p *rules.Policy) *rules.Policy {
		texts := make([]*rules.ListText, len(lists))
		for i := range lists {
			texts[i] = rules.ReadList([]byte(lists[i]))
		}
		return p.WithLists(texts)
	})
}

// publicLists are EasyPrivacy and EasyList.
func publicLists(tb testing.TB) visitor {
	tb.Helper()
	folder := os.Getenv("PRIVET_CORPUS")
	if folder == "" {
		tb.Skip("PRIVET_CORPUS names no folder with lists")
	}
	var texts []string
	for _, name := range []string{"easyprivacy.txt", "easylist.txt"} {
		text, err := os.ReadFile(filepath.Join(folder, "lists", name))
		if err != nil {
			tb.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	const policy = "purposes: {service: {basis: contract, default: true}}\n" +
		"lists: [{file: easyprivacy.txt, purpose: analytics}, {file: easylist.txt, purpose: advertising}]"
	return listed(tb, policy, texts...)
}

// typedList is a list with a rule for each type of request, and for nothing else.
const typedList = "/r/script$script\n/r/image$image\n/r/style$stylesheet\n/r/frame$subdocument\n/r/object$object\n/r/media$media\n/r/font$font\n" +
	"/r/fetch$xmlhttprequest\n/r/ping$ping\n/r/other$other\n||whole.example^\n||own.shop.example^$~third-party\n"

const typedPolicy = "purposes: {service: {basis: contract, default: true}}\nlists: [{file: typed.txt, purpose: analytics}]"

// TestListedTags says what each element and attribute fetches its URL for: a rule of that type takes it out, and rules of
// all other types leave it.
func TestListedTags(t *testing.T) {
	t.Parallel()
	v := listed(t, typedPolicy, typedList)
	words := []string{"script", "image", "style", "frame", "object", "media", "font", "fetch", "ping", "other"}
	for markup, want := range map[string]string{
		`<script src="/r/TYPE"></script>`:                              "script",
		`<svg><script href="/r/TYPE"></script></svg>`:                  "script",
		`<img src="/r/TYPE">`:                                          "image",
		`<img class="a" src="/r/TYPE/b.jpg">`:                          "image",
		`<img src="https://www.shop.example/r/TYPE">`:                  "image",
		`<img srcset="/a.jpg 1x, /r/TYPE 2x">`:                         "image",
		`<input type=image src="/r/TYPE">`:                             "image",
		`<video poster="/r/TYPE"></video>`:                             "image",
		`<td background="/r/TYPE">`:                                    "image",
		`<svg><image href="/r/TYPE"/></svg>`:                           "image",
		`<div data-src="//www.shop.example/r/TYPE"></div>`:             "image",
		`<link rel=icon href="/r/TYPE">`:                               "image",
		`<link rel="preload" as="image" href="/r/TYPE">`:               "image",
		`<link rel="stylesheet" href="/r/TYPE">`:                       "style",
		`<link rel="preload" as=style href="/r/TYPE">`:                 "style",
		`<style>@import "/r/TYPE";</style>`:                            "style",
		`<style>@import url(/r/TYPE);</style>`:                         "style",
		`<style>a{background:url(/r/TYPE)}</style>`:                    "image",
		`<style>@import "/a";a{background:url('/r/TYPE')}</style>`:     "image",
		`<p style="background:url(/r/TYPE)">`:                          "image",
		`<style>@font-face{font-family:a;src:url(/r/TYPE)}</style>`:    "font",
		`<style>@font-face{src:url(/a)}a{b:url(/r/TYPE)}</style>`:      "image",
		`<link rel="preload" as="font" href="/r/TYPE" crossorigin>`:    "font",
		`<iframe src="/r/TYPE"></iframe>`:                              "frame",
		`<frame src="/r/TYPE">`:                                        "frame",
		`<iframe data-src="https://www.shop.example/r/TYPE"></iframe>`: "frame",
		`<embed src="/r/TYPE">`:                                        "object",
		`<object data="/r/TYPE"></object>`:                             "object",
		`<video src="/r/TYPE"></video>`:                                "media",
		`<audio><source src="/r/TYPE"></audio>`:                        "media",
		`<video><track src="/r/TYPE"></video>`:                         "media",
		`<link rel="preload" as="fetch" href="/r/TYPE">`:               "fetch",
		`<amp-analytics config="/r/TYPE"></amp-analytics>`:             "fetch",
		`<a href="/x" ping="/r/TYPE">`:                                 "ping",
		`<link rel="prefetch" href="/r/TYPE">`:                         "other",
		`<link rel="manifest" href="/r/TYPE">`:                         "other",
		`<link rel="modulepreload" href="/r/TYPE">`:                    "script",
		`<a href="/r/TYPE">`:                                           "",
		`<noscript><img src="/r/TYPE"></noscript>`:                     "image",
		`<iframe srcdoc="<img src=/r/TYPE>"></iframe>`:                 "image",
	} {
		for _, word := range words {
			in := strings.ReplaceAll(markup, "TYPE", word)
			if gone := judgedPage(t, v, in) != in; gone != (word == want) {
				t.Errorf("%s: taken out %t", in, gone)
			}
		}
	}
}

// judgedPage is what becomes of a page of www.shop.example.
func judgedPage(t *testing.T, v visitor, page string) string {
	t.Helper()
	var tally Tally
	p := v.plan.Page(v.Decision, PageSpec{URL: "https://www.shop.example/dir/page.html", Charset: "utf-8"}, &tally)
	defer p.Release()
	out, err := p.Feed([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	if out, err = p.Close(); err != nil {
		t.Fatal(err)
	}
	return text + string(out)
}

func TestListedHosts(t *testing.T) {
	t.Parallel()
	v := listed(t, typedPolicy, typedList)
	for in, want := range map[string]string{
		`<link rel="preconnect" href="https://whole.example">`:                         `<link rel="preconnect" data-privet="typed">`,
		`<link rel="dns-prefetch" href="//cdn.whole.example">`:                         `<link rel="dns-prefetch" data-privet="typed">`,
		`<link rel="preconnect" href="https://own.shop.example">`:                      `<link rel="preconnect" href="https://own.shop.example">`,
		`<img src="https://own.shop.example/a">`:                                       `<img data-privet="typed">`,
		`<script src="//whole.example/a.js"></script>`:                                 `<script type="text/plain" data-privet="typed"></script>`,
		`<meta http-equiv="refresh" content="5; url=https://whole.example/a">`:         `<meta http-equiv="refresh" data-privet="typed">`,
		`<meta http-equiv="refresh" content="5; url=/r/script">`:                       `<meta http-equiv="refresh" content="5; url=/r/script">`,
		`<base href="https://whole.example/"><img src="a.gif">`:                        `<base data-privet="typed"><img data-privet="typed">`,
		`<base href="/r/"><img src="image">`:                                           `<base href="/r/"><img data-privet="typed">`,
		`<script>load("https://whole.example/a.js")</script>`:                          `<script>load("https://whole.example/a.js")</script>`,
		`<img src="https://cdn.example/a.jpg"><img src="https://cdn.example/r/image">`: `<img src="https://cdn.example/a.jpg"><img data-privet="typed">`,
	} {
		if got := judgedPage(t, v, in); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got, want)
		}
	}
}

func TestListedHeaders(t *testing.T) {
	t.Parallel()
	v := listed(t, typedPolicy, typedList)
	for _, c := range []struct{ name, line, want string }{
		{"Link", `</r/script>; rel=preload; as=script`, ""},
		{"Link", `</r/script>; rel=preload; as=image`, `</r/script>; rel=preload; as=image`},
		{"Link", `</r/style>; rel="stylesheet", </a.css>; rel="stylesheet"`, `</a.css>; rel="stylesheet"`},
		{"Link", `<https://whole.example>; rel=preconnect`, ""},
		{"Refresh", "3; url=https://whole.example/", ""},
		{"Refresh", "3; url=/r/other", "3; url=/r/other"},
		{"Report-To", `{"group":"a","max_age":1,"endpoints":[{"url":"https://whole.example/r"}]}`, ""},
		{"Report-To", `{"group":"a","max_age":1,"endpoints":[{"url":"https://other.example/r"}]}`, `{"group":"a","max_age":1,"endpoints":[{"url":"https://other.example/r"}]}`},
		{"Reporting-Endpoints", `a="https://www.shop.example/r/ping"`, ""},
		{"Content-Security-Policy", "default-src https://whole.example; report-uri /r/ping /a", "default-src https://whole.example; report-uri /a"},
		{"Location", "https://whole.example/", "https://whole.example/"},
	} {
		h := http.Header{c.name: {c.line}}
		x := site()
		x.URL = "https://www.shop.example/dir/page.html"
		acts := v.plan.Acts(v.Decision, h.Clone(), Reach{Policy: v.policy, Host: x.Host, URL: x.URL})
		v.plan.ResponseHeader(v.Decision, h, x, &Tally{})
		if got := h.Get(c.name); got != c.want {
			t.Errorf("%s: %s becomes %q, want %q", c.name, c.line, got, c.want)
		}
		if acts != (c.line != c.want) {
			t.Errorf("%s: %s: a variant %t", c.name, c.line, acts)
		}
	}
}

// What is skimmed comes out as what is looked at token by token.
func TestListedPagesSkimAlike(t *testing.T) {
	t.Parallel()
	v := publicLists(t)
	names, err := filepath.Glob(filepath.Join(os.Getenv("PRIVET_CORPUS"), "pages", "*.html.gz"))
	if err != nil || len(names) == 0 {
		t.Fatal("no pages", err)
	}
	for i := 0; i < len(names); i += 8 {
		page := []byte(unzip(t, names[i]))
		var outs [2]string
		for slow := range outs {
			p := v.plan.Page(v.Decision, PageSpec{URL: "https://www.shop.example/", Charset: "utf-8"}, &Tally{})
			p.walk.slow = slow == 1
			out, err := p.Feed(page)
			if err != nil {
				t.Fatalf("%s: %v", filepath.Base(names[i]), err)
			}
			outs[slow] = string(out)
			p.walk.slow = false
			p.Release()
		}
		if outs[0] != outs[1] {
			t.Errorf("%s: skimmed otherwise", filepath.Base(names[i]))
		}
	}
}

// The text of a frame's javascript: URL is looked through for URLs that lists name, however they are written.
func TestListedFrames(t *testing.T) {
	t.Parallel()
	v := listed(t, typedPolicy, typedList)
	for script, gone := range map[string]bool{
		`document.write('<script src=//whole.example/x.js></script>')`:                  true,
		`document.write(\"<script src='http:\/\/a.whole.example:80/x.js'><\/script>\")`: true,
		`document.write(unescape('%3Cscript%20src=%22//other.example/r/script%22%3E'))`: true,
		`a('\x2f\u002fwhole.example')`:                                                  true,
		`document.write('<script src=//free.example/x.js></script>')// whole.example`:   false,
		`a('/r/script')//`: false,
	} {
		script = strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(script)
		want := `<html><iframe src="javascript:` + script + `"></iframe>`
		if gone {
			want = `<html><iframe data-privet="typed"></iframe>`
		}
		spec := PageSpec{URL: "https://www.shop.example/a/b", Guard: func(dst, _ []byte) []byte { return dst }}
		if got := v.page(t, spec, `<html><iframe src="javascript:`+script+`"></iframe>`); got.out != want {
			t.Errorf("%s\nbecomes %s (%v)", script, got.out, got.refusal)
		}
	}
}
