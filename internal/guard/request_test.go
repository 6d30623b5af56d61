package guard

import (
	"strings"
	"testing"
	"time"
)

// trial is what a page does with a URL, and what it comes to.
type trial struct {
	name, file string
	code       string // uses url
	held, free string // what it returns; free is not looked at where it is empty
}

var parties = []Party{
	{ID: "held", Hosts: []string{"held.test"}, URLs: []string{"mixed.test/pixel*?id=*", "*/*collect?v=2&tid=G-*"}},
	{ID: "free", Hosts: []string{"let.held.test"}},
}

// purposes are those of cookies: nothing may be stored for the first.
var purposes = []Purpose{
	{Cookies: []string{"_held", "_held_*", "h_*_d"}, Catalogue: []string{"both", "_c*"}, Database: []string{"tail", "_tail_*", "_t*"}},
	{Cookies: []string{"_held_not", "_held_n*x"}, Catalogue: []string{"both", "_cat"}, Database: []string{"_held", "_tail_free*", "month"}, Life: 30 * 24 * time.Hour},
}

func (s *site) try(t *testing.T, trials []trial) {
	t.Helper()
	s.visit(t, home+"/a.page")
	for _, c := range trials {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			file := strings.ReplaceAll(c.name, " ", "-") + "-" + c.file
			for _, host := range []string{bad, good} {
				got, want := s.run(t, "const url = '"+host+"/"+file+"'\n"+c.code), c.held
				if host == good {
					want = c.free
				}
				if want != got && (host == bad || want != "") {
					t.Errorf("%s: %q, want %q", host, got, want)
				}
			}
			if !s.gets(good + "/" + file) {
				t.Error("what is nobody's was not asked for")
			}
			if s.has(bad + "/" + file) {
				t.Error("what is held was asked for")
			}
		})
	}
}

// requests are what needs no element.
var requests = []trial{
	{"fetch", "x", "return fetch(url).then(r => r.text(), e => e instanceof TypeError)", "true", "text"},
	{"fetch of a URL", "x", "return fetch(new URL(url)).then(r => r.text(), e => e.message)", "Failed to fetch", "text"},
	{"fetch of a Request", "x", "return fetch(new Request(url)).then(r => r.text(), e => e.message)", "Failed to fetch", "text"},
	{"XMLHttpRequest", "x", `const x = new XMLHttpRequest(), types = []
			for (const t of ['error', 'load', 'loadend']) x.addEventListener(t, e => types.push(t))
			x.open('POST', url); x.setRequestHeader('Accept', 'text/plain'); x.send('body'); types.push('sent')
			await first(x, 'loadend'); return types + ' ' + x.status`, "sent,error,loadend 0", "sent,load,loadend 200"},
	{"sendBeacon", "x", "const sent = navigator.sendBeacon(url, 'x'); await wait(100); return sent", "true", "true"},
	{"EventSource", "x", "const e = new EventSource(url); const type = await first(e, 'error'); e.close(); return [type, e instanceof EventSource]", "error,true", ""},
	{
		"WebSocket", "x", `const s = new WebSocket(url.replace('http', 'ws')), types = []
			s.onerror = e => types.push(e.type); s.onclose = e => types.push(e.type + e.code)
			types.push(s.readyState); await first(s, 'close'); return [types, s.readyState, s instanceof WebSocket]`,
		"0,error,close1006,3,true", "0,error,close1006,3,true",
	},
}
