package filter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/internal/chromium"
	"github.com/privet-gateway/privet/internal/guard"
)

// leakPolicy knows one third party, whose hosts tell by their names which document has contacted them.
const leakPolicy = `purposes:
  service: {basis: contract, default: true}
  stats:   {basis: consent, retention: 10d}
recipients:
  tracker: {country: DE, purpose: stats, embed: {hosts: [tracker.example]}}
`

// frames is how many documents a browser is shown at once, each in a frame.
const frames = 24

// trap is the network of a browser: the proxy that all its requests go to. It serves the documents, and notes who of them
// contacts the tracker.
type trap struct {
	assets    map[string]guard.Asset // of the site, by path
	sheets    bool                   // the documents are style sheets of pages that have nothing else
	mu        sync.Mutex
	documents map[string]string // by number
	contacts  map[string]string // number to the first address
}

// serve has the site serve the files of a guard.
func (p *trap) serve(assets []guard.Asset) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.assets = map[string]guard.Asset{}
	for _, asset := range assets {
		p.assets["/.privacy/assets/"+asset.Name] = asset
	}
}

// ServeHTTP implements http.Handler.
func (p *trap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	host, _, _ := strings.Cut(r.Host, ":")
	if of, tracker := strings.CutSuffix(host, ".tracker.example"); tracker {
		if _, known := p.contacts[of]; !known {
			p.contacts[of] = r.Method + " " + r.URL.String()
		}
	}
	if asset, ours := p.assets[r.URL.Path]; ours && host == "site.example" {
		w.Header().Set("Content-Type", asset.Type)
		_, _ = w.Write(asset.Text)
		return
	}
	if number, styles := strings.CutPrefix(r.URL.Path, "/sheet/"); styles && host == "site.example" {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write([]byte(p.documents[number]))
		return
	}
	number, ours := strings.CutPrefix(r.URL.Path, "/document/")
	if host != "site.example" || r.Method == http.MethodConnect || !ours {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	text := p.documents[number]
	if p.sheets && number != "frames" {
		text = `<!doctype html><link rel=stylesheet href="/sheet/` + number + `"><p class=a>x`
	}
	_, _ = w.Write([]byte(text))
}

// watch shows documents to the browser and gives the contacts of each.
func (p *trap) watch(tab context.Context, t *testing.T, documents map[string]string) map[string]string {
	t.Helper()
	var page strings.Builder
	page.WriteString("<!doctype html><title>frames</title>")
	for number := range documents {
		fmt.Fprintf(&page, `<iframe width=200 height=100 src="/document/%s"></iframe>`, number)
	}
	p.mu.Lock()
	p.documents, p.contacts = documents, map[string]string{}
	documents["frames"] = page.String()
	p.mu.Unlock()
	bounded, stop := context.WithTimeout(tab, 10*time.Second)
	defer stop()
	err := chromedp.Do(bounded, chromedp.Navigate("http://site.example/document/frames"))
	if err != nil && !errors.Is(err, context.DeadlineExceeded) { // some documents never end to load
		t.Fatalf("showing documents: %v", err)
	}
	time.Sleep(150 * time.Millisecond) // what begins with the load event
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.contacts, func(number, _ string) bool { return documents[number] == "" }) // late ones of other documents
	return p.contacts
}

// browser is a tab of Chromium whose network is a trap.
func browser(t *testing.T, scripts bool) (*trap, context.Context) {
	t.Helper()
	p := &trap{}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	tab := chromium.Start(t, "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", chromedp.ProxyServer(server.URL), chromedp.Flag("disable-features", "HttpsUpgrades,Translate"))
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
		t.Fatalf("switching scripts on or off: %v", err)
	}
	return p, tab
}

// documentCount is how many documents a run makes up.
func documentCount(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("PRIVET_DOCUMENTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal("PRIVET_DOCUMENTS is no number")
		}
		return n
	}
	return 3 * frames
}

// TestNoBrowserContactsATracker makes up documents in which a tracker stands in odd places, and has a browser show what
// the filter leaves of them: its network is the judge. PRIVET_DOCUMENTS says how many, PRIVET_SEED which.
func TestNoBrowserContactsATracker(t *testing.T) {
	seed := documentSeed(t)
	v := newVisitor(t, leakPolicy, "/")
	script, err := guard.New(guard.Known{Parties: []guard.Party{{ID: "tracker", Hosts: []string{"tracker.example"}}}})
	if err != nil {
		t.Fatal(err)
	}
	plain := PageSpec{URL: "http://site.example/document/x", Charset: "utf-8"}
	guarded := plain
	guarded.Navigated, guarded.Host = true, "site.example"
	guarded.Guard = func(dst, nonce []byte) []byte { return script.AppendTags(dst, guard.Held{Parties: []int{0}}, nonce) }
	for name, c := range map[string]struct {
		spec              PageSpec
		scripts, scripted bool
	}{
		"with scripts":             {spec: plain, scripts: true},
		"without scripts":          {spec: plain},
		"with scripts of its own":  {spec: guarded, scripts: true, scripted: true},
		"its scripts switched off": {spec: guarded, scripted: true},
	} {
		t.Run(name, func(t *testing.T) {
			network, tab := browser(t, c.scripts)
			network.serve(script.Assets())
			g := &grammar{random: rand.New(rand.NewPCG(seed, 0)), scripted: c.scripted}
			network.hunt(tab, t, func(host string) (came, goes string) {
				came = g.document(host)
				goes, _ = v.filtered(t, c.spec, came)
				return came, goes
			})
		})
	}
}

// TestNoStyleSheetContactsATracker does the same with style sheets of the site.
func TestNoStyleSheetContactsATracker(t *testing.T) {
	seed := documentSeed(t)
	v := newVisitor(t, leakPolicy, "/")
	network, tab := browser(t, true)
	network.mu.Lock()
	network.sheets = true
	network.mu.Unlock()
	g := &grammar{random: rand.New(rand.NewPCG(seed, 0))}
	network.hunt(tab, t, func(host string) (came, goes string) {
		came = g.sheet(host)
		s := v.plan.Sheet(v.Decision, SheetSpec{URL: "http://site.example/sheet/x", Charset: "utf-8"}, &Tally{})
		defer s.Release()
		if _, err := s.Feed([]byte(came)); err != nil {
			t.Fatal(err)
		}
		out, err := s.Close()
		if err != nil {
			t.Fatal(err)
		}
		return came, string(out)
	})
}

// documentSeed is what documents are made up from: the same each time, unless PRIVET_SEED says otherwise.
func documentSeed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("PRIVET_SEED")
	if text == "" {
		return 1
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal("PRIVET_SEED is no number")
	}
	return seed
}

// hunt shows documents as they go, and of the first as they came, which must contact the tracker or they are no test.
func (p *trap) hunt(tab context.Context, t *testing.T, makeUp func(host string) (came, goes string)) {
	t.Helper()
	unfiltered := 0
	for round := range (documentCount(t) + frames - 1) / frames {
		came, goes := map[string]string{}, map[string]string{}
		for i := range frames {
			number := fmt.Sprintf("n%d", round*frames+i)
			came[number], goes[number] = makeUp(number + ".tracker.example")
		}
		for number, address := range p.watch(tab, t, goes) {
			t.Errorf("a filtered document contacts %s\nas it came: %q\nas it went: %q", address, came[number], goes[number])
		}
		if round == 0 {
			unfiltered += len(p.watch(tab, t, came))
		}
	}
	if unfiltered == 0 {
		t.Error("no document contacts the tracker as it comes: they are no test")
	}
}

// filtered is what the filter lets out of a page: nothing where it refuses it.
func (v visitor) filtered(tb testing.TB, spec PageSpec, page string) (out string, refused bool) {
	tb.Helper()
	p := v.plan.Page(v.Decision, spec, &Tally{})
	defer p.Release()
	first, err := p.Feed([]byte(page))
	if err != nil {
		return "", true
	}
	whole := string(first)
	rest, err := p.Close()
	if err != nil {
		return "", true
	}
	return whole + string(rest), false
}
