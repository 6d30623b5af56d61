package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// atom writes a feed of about 100 kB.
func atom() []byte {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n" + `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://www.georss.org/georss">` + "\n  <title>Example feed</title>\n")
	for i := range 120 {
		fmt.Fprintf(&out, `  <entry>
    <id>urn:uuid:1225c695-cfb8-4ebb-aaaa-%012d</id>
    <title type="text">An entry &amp; its title, number %d</title>
    <link rel="alternate" href="https://example.org/2026/11/%d?a=b&amp;c=d"/>
    <author><name>Anna Jansen %d</name><email>anna%d@example.com</email></author>
    <updated>2026-11-13T18:30:02Z</updated>
    <g:point>52.5%d 13.3%d</g:point>
    <content type="html">&lt;p&gt;%s&lt;/p&gt;</content>
  </entry>
`, i, i, i, i, i, i, i, strings.Repeat("Some words about this entry. ", 12))
	}
	out.WriteString("</feed>\n")
	return []byte(out.String())
}

// steady answers without allocating.
type steady struct{ star []byte }

func (s *steady) Visit(p jsonpath.Place) jsonpath.Verdict {
	switch p.Paths[0] {
	case 0:
		return jsonpath.Verdict{}
	case 1:
		return jsonpath.Verdict{Do: jsonpath.Hold}
	default:
		return jsonpath.Verdict{Do: jsonpath.Descend}
	}
}

func (s *steady) Held(jsonpath.Place, []byte) jsonpath.Verdict {
	return jsonpath.Verdict{Do: jsonpath.Replace, Value: s.star}
}

func (s *steady) Leave(jsonpath.Place) {}

func BenchmarkXML(b *testing.B) {
	for name, rules := range map[string][]rule{
		"five rules":    {{path: "$.feed.entry.author.email"}, {path: "$.feed.entry.author.name"}, {path: "$..point"}, {path: "$..phone"}, {path: "$.feed.title"}},
		"nothing meets": {{path: "$.x.gone"}},
	} {
		b.Run(name, func(b *testing.B) {
			job := jobOf(b, rules, jsonpath.Limits{})
			job.Visitor = &steady{star: []byte(`"***"`)}
			body := atom()
			x := NewXML(job)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				x.Reset(job)
				for from := 0; from < len(body); from += 32 << 10 {
					if _, err := x.Feed(body[from:min(from+32<<10, len(body))]); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := x.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
