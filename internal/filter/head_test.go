package filter

import (
	"math/rand"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/privet-gateway/privet/internal/csp"
)

// ownScript is the source that lets the guard of the tests in.
const ownScript = "www.shop.example/.privacy/g.js"

// gated is a page with a guard and a prompt whose files have to be let in.
func gated(header string) PageSpec {
	gate := &csp.Gate{Secure: true, Host: "www.shop.example", Types: "privet", Files: []csp.File{
		{Path: "/.privacy/g.js"}, {Kind: csp.Sheet, Path: "/.privacy/p.css"},
	}}
	if header != "" {
		gate.Header(http.Header{"Content-Security-Policy": {header}})
	}
	return PageSpec{Guard: theGuard, Gate: gate, Charset: "utf-8"}
}

// policyTag is a policy in markup.
func policyTag(content string) string {
	return `<meta http-equiv="Content-Security-Policy" content="` + content + `">`
}

// The guard as it is written where event handlers do not run, with a nonce; and what the sheet of the prompt adds.
const (
	bareGuard = `<script src="/.privacy/g.js" data-privet="1"></script>`
	ownSheet  = "www.shop.example/.privacy/p.css"
)

func nonceGuard(nonce string) string {
	return strings.Replace(bareGuard, "></script>", ` nonce="`+nonce+`"></script>`, 1)
}

func TestPoliciesInMarkup(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	const inline = "<script>a()</script>"
	for _, c := range []struct{ name, in, want string }{ // want "": as it was, with a guard where [G] stands
		{"nothing of scripts", `<html>` + policyTag("img-src 'none'") + `[G]` + inline, ""},
		{"self", `<html>` + policyTag("script-src 'self' 'unsafe-inline'") + `[G]` + inline, ""},
		{"hosts", `<html>` + policyTag("script-src https://app.example") + inline, `<html>` + policyTag("script-src https://app.example "+ownScript) + bareGuard + inline},
		{"a nonce", `<html>` + policyTag("script-src 'nonce-x'") + inline, `<html>` + policyTag("script-src 'nonce-x'") + nonceGuard("x") + inline},
		{"the header's nonce goes before", `<html>` + policyTag("script-src 'nonce-x' a.example") + inline, ""},
		{
			"no quotes", `<meta content=script-src&#32;a.example http-equiv=content-security-policy><html>` + inline,
			`<meta content="script-src a.example ` + ownScript + `" http-equiv=content-security-policy><html>` + bareGuard + inline,
		},
		{
			"single quotes", `<html><META HTTP-EQUIV='Content&#45;Security-Policy' CONTENT='script-src a.example; report-uri /"&amp;&lt;'>` + inline,
			`<html><META HTTP-EQUIV='Content&#45;Security-Policy' content="script-src a.example ` + ownScript + `; report-uri /&quot;&amp;&lt;">` + bareGuard + inline,
		},
		{"another encoding", "<html>" + policyTag("img-src \xe9; script-src a.example") + inline, "<html>" + policyTag("img-src \xe9; script-src a.example "+ownScript) + bareGuard + inline},
		{
			"behind a tracker", `<html><meta style="background:url(//tracker.example/x)" http-equiv=content-security-policy content="script-src a.example">` + inline,
			`<html><meta style="background:url(about:invalid)" http-equiv=content-security-policy content="script-src a.example ` + ownScript + `">` + bareGuard + inline,
		},
		{
			"several", `<html>` + policyTag("script-src a.example") + policyTag("script-src b.example") + inline,
			`<html>` + policyTag("script-src a.example "+ownScript) + policyTag("script-src b.example "+ownScript) + bareGuard + inline,
		},
		{"the sheet comes later", `<html>[G]` + inline + policyTag("script-src a.example; style-src b.example"), `<html>[G]` + inline + policyTag("script-src a.example; style-src b.example "+ownSheet)},
		{"types of scripts that have run", `<html>[G]` + inline + policyTag("trusted-types 'none'"), ""},
		{
			"types", `<html>` + policyTag("trusted-types 'none'; require-trusted-types-for 'script'") + inline,
			`<html>` + policyTag("trusted-types privet; require-trusted-types-for 'script'") + `[G]` + inline,
		},
		{"none", `<html><head><title>x</title>` + policyTag("script-src 'none'") + `</head><body onload="track('init')">` + inline, ""},
		{"none behind a script", `<html>[G]` + inline + policyTag("script-src 'none'") + `<p onclick="track('init')">`, ""},
		{"none in the body", `<html><body>` + policyTag("script-src 'none'") + `[G]` + inline, ""},
		{"none behind text", `<html>x` + policyTag("script-src 'none'") + `[G]` + inline, ""},
		{"none behind a head", `<html><head></head> ` + policyTag("script-src 'none'") + inline, ""},
		{"none behind the end of a body", `<html></body>` + policyTag("script-src 'none'") + `[G]` + inline, ""},
		{
			"none in a template", `<html><template>` + policyTag("script-src 'none'") + `</template>` + inline,
			`<html><template>` + policyTag("script-src "+ownScript) + `</template>[G]` + inline,
		},
		{
			"in a template, and behind it", `<html><template><p></template>` + policyTag("script-src a.example") + inline,
			`<html><template><p></template>` + policyTag("script-src a.example "+ownScript) + `[G]` + inline,
		},
		{"none for browsers without scripts", `<html><noscript>` + policyTag("script-src 'none'") + `</noscript>[G]` + inline, ""},
		{"none in a document within", `<html><body>[G]<iframe srcdoc="<meta http-equiv=content-security-policy content=&quot;script-src 'none'&quot;><script>a()</script>"></iframe>`, ""},
		{"only reported", `<html><meta http-equiv="Content-Security-Policy-Report-Only" content="script-src a.example">[G]` + inline, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header, want := "", c.want
			if want == "" {
				want = c.in
			}
			if c.name == "the header's nonce goes before" {
				header = "script-src 'nonce-h'"
				want = strings.Replace(c.in, "a.example", "a.example "+ownScript, 1)
				want = strings.Replace(want, inline, nonceGuard("h")+inline, 1)
			}
			in := strings.Replace(c.in, "[G]", "", 1)
			if got := v.splits(t, gated(header), in); got.out != withGuard(want) || got.refusal != nil {
				t.Errorf("%s\nbecomes %s\nwant    %s (%v)", in, got.out, withGuard(want), got.refusal)
			}
		})
	}
}

// In XML a policy may count wherever it stands, and its word is not taken that nothing runs.
func TestPoliciesInXML(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	spec := gated("")
	spec.XML = true
	const in = `<html><head><meta http-equiv="Content-Security-Policy" content="script-src 'none'"/></head><body onload="a()"/></html>`
	want := strings.Replace(in, "'none'", ownScript, 1)
	want = strings.Replace(want, "<body", inXML+"<body", 1)
	if got := v.splits(t, spec, in); got.out != want {
		t.Errorf("%s\nbecomes %s\nwant    %s", in, got.out, want)
	}
}

// A header by which no script runs leaves a page as it came, but for what is fetched without scripts.
func TestPagesThatRunNothing(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, pagePolicy, "/a/b")
	for header, idle := range map[string]bool{
		"script-src 'none'": true, "sandbox allow-forms": true, "default-src 'none'; style-src *": true, "script-src-elem 'none'": false, "sandbox allow-scripts": false,
	} {
		const in = `<!doctype html><script>track('init')</script><p onclick="track('init')"><img src=/a>`
		got := v.splits(t, gated(header), in)
		if got.out == in != idle || strings.Contains(got.out, "/.privacy/") == idle {
			t.Errorf("%s: %s", header, got.out)
		}
	}
}

// FuzzPolicyInMarkup holds the head against a parser of documents: where that finds a policy in the head, our files are let
// in, and only where it finds one by which nothing runs there is no guard.
func FuzzPolicyInMarkup(f *testing.F) {
	for _, seed := range []string{
		"<html><head>[none]<script>a()</script>", "<p>[none]<script>a()</script>", "<template>[none]</template>[hosts]<script>a()</script>",
		"<title>x</title></head> [none]<script>a()</script>", "</br>[none]<script>", "<noscript>[none]</noscript><svg>[hosts]<script>", "<head/>\x00[none]<script>",
		"<!-- x -->[hosts]<style></style><body>[none]<script>", "<frameset>[none]<script>", "</>[none]<script>", "<select>[none]<script>",
	} {
		f.Add(seed, int64(1))
	}
	v := newVisitor(f, pagePolicy, "/a/b")
	f.Fuzz(func(t *testing.T, text string, seed int64) {
		text = "<!doctype html>" + strings.NewReplacer("[none]", policyTag("script-src 'none'"), "[hosts]", policyTag("script-src a.example")).Replace(text)
		whole := v.page(t, gated(""), text)
		if whole.refusal != nil {
			return
		}
		random := rand.New(rand.NewSource(seed))
		var parts []string
		for rest := text; rest != ""; {
			n := 1 + random.Intn(min(len(rest), 9))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		if split := v.page(t, gated(""), parts...); split.out != whole.out {
			t.Fatalf("in pieces %q becomes %q, whole %q", text, split.out, whole.out)
		}
		if theirs := read(t, text); len(whole.did) == 0 && theirs.scripts && !strings.Contains(whole.out, "g.js\"") && !slices.Contains(theirs.policies, "script-src 'none'") {
			t.Fatalf("%q has a script, and becomes %q", text, whole.out)
		}
		if ours := read(t, whole.out); ours.guarded {
			for _, policy := range ours.policies {
				if policy == "script-src 'none'" || policy == "script-src a.example" {
					t.Fatalf("%q becomes %q, where %s keeps the guard out", text, whole.out, policy)
				}
			}
		}
	})
}

// document is what a parser of documents finds: policies in the head up to the guard, and whether any script runs.
type document struct {
	policies         []string
	scripts, guarded bool
}

func read(t *testing.T, page string) (d document) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Skip("no document")
	}
	for n := range root.Descendants() {
		place := map[string]bool{}
		for above := range n.Ancestors() {
			place[above.Data] = true
		}
		if n.Type != html.ElementNode || n.Namespace != "" || place["template"] {
			continue
		}
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		switch {
		case n.Data == "script" && attributes["src"] == "/.privacy/g.js":
			d.guarded = true
			return d
		case n.Data == "script" && len(attributes) == 0:
			d.scripts = true
		case n.Data == "meta" && place["head"] && strings.EqualFold(attributes["http-equiv"], "Content-Security-Policy"):
			d.policies = append(d.policies, attributes["content"])
		}
	}
	return d
}
