package blocklist

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// The owners in these tests, by number.
const (
	pixel = iota + 1
	widgets
	metrics
	ads
	manager
)

func sample() *Matcher {
	return Compile([]Mark{
		{Host, "metrics.example", metrics},
		{Host, "*.ads.example", ads},
		{Host, "social.example.com", widgets},
		{URL, "social.example.com/tr", pixel},
		{URL, "social.example.com/*/events.js", pixel},
		{URL, "social.example.com/sdk.js", widgets},
		{URL, "social.example.com/sdk.js", pixel},
		{URL, "search.*/ads/*", ads},
		{Host, "adservice.*", ads},
		{URL, "*/gtm.js?id=GTM-*", manager},
		{URL, "tags.example/tag/js?id=G-*", metrics},
		{URL, "tags.example/tag/js?id=AW-*", ads},
		{Host, "tags.example", manager},
		{Snippet, "px('init'", pixel},
		{Snippet, "_partner_id", ads},
		{Snippet, "new Tracker(", metrics},
	})
}

func locate(t testing.TB, url string) Location {
	t.Helper()
	host, rest, _ := strings.Cut(url, "/")
	path, query, _ := strings.Cut("/"+rest, "?")
	return Location{[]byte(host), []byte(path), []byte(query)}
}

func TestFind(t *testing.T) {
	t.Parallel()
	m := sample()
	for url, want := range map[string][]int{
		"metrics.example/":                             {metrics},
		"metrics.example./x":                           {metrics},
		"a.b.metrics.example/any?q":                    {metrics},
		"notmetrics.example/":                          nil,
		"metrics.example.org/":                         nil,
		"ads.example/":                                 nil,
		"x.ads.example/":                               {ads},
		"social.example.com/":                          {widgets},
		"www.social.example.com/tr":                    {pixel},
		"social.example.com/tr/":                       {pixel},
		"social.example.com//tr":                       {pixel},
		"social.example.com/%74r?id=1":                 {pixel},
		"social.example.com/tree":                      {widgets},
		"social.example.com/en_US/events.js":           {pixel},
		"social.example.com/sdk.js":                    {widgets, pixel},
		"example.com/tr":                               nil,
		"www.search.co.uk/ads/x":                       {ads},
		"search.com/ads/x":                             {ads},
		"search.com/maps":                              nil,
		"search.a.b.c/ads/x":                           nil,
		"adservice.com/":                               {ads},
		"www.adservice.co.uk/":                         {ads},
		"adservice/":                                   nil,
		"shop.example/gtm.js?id=GTM-AB":                {manager},
		"shop.example/gtm.js?x=1&id=GTM-AB":            {manager},
		"shop.example/gtm.js?%69d=GTM%2DAB":            {manager},
		"shop.example/gtm.js?id=AB":                    nil,
		"shop.example/a/gtm.js?id=GTM-AB":              nil,
		"tags.example/tag/js?id=G-1":                   {metrics},
		"tags.example/tag/js?id=AW-1":                  {ads},
		"tags.example/tag/js?id=GT-1":                  {manager},
		"tags.example/tag/js":                          {manager},
		"":                                             nil,
		"/gtm.js":                                      nil,
		"127.0.0.1/":                                   nil,
		"[::1]/":                                       nil,
		"metrics.example/" + strings.Repeat("a", 9000): {metrics},
	} {
		if got := m.Find(locate(t, url)); !slices.Equal(got, want) {
			t.Errorf("%.60s: owners %v, want %v", url, got, want)
		}
	}
}

func TestHint(t *testing.T) {
	t.Parallel()
	m := sample()
	for host, want := range map[string][]int{
		"metrics.example": {metrics}, "x.metrics.example": {metrics}, "social.example.com": {widgets}, "search.com": nil,
		"adservice.co.uk": {ads}, "tags.example": {manager}, "shop.example": nil, "x.ads.example": {ads}, "ads.example": nil,
	} {
		if got := m.Hint([]byte(host)); !slices.Equal(got, want) {
			t.Errorf("%s: owners %v, want %v", host, got, want)
		}
	}
}

func TestKnowsAndDisguised(t *testing.T) {
	t.Parallel()
	m := sample()
	for host, want := range map[string]bool{
		"metrics.example": true, "a.metrics.example": true, "social.example.com": true, "www.search.co.uk": true, "search.com": true,
		"adservice.de.": true, "example.com": false, "shop.example": false, "search": false, "": false, "x.ads.example": true,
	} {
		if got := m.Knows([]byte(host)); got != want {
			t.Errorf("%s is known: %t", host, got)
		}
	}
	for url, want := range map[string][]int{"/gtm.js?id=GTM-1": {manager}, "/%67tm.js?id=GTM-1": {manager}, "/gtm.js": nil, "/tr": nil} {
		u := locate(t, "shop.example"+url)
		if got := m.Disguised(u.Path, u.Query); !slices.Equal(got, want) {
			t.Errorf("%s: owners %v, want %v", url, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	m := sample()
	for script, want := range map[string][]int{
		"px('init', '1')":                                     {pixel},
		"px ( \"init\" , 1)":                                  {pixel},
		"window.px(`init`)":                                   {pixel},
		"return px('init')":                                   {pixel},
		"sipx('init')":                                        nil,
		"px('track')":                                         nil,
		"_partner_id = 7;":                                    {ads},
		"my_partner_id = 7":                                   nil,
		"var t = new\n\tTracker(1)":                           {metrics},
		"renew Tracker(1)":                                    nil,
		"s.src='https://metrics.example/a.js'":                {metrics},
		`{"u":"https:\/\/www.metrics.example\/a.js"}`:         {metrics},
		`"\x2f\x2fmetrics\u002eexample"`:                      {metrics},
		`"\u{6d}etrics.example"`:                              {metrics},
		"unescape('%3Cscript src=%2F%2Fmetrics.example%2Fa')": {metrics},
		"'unmetrics.example'":                                 nil,
		"'metrics.example.org'":                               nil,
		"METRICS.EXAMPLE":                                     {metrics},
		"'//social.example.com/tr?id='+i":                     {pixel},
		"'//social.example.com/v1/share'":                     {widgets},
		"'https://tags.example/tag/js?id=G-12'":               {metrics},
		"'https://tags.example/tag/js?id='+i":                 {manager},
		"'https://tags.example:443/tag/js?id=AW-1#x'":         {ads},
		"'//www.search.de/ads/u'":                             {ads},
		"'//www.search.de/maps'":                              nil,
		"'metrics.example" + strings.Repeat("x", 500) + "'":   nil,
		"" + strings.Repeat("metrics.", 200) + "example":      nil,
		"let a = 1":                                           nil,
		"":                                                    nil,
	} {
		var got []int
		m.Search([]byte(script), func(owners []int) bool {
			got = append(got, owners...)
			return false
		})
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%.60q: owners %v, want %v", script, got, want)
		}
	}
}

func TestSearchStops(t *testing.T) {
	t.Parallel()
	calls := 0
	if !sample().Search([]byte("px('init'); px('init')"), func([]int) bool { calls++; return true }) || calls != 1 {
		t.Errorf("%d calls, want one and a stop", calls)
	}
}

func TestNothingIsOwnedByNoMarks(t *testing.T) {
	t.Parallel()
	for _, m := range []*Matcher{{}, Compile(nil), Compile([]Mark{{Host, "*", 1}, {URL, "x.example/*", 1}, {Snippet, "a", 1}})} {
		if m.Find(Location{[]byte("x.example"), []byte("/"), nil}) != nil || m.Hint([]byte("x.example")) != nil || m.Search([]byte("a"), func([]int) bool { return true }) {
			t.Error("something is owned")
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind Kind
		text string
		ok   bool
	}{
		{Host, "cdn.acme.example", true},
		{Host, "*.acme.example", true},
		{Host, "google.*", true},
		{Host, "*.google.*", true},
		{Host, "*", false},
		{Host, "*.*", false},
		{Host, "localhost", false},
		{Host, "a..b", false},
		{Host, ".a.b", false},
		{Host, "a.b.", false},
		{Host, "https://a.b", false},
		{Host, "a.b/c", false},
		{Host, "a.b:443", false},
		{Host, "a.*.b", false},
		{Host, "", false},
		{URL, "a.example/tr", true},
		{URL, "*/g/collect?v=2&tid=G-*", true},
		{URL, "google.*/ads/*", true},
		{URL, "a.example/*.js", true},
		{URL, "a.example", false},
		{URL, "a.example/", false},
		{URL, "a.example/*", false},
		{URL, "*/?id=1", false},
		{URL, "/x", false},
		{URL, "a.example/a b", false},
		{URL, "a.example/a#b", false},
		{URL, "https://a.example/x", false},
		{Snippet, "fbq('init'", true},
		{Snippet, "a( b", false},
		{Snippet, "ga(  ", false},
		{Snippet, "", false},
		{Snippet, "(['+", false},
		{Snippet, "['(+])", false},
	} {
		if err := Check(c.kind, c.text); (err == nil) != c.ok {
			t.Errorf("%d %q: %v", c.kind, c.text, err)
		}
	}
}

func TestFindAllocatesNothing(t *testing.T) {
	m := sample()
	u := locate(t, "www.social.example.com/en_US/events.js?x=1&y=2")
	script := bytes.Repeat([]byte("var a = b.c('/x/y.js'); "), 20)
	if n := testing.AllocsPerRun(100, func() {
		m.Find(u)
		m.Hint(u.Host)
		m.Search(script, func([]int) bool { return true })
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSearch(b *testing.B) {
	m := sample()
	script := bytes.Repeat([]byte("function f(a){return document.getElementById('x-'+a).style.display=\"none\"}window.dataLayer=window.dataLayer||[];"), 90)
	b.SetBytes(int64(len(script)))
	b.ReportAllocs()
	for b.Loop() {
		m.Search(script, func([]int) bool { return true })
	}
}

func BenchmarkFind(b *testing.B) {
	m := sample()
	u := locate(b, "cdn.shop.example/assets/app.js?v=3")
	b.ReportAllocs()
	for b.Loop() {
		m.Find(u)
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"px ('init'", `\x2f\u{2f}`, "%2Fmetrics.example%2F", "//social.example.com/tr?id="} {
		f.Add([]byte(s))
	}
	m := sample()
	f.Fuzz(func(t *testing.T, script []byte) {
		all := map[int]bool{}
		m.Search(script, func(owners []int) bool {
			for _, o := range owners {
				all[o] = true
			}
			return false
		})
		// What stands in a part stands in the whole, as long as the parts are no pieces of one word.
		joined := slices.Concat(script, []byte("\n;'//metrics.example/';\n"), script)
		found := false
		m.Search(joined, func(owners []int) bool {
			for _, o := range owners {
				delete(all, o)
				found = found || o == metrics
			}
			return false
		})
		if len(all) > 0 || !found {
			t.Errorf("lost %v, metrics %t", all, found)
		}
	})
}
