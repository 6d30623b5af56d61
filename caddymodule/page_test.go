package caddymodule

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

const (
	pageHead = `<!doctype html><title>x</title><link rel=preconnect href="//tracker.example">`
	pageBody = `<body><script src="//tracker.example/t.js"></script><p>text`
	page     = pageHead + pageBody

	// What is left of it for a visitor who said nothing. The prompt goes where [prompt] stands.
	pageCut = `<!doctype html><title>x</title><link rel=preconnect data-privet="tracker">` +
		`<body>[prompt]<script type="text/plain" data-privet="tracker"></script><p>text`
)

// shownXML has a field, and an element of XHTML by which a browser that shows it fetches a tag.
const shownXML = `<a><secret>x</secret><img xmlns="http://www.w3.org/1999/xhtml" src="//tracker.example/p"/></a>`

// withoutPrompt puts [prompt] for what a page is given to choose by, and says whether it was there.
func withoutPrompt(text string) (string, bool) {
	start := strings.Index(text, `<link rel="stylesheet" href="/.privacy/assets/`)
	if start < 0 {
		return text, false
	}
	depth := 0
	for i := start; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "<div"):
			depth++
		case strings.HasPrefix(text[i:], "</div>"):
			if depth--; depth == 0 {
				return text[:start] + "[prompt]" + text[i+len("</div>"):], true
			}
		}
	}
	return text, false
}

// removed is what is counted for the page above.
func removed() map[string]float64 {
	return map[string]float64{"tags_total{action=remove,recipient=tracker}": 2}
}

// tagsSince are the counters of tags and refusals that have grown, once they stand still.
func tagsSince(t *testing.T, before map[string]float64) map[string]float64 {
	t.Helper()
	grown := map[string]float64{}
	for name, value := range counters(t) {
		if counted := strings.HasPrefix(name, "tags") || strings.HasPrefix(name, "refusals"); counted && value != before[name] {
			grown[name] = value - before[name]
		}
	}
	return grown
}

var pageConformance = []struct {
	name    string
	path    string // /page/ unless said
	method  string
	request []string
	answer  http.HandlerFunc
	status  int
	body    string // of a refusal: the kind of problem
	header  []string
	counted map[string]float64
}{
	{
		name: "page", answer: sends(200, page, "Content-Type", "text/html; charset=utf-8", "Content-Digest", "sha-256=:AAAA:", "Accept-Ranges", "bytes", "Cache-Control", "public, max-age=60"),
		status: 200, body: pageCut, counted: removed(),
		header: []string{"Content-Type", "text/html; charset=utf-8", "Content-Digest", "", "Accept-Ranges", "", "Cache-Control", "private, max-age=60", "Vary", "Cookie, Sec-GPC"},
	},
	{name: "error page", answer: sends(500, page, "Content-Type", "text/html"), status: 500, body: pageCut, counted: removed()},
	{
		name: "page without anything to remove is a variant too", answer: sends(200, "<html><body>x", "Content-Type", "text/html"),
		status: 200, body: "<html><body>[prompt]x", header: []string{"Cache-Control", "private", "Vary", "Cookie, Sec-GPC"}, counted: map[string]float64{},
	},
	{name: "HEAD", method: http.MethodHead, answer: sends(200, "", "Content-Type", "text/html", "Content-Length", "44"), status: 200, header: []string{"Content-Length", "", "Cache-Control", "private"}, counted: map[string]float64{}},
	{name: "204", answer: sends(204, "", "Content-Type", "text/html"), status: 204, counted: map[string]float64{}},
	{name: "empty", answer: sends(404, "", "Content-Type", "text/html"), status: 404, counted: map[string]float64{}},
	{name: "206", answer: sends(206, "<p>", "Content-Type", "text/html", "Content-Range", "bytes 0-2/9"), status: 502, body: "partial", counted: refusal("partial")},
	{
		name: "Range of a page is not passed on", request: []string{"Range", "bytes=0-9", "Sec-Fetch-Dest", "document"}, answer: func(w http.ResponseWriter, r *http.Request) {
			sends(200, page, "Content-Type", "text/html", "X-Got", r.Header.Get("Range"))(w, r)
		}, status: 200, body: pageCut, header: []string{"X-Got", ""}, counted: removed(),
	},
	{
		name: "Range of a video is", request: []string{"Range", "bytes=0-3", "Sec-Fetch-Dest", "video"}, answer: func(w http.ResponseWriter, r *http.Request) {
			sends(206, "\x00\x00\x00\x18ftypmp42", "Content-Type", "video/mp4", "X-Got", r.Header.Get("Range"))(w, r)
		}, status: 206, body: "\x00\x00\x00\x18ftypmp42", header: []string{"X-Got", "bytes=0-3"}, path: "/twice/", counted: nil,
	},
	{name: "frame gets no prompt", request: []string{"Sec-Fetch-Dest", "iframe"}, answer: sends(200, page, "Content-Type", "text/html"), status: 200, body: strings.Replace(pageCut, "[prompt]", "", 1), counted: removed()},
	{name: "part gets no prompt", answer: sends(200, "<li>a<img src=//tracker.example/p>", "Content-Type", "text/html"), status: 200, body: `<li>a<img data-privet="tracker">`, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 1}},
	{name: "two handlers, one prompt", path: "/twice/", answer: sends(200, page, "Content-Type", "text/html"), status: 200, body: pageCut, counted: removed()},
	{name: "XHTML", answer: sends(200, `<html><img src="//tracker.example/p"/></html>`, "Content-Type", "application/xhtml+xml"), status: 200, body: `<html><img data-privet="tracker"/></html>`, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 1}},
	{
		name: "SVG as a picture", request: []string{"Sec-Fetch-Dest", "image"}, answer: sends(200, `<svg><image href="//tracker.example/p"/></svg>`, "Content-Type", "image/svg+xml", "Etag", `"v1"`),
		status: 200, body: `<svg><image href="//tracker.example/p"/></svg>`, path: "/free/", header: []string{"Etag", `"v1"`, "Vary", ""}, counted: map[string]float64{},
	},
	{name: "SVG as a document", answer: sends(200, `<svg><image href="//tracker.example/p"/></svg>`, "Content-Type", "image/svg+xml"), status: 200, body: `<svg><image data-privet="tracker"/></svg>`, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 1}},
	{
		name: "XML that is shown, with fields", request: []string{"Sec-Fetch-Dest", "document"}, answer: sends(200, shownXML, "Content-Type", "application/atom+xml"), status: 200,
		body: `<a><img xmlns="http://www.w3.org/1999/xhtml" data-privet="tracker"/></a>`, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 1},
	},
	{name: "XML for a script", request: []string{"Sec-Fetch-Dest", "empty"}, answer: sends(200, shownXML, "Content-Type", "text/xml"), status: 200, body: strings.Replace(shownXML, "<secret>x</secret>", "", 1), counted: map[string]float64{}},
	{name: "broken XML that is shown", request: []string{"Sec-Fetch-Dest", "iframe"}, answer: sends(200, "<a><secret>x</a>", "Content-Type", "text/xml"), status: 502, body: "malformed", counted: refusal("malformed")},
	{name: "XML in another character set", request: []string{"Sec-Fetch-Dest", "document"}, answer: sends(200, shownXML, "Content-Type", "text/xml; charset=iso-8859-1"), status: 502, body: "type", counted: refusal("type")},
	{name: "UTF-16", answer: sends(200, "<\x00p\x00", "Content-Type", "text/html"), status: 502, body: "charset", counted: refusal("charset")},
	{name: "ISO-2022-JP", answer: sends(200, "<p>", "Content-Type", "text/html; charset=iso-2022-jp"), status: 502, body: "charset", counted: refusal("charset")},
	{name: "unknown coding", answer: sends(200, "x", "Content-Type", "text/html", "Content-Encoding", "compress"), status: 502, body: "coding", counted: refusal("coding")},
	{name: "page of an endpoint with labels", path: "/labelled/", answer: sends(200, "<h1>Error</h1>", "Content-Type", "text/html"), status: 502, body: "type", counted: refusal("type")},
	{
		name: "page with the data of an endpoint with labels", path: "/labelled/", request: []string{"Sec-Fetch-Dest", "iframe"},
		answer: sends(200, `<script type="application/json">{"name":"s3cr3t","n":1}</script>`, "Content-Type", "text/html"), status: 200, body: `<script type="application/json">{"n":1}</script>`,
	},
	{name: "style sheet", answer: sends(200, "a{}", "Content-Type", "text/css", "Etag", `"v1"`), status: 200, body: "a{}", header: []string{"Etag", `"v1"`, "Vary", ""}, counted: map[string]float64{}},
	{name: "script", answer: sends(200, "a()", "Content-Type", "text/javascript; charset=utf-8"), status: 200, body: "a()", header: []string{"Vary", ""}, counted: map[string]float64{}},
	{name: "script of an endpoint with labels", path: "/labelled/", answer: sends(200, "a()", "Content-Type", "text/javascript"), status: 502, body: "malformed", counted: refusal("malformed")},
	{name: "text where every endpoint has fields", answer: sends(200, "a", "Content-Type", "text/plain"), status: 502, body: "type", counted: refusal("type")},
	{
		name: "Link", answer: sends(200, "{}", "Content-Type", "application/json", "Link", `</own.css>; rel=preload; as=style, <https://tracker.example/t.js>; rel="preload"; as=script`, "Link", "<//tracker.example>; rel=preconnect",
			"Refresh", "5; url=https://tracker.example/", "Reporting-Endpoints", `main="https://tracker.example/r"`, "Content-Security-Policy", "img-src *; report-uri /own https://tracker.example/c"),
		status: 200, body: "{}", header: []string{
			"Link", "</own.css>; rel=preload; as=style", "Refresh", "", "Reporting-Endpoints", "", "Content-Security-Policy", "img-src *; report-uri /own",
			"Cache-Control", "private", "Vary", "Cookie, Sec-GPC",
		}, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 5},
	},
	{name: "Link that does not parse", answer: sends(200, "{}", "Content-Type", "application/json", "Link", `x <//tracker.example/t.js>; rel=preload`), status: 200, body: "{}", header: []string{"Link", ""}, counted: map[string]float64{"tags_total{action=remove,recipient=tracker}": 1}},
	{name: "Link to others", answer: sends(200, "{}", "Content-Type", "application/json", "Link", `<//cdn.example/a.js>; rel=preload`, "Etag", `"v1"`), status: 200, body: "{}", header: []string{"Link", `<//cdn.example/a.js>; rel=preload`}, counted: map[string]float64{}},
}

func TestPageConformance(t *testing.T) {
	serve(t, "page.caddyfile")
	h2 := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	h2.Protocols.SetUnencryptedHTTP2(true)
	defer h2.CloseIdleConnections()
	for protocol, transport := range map[string]http.RoundTripper{"HTTP/1.1": client.Transport, "HTTP/2.0": h2} {
		for _, c := range pageConformance {
			t.Run(protocol+"/"+c.name, func(t *testing.T) {
				path := "/page/conformance"
				if c.path != "" {
					path = c.path + "conformance"
				}
				if c.method == "" {
					c.method = http.MethodGet
				}
				script(path, c.answer)
				before := counters(t)
				usual := client.Transport
				client.Transport = transport
				defer func() { client.Transport = usual }()
				got := send(t, ask(t, c.method, path, nil, c.request...))
				if c.status == http.StatusBadGateway {
					got.refused(t, c.status, c.body)
				} else {
					got.body, _ = withoutPrompt(got.body)
					got.is(t, c.status, c.body)
				}
				got.has(t, c.header...)
				if grown := tagsSince(t, before); c.counted != nil && !equalCounts(grown, c.counted) {
					t.Errorf("counted %v, want %v", grown, c.counted)
				}
			})
		}
	}
}

func equalCounts(a, b map[string]float64) bool {
	if len(a) != len(b) {
		return false
	}
	for name, n := range a {
		if b[name] != n {
			return false
		}
	}
	return true
}

// A browser guesses the type that a header does not tell, and so do we.
func TestPageWithoutType(t *testing.T) {
	serve(t, "wire.caddyfile")
	const tag = `<script src="https://www.google-analytics.com/analytics.js"></script>`
	for name, c := range map[string]struct {
		types []string
		body  string
		cut   bool
	}{
		"no type":            {nil, "<!doctype html><body>" + tag, true},
		"blanks first":       {nil, "\n\t <html><body>" + tag, true},
		"a type of no form":  {[]string{"html"}, "<html><body>" + tag, true},
		"two types":          {[]string{"text/html", "text/plain"}, "<html><body>" + tag, true},
		"any type":           {[]string{"*/*"}, "<html><body>" + tag, true},
		"plain text":         {nil, "text " + tag, false},
		"JSON":               {nil, `{"tag":"` + "<html>" + `"}`, false},
		"a type that is one": {[]string{"text/plain"}, "<html><body>" + tag, false},
	} {
		script("/plain/untyped", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = c.types
			_, _ = io.WriteString(w, c.body)
		})
		got := get(t, "/plain/untyped")
		if cut := strings.Contains(got.body, `data-privet="google_analytics"`) && !strings.Contains(got.body, "google-analytics.com"); cut != c.cut || got.status != 200 {
			t.Errorf("%s: status %d, %q", name, got.status, got.body)
		}
		if !c.cut && got.body != c.body {
			t.Errorf("%s: %q, want it as it was", name, got.body)
		}
	}
	script("/plain/untyped", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, zipped(t, "<html><body>"+tag))
	})
	if got := get(t, "/plain/untyped", "Accept-Encoding", "gzip"); strings.Contains(unzipped(t, got.body), "google-analytics.com") {
		t.Error("a coded page without a type passes unread")
	}
}

// A choice changes the page, its tag, and what confirms a copy of it.
func TestPageFollowsTheChoice(t *testing.T) {
	serve(t, "page.caddyfile")
	const path = "/page/choice"
	script(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends(200, page, "Content-Type", "text/html")(w, r)
	})
	silent := get(t, path)
	body, prompted := withoutPrompt(silent.body)
	if body != pageCut || !prompted || !strings.Contains(silent.body, `value="`+path+`"`) {
		t.Errorf("at first:\n%s", silent.body)
	}
	tag := silent.header.Get("Etag")
	answer := send(t, ask(t, http.MethodPost, "/.privacy/consent", strings.NewReader(url.Values{"grant": {"measuring"}, "return": {path}}.Encode()), "Content-Type", "application/x-www-form-urlencoded"))
	if answer.status != http.StatusSeeOther || answer.header.Get("Location") != path {
		t.Fatalf("the choice: status %d to %q", answer.status, answer.header.Get("Location"))
	}
	cookie, _, _ := strings.Cut(answer.header.Get("Set-Cookie"), ";")
	granted := get(t, path, "Cookie", cookie)
	body, _ = withoutPrompt(granted.body)
	if body, guarded := withoutGuard(body); !guarded || body != pageHead+"<body>[prompt]"+strings.TrimPrefix(pageBody, "<body>") {
		t.Errorf("once granted:\n%s", granted.body)
	}
	if other := granted.header.Get("Etag"); other == tag || !strings.HasPrefix(other, `W/"v1-privet.s.`) {
		t.Errorf("both variants have the tags %s and %s", tag, other)
	}
	const date = "Mon, 02 Nov 2026 00:00:00 GMT"
	get(t, path, "Accept", "text/html", "If-None-Match", tag, "If-Modified-Since", date).is(t, 304, "").has(t, "Etag", tag)
	for name, header := range map[string][]string{
		"another variant":  {"Accept", "text/html", "Cookie", cookie, "If-None-Match", tag, "If-Modified-Since", date},
		"the upstream's":   {"Accept", "*/*", "If-None-Match", `"v1"`},
		"a date":           {"Accept", "text/html", "If-Modified-Since", date},
		"a date of anyone": {"If-Modified-Since", date},
	} {
		if got := get(t, path, header...); got.status != 200 {
			t.Errorf("%s confirms a copy: status %d", name, got.status)
		}
	}
}

func TestCodedPages(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, c := range []coding.Coding{coding.Gzip, coding.Brotli, coding.Zstd, coding.Deflate} {
		var coded bytes.Buffer
		writer := coding.NewWriter(c, &coded)
		_, _ = io.WriteString(writer, page)
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		script("/page/coded", sends(200, coded.String(), "Content-Type", "text/html", "Content-Encoding", c.String()))
		got := get(t, "/page/coded", "Accept-Encoding", c.String()).has(t, "Content-Encoding", c.String())
		plain, err := io.ReadAll(coding.NewReader(c, strings.NewReader(got.body)))
		if body, prompted := withoutPrompt(string(plain)); err != nil || body != pageCut || !prompted {
			t.Errorf("%s: %q (%v)", c, plain, err)
		}
	}
}

// Streaming is real: a page that arrives in pieces leaves in pieces, plain and coded, and each piece before the next one
// is there.
func TestPageInTenPieces(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, c := range []coding.Coding{coding.Identity, coding.Gzip, coding.Brotli, coding.Zstd, coding.Deflate} {
		t.Run(c.String(), func(t *testing.T) {
			next := make(chan struct{})
			script("/page/pieces", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				if c != coding.Identity {
					w.Header().Set("Content-Encoding", c.String())
				}
				writer := coding.NewWriter(c, w)
				for i := range 10 {
					_, _ = io.WriteString(writer, `<p>piece `+string(rune('0'+i))+`<img src=//tracker.example/p>`)
					_ = writer.Flush()
					_ = http.NewResponseController(w).Flush()
					select {
					case <-next:
					case <-r.Context().Done():
						return
					}
				}
				_ = writer.Close()
			})
			request := ask(t, http.MethodGet, "/page/pieces", nil, "Accept-Encoding", c.String())
			ctx, stop := context.WithTimeout(t.Context(), patience)
			defer stop()
			response, err := client.Transport.RoundTrip(request.WithContext(ctx))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text := bufio.NewReader(coding.NewReader(c, response.Body))
			for i := range 10 {
				want := `<p>piece ` + string(rune('0'+i)) + `<img data-privet="tracker">`
				piece := make([]byte, len(want))
				if _, err := io.ReadFull(text, piece); err != nil || string(piece) != want {
					t.Fatalf("piece %d is %q (%v)", i, piece, err)
				}
				next <- struct{}{}
			}
			if rest, err := io.ReadAll(text); err != nil || len(rest) > 0 {
				t.Errorf("then %q (%v)", rest, err)
			}
		})
	}
}

// A page of a known length that comes slowly is passed on as it comes, but for what a server holds back of any response; one
// that comes at once leaves with its new length.
func TestPageOfKnownLength(t *testing.T) {
	serve(t, "page.caddyfile")
	const pieces, size, heldBack = 10, 6000, 8 << 10
	piece := strings.Repeat("<p>0123456789</p>\n", size/18+1)[:size]
	next := make(chan struct{})
	script("/page/slow", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", strconv.Itoa(pieces*size))
		for range pieces {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	response, err := client.Transport.RoundTrip(ask(t, http.MethodGet, "/page/slow", nil).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read := 0
	for i := range pieces {
		if want := (i+1)*size - heldBack; read < want {
			n, err := io.CopyN(io.Discard, response.Body, int64(want-read))
			if read += int(n); err != nil {
				t.Fatalf("after piece %d only %d bytes have come: %v", i, read, err)
			}
		}
		next <- struct{}{}
	}
	if n, err := io.Copy(io.Discard, response.Body); err != nil || read+int(n) != pieces*size {
		t.Errorf("%d bytes in all (%v)", read+int(n), err)
	}

	for _, size := range []int{3000, 50_000} {
		text := strings.Repeat("<p>0123456789</p>", size/17) + `<img src=//tracker.example/p>`
		want := strings.Replace(text, "src=//tracker.example/p", `data-privet="tracker"`, 1)
		script("/page/whole", sends(200, text, "Content-Type", "text/html", "Content-Length", strconv.Itoa(len(text))))
		// What a busy machine brings in two pieces leaves in two, and without a length.
		told := ""
		for tries := 0; told == "" && tries < 50; tries++ {
			told = get(t, "/page/whole").is(t, 200, want).header.Get("Content-Length")
		}
		if told != strconv.Itoa(len(want)) {
			t.Errorf("a page of %d bytes has the length %q, want %d", size, told, len(want))
		}
	}
}

// A hint before the page is a request to a third party before any page.
func TestEarlyHints(t *testing.T) {
	serve(t, "page.caddyfile")
	script("/page/hints", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Link", "</own.css>; rel=preload; as=style")
		w.Header().Add("Link", "<https://tracker.example>; rel=preconnect")
		w.WriteHeader(http.StatusEarlyHints)
		sends(200, page, "Content-Type", "text/html")(w, r)
	})
	var hinted []string
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
		if code == http.StatusEarlyHints {
			hinted = append(hinted, header["Link"]...)
		}
		return nil
	}})
	got := send(t, ask(t, http.MethodGet, "/page/hints", nil).WithContext(ctx))
	if len(hinted) != 1 || hinted[0] != "</own.css>; rel=preload; as=style" {
		t.Errorf("hinted at %q", hinted)
	}
	if links := got.header["Link"]; len(links) != 1 {
		t.Errorf("the page has the links %q", links)
	}
}

// Mode report changes nothing in a page, gives it no prompt, and counts what it would have done.
func TestReportLeavesPages(t *testing.T) {
	serve(t, "report.caddyfile")
	const tagged = `<!doctype html><body><script src="https://www.google-analytics.com/analytics.js"></script>`
	script("/plain/reported", sends(200, tagged, "Content-Type", "text/html", "Etag", `"v1"`, "Link", "<https://www.google-analytics.com>; rel=preconnect"))
	before := counters(t)
	get(t, "/plain/reported").is(t, 200, tagged).has(t, "Etag", `"v1"`, "Vary", "", "Link", "<https://www.google-analytics.com>; rel=preconnect")
	want := map[string]float64{"tags_total{action=remove,recipient=google_analytics}": 2}
	if grown := tagsSince(t, before); !equalCounts(grown, want) {
		t.Errorf("counted %v, want %v", grown, want)
	}
}
