package csp

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// probes are what must be let through as before, whatever is done for the file.
var probes = func() []request {
	elements := []string{"script-src-elem", "script-src", "default-src"}
	handlers := []string{"script-src-attr", "script-src", "default-src"}
	styles := []string{"style-src-elem", "style-src", "default-src"}
	workers := []string{"worker-src", "child-src", "script-src", "default-src"}
	var out []request
	for _, nonce := range []string{"", "aGk=", "b25l"} {
		for _, parsed := range []bool{true, false} {
			for _, u := range []string{
				"https://a.example/x.js", "https://www.example.com/x.js", "https://www.example.com/.privacy/assets/x.js",
				"http://www.example.com" + ownPath, "https://www.example.com:8443" + ownPath, "https://b.www.example.com" + ownPath, "data:,", "",
			} {
				out = append(out,
					request{chain: elements, url: u, nonce: nonce, parsed: parsed, script: true},
					request{chain: styles, url: u, nonce: nonce, parsed: parsed})
			}
		}
	}
	for _, u := range []string{"https://a.example/x.js", "https://www.example.com/x.js"} {
		out = append(out, request{chain: workers, url: u, script: true},
			request{chain: []string{"img-src", "default-src"}, url: u}, request{chain: []string{"connect-src", "default-src"}, url: u})
	}
	return append(out,
		request{chain: handlers, script: true}, request{chain: handlers, script: true, integrity: "sha256-abc="},
		request{chain: elements, script: true, parsed: true, integrity: "sha256-abc="})
}()

func FuzzAdmit(f *testing.F) {
	for _, seed := range []string{
		"script-src 'self'", "default-src 'none'", "script-src 'strict-dynamic' 'nonce-aGk='", "script-src 'unsafe-inline' a.example",
		"default-src 'strict-dynamic' 'sha256-abc=' 'unsafe-inline', script-src *.example.com:* http:", "script-src-elem 'none';script-src-attr 'unsafe-inline'",
		"script-src 'nonce-aGk=' 'strict-dynamic', script-src 'nonce-b25l' 'strict-dynamic' ,,;", "script-src https://www.example.com/.privacy/ é; script-src 'self'",
		"sandbox; script-src\ta.example", "SCRIPT-SRC 'NONE' ; worker-src a.example", "default-src https://www.example.com/%2eprivacy/assets/; report-uri /x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\x00\n\r") {
			t.Skip("no header line")
		}
		checkAdmission(t, strings.Split(text, "|"))
	})
}

// TestAdmitDrawn is the same for policies that are drawn from words that matter, which bytes seldom come to.
func TestAdmitDrawn(t *testing.T) {
	t.Parallel()
	seed := rand.Int63()
	random := rand.New(rand.NewSource(seed))
	for range 1500 {
		if checkAdmission(t, strings.Split(drawn(random, ";", "; ", ",", " , ", "|", ";;"), "|")); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// drawn is a text of some directives with separators between and behind them.
func drawn(random *rand.Rand, separators ...string) string {
	names := []string{
		"script-src", "script-src-elem", "script-src-attr", "default-src", "style-src", "style-src-elem", "worker-src", "child-src", "img-src", "Script-Src",
	}
	sources := []string{
		"'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "'nonce-aGk='", "'nonce-b25l'", "'NONCE-aGk='", "'sha256-abc='", zeroHash, "*", "https:", "http:", "data:",
		"a.example", "www.example.com", "*.example.com", "https://www.example.com/.privacy/", "www.example.com/.privacy", "www.example.com:443", "www.example.com:*", "'unsafe-eval'",
		"//x", "'nonce-'", "https://www.example.com/?q", "'report-sample'",
	}
	var text strings.Builder
	for range 1 + random.Intn(5) {
		text.WriteString(names[random.Intn(len(names))])
		for range random.Intn(4) {
			text.WriteString(" " + sources[random.Intn(len(sources))])
		}
		text.WriteString(separators[random.Intn(len(separators))])
	}
	return text.String()
}

// checkAdmission holds what becomes of some lines against the reader that is written from the standard.
func checkAdmission(t *testing.T, lines []string) {
	t.Helper()
	file := guard("www.example.com")
	out, a := admit(slices.Clone(lines), file)
	own := request{
		chain: []string{"script-src-elem", "script-src", "default-src"}, url: "https://www.example.com" + ownPath,
		nonce: a.Nonce, parsed: true, script: true,
	}
	if a.Idle {
		if diff := cmp.Diff(lines, out); diff != "" {
			t.Errorf("the page runs no scripts, and changed: %s", diff)
		}
		return
	}
	before := allows(lines, own)
	if a.Integrity {
		own.integrity = strings.Trim(zeroHash, "'")
	}
	if !allows(out, own) {
		t.Errorf("%q became %q with %+v, and does not admit the file", lines, out, a)
	}
	if before && !slices.Equal(lines, out) {
		t.Errorf("%q admitted the file, and became %q", lines, out)
	}
	for _, p := range probes {
		if was, is := allows(lines, p), allows(out, p); was != is {
			t.Errorf("%q became %q: %+v was allowed: %t, and is: %t", lines, out, p, was, is)
		}
	}
	if again, b := admit(slices.Clone(out), file); !slices.Equal(again, out) || b.Nonce != a.Nonce || b.Integrity != a.Integrity || b.Idle {
		t.Errorf("once more: %q %+v became %q %+v", out, a, again, b)
	}
}
