package rules

import (
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLists(t *testing.T) {
	t.Parallel()
	p, problems := Load(
		File{"conf/one.yaml", []byte("lists: [{file: lists/EasyPrivacy.txt, purpose: analytics}, {file: /abs/ubo-privacy.min.txt, purpose: analytics}]")},
		File{"two.yaml", []byte("lists:\n- {url: https://lists.example/easyprivacy.txt, purpose: advertising, refresh: 24h}\n- {url: \"http://127.0.0.1:81/\", purpose: social}\n- {file: marketo.txt, purpose: social}")},
	)
	if p == nil {
		t.Fatal(problems)
	}
	at := func(file string, line, column int) Position { return Position{file, line, column} }
	want := []List{
		{ID: "easyprivacy", Name: "EasyPrivacy.txt", File: filepath.FromSlash("conf/lists/EasyPrivacy.txt"), Purpose: "analytics", At: at("conf/one.yaml", 1, 9)},
		{ID: "ubo-privacy-min", Name: "ubo-privacy.min.txt", File: "/abs/ubo-privacy.min.txt", Purpose: "analytics", At: at("conf/one.yaml", 1, 60)},
		{ID: "easyprivacy-2", Name: "easyprivacy.txt", URL: "https://lists.example/easyprivacy.txt", Purpose: "advertising", Refresh: 24 * time.Hour, At: at("two.yaml", 2, 3)},
		{ID: "127-0-0", Name: "127.0.0.1", URL: "http://127.0.0.1:81/", Purpose: "social", Refresh: DefaultRefresh, At: at("two.yaml", 3, 3)},
		{ID: "marketo-2", Name: "marketo.txt", File: "marketo.txt", Purpose: "social", At: at("two.yaml", 4, 3)},
	}
	if diff := cmp.Diff(want, p.Lists()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadListSaysWhatDoesNotAct(t *testing.T) {
	t.Parallel()
	got := ReadList([]byte("! title\n||a.example^\nb.com\n@@||a.example/x$script\n*$removeparam=utm_x\n||c.example^$csp=x\n||d.example^$csp=y\n")).Report()
	want := ListReport{Rules: 4, Hosts: 1, Unsupported: []NotActing{{"csp", 2, 6}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const listPolicy = `
purposes: {service: {basis: contract, default: true}}
recipients:
  known: {country: IE, purpose: functionality, embed: {hosts: [known.example]}}
lists:
  - {file: track.txt, purpose: analytics}
  - {file: more.txt, purpose: analytics}
  - {url: https://lists.example/ads.txt, purpose: advertising}
`

// listTexts are those of listPolicy.
func listTexts() []*ListText {
	return []*ListText{
		ReadList([]byte("||meter.example^$third-party\n||known.example^\n/pixel.gif?\n||both.example^\n||script.example^$script\n||spared.example^\n||paid.example/|\n")),
		ReadList([]byte("! the other one\n@@||spared.example/fine$script\n/collect$xmlhttprequest,1p\n")),
		ReadList([]byte("||both.example^\n||ads.example^$domain=news.example\n@@||meter.example^\n")),
	}
}

// listDecision is a decision about a visitor in Germany who has granted some purposes.
func listDecision(t *testing.T, policy string, texts []*ListText, grants ...string) *Decision {
	t.Helper()
	p, problems := Load(File{"policy.yaml", []byte(policy)})
	if p == nil {
		t.Fatal(problems)
	}
	f := Facts{Country: "DE", Today: 20000}
	for _, id := range grants {
		if !p.Choose(&f.Signals.Prompt, id, true) {
			t.Fatalf("no purpose %s", id)
		}
	}
	return p.WithLists(texts).Decide(f)
}

// reference takes a URL apart that needs no parser.
func reference(address string, to Destination, page *Site) Reference {
	scheme, rest, _ := strings.Cut(address, "://")
	host, path, _ := strings.Cut(rest, "/")
	u := Reference{Scheme: []byte(scheme), Host: []byte(host), To: to, From: page}
	path, query, asks := strings.Cut("/"+path, "?")
	if u.Path = []byte(path); asks {
		u.Query = []byte(query)
	}
	return u
}

func siteOf(host string) (s Site) {
	s.Reset([]byte(host))
	return s
}

func TestListedReferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		grants, url string
		to          Destination
		want        string // recipient, and "kept"
		reason, at  string
	}{
		{"", "https://www.meter.example/x.js", ToScript, "track", "; track.txt line 1", "policy.yaml:6:5"},
		{"analytics", "https://www.meter.example/x.js", ToScript, "track kept", "judged by purpose alone; track.txt line 1", "policy.yaml:6:5"},
		{"", "https://known.example/x.js", ToScript, "known", "", "policy.yaml:4:64"},
		{"functionality", "https://known.example/x.js", ToScript, "known kept", "", "policy.yaml:4:64"},
		{"", "https://www.news.example/pixel.gif?1", ToImage, "track", "track.txt line 3", "policy.yaml:6:5"},
		{"", "https://www.news.example/pixel.gif", ToImage, "", "", ""},
		{"", "https://both.example/", ToFrame, "track", "track.txt line 4", "policy.yaml:6:5"},
		{"analytics", "https://both.example/", ToFrame, "ads", "ads.txt line 1", "policy.yaml:8:5"},
		{"advertising", "https://both.example/", ToFrame, "track", "track.txt line 4", "policy.yaml:6:5"},
		{"analytics advertising", "https://both.example/", ToFrame, "track kept", "track.txt line 4", "policy.yaml:6:5"},
		{"", "https://script.example/", ToScript, "track", "track.txt line 5", "policy.yaml:6:5"},
		{"", "https://script.example/", ToImage, "", "", ""},
		{"", "https://spared.example/fine", ToScript, "", "", ""},
		{"", "https://spared.example/fine", ToImage, "track", "track.txt line 6", "policy.yaml:6:5"},
		{"", "https://ads.example/a", ToImage, "ads", "ads.txt line 2", "policy.yaml:8:5"},
		{"", "https://www.news.example/collect", ToFetch, "more", "more.txt line 3", "policy.yaml:7:5"},
		{"", "https://other.example/collect", ToFetch, "", "", ""},
		{"", "https://cdn.news.example/collect", ToFetch, "more", "more.txt line 3", "policy.yaml:7:5"},
	} {
		d := listDecision(t, listPolicy, listTexts(), strings.Fields(c.grants)...)
		site := siteOf("www.news.example")
		r, ok := d.Reference(reference(c.url, c.to, &site))
		got := r.Recipient
		if r.Allowed {
			got += " kept"
		}
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s with %q: %q, known %t, want %q", c.url, c.grants, got, ok, c.want)
		}
		if ruling := r.Ruling(); ok && (!strings.HasSuffix(ruling.Reason, c.reason) || ruling.At.String() != c.at || (ruling.Action.Kind == Keep) != r.Allowed) {
			t.Errorf("%s with %q: %s %q at %s, want %q at %s", c.url, c.grants, ruling.Action, ruling.Reason, ruling.At, c.reason, c.at)
		}
	}
}

func TestListedHints(t *testing.T) {
	t.Parallel()
	d := listDecision(t, listPolicy, listTexts())
	site := siteOf("www.news.example")
	for host, want := range map[string]string{
		"meter.example": "track", "script.example": "track", "www.news.example": "", "cdn.news.example": "", "known.example": "known",
		"ads.example": "ads", "paid.example": "track", "other.example": "",
	} {
		if r, ok := d.Hint(Reference{Host: []byte(host), From: &site}); r.Recipient != want || ok != (want != "") {
			t.Errorf("%s: %q, %t, want %q", host, r.Recipient, ok, want)
		}
	}
}

func TestListsThatAreNotThere(t *testing.T) {
	t.Parallel()
	texts := listTexts()
	whole := listDecision(t, listPolicy, texts)
	texts[0] = nil
	d, none := listDecision(t, listPolicy, texts), listDecision(t, listPolicy, nil)
	u := reference("https://both.example/", ToFrame, nil)
	if r, ok := d.Reference(u); !ok || r.Recipient != "ads" {
		t.Errorf("without the first list: %q", r.Recipient)
	}
	if _, ok := none.Reference(u); ok || none.Lists() {
		t.Error("without lists somebody is known")
	}
	if whole.ID() == d.ID() || d.ID() == none.ID() || whole.ID() != listDecision(t, listPolicy, listTexts()).ID() {
		t.Errorf("ids: %s %s %s", whole.ID(), d.ID(), none.ID())
	}
}

func TestListsWhereTheUndeclaredIsBlocked(t *testing.T) {
	t.Parallel()
	d := listDecision(t, listPolicy+"transfers: {undeclared: block}\n", listTexts(), "analytics")
	r, ok := d.Reference(reference("https://meter.example/", ToScript, nil))
	if want := "whom a list names is not declared by the policy; track.txt line 1"; !ok || r.Allowed || r.Ruling().Reason != want {
		t.Errorf("%t %q", r.Allowed, r.Ruling().Reason)
	}
}

// A URL is asked about as far as its 16th KiB, and its host whatever the length.
func TestListsAndLongURLs(t *testing.T) {
	t.Parallel()
	d := listDecision(t, listPolicy, listTexts())
	long := strings.Repeat("x", maxListed)
	for address, want := range map[string]bool{
		"https://a.example/pixel.gif?" + long:       true,
		"https://a.example/" + long + "/pixel.gif?": false,
		"https://meter.example/" + long:             true,
		"https://both.example/?" + long:             true,
	} {
		if _, ok := d.Reference(reference(address, ToImage, nil)); ok != want {
			t.Errorf("%s…: %t", address[:30], ok)
		}
	}
}

func TestSiteTellsThirdParties(t *testing.T) {
	t.Parallel()
	for page, hosts := range map[string]map[string]bool{
		"www.shop.co.uk":    {"shop.co.uk": false, "cdn.shop.co.uk": false, "co.uk": true, "other.co.uk": true, "notshop.co.uk": true, "cdn.shop.co.uk.": false},
		"aws.amazonaws.com": {"x.amazonaws.com": false, "bucket.s3.amazonaws.com": true},
		"127.0.0.1":         {"127.0.0.1": false, "10.0.0.1": true},
		"localhost":         {"localhost": false, "a.localhost": true},
		"":                  {"a.example": true},
	} {
		site := siteOf(page)
		for host, third := range hosts {
			for range 2 {
				if site.isThird([]byte(host)) != third {
					t.Errorf("%s on %s: third party %t", host, page, !third)
				}
			}
		}
	}
}

func TestListedReferencesAllocateNothing(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("pools lose things at random under the race detector")
	}
	d := listDecision(t, listPolicy, listTexts())
	site := siteOf("www.news.example")
	u := reference("https://www.meter.example/x.js?a=b", ToScript, &site)
	d.Reference(u)
	if n := testing.AllocsPerRun(100, func() { d.Reference(u) }); n > 0.5 {
		t.Errorf("%v allocations", n)
	}
}
