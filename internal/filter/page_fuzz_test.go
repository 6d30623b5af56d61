package filter

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// plainly filters without passing over anything, as a reference for what skims.
func (v visitor) plainly(tb testing.TB, spec PageSpec, page string) (out string, refused bool) {
	tb.Helper()
	p := v.plan.Page(v.Decision, spec, &Tally{})
	defer p.Release()
	p.walk.slow = true
	first, err := p.Feed([]byte(page))
	if err != nil {
		return "", true
	}
	whole := string(first)
	rest, err := p.Close()
	p.walk.slow = false
	return whole + string(rest), err != nil
}

// fetched are the URLs of a page that an independent parser finds in the attributes by which browsers fetch first of all.
func fetched(page string) []string {
	var urls []string
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		if t.Type != html.StartTagToken && t.Type != html.SelfClosingTagToken {
			continue
		}
		seen := map[string]bool{}
		for _, a := range t.Attr {
			if first := !seen[a.Key]; first && (a.Key == "src" || a.Key == "poster") && !strings.Contains(a.Key, ":") {
				urls = append(urls, a.Val)
			}
			seen[a.Key] = true
		}
	}
	return urls
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`<!doctype html><body><script src="//tracker.example/t.js"></script><img src=/a.png alt="x">`,
		`<svg><style><img src=//tracker.example></style></svg><noscript><p title="</noscript>">`,
		`<div style="background:url(//tracker.example/x)"><a href=javascript:track('init')>x</a>`,
		`<iframe srcdoc="<img src=//tracker.example/p>"></iframe><!-- x --><textarea><img>`,
		`<p class="a" id="b" data-x="y">text</p><a class="l" href="/x">y</a><br /><img class="i" src="/p.gif">`,
		`<script>track('init')</script><style>@import "//tracker.example"</style><base href=//tracker.example/>`,
	} {
		f.Add(seed, int64(1), false)
		f.Add(seed, int64(2), true)
	}
	v := newVisitor(f, pagePolicy, "/")
	f.Fuzz(func(t *testing.T, page string, seed int64, xml bool) {
		spec := PageSpec{Charset: "utf-8", XML: xml, Insert: inserts("<i>[+]</i>")}
		whole := v.page(t, spec, page)
		random := rand.New(rand.NewSource(seed))
		var parts []string
		for rest := page; rest != ""; {
			n := 1 + random.Intn(min(len(rest), 7))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		if split := v.page(t, spec, parts...); (split.refusal == nil) != (whole.refusal == nil) || whole.refusal == nil && split.out != whole.out {
			t.Fatalf("in pieces %q becomes %q, whole %q", page, split.out, whole.out)
		}
		spec.URL = "https://www.shop.example/a/b"
		if slow, refused := v.plainly(t, spec, page); refused != (whole.refusal != nil) || !refused && slow != whole.out {
			t.Fatalf("skimmed %q becomes %q, else %q", page, whole.out, slow)
		}
		if whole.refusal != nil {
			return
		}
		again := v.page(t, PageSpec{Charset: "utf-8", XML: xml}, whole.out)
		if again.refusal != nil || again.out != whole.out {
			t.Fatalf("filtered again %q becomes %q", whole.out, again.out)
		}
		if xml {
			return
		}
		for _, url := range fetched(whole.out) {
			if strings.HasPrefix(url, "https://tracker.example/") || strings.HasPrefix(url, "//tracker.example/") {
				t.Fatalf("%q becomes %q, which fetches from the tracker", page, whole.out)
			}
		}
	})
}

// Every saved page is the same whole and in pieces, skimmed and not.
func TestPageCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("PRIVET_CORPUS")
	if root == "" {
		t.Skip("PRIVET_CORPUS names no folder with pages")
	}
	names, err := filepath.Glob(filepath.Join(root, "pages", "*.html.gz"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	v := newVisitor(t, "purposes: {service: {basis: contract, default: true}}", "/")
	for i, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".html.gz"), func(t *testing.T) {
			t.Parallel()
			page := unzip(t, name)
			spec := PageSpec{URL: "https://www.shop.example/a/b", Charset: "utf-8", Insert: inserts("[+]"), Navigated: true}
			whole := v.page(t, spec, page)
			if whole.refusal != nil {
				t.Fatalf("refused: %v", whole.refusal)
			}
			random := rand.New(rand.NewSource(int64(i)))
			var parts []string
			for rest := page; rest != ""; {
				n := 1 + random.Intn(min(len(rest), 1500))
				if random.Intn(4) == 0 {
					n = min(n, 3)
				}
				parts, rest = append(parts, rest[:n]), rest[n:]
			}
			if split := v.page(t, spec, parts...); split.out != whole.out {
				t.Errorf("differs in pieces (seed %d)", i)
			}
			if slow, _ := v.plainly(t, spec, page); slow != whole.out {
				t.Error("differs where nothing is passed over")
			}
			if len(page) > 100<<10 {
				return
			}
			bytewise := make([]string, len(page))
			for k := range len(page) {
				bytewise[k] = page[k : k+1]
			}
			if split := v.page(t, spec, bytewise...); split.out != whole.out {
				t.Error("differs byte by byte")
			}
		})
	}
}

func unzip(tb testing.TB, name string) string {
	tb.Helper()
	coded, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(coded))
	if err != nil {
		tb.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(fmt.Errorf("%s: %w", filepath.Base(name), err))
	}
	return string(page)
}
