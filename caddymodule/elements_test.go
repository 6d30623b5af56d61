package caddymodule

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

const crowds = `
purposes:
  service: {basis: contract, default: true}
  billing: {basis: contract}
categories:
  account: {purposes: [billing], otherwise: pseudonymize}
  telephone: {purposes: [service], otherwise: {mask: {keep_last: 2}}}
recipients:
  vendor-us: {country: US, role: processor}
transfers: {on_missing: block}
minors: {data: refuse}
endpoints:
  GET /crowd/{case...}:
    each: {of: "$.people[*]", subject: $.id, residence: $.country}
    response:
      $.people[*].account: account
      $.people[*].phone: telephone
      $.owner.phone: telephone
  POST /crowd/{case...}:
    each: {of: "$.people[*]", subject: $.id, residence: $.country}
    request:
      $.people[*].account: account
      $.people[*].phone: telephone
      $.owner.phone: telephone
`

const crowdedRoutes = `
handle /crowd/two {
	privacy
	handle {
		privacy {
			purpose service
		}
		reverse_proxy UPSTREAM
	}
}
handle /crowd/called {
	privacy {
		caller vendor-us
	}
	reverse_proxy UPSTREAM
}
handle {
	privacy
	reverse_proxy UPSTREAM
}
`

const account = `{"people":[{"id":"1","country":"DE","account":"ac-1"},{"id":"2","country":"US","account":"ac-1"}]}`

// tokenOf is what both people's account became.
func tokenOf(t *testing.T, body string) string {
	t.Helper()
	var crowd struct{ People []struct{ Account string } }
	if err := json.Unmarshal([]byte(body), &crowd); err != nil || len(crowd.People) != 2 {
		t.Fatalf("the body is %q (%v), want two people", body, err)
	}
	token := crowd.People[0].Account
	if token == "" || token == "ac-1" || crowd.People[1].Account != token {
		t.Errorf("the accounts are %v, want one token", crowd.People)
	}
	return token
}

// What one handler did inside an element is not done again there by the other, and counted once.
func TestLayersActOnceOnElements(t *testing.T) {
	compose(t, crowds, "", crowdedRoutes)
	token := map[string]string{}
	for _, path := range []string{"/crowd/one", "/crowd/two"} {
		t.Run("response "+path, func(t *testing.T) {
			script(path, sends(200, account, "Content-Type", "application/json"))
			before := counters(t)
			got := get(t, path)
			token["response "+path] = tokenOf(t, got.body)
			got.is(t, 200, strings.ReplaceAll(account, "ac-1", token["response "+path]))
			done(t, before, map[string]float64{"redactions_total{action=pseudonymize,category=account,direction=response,kind=field}": 2})
		})
		t.Run("request "+path, func(t *testing.T) {
			script(path, sends(200, `{}`, "Content-Type", "application/json"))
			before := counters(t)
			post(t, path, account, "Content-Type", "application/json").is(t, 200, `{}`)
			body, err := once(t, path).content()
			if !errors.Is(err, io.EOF) {
				t.Errorf("reading ended with %v", err)
			}
			token["request "+path] = tokenOf(t, body)
			done(t, before, map[string]float64{"redactions_total{action=pseudonymize,category=account,direction=request,kind=field}": 2})
		})
	}
	for _, direction := range []string{"response ", "request "} {
		if one, two := token[direction+"/crowd/one"], token[direction+"/crowd/two"]; one != two {
			t.Errorf("the token of the %sis %q by two handlers, want %q", direction, two, one)
		}
	}
}

// A caller whose transfer is missing gets the list less the people it is missing for; what stands outside of them goes by
// otherwise.
func TestBlockedCallerOfElements(t *testing.T) {
	compose(t, crowds, "", crowdedRoutes)
	const path = "/crowd/called"
	script(path, sends(200, `{"owner":{"phone":"5551234"},"people":[{"id":"1","country":"DE","phone":"1"},{"id":"2","country":"US","phone":"2222"}],"n":2}`,
		"Content-Type", "application/json"))
	before := counters(t)
	get(t, path).is(t, 200, `{"owner":{"phone":"*****34"},"people":[{"id":"2","country":"US","phone":"2222"}],"n":2}`)
	once(t, path)
	const masked = "redactions_total{action=mask,category=telephone,direction=response,kind=field}"
	after := counters(t)
	if n := after[masked] - before[masked]; n != 1 {
		t.Errorf("%v telephones were masked, want the owner's", n)
	}
	for name := range after {
		if strings.HasPrefix(name, "refusals") && after[name] != before[name] {
			t.Errorf("%s grew, though the answer went", name)
		}
	}
}

// No personal data is taken from a minor, whomever it is about.
func TestMinorHandsOverElements(t *testing.T) {
	compose(t, crowds, "minor {http.request.header.X-Minor}", crowdedRoutes)
	const crowd = `{"owner":{"phone":"5551234"},"people":[{"id":"1","country":"DE","phone":"1"},{"id":"2","country":"US","account":"ac-1"}]}`
	for name, c := range map[string]struct {
		minor, want string
		done        map[string]float64
	}{
		"minor": {"true", `{"owner":{},"people":[{"id":"1","country":"DE"},{"id":"2","country":"US"}]}`, map[string]float64{
			"redactions_total{action=remove,category=telephone,direction=request,kind=field}": 2,
			"redactions_total{action=remove,category=account,direction=request,kind=field}":   1,
		}},
		"adult": {"false", "", map[string]float64{"redactions_total{action=pseudonymize,category=account,direction=request,kind=field}": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			script("/crowd/minor", sends(200, `{}`, "Content-Type", "application/json"))
			before := counters(t)
			post(t, "/crowd/minor", crowd, "Content-Type", "application/json", "X-Minor", c.minor).is(t, 200, `{}`)
			body, err := once(t, "/crowd/minor").content()
			if c.want != "" && body != c.want || strings.Contains(body, "ac-1") || !errors.Is(err, io.EOF) {
				t.Errorf("the upstream read %q (%v), want %q", body, err, c.want)
			}
			if c.want == "" && !strings.Contains(body, `"owner":{"phone":"5551234"},"people":[{"id":"1","country":"DE","phone":"1"}`) {
				t.Errorf("the upstream read %q, want the telephones of an adult's upload", body)
			}
			done(t, before, c.done)
		})
	}
}
