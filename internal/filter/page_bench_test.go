package filter

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// ordinaryPage is about 50 KB as shops and newspapers send them: a head of its own scripts, some 60 articles, and as many
// tags of third parties as asked for.
func ordinaryPage(tags int) []byte {
	var b bytes.Buffer
	b.WriteString("<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>News of the day</title>\n" +
		"  <link rel=\"stylesheet\" href=\"/assets/site.css?v=42\">\n  <link rel=\"icon\" href=\"/favicon.ico\">\n" +
		"  <script>window.settings={\"locale\":\"en-GB\",\"currency\":\"EUR\",\"features\":[\"search\",\"basket\"]};</script>\n")
	third := []string{
		`<script async src="https://www.googletagmanager.com/gtag/js?id=G-AB12CD34"></script>`,
		`<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());gtag('config','G-AB12CD34');</script>`,
		`<link rel="preconnect" href="https://www.google-analytics.com">`,
		`<noscript><img height="1" width="1" alt="" src="https://www.facebook.com/tr?id=1&amp;ev=PageView&amp;noscript=1"></noscript>`,
		`<iframe src="https://www.facebook.com/plugins/like.php?href=x" width="90" height="20"></iframe>`,
	}
	for i := range tags {
		b.WriteString("  " + third[i%len(third)] + "\n")
	}
	b.WriteString("</head>\n<body class=\"front\">\n<main id=\"content\">\n")
	for i := 0; b.Len() < 50<<10; i++ {
		fmt.Fprintf(&b, "  <article class=\"teaser teaser--%d\" data-id=\"a%d\">\n    <a class=\"teaser__link\" href=\"/2026/11/story-%d.html\">"+
			"<img class=\"teaser__image\" loading=\"lazy\" width=\"320\" height=\"180\" alt=\"A picture of the story\" src=\"/media/%d/teaser.jpg\"></a>\n"+
			"    <h2 class=\"teaser__title\">Council agrees on the plan for the river bank after a long night</h2>\n"+
			"    <p>The vote was close, and not everybody left content. What was decided, who will pay for it, and when the first trees are "+
			"planted: an overview of the plans &amp; the open questions, with a map of the quarter and the voices of those who live there.</p>\n"+
			"    <ul class=\"tags\"><li><a href=\"/topic/city\">City</a></li><li><a href=\"/topic/river\">River</a></li></ul>\n  </article>\n", i%7, i, i, i)
	}
	b.WriteString("</main>\n<footer><p>All rights reserved</p></footer>\n</body>\n</html>\n")
	return b.Bytes()
}

func benchmarkPage(b *testing.B, v visitor, page []byte, chunk int) {
	b.Helper()
	var tally Tally
	spec := PageSpec{URL: "https://www.shop.example/", Charset: "utf-8"}
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	before := cpuTime(b)
	defer func() { b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op") }()
	for b.Loop() {
		p := v.plan.Page(v.Decision, spec, &tally)
		for rest := page; len(rest) > 0; {
			n := min(chunk, len(rest))
			if _, err := p.Feed(rest[:n]); err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
		if _, err := p.Close(); err != nil {
			b.Fatal(err)
		}
		p.Release()
	}
}

// plainVisitor is judged by the catalogue alone.
func plainVisitor(tb testing.TB) visitor {
	tb.Helper()
	return newVisitor(tb, "purposes: {service: {basis: contract, default: true}}", "/")
}

func BenchmarkPage(b *testing.B) {
	v := plainVisitor(b)
	for _, tags := range []int{0, 15} {
		page := ordinaryPage(tags)
		b.Run(fmt.Sprintf("%d tags/whole", tags), func(b *testing.B) { benchmarkPage(b, v, page, len(page)) })
		b.Run(fmt.Sprintf("%d tags/8 KiB", tags), func(b *testing.B) { benchmarkPage(b, v, page, 8<<10) })
	}
}

// BenchmarkPageWithLists is the same with EasyPrivacy and EasyList, where PRIVET_CORPUS names them.
func BenchmarkPageWithLists(b *testing.B) {
	v := publicLists(b)
	for _, tags := range []int{0, 15} {
		page := ordinaryPage(tags)
		b.Run(fmt.Sprintf("%d tags/whole", tags), func(b *testing.B) { benchmarkPage(b, v, page, len(page)) })
	}
}

// BenchmarkIndexByte is what the same bytes take to be looked at for each "<".
func BenchmarkIndexByte(b *testing.B) {
	page := ordinaryPage(15)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		for rest := page; ; {
			i := bytes.IndexByte(rest, '<')
			if i < 0 {
				break
			}
			rest = rest[i+1:]
		}
	}
}

// BenchmarkPageCorpus goes through saved pages, where PRIVET_CORPUS names them.
func BenchmarkPageCorpus(b *testing.B) {
	names, _ := filepath.Glob(filepath.Join(os.Getenv("PRIVET_CORPUS"), "pages", "*.html.gz"))
	if len(names) == 0 || os.Getenv("PRIVET_CORPUS") == "" {
		b.Skip("PRIVET_CORPUS names no folder with pages")
	}
	var all []byte
	for _, name := range names[:min(40, len(names))] {
		all = append(all, unzip(b, name)...)
	}
	benchmarkPage(b, plainVisitor(b), all, 32<<10)
}

func TestPageAllocatesNothingForATag(t *testing.T) {
	skipUnderRace(t)
	v := newVisitor(t, "purposes: {service: {basis: contract, default: true}}", "/")
	var tally Tally
	allocs := func(tags int) float64 {
		page := ordinaryPage(tags)
		return testing.AllocsPerRun(50, func() {
			p := v.plan.Page(v.Decision, PageSpec{URL: "https://www.shop.example/", Charset: "utf-8"}, &tally)
			if _, err := p.Feed(page); err != nil {
				t.Fatal(err)
			}
			p.Release()
		})
	}
	allocs(60) // warm
	if few, many := allocs(5), allocs(105); many-few >= 1 {
		t.Errorf("%v allocations for 5 tags, %v for 105", few, many)
	}
}

// cpuTime is what counts on a busy machine.
func cpuTime(tb testing.TB) int64 {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}
