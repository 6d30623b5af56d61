package caddymodule

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	american = "192.0.2.7"
	british  = "198.51.100.7"
)

// blocked asserts the answer to a transfer that lacks a safeguard, and that nothing reached the upstream.
func (a reply) blocked(t *testing.T, path, recipient, rule string) {
	t.Helper()
	a.refused(t, 451, "transfer").has(t, "Link", blockedBy)
	var got problem
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	want := problem{
		Type: "urn:privet:problem:transfer", Title: "This transfer of personal data lacks a safeguard", Status: 451,
		Detail: got.Detail, Recipient: recipient, Laws: []string{"EEA"}, Rule: rule,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(problem{})); diff != "" || got.Detail == "" {
		t.Errorf("the problem differs (-want +got):\n%s", diff)
	}
	if n := len(reached(path)); n != 0 {
		t.Errorf("%d requests reached the recipient", n)
	}
}

func TestTransfers(t *testing.T) {
	serve(t, "wire.caddyfile")
	const phone = `{"phone":"5551234"}`
	for name, c := range map[string]struct{ path, client, body string }{
		"missing":                     {"/transfer/vendor", "", ""},
		"no law over the visitor":     {"/transfer/vendor", american, phone},
		"of a law by the exporter":    {"/transfer/exporter", american, ""},
		"missing, the fields go":      {"/transfer/redacting", "", `{}`},
		"no law, the fields stay":     {"/transfer/redacting", american, phone},
		"missing, it is only counted": {"/transfer/reporting", "", phone},
	} {
		t.Run(name, func(t *testing.T) {
			script(c.path, takes)
			header := []string{"Content-Type", "application/json"}
			if c.client != "" {
				header = append(header, "X-Forwarded-For", c.client)
			}
			got := post(t, c.path, phone, header...)
			if c.body == "" {
				got.blocked(t, c.path, "vendor-us", "testdata/wire.yaml:15:3")
				return
			}
			got.is(t, 200, "taken")
			if body, _ := once(t, c.path).content(); body != c.body {
				t.Errorf("the recipient got %q, want %q", body, c.body)
			}
		})
	}
}

func TestTransfersAreCounted(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/transfer/reporting", sends(200, `{}`, "Content-Type", "application/json"))
	const series = "transfers_total{mode=enforce,recipient=reporting-us,state=missing}"
	before := counters(t)
	get(t, "/transfer/reporting").is(t, 200, `{}`)
	if got := counters(t)[series] - before[series]; got != 1 {
		t.Errorf("%s grew by %v, want 1", series, got)
	}
}

func TestCallers(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, c := range map[string]struct {
		callers []string
		status  int
	}{
		"absent":   {nil, 403},
		"unlisted": {[]string{"X-Caller", "own-eu"}, 403},
		"two":      {[]string{"X-Caller", "partner-uk", "X-Caller", "vendor-us"}, 403},
		"adequate": {[]string{"X-Caller", "partner-uk"}, 200},
		"missing":  {[]string{"X-Caller", "vendor-us"}, 451},
	} {
		t.Run(name, func(t *testing.T) {
			script("/called/x", sends(200, "ok", "Content-Type", "text/plain"))
			before := counters(t)
			got := get(t, "/called/x", c.callers...)
			switch c.status {
			case 403:
				got.refused(t, 403, "caller")
				done(t, before, map[string]float64{"refusals_total{cause=caller,direction=request}": 1})
			case 451:
				got.blocked(t, "/called/x", "vendor-us", "testdata/wire.yaml:15:3")
				done(t, before, map[string]float64{"refusals_total{cause=transfer,direction=request}": 1})
			default:
				got.is(t, 200, "ok")
			}
			if n := len(reached("/called/x")); (n == 1) != (c.status == 200) {
				t.Errorf("%d requests reached the upstream", n)
			}
		})
	}
}

// Where every element has a subject of its own, the transfer is judged for each, and the status stays.
func TestCallerOfElements(t *testing.T) {
	serve(t, "wire.caddyfile")
	const path = "/people/called"
	script(path, sends(200, `{"people":[{"id":"1","country":"DE","phone":"1"},{"id":"2","country":"US","phone":"2","secret":"s3cr3t"},{"id":"3","phone":"3"}]}`,
		"Content-Type", "application/json", "Etag", `"v1"`))
	before := counters(t)
	get(t, path, "X-Caller", "vendor-us").is(t, 200, `{"people":[{"id":"2","country":"US","phone":"2"}]}`).
		has(t, "Etag", "", "Cache-Control", "private", "Vary", "Cookie, Sec-GPC, X-Caller")
	got := counters(t)
	if n := got["unknown_places_total{}"] - before["unknown_places_total{}"]; n != 1 {
		t.Errorf("%v unknown places were counted, want that of the third element", n)
	}
	script(path, sends(200, `{"people":[{"id":"1","country":"DE","phone":"1"}]}`, "Content-Type", "application/json"))
	get(t, path, "X-Caller", "partner-uk").is(t, 200, `{"people":[{"id":"1","country":"DE","phone":"1"}]}`)
}

func TestPurposes(t *testing.T) {
	serve(t, "wire.caddyfile")
	const answer = `{"account":"ac-1","phone":"5551234"}`
	script("/purpose/x", sends(200, answer, "Content-Type", "application/json"))
	asService := get(t, "/purpose/x")
	var fields map[string]string
	if err := json.Unmarshal([]byte(asService.body), &fields); err != nil || fields["phone"] != "5551234" || len(fields["account"]) < 10 {
		t.Errorf("absent means the first of the list, yet the answer is %q (%v)", asService.body, err)
	}
	asService.has(t, "Vary", "Cookie, Sec-GPC, Privacy-Purpose")
	get(t, "/purpose/x", "Privacy-Purpose", "service").is(t, 200, asService.body)
	get(t, "/purpose/x", "Privacy-Purpose", "billing").is(t, 200, `{"account":"ac-1"}`)
	for name, lines := range map[string][]string{
		"unlisted":   {"Privacy-Purpose", "fraud"},
		"unknown":    {"Privacy-Purpose", "s3cr3t"},
		"two":        {"Privacy-Purpose", "service, billing"},
		"two lines":  {"Privacy-Purpose", "service", "Privacy-Purpose", "service"},
		"other case": {"Privacy-Purpose", "Service"},
	} {
		t.Run(name, func(t *testing.T) {
			script("/purpose/x", sends(200, answer, "Content-Type", "application/json"))
			before := counters(t)
			get(t, "/purpose/x", lines...).refused(t, 403, "purpose")
			if n := len(reached("/purpose/x")); n != 0 {
				t.Errorf("%d requests reached the upstream", n)
			}
			done(t, before, map[string]float64{"refusals_total{cause=purpose,direction=request}": 1})
		})
	}
}

func TestPlaceholdersAndMatchers(t *testing.T) {
	serve(t, "wire.caddyfile")
	ids := map[string]bool{}
	for client, want := range map[string][2]string{
		"":         {"DE EEA opt_in allowed", "EEA | missing"},
		american:   {"US US opt_out allowed", "US | consent"},
		british:    {"GB GB opt_in allowed", "GB | missing"},
		"10.0.0.1": {"ZZ EEA opt_in allowed", "EEA | missing"},
	} {
		header := []string{"X-Forwarded-For", client}
		if client == "" {
			header = nil
		}
		got := get(t, "/where/x", header...)
		got.has(t, "X-Where", want[0], "X-Matched", want[1])
		if got.status != 200 || got.body == "" {
			t.Errorf("status %d, permitted %q", got.status, got.body)
		}
		ids[got.header.Get("X-Decision")] = true
	}
	if ids[""] || len(ids) < 2 {
		t.Errorf("the decisions are %v", ids)
	}
}
