package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const contactPolicy = `
purposes: {metrics: {basis: consent}, shop: {basis: strictly_necessary}}
recipients:
  b_own:    {country: IE, purpose: shop, embed: {hosts: [b.example, "*.b.example", "b.*"], urls: ["shared.example/b/*", "*/b.js"]}}
  a_asked:  {country: IE, purpose: metrics, embed: {hosts: [a.example]}}
  far:      {country: CN, purpose: shop, embed: {hosts: [far.example]}}
  upstream: {country: IE}
  hotjar:   {purpose: metrics}
third_parties: declared
`

func TestContacts(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, contactPolicy)
	if !p.DeclaredOnly() {
		t.Error("third_parties: declared is not heard")
	}
	f := Facts{Country: "DE"}
	hosts, urls := p.Decide(f).Contacts()
	if diff := cmp.Diff([]string{"b.example", "*.b.example"}, hosts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"shared.example/b/*"}, urls); diff != "" {
		t.Error(diff)
	}
	p.Choose(&f.Signals.Prompt, "metrics", true)
	hosts, _ = p.Decide(f).Contacts()
	if all := strings.Join(hosts, " "); !strings.HasPrefix(all, "a.example b.example *.b.example") || !strings.Contains(all, "hotjar.com") || strings.Contains(all, "far.example") {
		t.Errorf("with a grant: %s", all)
	}
	if mustLoad(t, "third_parties: open").DeclaredOnly() || mustLoad(t, "").DeclaredOnly() {
		t.Error("third parties are open where the policy does not say")
	}
}

func TestContactsThatNoPolicyExpresses(t *testing.T) {
	t.Parallel()
	_, problems := Load(File{"p.yaml", []byte(contactPolicy)})
	var got []string
	for _, w := range problems.Warnings() {
		if strings.Contains(w.What, "third_parties") {
			got = append(got, w.String())
		}
	}
	want := []string{"p.yaml:4:84: warning: third_parties: declared cannot let pages contact b.* of b_own, since a Content-Security-Policy knows no hosts that end anyhow; add the hosts that your pages contact"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
