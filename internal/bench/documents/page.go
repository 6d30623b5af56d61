package documents

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// pageTags are how many references to third parties the page has.
const pageTags = 15

// vendorTags are tags as vendors hand them out: loaders, inline set-ups, pixels, hints and widgets.
//
//nolint:gochecknoglobals // constants
var vendorTags = []string{
	`<script async src="https://www.googletagmanager.com/gtag/js?id=G-0000000000"></script>`,
	`<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('config','G-0000000000')</script>`,
	`<link rel="preconnect" href="https://www.google-analytics.com">`,
	`<noscript><img height="1" width="1" alt="" src="https://www.facebook.com/tr?id=0&amp;ev=PageView&amp;noscript=1"></noscript>`,
	`<iframe src="https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fwww.example.com" width="90" height="20"></iframe>`,
}

// FrontPage is a page of about so many bytes as a newspaper sends it: a head with tags, then teasers with pictures.
func FrontPage(size int) []byte {
	random := rand.New(rand.NewPCG(3, uint64(size))) //nolint:gosec // the same document in each run
	var b bytes.Buffer
	b.WriteString("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>News of the day</title>\n" +
		"<link rel=\"stylesheet\" href=\"/assets/site.css\"><script>window.settings={\"locale\":\"en\",\"features\":[\"search\"]}</script>\n")
	for i := range pageTags {
		b.WriteString(vendorTags[i%len(vendorTags)] + "\n")
	}
	b.WriteString("</head><body><main>\n")
	for i := 0; b.Len() < size-1000; i++ {
		fmt.Fprintf(&b, "<article class=\"teaser\" data-id=\"a%d\"><a class=\"teaser__link\" href=\"/story-%d.html\">"+
			"<img class=\"teaser__image\" loading=\"lazy\" width=\"320\" height=\"180\" alt=\"\" src=\"/media/%d.jpg\"></a>\n"+
			"<h2>%s</h2><p>%s %s &amp; %s</p><ul><li><a href=\"/topic/%d\">topic</a></li></ul></article>\n",
			i, i, i, prose(random), prose(random), prose(random), prose(random), i%9)
	}
	b.WriteString("</main></body></html>\n")
	return b.Bytes()
}
