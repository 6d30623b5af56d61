package blocklist

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// FuzzList reads anything, and asks of it.
func FuzzList(f *testing.F) {
	for _, seed := range []string{
		"||a.example^$third-party,domain=b.example|~c.b.example", "@@/x/*^y|$~script,important", `/\/t[0-9]+(?:a|b)/$match-case`,
		"0.0.0.0 a.example", "!#if a\n!#else\n!#endif", "$removeparam=/^x=/i", "*$badfilter", "||\n|\n$\n@@\n/\n//\n^\n~\n$,\n$=", "$removeparam=~x,to=a.*",
		"/a{1000}{1000}/", "[$path=/x]", "||bücher.example^$domain=bücher.*",
	} {
		f.Add(seed, "https://a.example/x/y?x=1&y#z", "b.example")
	}
	f.Fuzz(func(t *testing.T, text, url, page string) {
		l, report := ParseList([]byte(text))
		rules := report.Block + report.Exception + report.RemoveParam + report.Badfilter
		if rules != len(l.rules) {
			t.Fatalf("%d rules, %d reported", len(l.rules), rules)
		}
		refused := 0
		for _, u := range report.Unsupported {
			refused += u.Rules
			if u.Line < 1 || u.Name == "" {
				t.Fatalf("unsupported %+v", u)
			}
		}
		if kept := len(l.text); kept > 4*len(text)+64 {
			t.Fatalf("%d bytes kept of %d", kept, len(text))
		}
		lines := 0
		for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "!#") {
				lines++
			}
		}
		if counted := rules + refused + report.Cosmetic + report.Conditional + report.Comments; counted < lines {
			t.Fatalf("%d counted of %d lines", counted, lines)
		}
		start := strings.Index(url, "//") + 2
		v := NewLists([]*List{l, l}).Match(Request{URL: []byte(url), Host: start, HostEnd: start + 9, Page: page, Type: Script})
		if v.Blocked && (v.Exception || v.Params != nil || v.Line == 0) {
			t.Fatalf("%+v", v)
		}
	})
}

// FuzzMatch compares verdicts with those of a matcher that scans all rules.
func FuzzMatch(f *testing.F) {
	f.Add([]byte{})
	for seed := range 64 {
		data := make([]byte, 400)
		x := uint32(seed*7919 + 1)
		for i := range data {
			x = x*1664525 + 1013904223
			data[i] = byte(x >> 24)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { agree(t, data) })
}

// agree draws a request and rules, and compares the verdict with the reference's, which it gives.
func agree(t *testing.T, data []byte) string {
	t.Helper()
	c := &choices{data}
	host := c.of("a.com", "b.a.com", "b.co.uk", "a.b.co.uk", "ab.com", "a-b.com")
	page := c.of("a.com", "b.a.com", "b.co.uk", "a.co.uk", "c.b.a.com")
	kind := c.of("script", "image", "font")
	url := c.of("https", "http") + "://" + host + c.of("", ":81") + "/" + c.text("ab.c/-?=&1%AB", 16)
	var rules []slowRule
	var lines []string
	for range 1 + c.number(12) {
		line, r := slowDraw(c, url)
		lines, rules = append(lines, line), append(rules, r)
	}
	matching := make([]bool, len(rules))
	for i := range rules {
		matching[i] = rules[i].matches(url, host, page, kind)
	}
	list := strings.Join(lines, "\n")
	l, report := ParseList([]byte(list))
	if len(l.rules) != len(rules) {
		t.Fatalf("%d rules of %q: %+v", len(l.rules), list, report)
	}
	kinds, _ := typeOf(kind)
	v := NewLists([]*List{l}).Match(request(url, page, kinds))
	got := ""
	switch {
	case v.Blocked:
		got = "block"
	case v.Exception:
		got = "exception"
	}
	want := slowVerdict(rules, matching)
	if got != want {
		t.Fatalf("%s on %s, %s: %q by line %d, want %q\n%s", url, page, kind, got, v.Line, want, list)
	}
	if v.Line > 0 && (!matching[v.Line-1] || rules[v.Line-1].exception != v.Exception) {
		t.Fatalf("%s on %s, %s: line %d does not say so\n%s", url, page, kind, v.Line, list)
	}
	return want
}

// TestMatchAgrees draws many lists, and wants enough of each verdict for the comparison to mean something.
func TestMatchAgrees(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	verdicts := map[string]int{}
	const draws = 4000
	for range draws {
		data := make([]byte, 500)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		verdicts[agree(t, data)]++
	}
	if verdicts["block"] < draws/20 || verdicts["exception"] < draws/50 {
		t.Errorf("too few of a kind: %v", verdicts)
	}
	t.Log(verdicts)
}
