package guard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/internal/chromium"
)

// site is a web in one process: each host name leads to it. It notes what it is asked for.
type site struct {
	ctx    context.Context //nolint:containedctx // chromedp keeps the tab in it
	tags   string
	head   string // before the tags
	policy string // of content

	mu     sync.Mutex // browsers ask for icons while a test goes on
	assets map[string]Asset
	asked  []string // HOST/PATH, and the query where there is one
}

// offer serves an asset.
func (s *site) offer(path string, a Asset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.assets[path] = a
}

func (s *site) offered(path string) (Asset, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.assets[path]
	return a, ok
}

const (
	home = "http://site.test"
	bad  = "http://held.test"  // of a party that is held
	good = "http://free.test"  // of nobody
	both = "http://mixed.test" // one path of which is held
)

// open starts the web and a browser for it.
func open(t *testing.T, known Known, held Held) *site {
	t.Helper()
	script, err := New(known)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{assets: map[string]Asset{}, tags: string(script.AppendTags(nil, held, []byte("n0nce")))}
	for _, asset := range script.Assets() {
		s.offer("/.privacy/assets/"+asset.Name, asset)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.ctx = chromium.Start(t, "MAP * "+strings.TrimPrefix(server.URL, "http://"),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("unsafely-treat-insecure-origin-as-secure", home))
	return s
}

// ServeHTTP answers with the least that is of the right type.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if asset, ok := s.offered(r.URL.Path); ok {
		w.Header().Set("Content-Type", asset.Type)
		_, _ = w.Write(asset.Text)
		return
	}
	address := r.Host + r.URL.Path
	if r.URL.RawQuery != "" {
		address += "?" + r.URL.RawQuery
	}
	s.mu.Lock()
	s.asked = append(s.asked, address)
	s.mu.Unlock()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	switch path.Ext(r.URL.Path) {
	case ".js":
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte("self.ran = (self.ran || 0) + 1"))
	case ".css":
		w.Header().Set("Content-Type", "text/css")
	case ".svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`))
	case ".page":
		w.Header().Set("Content-Type", "text/html")
		if s.policy != "" {
			w.Header().Set("Content-Security-Policy", s.policy)
		}
		_, _ = fmt.Fprint(w, "<!DOCTYPE html><html><head>"+s.head+s.tags+prelude+"</head><body><div id=box></div></body></html>")
	case ".cookie":
		w.Header().Set("Set-Cookie", r.URL.RawQuery)
	case ".html":
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><p>a frame"))
	default:
		_, _ = w.Write([]byte("text"))
	}
}

// prelude is what the cases of a page may use.
const prelude = `<script nonce=n0nce>
	var errors = [], box
	addEventListener("error", e => { if (e.message) errors.push(e.message) })
	addEventListener("unhandledrejection", e => errors.push(String(e.reason)))
	addEventListener("DOMContentLoaded", () => { box = document.getElementById("box") })
	// The first event of these, or "nothing".
	const first = (target, ...types) => new Promise(done => {
		for (const type of types) target.addEventListener(type, e => done(e.type))
		setTimeout(() => done("nothing"), 3000)
	})
	const make = (name, properties = {}) => Object.assign(document.createElement(name), properties)
	const wait = time => new Promise(done => setTimeout(done, time))
	// What nobody holds is waited for, as long as it may take; what is held is given some time in which nothing comes.
	const asked = async url => {
		for (let left = url.includes("held.test") ? 10 : 300; left && !performance.getEntriesByName(new URL(url, location).href).length; left--)
			await wait(10)
	}
</script>`

// visit opens a page.
func (s *site) visit(t *testing.T, page string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatal(err)
	}
}

// run gives what an asynchronous function's body returns in the page, as text, and the errors since it was last asked.
func (s *site) run(t *testing.T, body string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	await := func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
	result, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => {"+body+"\n})().then(r => [r, ...errors.splice(0)].join('; '), e => 'thrown: ' + e.stack)", await))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// has says whether a host was asked for a path.
func (s *site) has(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if strings.HasPrefix(a, strings.TrimPrefix(address, "http://")) {
			return true
		}
	}
	return false
}

// gets says that somebody was asked, or is before long: a browser that has much to do takes its time.
func (s *site) gets(address string) bool {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if s.has(address) {
			return true
		}
	}
	return false
}

// TestBrowser has scripts of a page ask for things in every way.
func TestBrowser(t *testing.T) {
	t.Parallel()
	list, err := NewList([]byte(listed))
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, Known{Parties: parties, Purposes: purposes, Lists: []*List{list}}, Held{Parties: []int{0}, Purposes: []int{0}, Lists: []int{0}})
	for _, group := range []struct {
		name   string
		trials []trial
	}{{"requests", requests}, {"elements", elements}, {"markup", markups}} {
		t.Run(group.name, func(t *testing.T) { s.try(t, group.trials) })
	}
	for name, test := range map[string]func(*testing.T, *site){
		"cookies": testCookies, "lives of cookies": testLives, "dates of cookies": testDates, "consent to cookies": testConsent, "names of cookies": testNames, "looks": testLooks, "writing": testWriting, "named": testNamed, "trusted types": testTrusted, "speed": testSpeed,
		"drawn": testDrawn, "lists": testLists, "listed": testListed,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}
