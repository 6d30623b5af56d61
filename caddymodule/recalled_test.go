package caddymodule

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/recall"
)

// sized is the page above with so much text behind it that its beginning is not all that a server holds back, and a block
// of data.
var sized = page + `<script type="application/json">{"secret":"s3cr3t","n":1}</script>` + strings.Repeat("<p>more of it", 2000)

// sizedCut is what is left of it.
var sizedCut = pageCut + `<script type="application/json">{"n":1}</script>` + strings.Repeat("<p>more of it", 2000)

// unmet is a path that no test has asked for, and answers with pages that come at once.
func unmet(answer http.HandlerFunc) string {
	path := "/scripted/" + strconv.FormatInt(time.Now().UnixNano(), 36)
	answers(path, answer)
	return path
}

// answers sets what comes from a path.
func answers(path string, answer http.HandlerFunc) {
	within(path, func(w http.ResponseWriter, r *http.Request) error {
		answer(w, r)
		return nil
	})
}

// measured sends a page with its length.
func measured(body string, header ...string) http.HandlerFunc {
	return sends(http.StatusOK, body, append([]string{"Content-Type", "text/html; charset=utf-8", "Content-Length", strconv.Itoa(len(body))}, header...)...)
}

// recalls counts the pages that were recalled while f ran.
func recalls(t *testing.T, f func()) float64 {
	t.Helper()
	before := counters(t)["recalled_pages_total{}"]
	f()
	return counters(t)["recalled_pages_total{}"] - before
}

// visited asks for a page as a browser does and asserts what it gets.
func visited(t *testing.T, path, want string, header ...string) {
	t.Helper()
	got := get(t, path, append([]string{"Sec-Fetch-Dest", "document"}, header...)...)
	if got.body, _ = withoutPrompt(guardTag.ReplaceAllString(got.body, "")); got.status != http.StatusOK || got.body != want || got.broken != nil {
		t.Errorf("%s gives %d and %q (%v), want 200 and %q", path, got.status, got.body, got.broken, want)
	}
	counters(t) // a page is kept after its client has it
}

func TestRecalledPageIsTheFiltered(t *testing.T) {
	serve(t, "page.caddyfile")
	path := unmet(measured(sized))
	want := map[string]float64{"tags_total{action=remove,recipient=tracker}": 2}
	lengths := map[string]bool{}
	for i, recalled := range []float64{0, 0, 1, 1, 1} {
		before := counters(t)
		if got := recalls(t, func() { visited(t, path, sizedCut) }); got != recalled {
			t.Errorf("visit %d recalls %v pages, want %v", i+1, got, recalled)
		}
		if got := tagsSince(t, before); !maps.Equal(got, want) {
			t.Errorf("visit %d counts %v, want %v", i+1, got, want)
		}
		if redacted := counters(t)[`redactions_total{action=remove,category=secret,direction=response,kind=field}`]; redacted == before[`redactions_total{action=remove,category=secret,direction=response,kind=field}`] {
			t.Errorf("visit %d counts no redaction", i+1)
		}
		whole := get(t, path, "Sec-Fetch-Dest", "iframe") // is another page, since it has no prompt
		lengths[whole.header.Get("Content-Length")] = true
		if whole.header.Get("Content-Length") != strconv.Itoa(len(whole.body)) || strings.Contains(whole.body, "privet-title") {
			t.Errorf("the frame has Content-Length %q with %d bytes", whole.header.Get("Content-Length"), len(whole.body))
		}
	}
	if len(lengths) != 1 {
		t.Errorf("the same page has lengths %v", lengths)
	}
}

func TestChangedPageIsReadAgain(t *testing.T) {
	serve(t, "page.caddyfile")
	for name, other := range map[string]struct{ page, want string }{
		"at its beginning": {strings.Replace(sized, "<title>x", "<title>y", 1), strings.Replace(sizedCut, "<title>x", "<title>y", 1)},
		"in a tag":         {strings.Replace(sized, "/t.js", "/u.js", 1), sizedCut},
		"at its end":       {sized[:len(sized)-1] + "?", sizedCut[:len(sizedCut)-1] + "?"},
		"shorter":          {sized[:len(sized)-len("more of it")], sizedCut[:len(sizedCut)-len("more of it")]},
		"longer":           {sized + `<img src="//tracker.example/p">`, sizedCut + `<img data-privet="tracker">`},
	} {
		t.Run(name, func(t *testing.T) {
			path := unmet(measured(sized))
			if got := recalls(t, func() {
				for range 3 {
					visited(t, path, sizedCut)
				}
			}); got != 1 {
				t.Fatalf("the page was recalled %v times before it changed, want once", got)
			}
			answers(path, measured(other.page))
			if got := recalls(t, func() { visited(t, path, other.want) }); got != 0 {
				t.Error("what has changed was recalled")
			}
			answers(path, measured(sized))
			visited(t, path, sizedCut)
		})
	}
}

// TestNoVisitorsOwnPageIsRemembered asks often enough for a page to be kept.
func TestNoVisitorsOwnPageIsRemembered(t *testing.T) {
	serve(t, "page.caddyfile")
	for name, c := range map[string]struct {
		labelled bool
		query    string
		request  []string
		answer   http.HandlerFunc
		want     float64
	}{
		"anybody's":            {answer: measured(sized), want: 4},
		"our own cookie":       {request: []string{"Cookie", "privet_consent=x"}, answer: measured(sized), want: 4},
		"with a cookie":        {request: []string{"Cookie", "session_id=1"}, answer: measured(sized)},
		"beside our own":       {request: []string{"Cookie", "privet_consent=x; session_id=1"}, answer: measured(sized)},
		"with credentials":     {request: []string{"Authorization", "Basic eDp5"}, answer: measured(sized)},
		"with a query":         {query: "?who=x", answer: measured(sized)},
		"sets a cookie":        {answer: measured(sized, "Set-Cookie", "session_id=1")},
		"no-store":             {answer: measured(sized, "Cache-Control", "private, No-Store")},
		"with a policy":        {answer: measured(sized, "Content-Security-Policy", "img-src *")},
		"with integrity":       {answer: measured(sized, "Integrity-Policy", "blocked-destinations=(script)")},
		"of no told length":    {answer: sends(http.StatusOK, sized, "Content-Type", "text/html"), want: 4},
		"large, of no length":  {answer: sends(http.StatusOK, sized+strings.Repeat("<p>", recall.Most/3), "Content-Type", "text/html")},
		"an error":             {answer: sends(http.StatusNotFound, sized, "Content-Type", "text/html", "Content-Length", strconv.Itoa(len(sized)))},
		"larger than is kept":  {answer: measured(sized + strings.Repeat("<p>", recall.Most/3))},
		"of labelled endpoint": {labelled: true, answer: measured(sized)},
	} {
		t.Run(name, func(t *testing.T) {
			path := unmet(c.answer)
			if c.labelled {
				path = strings.Replace(path, "/scripted/", "/scripted/labelled/", 1)
				answers(path, c.answer)
			}
			got := recalls(t, func() {
				for range 6 {
					get(t, path+c.query, append(c.request, "Sec-Fetch-Dest", "document")...)
					counters(t)
				}
			})
			if got != c.want {
				t.Errorf("%v of 6 visits were given what was remembered, want %v", got, c.want)
			}
		})
	}
}

// TestRecalledByWhatItDependsOn asks in turn for one page under circumstances under which it comes to something else.
func TestRecalledByWhatItDependsOn(t *testing.T) {
	serve(t, "page.caddyfile")
	path := unmet(measured(strings.Replace(sized, "<p>text", "<script>a()</script><p>text", 1)))
	first := map[string]string{}
	if got := recalls(t, func() {
		for range 3 {
			for name, header := range map[string][]string{
				"silent":  {"Sec-Fetch-Dest", "document"},
				"frame":   {"Sec-Fetch-Dest", "iframe"},
				"fetched": {"Sec-Fetch-Dest", "empty"},
				"named":   {"Sec-Fetch-Dest", "document", "Host", named},
			} {
				got := get(t, path, header...)
				if first[name] == "" {
					first[name] = got.body
				}
				if got.body != first[name] {
					t.Errorf("%s: the page is another than at first", name)
				}
				counters(t)
			}
		}
	}); got != 4 {
		t.Errorf("%v pages were recalled, want each once", got)
	}
	if first["silent"] == first["frame"] || first["frame"] == first["fetched"] {
		t.Error("what the browser will do with a page makes no difference")
	}
}

func TestRecalledUnderACoding(t *testing.T) {
	serve(t, "page.caddyfile")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	text := sized + hexOf(8<<10) // so that it is long enough when it is packed, too
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	path := unmet(measured(packed.String(), "Content-Encoding", "gzip"))
	if got := recalls(t, func() {
		for i := range 4 {
			got := get(t, path, "Sec-Fetch-Dest", "document", "Accept-Encoding", "gzip")
			r, err := gzip.NewReader(strings.NewReader(got.body))
			if err != nil {
				t.Fatalf("visit %d: %v", i+1, err)
			}
			plain, err := io.ReadAll(r)
			if err != nil {
				t.Fatalf("visit %d: %v", i+1, err)
			}
			cut, _ := withoutPrompt(guardTag.ReplaceAllString(string(plain), ""))
			if want := sizedCut + strings.TrimPrefix(text, sized); cut != want {
				t.Errorf("visit %d shows %q, want %q", i+1, cut, want)
			}
			counters(t)
		}
	}); got != 2 {
		t.Errorf("%v pages were recalled, want 2", got)
	}
}

// hexOf is text of so many bytes that does not pack well.
func hexOf(n int) string {
	var b strings.Builder
	for state := uint32(1); b.Len() < n; state = state*1664525 + 1013904223 {
		b.WriteString(strconv.FormatUint(uint64(state), 36))
	}
	return b.String()
}

// TestSlowPageIsNotHeldBackByItsMemory has a remembered page come in pieces: what has come is there before the next, whether
// the page then goes on as it did, or as another.
func TestSlowPageIsNotHeldBackByItsMemory(t *testing.T) {
	serve(t, "page.caddyfile")
	half := len(sized) / 2
	other := sized[half:len(sized)-len("more of it")] + `<i>changed`
	otherCut := sizedCut[:len(sizedCut)-len("more of it")] + `<i>changed`
	for name, c := range map[string]struct {
		rest, want string
		flush      bool
		recalled   float64
	}{
		"the same":             {sized[half:], sizedCut, false, 1},
		"another":              {other, otherCut, false, 0},
		"the same and flushed": {sized[half:], sizedCut, true, 0},
		"another and flushed":  {other, otherCut, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := unmet(measured(sized))
			for range 3 {
				visited(t, path, sizedCut)
			}
			next := make(chan struct{})
			answers(path, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Length", strconv.Itoa(half+len(c.rest)))
				_, _ = io.WriteString(w, sized[:half/2])
				_, _ = io.WriteString(w, sized[half/2:half])
				if c.flush {
					_ = http.NewResponseController(w).Flush()
				}
				select {
				case <-next:
					_, _ = io.WriteString(w, c.rest)
				case <-r.Context().Done():
				}
			})
			if got := recalls(t, func() { comesInHalves(t, path, half, next, c.want) }); got != c.recalled {
				t.Errorf("%v pages were recalled, want %v", got, c.recalled)
			}
		})
	}
}

// TestFlushedPageIsRecalled has a page of no told length come in the same pieces each time, each flushed.
func TestFlushedPageIsRecalled(t *testing.T) {
	serve(t, "page.caddyfile")
	path := unmet(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for piece := range slices.Chunk([]byte(sized), 3000) {
			_, _ = w.Write(piece)
			_ = http.NewResponseController(w).Flush()
		}
	})
	for i, recalled := range []float64{0, 0, 1, 1} {
		if got := recalls(t, func() { visited(t, path, sizedCut) }); got != recalled {
			t.Errorf("visit %d recalls %v pages, want %v", i+1, got, recalled)
		}
	}
}

// comesInHalves asserts that most of what the first half comes to is there before the second half comes.
func comesInHalves(t *testing.T, path string, half int, next chan<- struct{}, want string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	response, err := client.Transport.RoundTrip(ask(t, http.MethodGet, path, nil, "Sec-Fetch-Dest", "document").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, half*2/3) // a server holds back 4 KiB of what nobody flushes
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatalf("the first half of the page did not come before the second: %v", err)
	}
	close(next)
	rest, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := withoutPrompt(guardTag.ReplaceAllString(string(first)+string(rest), "")); got != want {
		t.Errorf("the page is %q, want %q", got, want)
	}
}
