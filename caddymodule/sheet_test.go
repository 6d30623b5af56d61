package caddymodule

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

const (
	ownSheet     = `@import "/base.css"; a{background:url(/a.png)} b{background:url(https://other.example/b.png)}`
	trackedSheet = `@import "//tracker.example/t.css"; a{background:url(/a.png)} @font-face{src:url('https://tracker.example/f.woff2')}`
	sheetCut     = `@import "about:invalid"; a{background:url(/a.png)} @font-face{src:url('about:invalid')}`
)

func TestStyleSheets(t *testing.T) {
	serve(t, "page.caddyfile")
	granted := choose(t, "measuring")
	removed := map[string]float64{"tags_total{action=remove,recipient=tracker}": 2}
	kept := map[string]float64{"tags_total{action=keep,recipient=tracker}": 2}
	shared := []string{"Cache-Control", "public, max-age=60", "Etag", `"v1"`, "Vary", ""}
	varied := []string{"Cache-Control", "private, max-age=60", "Vary", "Cookie, Sec-GPC"}
	for _, c := range []struct {
		name    string
		sheet   string
		request []string
		kind    string // its type; text/css unless said
		status  int
		want    string // of a refusal: the kind of problem
		header  []string
		counted map[string]float64
	}{
		{name: "names nobody", sheet: ownSheet, status: 200, want: ownSheet, header: shared, counted: map[string]float64{}},
		{name: "names a tracker", sheet: trackedSheet, status: 200, want: sheetCut, header: varied, counted: removed},
		{name: "asked for as a style", sheet: trackedSheet, request: []string{"Sec-Fetch-Dest", "style"}, status: 200, want: sheetCut, header: varied, counted: removed},
		{name: "names one who is let through", sheet: trackedSheet, request: []string{"Cookie", granted}, status: 200, want: trackedSheet, header: varied, counted: kept},
		{name: "of no bytes", sheet: "", status: 200, want: "", header: shared, counted: map[string]float64{}},
		{name: "UTF-16", sheet: "\xff\xfea\x00", status: 502, want: "charset", counted: refusal("charset")},
		{name: "UTF-7", sheet: "@charset \"utf-7\";" + ownSheet, status: 502, want: "charset", counted: refusal("charset")},
		{name: "declared as UTF-16, which it cannot be", sheet: "@charset \"utf-16\";", status: 200, want: "@charset \"utf-16\";", counted: map[string]float64{}},
		{name: "in a character set by its type", sheet: ownSheet, kind: "text/css; charset=iso-2022-jp", status: 502, want: "charset", counted: refusal("charset")},
		{name: "too large", sheet: strings.Repeat("a{}", heldSheet/3+1), status: 502, want: "limit", counted: refusal("limit")},
		{name: "as large as may be", sheet: strings.Repeat("a{} ", heldSheet/4), status: 200, want: strings.Repeat("a{} ", heldSheet/4), header: shared, counted: map[string]float64{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind := c.kind
			if kind == "" {
				kind = "text/css"
			}
			script("/page/a.css", sends(200, c.sheet, "Content-Type", kind, "Cache-Control", "public, max-age=60", "Etag", `"v1"`))
			before := counters(t)
			got := get(t, "/page/a.css", c.request...)
			if c.status == 200 {
				got.is(t, 200, c.want).has(t, c.header...)
			} else {
				got.refused(t, c.status, c.want)
			}
			if grown := tagsSince(t, before); !maps.Equal(grown, c.counted) {
				t.Errorf("counted are %v, want %v", grown, c.counted)
			}
		})
	}
}

// choose grants a purpose, and gives the cookie that says so.
func choose(t *testing.T, purpose string) string {
	t.Helper()
	answer := post(t, "/.privacy/consent", "grant="+purpose+"&return=/", "Content-Type", "application/x-www-form-urlencoded")
	cookie, _, _ := strings.Cut(answer.header.Get("Set-Cookie"), ";")
	if answer.status != http.StatusSeeOther || !strings.HasPrefix(cookie, "privet_consent=") {
		t.Fatalf("the choice gives %d and %q", answer.status, cookie)
	}
	return cookie
}

// TestCodedStyleSheets has what is left alone go out in the very bytes that came.
func TestCodedStyleSheets(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, c := range []coding.Coding{coding.Gzip, coding.Brotli, coding.Zstd, coding.Deflate} {
		for text, want := range map[string]string{ownSheet: ownSheet, trackedSheet: sheetCut} {
			coded := codedBy(t, c, text)
			script("/page/a.css", sends(200, coded, "Content-Type", "text/css", "Content-Encoding", c.String()))
			got := get(t, "/page/a.css", "Accept-Encoding", c.String()).has(t, "Content-Encoding", c.String())
			plain, err := io.ReadAll(coding.NewReader(c, strings.NewReader(got.body)))
			if err != nil || string(plain) != want {
				t.Errorf("%s: %q (%v), want %q", c, plain, err, want)
			}
			if untouched := got.body == coded; untouched != (text == want) {
				t.Errorf("%s: the bytes are those that came: %v", c, untouched)
			}
		}
		script("/page/a.css", sends(200, codedBy(t, c, ownSheet)[:9], "Content-Type", "text/css", "Content-Encoding", c.String()))
		get(t, "/page/a.css", "Accept-Encoding", c.String()).refused(t, 502, "coding")
	}
	script("/page/a.css", sends(200, ownSheet, "Content-Type", "text/css", "Content-Encoding", "compress"))
	get(t, "/page/a.css").refused(t, 502, "coding")
}

func codedBy(t *testing.T, c coding.Coding, text string) string {
	t.Helper()
	var coded strings.Builder
	w := coding.NewWriter(c, &coded)
	_, _ = io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return coded.String()
}

// TestCopiesOfMedia has the upstream's own tags and dates confirm what no rule changes, and not what one may.
func TestCopiesOfMedia(t *testing.T) {
	serve(t, "page.caddyfile")
	script("/page/copy", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") != "" {
			w.Header().Set("Etag", `"v1"`)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends(200, "GIF89a\x01\x00\x01\x00", "Content-Type", "image/gif", "Etag", `"v1"`)(w, r)
	})
	for to, status := range map[string]int{"image": 304, "font": 304, "video": 304, "script": 304, "style": 200, "document": 200, "empty": 200} {
		get(t, "/page/copy", "Sec-Fetch-Dest", to, "If-None-Match", `"v1"`).has(t, "Etag", `"v1"`)
		if got := get(t, "/page/copy", "Sec-Fetch-Dest", to, "If-None-Match", `"v1"`); got.status != status {
			t.Errorf("%s: the tag gives %d, want %d", to, got.status, status)
		}
		if got := get(t, "/page/copy", "Sec-Fetch-Dest", to, "If-Modified-Since", "Mon, 02 Nov 2026 00:00:00 GMT"); got.status != status {
			t.Errorf("%s: the date gives %d, want %d", to, got.status, status)
		}
	}
}

// TestCopiesOfStyleSheets has the upstream's own tag confirm a sheet that was read and named nobody, and no other.
func TestCopiesOfStyleSheets(t *testing.T) {
	serve(t, "page.caddyfile")
	const path = "/page/copied.css"
	text := ownSheet
	script(path, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.Header().Set("Etag", r.Header.Get("If-None-Match"))
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends(200, text, "Content-Type", "text/css", "Etag", `"v1"`)(w, r)
	})
	asks := func(tag string) reply { return get(t, path, "Sec-Fetch-Dest", "style", "If-None-Match", tag) }
	asks(`"v1"`).is(t, 200, ownSheet)
	asks(`"v1"`).is(t, 304, "").has(t, "Etag", `"v1"`, "Vary", "", "Cache-Control", "")
	asks(`"v0"`).is(t, 200, ownSheet)
	asks(`W/"v1"`).is(t, 200, ownSheet)
	if got := get(t, path, "Sec-Fetch-Dest", "document", "If-None-Match", `"v1"`); got.status != 200 {
		t.Errorf("what is asked for as a document is confirmed: %d", got.status)
	}
	text = trackedSheet
	script(path+"2", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v2"` {
			w.Header().Set("Etag", `"v2"`)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends(200, text, "Content-Type", "text/css", "Etag", `"v2"`)(w, r)
	})
	got := get(t, path+"2", "Sec-Fetch-Dest", "style").is(t, 200, sheetCut)
	get(t, path+"2", "Sec-Fetch-Dest", "style", "If-None-Match", `"v2"`).is(t, 200, sheetCut)
	tag := got.header.Get("Etag")
	get(t, path+"2", "Sec-Fetch-Dest", "style", "If-None-Match", tag).is(t, 304, "").has(t, "Etag", tag)
}
