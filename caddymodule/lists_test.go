package caddymodule

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

const (
	listedPage = `<!doctype html><title>x</title><body><script src="https://meter.example/x.js"></script><img src="/own/ads/1.gif"><img src="/own/2.gif">`

	// What is left of it for a visitor who said nothing, where both lists are there.
	listedCut = `<!doctype html><title>x</title><body>[prompt]<script type="text/plain" data-privet="track"></script><img data-privet="ads"><img src="/own/2.gif">`
)

// bench is a folder with policy, lists and storage, in which one configuration after another runs.
type bench struct{ dir string }

func newBench(t *testing.T) bench {
	t.Helper()
	site.once.Do(func() {
		site.dead, site.upstream = freeAddress(), newUpstream()
	})
	return bench{t.TempDir()}
}

func (b bench) name(file string) string { return filepath.Join(b.dir, filepath.FromSlash(file)) }

// write writes files, given as name, text, name, text.
func (b bench) write(t *testing.T, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		if err := os.MkdirAll(filepath.Dir(b.name(files[i])), 0o700); err != nil {
			t.Fatal(err)
		}
		rewrite(t, b.name(files[i]), files[i+1])
	}
}

// run runs a gateway with the policy that stands in policy.yaml.
func (b bench) run(t *testing.T) {
	t.Helper()
	site.addr, site.configuration = freeAddress(), t.Name()
	out, err := adapting(b.dir, "{\nadmin off\nauto_https off\npersist_config off\nmetrics\nstorage file_system "+b.name("storage")+"\nlog {\noutput discard\n}\n"+
		"privacy {\npolicy policy.yaml\nkey a-secret-of-the-tests\ncountry network 127.0.0.0/8 DE\n}\n}\n"+
		"http://"+site.addr+" {\nprivacy\nreverse_proxy "+site.upstream.Listener.Addr().String()+"\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := caddy.Load([]byte(out), true); err != nil {
		t.Fatal(err)
	}
	client.CloseIdleConnections()
}

// shows fails the test unless the page comes out as this, with the prompt or without it, and without its guard.
func shows(t *testing.T, want string, header ...string) {
	t.Helper()
	got, _ := withoutPrompt(get(t, "/listed", append(header, "Accept", "text/html")...).body)
	got, _ = withoutGuard(got)
	if got != want {
		t.Errorf("the page is %s\nwant        %s", got, want)
	}
}

// comesOut waits for a page to come out.
func comesOut(t *testing.T, want string) {
	t.Helper()
	becomes(t, want, func() bool {
		got, _ := withoutPrompt(get(t, "/listed", "Accept", "text/html").body)
		return got == want
	})
}

func TestListsOfFiles(t *testing.T) {
	b := newBench(t)
	b.write(t, "policy.yaml", `
purposes: {service: {basis: contract, default: true}}
lists: [{file: lists/track.txt, purpose: analytics}, {file: lists/ads.txt, purpose: advertising}]
`, "lists/track.txt", "||meter.example^$third-party\n||x.example^$csp=a\n", "lists/ads.txt", "/ads/*$image,~third-party\n")
	script("/listed", sends(200, listedPage, "Content-Type", "text/html"))
	b.run(t)
	before := counters(t)
	shows(t, listedCut)
	after := counters(t)
	for _, name := range []string{"tags_total{action=remove,recipient=track}", "tags_total{action=remove,recipient=ads}"} {
		if after[name]-before[name] != 1 {
			t.Errorf("%s has grown by %v", name, after[name]-before[name])
		}
	}
	answer := post(t, "/.privacy/consent", "grant=advertising", "Content-Type", "application/x-www-form-urlencoded")
	cookie, _, _ := strings.Cut(answer.header.Get("Set-Cookie"), ";")
	granted, _ := withoutPrompt(get(t, "/listed", "Accept", "text/html", "Cookie", cookie).body)
	if want := strings.Replace(listedCut, `<img data-privet="ads">`, `<img src="/own/ads/1.gif">`, 1); strings.Replace(granted, "[prompt]", "", 1) != strings.Replace(want, "[prompt]", "", 1) {
		t.Errorf("with advertising granted: %s", granted)
	}

	h := running(t).report()
	if len(h.Lists) != 2 || !h.Healthy || !h.Lists[0].There || h.Lists[0].Rules != 1 || len(h.Lists[0].Unsupported) != 1 || h.Lists[0].Unsupported[0].Name != "csp" {
		t.Errorf("health: %+v", h)
	}
	if value, ok := gauge(t, "privet_list_rules", "track"); !ok || value != 1 {
		t.Errorf("the metric of rules: %v", value)
	}

	// An edit of a list is taken up; one that takes a list away is refused, and the old lists go on.
	rewrite(t, b.name("lists/ads.txt"), "/own/2.\n")
	edited := `<!doctype html><title>x</title><body>[prompt]<script type="text/plain" data-privet="track"></script><img src="/own/ads/1.gif"><img data-privet="ads">`
	comesOut(t, edited)
	if err := os.Remove(b.name("lists/track.txt")); err != nil {
		t.Fatal(err)
	}
	becomes(t, "the missing list is refused", func() bool { return !running(t).report().Healthy })
	if h := running(t).report(); !strings.Contains(h.Failure, "policy.yaml:3:9: the list track.txt cannot be read: ") || strings.Contains(h.Failure, "track.txt: no") {
		t.Errorf("failure: %s", h.Failure)
	}
	shows(t, edited)
	rewrite(t, b.name("lists/track.txt"), "||other.example^\n")
	becomes(t, "the list is back", func() bool { return running(t).report().Healthy })
}

func TestListsOfURLs(t *testing.T) {
	var gone atomic.Bool
	lists := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		switch {
		case gone.Load():
			http.Error(w, "secret-word", http.StatusBadGateway)
		case r.URL.Path == "/track.txt":
			_, _ = w.Write([]byte("||meter.example^\n"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(lists.Close)
	policy := `
purposes: {service: {basis: contract, default: true}}
lists: [{url: "` + lists.URL + `/track.txt", purpose: analytics}]
`
	cut := strings.Replace(listedCut, `<img data-privet="ads">`, `<img src="/own/ads/1.gif">`, 1)
	b := newBench(t)
	script("/listed", sends(200, listedPage, "Content-Type", "text/html"))
	b.write(t, "policy.yaml", policy)
	b.run(t)
	comesOut(t, cut)
	becomes(t, "the list is there", func() bool { return running(t).report().Healthy })
	if l := running(t).report().Lists[0]; !l.There || l.Current == nil || l.List != "track" {
		t.Errorf("health: %+v", l)
	}

	// After a restart the kept text is there at once, though nobody answers.
	gone.Store(true)
	b.write(t, "policy.yaml", policy+"# edited\n")
	b.run(t)
	shows(t, cut)

	// A list that was never there is loud, and a page is judged by the rest.
	b.write(t, "policy.yaml", strings.Replace(policy, "/track.txt", "/other.txt", 1))
	b.run(t)
	shows(t, strings.Replace(cut, `<script type="text/plain" data-privet="track">`, `<script src="https://meter.example/x.js">`, 1))
	becomes(t, "the failure is shown", func() bool { return running(t).report().Lists[0].Failure != "" })
	h := running(t).report()
	text, err := json.Marshal(h)
	if err != nil || h.Healthy || h.Lists[0].There || h.Lists[0].Failure != "the server answers with status 502" ||
		!strings.Contains(h.Failure, "policy.yaml:3:9: the list other has never been fetched") || strings.Contains(string(text), "secret-word") {
		t.Errorf("health: %s, %v", text, err)
	}
	if value, ok := gauge(t, "privet_list_current_timestamp_seconds", "other"); !ok || value != 0 {
		t.Errorf("the metric of age: %v", value)
	}
}

// gauge is the value of a metric for a list.
func gauge(t *testing.T, name, list string) (value float64, ok bool) {
	t.Helper()
	ctx := caddy.ActiveContext()
	families, err := ctx.GetMetricsRegistry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name && m.GetLabel()[0].GetValue() == list {
				return m.GetGauge().GetValue(), true
			}
		}
	}
	return 0, false
}
