package rules_test

import (
	"fmt"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

const cachedPolicy = `
purposes:
  service: {basis: contract, default: true}
categories:
  phone_number: {purposes: [service], actions: {analytics: {mask: {keep_last: 2}}}}
endpoints:
  GET /v1/accounts/{id}:
    response: {$.phone: phone_number, $..ssn: government_id}
`

func loaded(tb testing.TB, text string) *rules.Policy {
	tb.Helper()
	p, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text)})
	if p == nil {
		tb.Fatalf("the policy does not load:\n%v", problems)
	}
	return p
}

func TestDecidingAllocatesNothingOnceWarm(t *testing.T) {
	p := loaded(t, cachedPolicy)
	paths := []string{"/v1/accounts/42"}
	allocations := testing.AllocsPerRun(200, func() {
		f := rules.Facts{Purpose: "service", Country: "DE"}
		f.Labels = p.Match(rules.Exchange{Method: "GET", Host: "api.example.com:8080", Paths: paths})
		if d := p.Decide(f); d.Ruling(rules.Response, 0).Action.Kind != rules.Keep {
			t.Fatal("another decision")
		}
	})
	if allocations > 0 {
		t.Errorf("%v allocations a decision", allocations)
	}
}

func TestEqualDecisionsShareAnID(t *testing.T) {
	t.Parallel()
	p := loaded(t, cachedPolicy)
	labels := p.Match(rules.Exchange{Method: "GET", Paths: []string{"/v1/accounts/42"}})
	of := func(country string, grant bool) *rules.Decision {
		f := rules.Facts{Labels: labels, Purpose: "analytics", Country: country}
		if grant {
			p.Choose(&f.Signals.Prompt, "analytics", true)
		}
		return p.Decide(f)
	}
	if a, b := of("DE", false), of("FR", false); a == b || a.ID() != b.ID() {
		t.Errorf("the same outcome has ids %s and %s", a.ID(), b.ID())
	}
	if a, b := of("DE", false), of("DE", true); a.ID() == b.ID() {
		t.Error("consent makes no other id")
	}
	other := loaded(t, cachedPolicy+"# an edit\n")
	f := rules.Facts{Labels: other.Match(rules.Exchange{Method: "GET", Paths: []string{"/v1/accounts/42"}}), Purpose: "analytics", Country: "DE"}
	if other.Decide(f).ID() == of("DE", false).ID() {
		t.Error("another policy makes no other id")
	}
}

func TestMatchJoinsLabelsOfEveryPath(t *testing.T) {
	t.Parallel()
	p := loaded(t, `
fields: {$..ssn: government_id}
endpoints:
  GET /v1/accounts/{id}: {response: {$.phone: phone_number}}
  GET /internal/{rest...}: {response: {$.email: email}}
`)
	labels := p.Match(rules.Exchange{Method: "GET", Host: "x", Paths: []string{"/v1//accounts/42", "/internal/a"}})
	if got := fmt.Sprint(labels.Patterns()); got != "[GET /v1/accounts/{id} GET /internal/{rest...}]" {
		t.Errorf("matched %s", got)
	}
	if n := len(labels.All()); n != 3 {
		t.Errorf("%d labels, want 3", n)
	}
	if again := p.Match(rules.Exchange{Method: "HEAD", Host: "y", Paths: []string{"/internal/b", "/v1/accounts/43"}}); again != labels {
		t.Error("the same endpoints give another value")
	}
	if p.Match(rules.Exchange{Method: "GET", Paths: []string{"/elsewhere"}}).Body(rules.Response) != true {
		t.Error("fields do not hold everywhere")
	}
}

func BenchmarkDecide(b *testing.B) {
	p := loaded(b, cachedPolicy)
	paths := []string{"/v1/accounts/42"}
	b.ReportAllocs()
	for b.Loop() {
		f := rules.Facts{Purpose: "service", Country: "DE"}
		f.Labels = p.Match(rules.Exchange{Method: "GET", Host: "api.example.com:8080", Paths: paths})
		p.Decide(f)
	}
}

func ExamplePolicy_Decide() {
	p, _ := rules.Load(rules.File{Name: "privacy.yaml", Text: []byte(cachedPolicy)})
	labels := p.Match(rules.Exchange{Method: "GET", Paths: []string{"/v1/accounts/42"}})
	d := p.Decide(rules.Facts{Labels: labels, Purpose: "analytics", Country: "DE"})
	r := d.Ruling(rules.Response, 0)
	fmt.Println(r.Action)
	fmt.Println(r.Reason)
	fmt.Println(r.At)
	// Output:
	// remove
	// analytics is on consent; nothing was said, and silence refuses here (opt_in)
	// privacy.yaml:5:3
}

func ExamplePolicy_Match() {
	p, _ := rules.Load(rules.File{Name: "privacy.yaml", Text: []byte(cachedPolicy)})
	labels := p.Match(rules.Exchange{Method: "GET", Paths: []string{"/v1//accounts/42"}})
	fmt.Println(labels.Patterns(), len(labels.All()))
	// Output: [GET /v1/accounts/{id}] 2
}
