package filter

import (
	"strings"
	"testing"
)

const quotePolicy = pagePolicy + `
  birds:
    country: IE
    purpose: sharing
    embed: {hosts: [platform.twitter.com]}
`

func standsIn(dst []byte, recipient string) []byte {
	if recipient == "tracker" {
		return dst // a click would not help
	}
	return append(append(append(dst, "&lt;b a=&#34;"...), recipient...), "&#34;&gt;"...)
}

func TestStandIns(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, quotePolicy, "/a/b")
	document := func(of string) string { return `srcdoc="&lt;b a=&#34;` + of + `&#34;&gt;"` }
	widget, birds := document("widget"), document("birds")
	const marked = `data-privet="widget"`
	box := `<iframe data-privet="birds" width="100%" height="190" ` + birds + `></iframe>`
	for _, c := range []struct{ name, in, want string }{
		{"frame", `<iframe width="560" height=315 style="border:0" src="//social.example/v"></iframe>`, `<iframe width="560" height=315 style="border:0" ` + marked + ` ` + widget + `></iframe>`},
		{"sandboxed frame", `<iframe sandbox="allow-scripts" src="//social.example/v" title=x></iframe>`, `<iframe  ` + marked + ` ` + widget + ` title=x></iframe>`},
		{"frame within a form and a paragraph", `<form><p><iframe src=//social.example/v></iframe></form>`, `<form><p><iframe ` + marked + ` ` + widget + `></iframe></form>`},
		{"frame that has its document", `<iframe srcdoc="x" src=//social.example/v></iframe>`, `<iframe srcdoc="x" ` + marked + `></iframe>`},
		{"frame of one pixel", `<iframe width=1 height=1 src=//social.example/v></iframe>`, `<iframe width=1 height=1 ` + marked + `></iframe>`},
		{"hidden frame", `<iframe style="display: none; x:y" src=//social.example/v></iframe>`, `<iframe style="display: none; x:y" ` + marked + `></iframe>`},
		{"frame of no height by its style", `<iframe style="HEIGHT:0px" src=//social.example/v></iframe>`, `<iframe style="HEIGHT:0px" ` + marked + `></iframe>`},
		{"frame that a click would not let in", `<iframe src=//tracker.example/v></iframe>`, `<iframe ` + tracked + `></iframe>`},
		{"frame of somebody else", `<iframe src=//other.example/v></iframe>`, `<iframe src=//other.example/v></iframe>`},
		{"second URL, which browsers ignore", `<iframe src=/a src=//social.example/v></iframe>`, `<iframe src=/a ` + marked + `></iframe>`},
		{"frame without scripts", `<noscript><iframe src=//social.example/v></iframe></noscript>`, `<noscript><iframe ` + marked + `></iframe></noscript>`},
		{"picture", `<img src=//social.example/v>`, `<img ` + marked + `>`},
		{"embed", `<embed type=x width='5"0' src=//social.example/v style="background:url(//tracker.example/p)">y`, `<iframe ` + marked + ` width="5&quot;0" ` + widget + `></iframe>y`},
		{
			"object", `<object width=50 data=//social.example/v><embed src=//social.example/v></object><embed src=//social.example/v>`,
			`<object width=50 ` + marked + `><iframe ` + marked + ` width="50" ` + widget + `></iframe><embed ` + marked + `></object><iframe ` + marked + ` ` + widget + `></iframe>`,
		},
		{"quotation", `<blockquote class="a twitter-tweet"><p>text</blockquote>`, `<blockquote class="a twitter-tweet"><p>text</blockquote>`},
		{"quotation of a film", `<blockquote class="a twitter-video"><p>text</blockquote>`, `<blockquote class="a twitter-video">` + box + `<p>text</blockquote>`},
		{"quotation without text", `<blockquote class=twitter-tweet> <a href="/p"><script>x()</script><!-- y --></a> </blockquote>z`, `<blockquote class=twitter-tweet> <a href="/p"><script>x()</script><!-- y --></a> ` + box + `</blockquote>z`},
		{"hidden quotation without text", `<blockquote class=twitter-tweet hidden></blockquote>`, `<blockquote class=twitter-tweet hidden></blockquote>`},
		{"quotations one after another", `<blockquote class=twitter-tweet></blockquote><blockquote></blockquote><blockquote class=twitter-tweet>a</blockquote>`, `<blockquote class=twitter-tweet>` + box + `</blockquote><blockquote></blockquote><blockquote class=twitter-tweet>a</blockquote>`},
		{"quotation of nobody who is known", `<blockquote class="other-media"><p>text</blockquote>`, `<blockquote class="other-media"><p>text</blockquote>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := v.splits(t, PageSpec{Embed: standsIn, Insert: inserts("[+]")}, "<html><body>"+c.in)
			if want := "<html><body>[+]" + c.want; got.out != want {
				t.Errorf("%s\nbecomes %s\nwant    %s (%v)", c.in, got.out, want, got.refusal)
			}
		})
	}
	const frame = `<iframe src=//social.example/v></iframe>`
	for name, spec := range map[string]PageSpec{
		"a part":               {Embed: standsIn, Insert: inserts("[+]")},
		"a page in a frame":    {Embed: standsIn, Navigated: true},
		"a page of XHTML":      {Embed: standsIn, Insert: inserts("[+]"), XML: true},
		"a page without frame": {Insert: inserts(""), Navigated: true},
	} {
		if got := v.splits(t, spec, frame); got.out != strings.Replace(frame, "src=//social.example/v", marked, 1) {
			t.Errorf("%s: %s", name, got.out)
		}
	}
	granted := newVisitor(t, quotePolicy, "/a/b", "sharing")
	const all = `<html><body>` + frame + `<blockquote class=twitter-tweet>`
	if got := granted.splits(t, PageSpec{Embed: standsIn, Insert: inserts("")}, all); got.out != all {
		t.Errorf("with consent: %s", got.out)
	}
	// Behind a base element, paths lead to this site all the same.
	spec := PageSpec{Insert: inserts(""), Host: "www.shop.example", Embed: func(dst []byte, _ string) []byte { return append(dst, "&lt;link href=&#34;/.privacy/a&#34;&gt;"...) }}
	if got := v.splits(t, spec, `<html><base href="//cdn.example/"><body>`+frame); !strings.Contains(got.out, `&lt;link href=&#34;//www.shop.example/.privacy/a&#34;&gt;`) {
		t.Errorf("behind a base element: %s", got.out)
	}
}
