package filter

import (
	"testing"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// wirePolicy labels the same columns in several endpoints and has recipients of its own, so that nothing hangs on what
// the catalogue says.
const wirePolicy = `purposes:
  service: {basis: contract, default: true}
  stats:   {basis: consent, retention: 10d}
  ads:     {basis: consent, retention: 30d}
categories:
  phone:  {purposes: [], otherwise: {mask: {keep_last: 2}}}
  device: {purposes: []}
  note:   {purposes: [], otherwise: nullify}
  plan:   {purposes: [service]}
  user:   {purposes: [], otherwise: pseudonymize}
  born:   {purposes: [], otherwise: {generalize: year}}
  shop:   {purposes: [], otherwise: {replace: "a b&c"}}
recipients:
  meter: {country: DE, purpose: stats, embed: {hosts: [meter.example], cookies: ["_m*"], params: [mid, mkt_tok]}}
  sells: {country: DE, purpose: ads, embed: {hosts: [ads.sells.example], cookies: [_sell], params: ["cl_*", mid]}}
cookies:
  sid: strictly_necessary
  __Host-known: ads
  lab: stats
endpoints:
  /:
    query: {phone: device, "e mail": device, plan: plan, note: note, shop: shop, born: born}
    headers: {X-Device-Id: device, X-Phone: phone, X-Plan: plan, X-Born: born, X-Lost: phone}
  /api/{rest...}:
    query: {phone: phone}
    headers: {x_device_id: user}
  GET /{any...}:
    headers: {X-Lost: born}
`

// visitor is one decision on the wire policy, with its plan.
type visitor struct {
	*rules.Decision
	policy *rules.Policy
	plan   *Plan
}

func newVisitor(tb testing.TB, text, path string, grants ...string) visitor {
	tb.Helper()
	return newVisitorOf(tb, text, func(p *rules.Policy) *rules.Policy { return p }, append([]string{path}, grants...)...)
}

// newVisitorOf is newVisitor with a policy that is changed before it decides; the words are a path, "/" where it is left
// out, and what is granted.
func newVisitorOf(tb testing.TB, text string, change func(*rules.Policy) *rules.Policy, words ...string) visitor {
	tb.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text)})
	if problems != nil {
		tb.Fatalf("the policy does not load: %v", problems)
	}
	policy = change(policy)
	path, grants := "/", []string(nil)
	if len(words) > 0 {
		path, grants = words[0], words[1:]
	}
	facts := rules.Facts{Purpose: "service", Country: "DE"}
	facts.Labels = policy.Match(rules.Exchange{Method: "GET", Host: "www.shop.example", Paths: []string{path}})
	for _, id := range grants {
		if !policy.Choose(&facts.Signals.Prompt, id, true) {
			tb.Fatalf("%s cannot be granted", id)
		}
	}
	d := policy.Decide(facts)
	plan, err := Compile(d, testTokens(tb), Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	return visitor{Decision: d, policy: policy, plan: plan}
}

func (v visitor) errand(dir rules.Direction) (*errand, *Tally) {
	t := &Tally{}
	return &errand{plan: v.plan, decision: v.Decision, direction: dir, tally: t}, t
}

// site is what the tests of responses are about.
func site() Exchange {
	return Exchange{Host: "www.shop.example:8443", Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

// did is what a tally holds, shortened for comparison.
func did(t *Tally) []string {
	var out []string
	for _, a := range t.Applied() {
		text := a.Kind.String() + " " + a.Action.String()
		if a.Field != "" {
			text += " " + a.Field
		}
		if a.Unfit {
			text += " unfit"
		}
		for range a.Count {
			out = append(out, text)
		}
	}
	return out
}
