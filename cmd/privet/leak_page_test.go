package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// watchedSite is a gateway in front of pages, under which everything is written down.
const watchedSite = `{
	admin localhost:2019
	auto_https off
	metrics
	log {
		output file everything.log
		format json
		level DEBUG
	}
	privacy {
		mode MODE
	}
}
http://:8080 {
	tracing {
		span gateway
	}
	log
	privacy
	reverse_proxy localhost:8081
}
`

// pageKinds are what the upstream below answers with.
var pageKinds = []string{"page", "untyped", "wide", "charset", "coding", "partial", "svg", "broken"}

// pages answers /KIND with a page full of marks.
func pages(m *marks) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, kind := w.Header(), filepath.Base(r.URL.Path)
		in := func(part string) string { return m.new(kind + ": " + part) }
		h.Set("Content-Type", "text/html; charset=utf-8; x="+in("parameter"))
		h.Set("Link", `<https://www.google-analytics.com/`+in("link")+`>; rel=preload`)
		h.Set("Refresh", "5; url=https://www.facebook.com/tr?id="+in("refresh"))
		h.Set("Set-Cookie", "_ga="+in("cookie")+"; Path=/"+in("cookie path"))
		page := fmt.Sprintf(`<!doctype html><title>%s</title><base href="/%s/"><body class=%q><img src="https://www.facebook.com/tr?uid=%s">`+
			`<script>fbq('init', %q)</script><script src="https://www.google-analytics.com/%s.js"></script><p style="background:url(//bat.bing.com/%s)">%s`+
			`<noscript><img src="//px.ads.linkedin.com/collect?pid=%s"></noscript><iframe srcdoc="<img src='//www.facebook.com/tr?%s'>"></iframe><!-- %s -->`,
			in("title"), in("base"), in("class"), in("pixel"), in("snippet"), in("script"), in("style"), in("text"), in("noscript"), in("srcdoc"), in("comment"))
		status := http.StatusOK
		switch kind {
		case "untyped":
			h["Content-Type"] = nil
		case "wide":
			page = "\xff\xfe" + page
		case "charset":
			h.Set("Content-Type", "text/html; charset=iso-2022-jp")
		case "coding":
			h.Set("Content-Encoding", "br")
		case "partial":
			h.Set("Content-Range", "bytes 0-9/"+in("range"))
			status = http.StatusPartialContent
		case "svg":
			h.Set("Content-Type", "image/svg+xml")
		case "broken":
			page += `<script>track("` + in("unfinished script")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, page)
	})
}

func TestNoValueOfAPageIsWrittenDown(t *testing.T) {
	t.Parallel()
	for mode, statuses := range map[string][]int{"enforce": {200, 404, 502}, "report": {200, 206, 404}} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			m := new(marks)
			backend := httptest.NewServer(pages(m))
			defer backend.Close()
			spans := receive(t)
			g := start(t, spans.exporting(), withCaddyfile(strings.NewReplacer("localhost:8081", strings.TrimPrefix(backend.URL, "http://"), "MODE", mode).Replace(watchedSite)))
			c := &conversation{gateway: g, marks: m, subject: m.new("subject")}
			for _, kind := range pageKinds {
				c.ask(t, http.MethodGet, "/"+kind, nil)
				c.ask(t, http.MethodGet, "/"+kind, nil, "Sec-Fetch-Dest", "document", "Accept", "text/html;"+m.new("accept"))
			}
			for _, path := range []string{"preferences", "notice", "assets/" + m.new("asset"), "consent"} {
				c.ask(t, http.MethodGet, "/.privacy/"+path, nil)
			}
			c.ask(t, http.MethodGet, "/.well-known/gpc.json", nil)
			for _, status := range statuses {
				if !slices.Contains(c.statuses, status) {
					t.Errorf("no exchange ended with %d: what that writes down was not looked at", status)
				}
			}
			c.check(t, spans)
		})
	}
}
