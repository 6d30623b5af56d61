package filter

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// people is an API that lists people to a caller in the US, who has no safeguard. A phone number may be refused by
// each, and what is tracked waits for a grant where they are.
const people = `
categories:
  phone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
  note: {purposes: [service], choice: true}
  whole: {purposes: [service], choice: true, otherwise: nullify}
recipients:
  caller-us: {country: US, role: third_party, on_missing: block}
  redacted-us: {country: US, role: third_party, on_missing: redact}
endpoints:
  GET /people:
    each: {of: "$.people[*]", subject: $.id, residence: $.country}
    response: {$..phone: phone, $..note: note, "$.people[*]": whole}
  GET /me:
    each: {of: $, subject: $.id, residence: $.country}
    response: {$..phone: phone}
  GET /teams:
    each: {of: "$..members[*]", subject: $.id, residence: $.country}
    response: {$..note: note, $..phone: phone}
`

func TestElementsAreJudgedByTheirOwn(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, people, "GET /people", rules.Facts{Purpose: "analytics", Country: "DE"})
	x.expect(t, `{"phone":"123456","people":[{"id":"a","country":"US","phone":"123456"}, {"id":2,"country":"DE","phone":"123456"}]}`,
		`{"phone":"****56","people":[null, null]}`)

	x = newExchangeWith(t, people, "GET /people", rules.Facts{Purpose: "service", Country: "US"})
	x.refuses = map[string]string{"anna": "note", "7": "whole"}
	x.expect(t, `{"note":1,"people":[
{"note":2,"id":"\u0061nna"},{"note":3,"id":"anna","x":{"note":4}}, {"id":7,"note":5}, {"id":8,"note":6}]}`,
		`{"note":1,"people":[
{"id":"\u0061nna"},{"id":"anna","x":{}}, null, {"id":8,"note":6}]}`,
		"$..note remove 3", "$..note keep 2", "$.people[*] keep 3", "$.people[*] nullify 1")
}

func TestElementsByResidence(t *testing.T) {
	t.Parallel()
	policy := strings.Replace(people, `"$.people[*]": whole`, `$..x: whole`, 1)
	x := newExchangeWith(t, policy, "GET /people", rules.Facts{Purpose: "analytics", Country: "US"})
	tests := []struct{ element, asked string }{
		{`{"id":"a","country":"US"`, "a in US"},
		{`{"id":"a","country":"DE"`, "a in DE"},
		{`{"id":42,"country":null`, "42 in "},
		{`{"id":{"a":1},"country":["DE"]`, " in "},
		{`{"id":true`, " in "},
		{`{"id":"a","id":"b","country":"US","country":"DE"`, " in "},
		{`{"id":"\u00e4\ud83d\ude00","country":"US"`, "ä😀 in US"},
	}
	for _, test := range tests {
		in := `{"people":[` + test.element + `,"phone":"123456"}]}`
		want := strings.Replace(in, "123456", "****56", 1)
		if strings.HasSuffix(test.asked, "in US") {
			want = in
		}
		x.expect(t, in, want)
		if !slices.Equal(x.asked, []string{test.asked}) {
			t.Errorf("%s: asked %q, want %q", test.element, x.asked, test.asked)
		}
	}
	x.expect(t, `{"people":[1,"a",null,[{"phone":"123456"}]],"phone":"123456"}`, `{"people":[1,"a",null,[{"phone":"****56"}]],"phone":"123456"}`)
}

func TestTheWholeDocumentIsOneElement(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, people, "GET /me", rules.Facts{Purpose: "analytics", Country: "US"})
	x.expect(t, ` {"phone":"123456","a":[{"phone":"123456"}]} `, ` {"phone":"****56","a":[{"phone":"****56"}]} `, "$..phone mask 2")
	x.expect(t, `{"country":"US","phone":"123456"}`, `{"country":"US","phone":"123456"}`, "$..phone keep 1")
	x.expect(t, `[]`, `[]`)
}

func TestNestedElementsAreJudgedByAll(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, people, "GET /teams", rules.Facts{Purpose: "service", Country: "US"})
	x.refuses = map[string]string{"anna": "note"}
	x.expect(t, `{"note":0,"members":[{"note":1,"id":"anna","members":[{"note":2,"id":"bert"}]},{"note":3,"id":"bert","members":[{"note":4,"id":"anna"}, {"note":5}],"z":{"note":6}}],"y":{"note":7}}`,
		`{"note":0,"members":[{"id":"anna","members":[{"id":"bert"}]},{"note":3,"id":"bert","members":[{"id":"anna"}, {"note":5}],"z":{"note":6}}],"y":{"note":7}}`,
		"$..note remove 3", "$..note keep 5")
}

func TestElementsAreBlocked(t *testing.T) {
	t.Parallel()
	facts := rules.Facts{Purpose: "service", Country: "US", Caller: "caller-us"}
	x := newExchangeWith(t, people, "GET /people", facts)
	x.expect(t, `{"people":[{"country":"DE","note":1},{"country":"US","note":2},{"note":3}],"note":4}`,
		`{"people":[{"country":"US","note":2}],"note":4}`,
		"$..note keep 2", "$.people[*] keep 1", "(element) remove 2")

	// A request goes to the recipient behind the route, which is not the caller.
	if got := x.filter(t, rules.Request, `{"people":[{"country":"DE"}]}`); got.out != `{"people":[{"country":"DE"}]}` {
		t.Errorf("request: got %q, %v", got.out, got.refusal)
	}

	x = newExchangeWith(t, people, "GET /me", facts)
	x.expect(t, `{"country":"DE","id":1}`, `null`, "(element) remove 1")

	facts.Caller = "redacted-us"
	x = newExchangeWith(t, people, "GET /people", facts)
	x.expect(t, `{"people":[{"country":"DE","note":1},{"country":"US","note":2}]}`, `{"people":[null,{"country":"US","note":2}]}`,
		"$..note keep 1", "$.people[*] keep 1", "$.people[*] nullify 1")
}

func TestBlockedElementsTellTheLine(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, people, "GET /me", rules.Facts{Purpose: "service", Country: "US", Caller: "caller-us"})
	var tally Tally
	b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON, Elements: x}, &tally)
	defer b.Release()
	if _, err := b.Feed([]byte(`{"country":"DE"}`)); err != nil {
		t.Fatal(err)
	}
	got := tally.Applied()
	if len(got) != 1 || got[0].Kind != Element || !strings.Contains(got[0].Ruling.Reason, "caller-us") || !strings.HasPrefix(got[0].Ruling.At.String(), "policy.yaml:12:") {
		t.Errorf("applied %+v", got)
	}
}

func TestElementOverTheLimitRefuses(t *testing.T) {
	t.Parallel()
	x := newExchange(t, people, "GET /people")
	in := `{"people":[{"id":1},{"a":"` + strings.Repeat("x", 5000) + `"}]}`
	for _, chunks := range splits(in, 1) {
		got := x.response(t, chunks...)
		if got.refusal == nil || got.refusal.Code != "limit" || got.refusal.Status != 502 {
			t.Fatalf("got %v", got.refusal)
		}
		if strings.Contains(got.out, "xx") {
			t.Fatal("some of it went out")
		}
	}
	if got := x.filter(t, rules.Request, in).refusal; got == nil || got.Status != 413 {
		t.Errorf("request: got %v", got)
	}
}

func TestElementsWithoutDecisionRefuse(t *testing.T) {
	t.Parallel()
	x := newExchange(t, people, "GET /people")
	in := `{"people":[{"id":1,"country":"FAULT","note":"secret"},{"id":2}]}`
	for dir, status := range map[rules.Direction]int{rules.Request: 503, rules.Response: 502} {
		got := x.filter(t, dir, in)
		if got.refusal == nil || got.refusal.Code != "fault" || got.refusal.Status != status || got.out != "" {
			t.Errorf("%s: got %q, %v; want %d", dir, got.out, got.refusal, status)
		}
		if len(x.asked) != 1 {
			t.Errorf("%s: asked again after a fault: %d times", dir, len(x.asked))
		}
	}
	for name, decider := range map[string]Decider{"none": nil, "silent": foreign{}, "foreign": foreign{newExchange(t, oneForEach, "GET /").decision}} {
		b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON, Elements: decider}, &Tally{})
		_, err := b.Feed([]byte(`{"people":[{"id":1}]}`))
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != "fault" {
			t.Errorf("%s: got %v", name, err)
		}
		b.Release()
	}
}

// foreign answers with a decision that is not about the exchange.
type foreign struct{ decision *rules.Decision }

func (f foreign) Element(string, string) (*rules.Decision, error) { return f.decision, nil }
