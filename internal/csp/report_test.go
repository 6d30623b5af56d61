package csp

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadReports(t *testing.T) {
	t.Parallel()
	single := func(blocked, directive string) string {
		return `{"csp-report":{"document-uri":"https://shop.example/orders/4711?token=s","blocked-uri":"` + blocked + `","effective-directive":"` + directive + `"}}`
	}
	const one, batch = "application/csp-report", "application/reports+json; charset=utf-8"
	for _, c := range []struct {
		name, kind, body string
		want             []Violation
		err              error
	}{
		{"a violation", one, single("https://T.example:8443/p?id=4711", "img-src"), []Violation{{"t.example", "img-src"}}, nil},
		{"an origin", one, single("wss://live.t.example", "connect-src"), []Violation{{"live.t.example", "connect-src"}}, nil},
		{"an address", one, single("http://[2001:db8::1]/x", "script-src-elem"), []Violation{{"2001:db8::1", "script-src-elem"}}, nil},
		{"an underscore", one, single("http://a_b.t.example./x", "font-src"), []Violation{{"a_b.t.example", "font-src"}}, nil},
		{"the older name", one, `{"csp-report":{"blocked-uri":"http://t.example","violated-directive":"frame-src 'self'"}}`, []Violation{{"t.example", "frame-src"}}, nil},
		{"a directive nobody knows", one, single("http://t.example", "secret-src"), []Violation{{"t.example", "other"}}, nil},
		{"inline", one, single("inline", "script-src-elem"), nil, nil},
		{"data", one, single("data", "img-src"), nil, nil},
		{"extension", one, single("chrome-extension://abc/x.js", "script-src-elem"), nil, nil},
		{"no host", one, single("https://anna%20o@/x", "img-src"), nil, nil},
		{"a host that is none", one, single("https://anna(o).example/x", "img-src"), nil, nil},
		{"a long host", one, single("https://"+strings.Repeat("a.", 127)+"example/x", "img-src"), nil, nil},
		{"something else", one, `{"report":{}}`, nil, ErrReport},
		{"a list for one", one, `[]`, nil, ErrReport},
		{"no JSON", one, `csp-report`, nil, ErrReport},
		{"two documents", one, single("https://t.example", "img-src") + `{}`, nil, ErrReport},
		{"a batch", batch, `[{"type":"csp-violation","url":"https://shop.example/orders/4711","body":{"blockedURL":"https://t.example/x?id=1","effectiveDirective":"img-src"}},
			{"type":"deprecation","body":{"id":"x"}},{"type":"csp-violation","body":{"blockedURL":"eval","effectiveDirective":"script-src"}},
			{"type":"csp-violation","body":{"blockedURL":"https://u.example","effectiveDirective":"worker-src"}}]`, []Violation{{"t.example", "img-src"}, {"u.example", "worker-src"}}, nil},
		{"an empty batch", batch, `[]`, nil, nil},
		{"a body that is no object", batch, `[{"type":"csp-violation","body":3}]`, nil, ErrReport},
		{"one for a batch", batch, single("https://t.example", "img-src"), nil, ErrReport},
		{"another type", "application/json", `[]`, nil, ErrType},
		{"no type", "", `[]`, nil, ErrType},
	} {
		got, err := ReadReports(c.kind, []byte(c.body))
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	long := "[" + strings.Repeat(`{"type":"csp-violation","body":{"blockedURL":"https://t.example"}},`, 24) + `{}]`
	if got, err := ReadReports(batch, []byte(long)); err != nil || len(got) != maxReports {
		t.Errorf("of 24 reports %d are read: %v", len(got), err)
	}
}

// FuzzReadReports holds that no part of a report but a host comes through, and that a host is one.
func FuzzReadReports(f *testing.F) {
	f.Add(false, []byte(`{"csp-report":{"blocked-uri":"https://t.example/x?y","effective-directive":"img-src"}}`))
	f.Add(true, []byte(`[{"type":"csp-violation","body":{"blockedURL":"https://user:pw@t.example:1/x?y#z","effectiveDirective":"img-src"}}]`))
	f.Add(true, []byte(`[{"type":"csp-violation","body":{"blockedURL":"https://[fe80::1%25eth0]/","effectiveDirective":"é"}}]`))
	f.Fuzz(func(t *testing.T, batch bool, body []byte) {
		kind := "application/csp-report"
		if batch {
			kind = "application/reports+json"
		}
		got, err := ReadReports(kind, body)
		if err == nil && !json.Valid(body) {
			t.Fatal("what is no JSON is read")
		}
		if len(got) > maxReports {
			t.Fatalf("%d reports", len(got))
		}
		for _, v := range got {
			if v.Host == "" || len(v.Host) > maxName || strings.ContainsAny(v.Host, "/?#@% \t;,'\"<>") || strings.ToLower(v.Host) != v.Host {
				t.Fatalf("the host is %q", v.Host)
			}
		}
	})
}
