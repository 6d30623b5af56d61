package csp

import (
	"math/rand"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestMarkup(t *testing.T) {
	t.Parallel()
	const own = "www.example.com" + ownPath
	for _, test := range []struct {
		name, content, want string // want "": as it was
		admission           Admission
	}{
		{"nothing of scripts", "img-src 'none'", "", Admission{}},
		{"self", "script-src 'self' 'unsafe-inline'", "", Admission{}},
		{"hosts", "script-src https://app.example", "script-src https://app.example " + own, Admission{NoHandlers: true}},
		{"nonce", "script-src 'nonce-eA=='", "", Admission{Nonce: "eA==", NoHandlers: true}},
		{"strict-dynamic with a nonce", "script-src 'self' 'strict-dynamic' 'nonce-eA=='", "", Admission{Nonce: "eA==", NoHandlers: true}},
		{"strict-dynamic with a hash", "script-src 'self' 'strict-dynamic' 'sha256-x'", "script-src 'self' 'strict-dynamic' 'sha256-x' " + zeroHash, Admission{Integrity: true, NoHandlers: true}},
		{"lines within", "\n default-src https://app.example;\n img-src *\n", "\n default-src https://app.example;\n img-src *; script-src https://app.example " + own + "\n", Admission{NoHandlers: true}},
		{"none", "script-src 'none'", "", Admission{Idle: true, NoHandlers: true}},
		{"a sandbox is not heeded", "sandbox; script-src a.example", "sandbox; script-src a.example " + own, Admission{NoHandlers: true}},
		{"two by some", "script-src a.example, img-src *", "script-src " + own + " a.example, img-src *", Admission{NoHandlers: true}},
		{"two by some, with a default", "img-src *, default-src a.example ,", "img-src *, default-src " + own + " a.example ,", Admission{NoHandlers: true}},
		{"none by some", "script-src 'none', img-src *", "script-src " + own + " 'none', img-src *", Admission{NoHandlers: true}},
		{"one to the standard", "a, script-src 'self'; script-src b.example", "a, script-src 'self'; script-src " + own + " b.example", Admission{NoHandlers: true}},
	} {
		g := guard("www.example.com")
		want := test.want
		if want == "" {
			want = test.content
		}
		if got := g.Markup(test.content, true); got != want || g.Admission != test.admission {
			t.Errorf("%s\ngot  %q %+v\nwant %q %+v", test.name, got, g.Admission, want, test.admission)
		}
	}
}

func TestMarkupBehindOthers(t *testing.T) {
	t.Parallel()
	g := guard("www.example.com")
	g.Header(http.Header{enforcedField: {"script-src 'nonce-one'"}})
	if got := g.Markup("script-src 'strict-dynamic' 'nonce-two'", true); got != "script-src 'strict-dynamic' 'nonce-two' "+zeroHash {
		t.Errorf("a second nonce: %q", got)
	}
	if want := (Admission{Nonce: "one", Integrity: true, NoHandlers: true}); g.Admission != want {
		t.Errorf("got %+v, want %+v", g.Admission, want)
	}

	// Whether it counts cannot be told, so its word is not taken that nothing runs.
	doubted := guard("www.example.com")
	if got := doubted.Markup("script-src 'none'", false); got != "script-src www.example.com"+ownPath || doubted.Idle {
		t.Errorf("a doubtful policy becomes %q, %+v", got, doubted.Admission)
	}

	// A sheet is loaded later than scripts.
	late := Gate{Host: "www.example.com", Types: "privet", Files: []File{{Path: "/a.js"}, {Kind: Sheet, Path: "/a.css"}}}
	late.Start()
	const policy = "default-src 'nonce-x'; trusted-types 'none'"
	if got := late.Markup(policy, true); got != policy+"; style-src 'nonce-x' www.example.com/a.css" || late.Nonce != "" {
		t.Errorf("once the scripts run it becomes %q, %+v", got, late.Admission)
	}
}

// FuzzMarkup holds that each reading of a content admits what is ours, and everything else as before.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{
		"script-src 'self'", "default-src 'none'", "script-src 'strict-dynamic' 'nonce-aGk='", "default-src a.example, img-src 'none'",
		"x, script-src 'self'; script-src b.example", "script-src 'none',", "default-src 'strict-dynamic' 'sha256-abc=', script-src a.example;",
	} {
		f.Add("script-src 'nonce-b25l' 'strict-dynamic'", seed)
		f.Add("", seed)
	}
	f.Fuzz(func(t *testing.T, header, content string) {
		if strings.ContainsAny(header, "\x00\n\r") {
			t.Skip("no header line")
		}
		checkMarkup(t, header, content)
	})
}

// TestMarkupDrawn is the same for policies of words that matter.
func TestMarkupDrawn(t *testing.T) {
	t.Parallel()
	seed := rand.Int63()
	random := rand.New(rand.NewSource(seed))
	for range 3000 {
		if checkMarkup(t, drawn(random, ";", "; ", ",", " , "), drawn(random, ";", "; ", ";;", ",")); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// emptyList is a list that admits nothing to those who take a comma for the end of it, and to others is none.
var emptyList = regexp.MustCompile(`(?i)\b(default-src|script-src|script-src-elem),`)

func checkMarkup(t *testing.T, header, content string) {
	t.Helper()
	g := guard("www.example.com")
	h := http.Header{enforcedField: {header}}
	g.Header(h)
	out := g.Markup(content, true)
	if g.Idle {
		if out != content && !strings.Contains(content, ",") {
			t.Errorf("%q %q: the page runs no scripts, and changed to %q", header, content, out)
		}
		return
	}
	own := request{
		chain: []string{"script-src-elem", "script-src", "default-src"}, url: "https://www.example.com" + ownPath,
		nonce: g.Nonce, parsed: true, script: true,
	}
	if g.Integrity {
		own.integrity = strings.Trim(zeroHash, "'")
	}
	commas := strings.Contains(content, ",")
	if commas && strings.Contains(content, "'strict-dynamic'") && strings.Contains(content, "'unsafe-inline'") {
		own = request{url: own.url} // it may be left out
	}
	if !allows(h[enforcedField], own) || !policyAllows(out, own) || !allows([]string{out}, own) && !emptyList.MatchString(content) {
		t.Errorf("%q became %q, and %q became %q with %+v, and they do not admit the file", header, h[enforcedField], content, out, g.Admission)
	}
	for _, p := range probes {
		if was, is := policyAllows(content, p), policyAllows(out, p); was != is {
			t.Errorf("%q became %q: %+v was allowed: %t, and is: %t", content, out, p, was, is)
			return
		}
		if was, is := allows([]string{content}, p), allows([]string{out}, p); was != is {
			t.Errorf("%q became %q: in parts %+v was allowed: %t, and is: %t", content, out, p, was, is)
			return
		}
	}
	again := g
	if twice := again.Markup(out, true); twice != out || again.Admission != g.Admission {
		t.Errorf("once more: %q %+v became %q %+v", out, g.Admission, twice, again.Admission)
	}
}
