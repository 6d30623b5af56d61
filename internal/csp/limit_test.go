package csp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	hosts := []string{"cdn.acme.example", "*.acme-data.example", "acme.*", "a;b", "cdn.acme.example"}
	urls := []string{"shared.example/acme/*", "shared.example/a;b,c.js?id=*", "*/am.js", "*.pix.example/p*x/y", "one.example/*"}
	policy, endpoints := NewLimit(hosts, urls).Header("www.shop.co.uk:8443", true, "/.privacy/reports")
	want := "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:" +
		" *.shop.co.uk:* ws://*.shop.co.uk:* shop.co.uk:* ws://shop.co.uk:*" +
		" cdn.acme.example:* ws://cdn.acme.example:* *.cdn.acme.example:* ws://*.cdn.acme.example:*" +
		" *.acme-data.example:* ws://*.acme-data.example:*" +
		" shared.example:*/acme/ ws://shared.example:*/acme/ *.shared.example:*/acme/ ws://*.shared.example:*/acme/" +
		" shared.example:*/a%3Bb%2Cc.js ws://shared.example:*/a%3Bb%2Cc.js *.shared.example:*/a%3Bb%2Cc.js ws://*.shared.example:*/a%3Bb%2Cc.js" +
		" *.pix.example:*/ ws://*.pix.example:*/" +
		" one.example:*/ ws://one.example:*/ *.one.example:*/ ws://*.one.example:*/" +
		"; report-uri /.privacy/reports; report-to privet"
	if diff := cmp.Diff(strings.Fields(want), strings.Fields(policy)); diff != "" {
		t.Error(diff)
	}
	if endpoints != `privet="/.privacy/reports"` {
		t.Errorf("got %s", endpoints)
	}
}

func TestLimitOnHostsOfNoDomain(t *testing.T) {
	t.Parallel()
	const open = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
	for host, sources := range map[string]string{
		"localhost:8080": " localhost:* ws://localhost:*", "co.uk": " co.uk:* ws://co.uk:*",
		"127.0.0.1:8080": "", "[::1]": "", "a;b.example": "", "": "", "SHOP.example.": " *.shop.example:* ws://*.shop.example:* shop.example:* ws://shop.example:*",
	} {
		policy, endpoints := NewLimit(nil, nil).Header(host, false, "/r")
		if want := open + sources + "; report-uri /r"; policy != want || endpoints != "" {
			t.Errorf("%s: got %s and %s, want %s", host, policy, endpoints, want)
		}
	}
}

// TestLimitLetsThrough asks the reader that is written from the standard.
func TestLimitLetsThrough(t *testing.T) {
	t.Parallel()
	policy, _ := NewLimit([]string{"cdn.example"}, []string{"shared.example/acme/*"}).Header("www.example.com", true, "/r")
	page := []string{policy, "script-src 'self' cdn.example shared.example 'unsafe-inline'"}
	scripts := []string{"script-src-elem", "script-src", "default-src"}
	for _, c := range []struct {
		request
		want bool
	}{
		{request{chain: scripts, url: "https://www.example.com/a.js", script: true}, true},
		{request{chain: scripts, url: "https://cdn.example/a.js", script: true}, true},
		{request{chain: scripts, url: "https://shared.example/acme/a.js", script: true}, true},
		{request{chain: scripts, url: "https://shared.example/other/a.js", script: true}, false},
		{request{chain: scripts, url: "https://static.example.com/a.js", script: true}, false}, // by the page's own
		{request{chain: []string{"img-src", "default-src"}, url: "https://static.example.com/a.png"}, true},
		{request{chain: []string{"connect-src", "default-src"}, url: "wss://live.example.com/x"}, true},
		{request{chain: []string{"connect-src", "default-src"}, url: "wss://a.cdn.example:8443/x"}, true},
		{request{chain: []string{"connect-src", "default-src"}, url: "https://other.example/x"}, false},
		{request{chain: []string{"frame-src", "child-src", "default-src"}, url: "https://other.example/x"}, false},
		{request{chain: []string{"img-src", "default-src"}, url: "data:image/gif,"}, true},
		{request{chain: []string{"form-action"}, url: "https://other.example/x"}, true},
		{request{chain: scripts, script: true}, true},
	} {
		if got := allows(page, c.request); got != c.want {
			t.Errorf("%+v: %t", c.request, got)
		}
	}
}
