package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/internal/chromium"
)

// stripped is what a page gets of the file: no comments and no indentation.
func stripped(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("standins.js")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// lab is a browser with one tab, and a site whose pages begin with the stand-ins.
type lab struct {
	t      *testing.T
	tab    context.Context //nolint:containedctx // chromedp keeps the tab in it
	site   string
	script string
	pages  sync.Map // by path, texts; browsers ask for icons while a test goes on
	count  int
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, script: stripped(t)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if text, ok := l.pages.Load(r.URL.Path); ok {
			_, _ = io.WriteString(w, text.(string))
		}
	}))
	t.Cleanup(server.Close)
	l.site = server.URL
	l.tab = chromium.Start(t, "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
	return l
}

// visit is one page: who is held back, what is refused in Consent Mode, and the scripts of the page, each an element.
type visit struct {
	held    []string
	denied  []string
	before  string // markup above the stand-ins
	scripts []string
	after   string // an expression, read when all is quiet
	wait    int    // milliseconds until then; 40 where it is not said
}

// see loads the page and gives what `said` and the errors of the page hold, as JSON.
func (l *lab) see(v visit) (said string, problems []string) {
	l.t.Helper()
	held, err := json.Marshal(v.held)
	if err != nil {
		l.t.Fatal(err)
	}
	denied, err := json.Marshal(v.denied)
	if err != nil {
		l.t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString(`<!DOCTYPE html><html><head><script>var said = [], problems = []; addEventListener("error", e => problems.push(e.message));` +
		`addEventListener("unhandledrejection", e => problems.push(String(e.reason)));</script>` + v.before)
	fmt.Fprintf(&page, "<script>(() => {\"use strict\"\n%sstandIns(id => %s.includes(id), %s);\n})()</script></head><body>",
		l.script, held, denied)
	for _, script := range v.scripts {
		page.WriteString("<script>" + script + "</script>\n")
	}
	path := fmt.Sprintf("/%d", l.count)
	l.count++
	l.pages.Store(path, page.String())
	after, wait := v.after, v.wait
	if after == "" {
		after = "said"
	}
	if wait == 0 {
		wait = 40
	}
	bounded, cancel := context.WithTimeout(l.tab, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(bounded, chromedp.Navigate(l.site+path)); err != nil {
		l.t.Fatalf("loading a page: %v", err)
	}
	expression := fmt.Sprintf("new Promise(r => setTimeout(() => r(JSON.stringify({said: %s, problems})), %d))", after, wait)
	text, err := chromedp.Run(bounded, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		l.t.Fatalf("reading a page: %v", err)
	}
	var got struct {
		Said     json.RawMessage
		Problems []string
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		l.t.Fatal(err)
	}
	return string(got.Said), got.Problems
}
