package markup

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// shop is a page of about 50 kB such as a shop would send: head with tags of trackers, list of goods, scripts.
func shop() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := func(n int) string {
		var b strings.Builder
		for range n {
			for range 2 + r.IntN(8) {
				b.WriteByte("etaoinshrdlucmfwypvbgkjqxz"[min(r.IntN(26), r.IntN(26))])
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	var b bytes.Buffer
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Shop &amp; more</title>\n")
	for i := range 12 {
		fmt.Fprintf(&b, "<link rel=\"stylesheet\" href=\"/static/css/%d.%x.css\" media=\"all\">\n", i, r.Uint64())
		fmt.Fprintf(&b, "<meta property=\"og:item-%d\" content=\"%s\">\n", i, words(6))
	}
	fmt.Fprintf(&b, "<style>%s</style>\n", strings.Repeat(".card > a { color: #333; padding: 0 4px }\n", 60))
	fmt.Fprintf(&b, "<script>%s</script>\n", strings.Repeat("if(a<b&&c>d){window.dataLayer=window.dataLayer||[];f(\"x\")}\n", 100))
	b.WriteString("<script async src=\"https://www.googletagmanager.com/gtag/js?id=G-XXXX\"></script>\n</head>\n<body class=\"home page\">\n<!-- goods -->\n")
	for i := range 60 {
		fmt.Fprintf(&b, "<div class=\"card card--%d\" data-id=\"%x\" data-track=\"list\">\n  <a href=\"/goods/%x?ref=list&amp;pos=%d\" class=\"card__link\">", i%7, r.Uint64(), r.Uint64(), i)
		fmt.Fprintf(&b, "<img src=\"https://cdn.example.com/i/%x.jpg\" alt=\"%s\" width=\"320\" height=\"200\" loading=\"lazy\"></a>\n", r.Uint64(), words(3))
		fmt.Fprintf(&b, "  <p>%s<b>%s</b>%s</p>\n  <input type=checkbox name=\"c%d\" checked/><br />\n</div>\n", words(10+r.IntN(20)), words(2), words(8), i)
	}
	b.WriteString("<noscript><img height=\"1\" width=\"1\" src=\"https://tracker.example/p.gif\"></noscript>\n</body>\n</html>\n")
	return b.Bytes()
}

func BenchmarkTokenizer(b *testing.B) {
	b.Run("shop", func(b *testing.B) { benchmark(b, [][]byte{shop()}) })
	b.Run("pages", func(b *testing.B) { benchmark(b, pages(b)) })
}

func benchmark(b *testing.B, pages [][]byte) {
	b.Helper()
	total := 0
	for _, p := range pages {
		total += len(p)
	}
	b.Run("own", func(b *testing.B) {
		var z Tokenizer
		b.SetBytes(int64(total))
		b.ReportAllocs()
		for b.Loop() {
			for _, p := range pages {
				z.Reset()
				drain(b, &z, p, true)
			}
		}
	})
	b.Run("own_in_chunks", func(b *testing.B) {
		var z Tokenizer
		b.SetBytes(int64(total))
		b.ReportAllocs()
		for b.Loop() {
			for _, p := range pages {
				z.Reset()
				from := 0
				for have := 0; have < len(p); {
					have = min(len(p), have+4096)
					from = have - drain(b, &z, p[from:have], have == len(p))
				}
			}
		}
	})
	b.Run("x_net_html", func(b *testing.B) {
		b.SetBytes(int64(total))
		b.ReportAllocs()
		for b.Loop() {
			for _, p := range pages {
				z := html.NewTokenizer(bytes.NewReader(p))
				for {
					kind := z.Next()
					if kind == html.ErrorToken {
						break
					}
					if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
						_, more := z.TagName()
						for more {
							_, _, more = z.TagAttr()
						}
					}
				}
			}
		}
	})
}

// drain reads what buf has, and returns how much is left of it.
func drain(tb testing.TB, z *Tokenizer, buf []byte, last bool) int {
	tb.Helper()
	for {
		tok, ok := z.Next(buf, last)
		if !ok {
			break
		}
		buf = buf[len(tok.Raw):]
	}
	if last && len(buf) > 0 {
		tb.Fatalf("%d bytes are left", len(buf))
	}
	return len(buf)
}

func BenchmarkURL(b *testing.B) {
	base := mustParse(b, page)
	var p URLParser
	for _, ref := range []string{"https://www.googletagmanager.com/gtag/js?id=G-XXXXXXX", "../static/app.js?v=1", "//cdn.example.com/i/1.jpg"} {
		b.Run(ref[:8], func(b *testing.B) {
			raw := []byte(ref)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := p.Parse(raw, base); !ok {
					b.Fatal("no URL")
				}
			}
		})
	}
}

func BenchmarkAppendDecoded(b *testing.B) {
	var dst []byte
	for name, value := range map[string]string{
		"plain": "https://tracker.example/p.gif", "references": "https://tracker.example/p.gif?a=1&amp;b=2&utm_source=x&copy=2",
	} {
		b.Run(name, func(b *testing.B) {
			raw := []byte(value)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				dst = AppendDecoded(dst[:0], raw, true)
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	page := shop()
	upper := bytes.ToUpper(page)
	var z Tokenizer
	run := func() {
		for _, p := range [][]byte{page, upper} {
			z.Reset()
			drain(t, &z, p, true)
		}
	}
	run()
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
