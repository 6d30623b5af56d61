package rules

import (
	"strings"
	"testing"
)

const embedPolicy = `
purposes:
  service: {basis: contract, default: true}
  social_widgets: {basis: consent}
recipients:
  acme_metrics:
    country: IE
    purpose: analytics
    embed:
      hosts: [metrics.acme.example]
      urls: ["shared.acme.example/px/*"]
      snippets: ["acme('init'"]
  acme_social:
    country: IE
    purpose: social_widgets
    embed: {hosts: [shared.acme.example], urls: ["shared.acme.example/px/both*"]}
  acme_far:
    country: US
    purpose: analytics
    embed: {hosts: [far.acme.example]}
  core: {country: IE}
`

// embedding is a decision about a visitor in Germany who has granted some purposes.
func embedding(t *testing.T, grants ...string) *Decision {
	t.Helper()
	p, problems := Load(File{"policy.yaml", []byte(embedPolicy)})
	if p == nil {
		t.Fatal(problems)
	}
	f := Facts{Country: "DE", Today: 20000}
	for _, id := range grants {
		if !p.Choose(&f.Signals.Prompt, id, true) {
			t.Fatalf("no purpose %s", id)
		}
	}
	return p.Decide(f)
}

func TestEmbedReferences(t *testing.T) {
	t.Parallel()
	const silent = "is on consent; nothing was said, and silence refuses here (opt_in)"
	for _, c := range []struct {
		grants, url, recipient string
		kept                   bool
		reason, at             string
	}{
		{"", "metrics.acme.example/x", "acme_metrics", false, "analytics " + silent, "policy.yaml:10:15"},
		{"analytics", "www.metrics.acme.example/x", "acme_metrics", true, "analytics was granted (privet)", "policy.yaml:10:15"},
		{"analytics", "shared.acme.example/sdk.js", "acme_social", false, "social_widgets " + silent, "policy.yaml:16:21"},
		{"analytics", "shared.acme.example/px/1", "acme_metrics", true, "analytics was granted (privet)", "policy.yaml:11:14"},
		{"social_widgets", "shared.acme.example/px/1", "acme_metrics", false, "analytics " + silent, "policy.yaml:11:14"},
		{"social_widgets", "shared.acme.example/px/both.js", "acme_social", true, "social_widgets was granted (privet)", "policy.yaml:16:50"},
		{"analytics", "far.acme.example/", "acme_far", false, "EEA: acme_far is in US, and no safeguard that covers EEA is in force", "policy.yaml:20:21"},
		{"", "acme.example/", "", false, "", ""},
	} {
		host, path, _ := strings.Cut(c.url, "/")
		r, ok := embedding(t, strings.Fields(c.grants)...).Reference(Reference{Host: []byte(host), Path: []byte("/" + path)})
		if ok != (c.recipient != "") || r.Recipient != c.recipient || r.Allowed != c.kept {
			t.Errorf("%s with %q: %q, kept %t, known %t", c.url, c.grants, r.Recipient, r.Allowed, ok)
		}
		if ok && (r.Ruling().Reason != c.reason || r.Ruling().At.String() != c.at || (r.Ruling().Action.Kind == Keep) != c.kept) {
			t.Errorf("%s with %q: %q at %s, want %q at %s", c.url, c.grants, r.Ruling().Reason, r.Ruling().At, c.reason, c.at)
		}
	}
}

func TestEmbedHintsKnowNoPath(t *testing.T) {
	t.Parallel()
	d := embedding(t, "analytics")
	for host, want := range map[string]string{"shared.acme.example": "acme_social", "metrics.acme.example": "acme_metrics", "acme.example": ""} {
		if r, _ := d.Hint(Reference{Host: []byte(host)}); r.Recipient != want {
			t.Errorf("%s: %q, want %q", host, r.Recipient, want)
		}
	}
}

func TestEmbedScripts(t *testing.T) {
	t.Parallel()
	d := embedding(t, "social_widgets")
	for script, want := range map[string]string{
		"acme ( \"init\", 1)":                                          "acme_metrics",
		"load('//shared.acme.example/sdk.js')":                         "",
		"load('//shared.acme.example/px/2')":                           "acme_metrics",
		"load('//shared.acme.example/sdk.js'); x='//far.acme.example'": "acme_far",
		"load('//www.google-analytics.com/analytics.js')":              "google_analytics",
		"plain()": "",
	} {
		r, ok := d.Script([]byte(script))
		if r.Recipient != want || ok != (want != "") || ok && r.Allowed {
			t.Errorf("%s: %q, %t, want %q", script, r.Recipient, ok, want)
		}
	}
}

func TestEveryMarkOfTheCatalogueIsFound(t *testing.T) {
	t.Parallel()
	p, problems := Load()
	if p == nil {
		t.Fatal(problems)
	}
	d := p.Decide(Facts{Country: "DE", Today: 20000})
	marks := 0
	for _, r := range p.Recipients() {
		for _, m := range r.Embed.Hosts {
			marks++
			host := strings.NewReplacer("*.", "x.", ".*", ".com").Replace(m.Name)
			if got, ok := d.Hint(Reference{Host: []byte(host)}); !ok || got.Allowed {
				t.Errorf("%s: the host %s is nobody's", r.ID, m.Name)
			}
		}
		for _, m := range r.Embed.URLs {
			marks++
			text := strings.Replace(strings.Replace(m.Name, ".*/", ".com/", 1), "*", "x.example", 1)
			if !strings.HasPrefix(m.Name, "*") {
				text = strings.Replace(m.Name, ".*/", ".com/", 1)
			}
			host, rest, _ := strings.Cut(strings.ReplaceAll(text, "*", "x"), "/")
			path, query, _ := strings.Cut(rest, "?")
			if got, ok := d.Reference(Reference{Host: []byte(host), Path: []byte("/" + path), Query: []byte(query)}); !ok || got.Allowed {
				t.Errorf("%s: the URL %s is nobody's", r.ID, m.Name)
			}
		}
		for _, m := range r.Embed.Snippets {
			marks++
			if got, ok := d.Script([]byte(";" + m.Name)); !ok || got.Allowed {
				t.Errorf("%s: the snippet %s is nobody's", r.ID, m.Name)
			}
		}
	}
	if marks < 50 {
		t.Errorf("only %d marks", marks)
	}
}
