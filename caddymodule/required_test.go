package caddymodule

import (
	"testing"

	"github.com/privet-gateway/privet/rules"
)

func policyOf(t *testing.T, text string) *rules.Policy {
	t.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text)})
	if policy == nil {
		t.Fatal(problems)
	}
	return policy
}

func TestRequired(t *testing.T) {
	t.Parallel()
	a := new(App)
	a.require(purposeWord, "", "service", "service", "analytics")
	a.require(recipientWord, "far", "")
	a.engine.Store(&engine{policy: policyOf(t, "purposes:\n  service: {basis: contract}\nrecipients:\n  far: {country: US}\n")})

	edited := policyOf(t, "purposes: {billing: {basis: contract}}\n")
	const want = `policy.yaml:2:3: purpose "service", which stood here, is gone, and a route or a matcher names it; declare it again, or take it out of the configuration first
policy.yaml:4:3: recipient "far", which stood here, is gone, and a route or a matcher names it; declare it again, or take it out of the configuration first`
	if got := a.missing(edited).Error(); got != want {
		t.Errorf("missing are\n%s\nwant\n%s", got, want)
	}
	if got := a.missing(a.engine.Load().policy); len(got) != 0 {
		t.Errorf("the running policy lacks %v", got)
	}
}
