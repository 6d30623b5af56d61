package policytest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/rules"
)

const policyText = `purposes:
  service: {basis: contract, default: true}
  analytics: {basis: consent}
categories:
  email: {purposes: [service], otherwise: {mask: {keep_last: 3}}, choice: true}
  phone_number: {purposes: [service]}
recipients:
  far: {country: US}
endpoints:
  GET /people/{id}: {response: {$.email: email, $.phone: phone_number}}
  GET /people: {each: {of: "$.people[*]", residence: $.country}, response: {"$.people[*].email": email}}
  POST /people: {request: {$.email: email}}
  /export: {each: {of: "$[*]", residence: $.country}, request: {$..email: email}, response: {$..email: email}}
tests:
`

var day = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// policy loads the text with these tests, from a folder that holds these files.
func policy(t *testing.T, tests string, files map[string]string) *rules.Policy {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := rules.Load(rules.File{Name: filepath.Join(dir, "policy.yaml"), Text: []byte(policyText + tests)})
	if errs := problems.Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

func every(string) bool { return true }

func TestRun(t *testing.T) {
	t.Parallel()
	p := policy(t, `  - {name: kept, request: GET /people/1, response: a.json, expect: a.json}
  - {name: masked, request: GET /people/1, given: {purpose: analytics}, response: a.json, expect: masked.json}
  - {name: differs, request: GET /people/1, given: {purpose: analytics}, response: a.json, expect: a.json}
  - {name: request, request: POST /people, given: {purpose: analytics}, body: a.json, expect: request.json}
  - {name: elements, request: GET /people, given: {purpose: analytics, grants: [analytics]}, response: list.json, expect: list.masked.json}
  - {name: white space, request: GET /people/1, response: a.json, expect: spaced.json}
  - {name: numbers, request: GET /people/1, response: number.json, expect: number.other.json}
  - {name: broken, request: GET /people/1, response: broken.json, expect: a.json}
  - {name: absent, request: GET /people/1, response: nowhere.json, expect: a.json}
`, map[string]string{
		"a.json": `{"email":"ada@post.example","phone":"+1"}`, "masked.json": `{"email":"*************ple"}`,
		"request.json": `{"email":"*************ple","phone":"+1"}`,
		"list.json":    `{"people":[{"email":"ada@post.example","country":"DE"}]}`, "list.masked.json": `{"people":[{"email":"*************ple","country":"DE"}]}`,
		"spaced.json": "{\n\t\"email\" : \"ada@post.example\",\n\t\"phone\": \"+1\" }\n", "number.json": `{"n":1.0}`, "number.other.json": `{"n":1}`,
		"broken.json": `{"email":"ada@post.example"`,
	})
	failures := map[string]string{}
	for _, r := range Run(p, every, day) {
		failures[r.Name] = r.Failure
		if r.Passed != (r.Failure == "") {
			t.Errorf("%s passed: %v, failure %q", r.Name, r.Passed, r.Failure)
		}
		if r.Name == "differs" {
			if want := "  {\n-   \"email\": \"ada@post.example\",\n-   \"phone\": \"+1\"\n+   \"email\": \"*************ple\"\n  }\n"; r.Diff != want {
				t.Errorf("diff is\n%s", r.Diff)
			}
			if len(r.Rules) != 2 || !strings.Contains(r.Rules[0], "policy.yaml:5:") || !strings.Contains(r.Rules[0], ": $.email (email) → mask") {
				t.Errorf("rules are %q", r.Rules)
			}
			if !strings.HasSuffix(r.At, "policy.yaml:17:5") {
				t.Errorf("at is %s", r.At)
			}
		}
		if strings.Contains(r.Failure, "ada@") {
			t.Errorf("the failure of %s quotes the body", r.Name)
		}
	}
	for name := range failures {
		failures[name], _, _ = strings.Cut(failures[name], ":")
		if name == "absent" && strings.HasSuffix(failures[name], "nowhere.json cannot be read") {
			failures[name] = "unread"
		}
	}
	want := map[string]string{
		"kept": "", "masked": "", "differs": "another body came out than expected", "request": "", "elements": "", "white space": "",
		"numbers": "another body came out than expected", "broken": "the body is refused", "absent": "unread",
	}
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	if some := Run(p, func(name string) bool { return name == "kept" }, day); len(some) != 1 || some[0].Name != "kept" {
		t.Errorf("chosen were %v", some)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	p := policy(t, "  []\n", nil)
	for _, test := range []struct {
		name  string
		ask   Question
		body  string
		holds []string
		err   string
	}{
		{name: "the default purpose", ask: Question{Request: "GET /people/1"}, holds: []string{"purpose    service: permitted", "$.email  email"}},
		{name: "no method is GET", ask: Question{Request: "/people/1"}, holds: []string{"endpoints  GET /people/{id}\n"}},
		{name: "a query says nothing", ask: Question{Request: "GET /people/1?x=/y"}, holds: []string{"endpoints  GET /people/{id}\n"}},
		{name: "a host", ask: Question{Request: "GET api.example.com/people/1"}, holds: []string{"endpoints  GET /people/{id}\n"}},
		{name: "another method", ask: Question{Request: "DELETE /people/1"}, holds: []string{"endpoints  none that the policy names\n"}},
		{
			name: "a body", ask: Question{Request: "GET /people/1", Given: rules.Given{Purpose: "analytics", Country: "DE", Grants: []string{"analytics"}}},
			body: `{"email":"ada@post.example"}`, holds: []string{"from       DE (EEA, opt_in)", "$.email  email     mask", "  1  "},
		},
		{
			name: "a transfer that may not be", ask: Question{Request: "GET /people/1", Given: rules.Given{Recipient: "far", Country: "DE"}},
			holds: []string{"recipient  far: transfer missing (on missing: block)", "answer     451, and nothing of the exchange passes"},
		},
		{name: "a refused category", ask: Question{Request: "GET /people/1", Given: rules.Given{Refuses: []string{"email"}}}, holds: []string{"$.email  email         mask"}},
		{name: "a refused body", ask: Question{Request: "GET /people/1"}, body: `{"email":`, holds: []string{"the body is refused: malformed: "}},
		{name: "a body no rule reads", ask: Question{Request: "DELETE /people/1"}, body: `{"email":`, holds: []string{"endpoints  none"}},
		{name: "no path", ask: Question{Request: "people"}, err: `the request "people" has no path; write it as GET /path`},
		{name: "no such purpose", ask: Question{Request: "/", Given: rules.Given{Purpose: "x"}}, err: `purpose "x" is not declared`},
		{name: "no such recipient", ask: Question{Request: "/", Given: rules.Given{Recipient: "x"}}, err: `recipient "x" is not declared`},
		{name: "no such caller", ask: Question{Request: "/", Given: rules.Given{Caller: "x"}}, err: `recipient "x" is not declared`},
		{name: "no such country", ask: Question{Request: "/", Given: rules.Given{Country: "XX"}}, err: `country "XX" is no ISO 3166 code`},
		{name: "no such grant", ask: Question{Request: "/", Given: rules.Given{Grants: []string{"x"}}}, err: `grant "x" is neither a purpose nor a category with choice`},
		{name: "no such refusal", ask: Question{Request: "/", Given: rules.Given{Refuses: []string{"phone_number"}}}, err: `refusal "phone_number" is neither a purpose nor a category with choice`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var body []byte
			if test.body != "" {
				body = []byte(test.body)
			}
			test.ask.Now = day
			e, err := Explain(p, test.ask, rules.Response, body)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("error is %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := e.WriteText(&out); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.holds {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the explanation lacks %q:\n%s", want, out.String())
				}
			}
			if strings.Contains(out.String(), "ada@") {
				t.Error("the explanation quotes the body")
			}
		})
	}
}
