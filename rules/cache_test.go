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

// A name of the catalogue, of the cookie database, behind a prefix, and one that nothing knows.
func TestCookiesAllocateNothingOnceWarm(t *testing.T) {
	d := loaded(t, cachedPolicy).Decide(rules.Facts{Country: "DE"})
	names := []string{"_ga", "_shopify_y", "__Secure-ezovid_1", "nobody_knows", "__Host-nobody_knows"}
	if allocations := testing.AllocsPerRun(200, func() {
		for _, name := range names {
			d.Cookie(name)
		}
	}); allocations > 0 {
		t.Errorf("%v allocations", allocations)
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

// An id names a plan and an ETag, so whatever makes another outcome must make another id.
func TestIDsTellOutcomesApart(t *testing.T) {
	t.Parallel()
	p := loaded(t, `
purposes:
  service: {basis: contract, default: true}
categories:
  nickname: {actions: {service: {replace: given}}, otherwise: {replace: taken}, choice: true}
fields: {$.nickname: nickname}
endpoints:
  GET /list: {each: {of: "$[*]", subject: $.id, residence: $.country}}
  GET /other-list: {each: {of: "$[*]", subject: $.owner, residence: $.country}}
`)
	ids := map[string]string{}
	for _, path := range []string{"/free", "/list", "/other-list"} {
		for _, refused := range []bool{false, true} {
			f := rules.Facts{Purpose: "service", Country: "DE", Labels: p.Match(rules.Exchange{Method: "GET", Paths: []string{path}})}
			if refused {
				p.Choose(&f.Signals.Stored, "nickname", false)
			}
			name := fmt.Sprintf("%s refused=%t", path, refused)
			id := p.Decide(f).ID()
			if other, taken := ids[id]; taken {
				t.Errorf("%s and %s share an id", name, other)
			}
			ids[id] = name
		}
	}
}

// An upstream that removes dot segments serves /t/x for /t/self/../x, so the more specific label of /t/self must not
// settle what the wider one says of /t.
func TestOnlyWhatMatchesEveryFormOverrides(t *testing.T) {
	t.Parallel()
	p := loaded(t, `
endpoints:
  GET /t/{rest...}: {response: {$.email: email}}
  GET /t/self/{rest...}: {response: {$.email: name}}
`)
	overrides := func(path string) bool {
		all := p.Match(rules.Exchange{Method: "GET", Paths: []string{path}}).All()
		if len(all) != 2 {
			t.Fatalf("%s: %d labels, want 2", path, len(all))
		}
		return all[1].Overrides(&all[0])
	}
	if !overrides("/t/self/x") {
		t.Error("the more specific endpoint does not settle its own path")
	}
	for _, path := range []string{"/t/self/../x", "/t/self//../x", "/t/self/%2e%2e/x"} {
		if overrides(path) {
			t.Errorf("%s: one form of the path settles the others", path)
		}
	}
}
