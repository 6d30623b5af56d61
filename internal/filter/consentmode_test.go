package filter

import (
	"slices"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

const toldPolicy = `
purposes: {service: {basis: contract, default: true}}
recipients:
  google_analytics: {refused: consent_mode, safeguards: [{dpf: Google LLC}]}
`

// Only scripts learn of Consent Mode: what else a page fetches of the same recipient stays out.
func TestPageInConsentMode(t *testing.T) {
	t.Parallel()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(toldPolicy)})
	if policy == nil {
		t.Fatal(problems)
	}
	const (
		tag    = `<script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script><script>gtag('config', 'G-1')</script>`
		pixel  = `<img src="https://www.google-analytics.com/collect?v=1">`
		others = pixel + `<noscript>` + pixel + `</noscript><link rel="preconnect" href="https://www.google-analytics.com">`
		gone   = `<img data-privet="google_analytics">`
		held   = `<script type="text/plain" data-privet="google_analytics"></script>`
	)
	for _, c := range []struct {
		told, granted, unguarded bool
		want                     string
		did                      []string
	}{
		{true, false, false, tag + gone + `<noscript>` + gone + `</noscript><link rel="preconnect" data-privet="google_analytics">`, []string{"google_analytics keep 1", "google_analytics remove 3"}},
		{false, false, false, held + held + gone + `<noscript>` + gone + `</noscript><link rel="preconnect" data-privet="google_analytics">`, []string{"google_analytics remove 1", "google_analytics remove 1", "google_analytics remove 3"}},
		{true, false, true, held + `<script>gtag('config', 'G-1')</script>` + gone + `<noscript>` + gone + `</noscript><link rel="preconnect" data-privet="google_analytics">`, []string{"google_analytics remove 1", "google_analytics remove 3"}},
		{true, true, false, tag + others, []string{"google_analytics keep 1", "google_analytics keep 3"}},
	} {
		facts := rules.Facts{Purpose: "service", Country: "DE", ConsentMode: c.told, Today: 20000}
		if c.granted {
			policy.Choose(&facts.Signals.Prompt, "analytics", true)
		}
		spec := PageSpec{}
		if c.told && !c.unguarded { // by a guard that another handler puts there
			spec = PageSpec{Guard: func(dst, _ []byte) []byte { return dst }, Navigated: true}
		}
		d := policy.Decide(facts)
		plan, err := Compile(d, testTokens(t), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := visitor{Decision: d, policy: policy, plan: plan}.page(t, spec, tag+others)
		slices.Sort(got.did)
		if got.out != c.want || !slices.Equal(got.did, c.did) {
			t.Errorf("told %t, granted %t:\n%s\nwant\n%s\ndid %q, want %q", c.told, c.granted, got.out, c.want, got.did, c.did)
		}
	}
}
