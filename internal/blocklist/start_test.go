package blocklist

import (
	"strings"
	"testing"
)

// frontOf is how long the URL of a request is up to its path.
func frontOf(r Request) int {
	if n := strings.IndexAny(string(r.URL[r.HostEnd:]), "/?#"); n >= 0 {
		return r.HostEnd + n
	}
	return len(r.URL)
}

// quiet asks an engine what it says at a glance.
func quiet(e *Engine, st *Start, r Request) bool {
	front := r
	front.URL = r.URL[:frontOf(r)]
	e.Begin(st, front)
	return e.Quiet(st, r.URL, r.Type)
}

func TestQuiet(t *testing.T) {
	t.Parallel()
	l, _ := ParseList([]byte("/ads/*$image\n||shop.example/px\n||other.example^\n-banner.\n.gif|\nhop.example/up\n/Case/$match-case\n$image,domain=busy.example\n|https://shop.example/start\n"))
	e := NewLists([]*List{l})
	var st Start
	for address, want := range map[string]bool{
		"https://shop.example/a.jpg": true, "https://shop.example/ads/a.jpg": false, "https://shop.example/px": false,
		"https://www.shop.example/a-banner.jpg": false, "https://www.shop.example/a.gif": false, "https://www.shop.example/a.gif?b": true,
		"https://www.shop.example/up": false, "https://shop.example/case/": true, "https://shop.example/Case/": false,
		"https://shop.example/start": false, "https://other.example/x": false, "https://shop.example./a.jpg": false, "https://shop.example": true,
	} {
		if got := quiet(e, &st, request(address, "www.shop.example", Image)); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
	if quiet(e, &st, request("https://busy.example/a", "busy.example", Image)) || !quiet(e, &st, request("https://busy.example/a", "busy.example", Script)) {
		t.Error("a rule for all pictures of a page")
	}
	if (&Engine{}).Quiet(&Start{}, []byte("https://a.example/"), Image) {
		t.Error("the zero value tells something")
	}
}

// Whatever is quiet is not blocked, and most of what a page's own host serves is quiet.
func TestQuietOnPages(t *testing.T) {
	t.Parallel()
	var starts [2]Start
	j := newJudge(t)
	own, told := 0, 0
	for _, r := range references(t) {
		for i, e := range j.engines {
			q := request(r.URL, r.page, oracleType(t, r.Type))
			is := quiet(e, &starts[i], q)
			if is && e.Block(q).Blocked {
				t.Errorf("%s is quiet on %s", r.URL[:min(len(r.URL), 150)], r.page)
			}
			if !r.Third {
				own++
				if is {
					told++
				}
			}
		}
	}
	t.Logf("%d of %d references to a page's own site are quiet", told, own)
	if own == 0 || told*10 < own*9 {
		t.Error("hardly any are")
	}
}
