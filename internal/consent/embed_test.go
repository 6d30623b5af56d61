package consent_test

import (
	"html"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/rules"
)

const embedPolicy = `
purposes:
  service: {basis: contract, default: true}
  videos:  {basis: consent, title: "Vidéos & <maps>"}
  ads:     {basis: consent, gpc: true}
recipients:
  tube:  {country: IE, purpose: videos, title: "Tube \"1\"", embed: {hosts: [tube.example]}}
  far:   {country: US, purpose: videos, embed: {hosts: [far.example]}}
  pusher: {country: IE, purpose: ads, embed: {hosts: [push.example]}}
`

func embedded(t *testing.T, settings, recipient string, signals rules.Signals) string {
	t.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(embedPolicy + settings)})
	if errs := problems.Errors(); errs != nil {
		t.Fatal(errs)
	}
	d := policy.Decide(rules.Facts{Purpose: "service", Country: "DE", Signals: signals})
	value := string(consent.NewPrompt(policy, d).AppendEmbed([]byte("+"), recipient, "/a?b=1&c"))
	if strings.ContainsAny(value, `"<>`) {
		t.Errorf("this is no value of an attribute: %s", value)
	}
	return html.UnescapeString(value)
}

func TestEmbedSaysWhatAClickDoes(t *testing.T) {
	t.Parallel()
	got := embedded(t, "", "tube", rules.Signals{})
	for _, want := range []string{
		`+<!DOCTYPE html>`, `<b>Tube &#34;1&#34;</b>`, `Allow Vid&#233;os &amp; &lt;maps&gt;</button>`, `name="grant" value="videos"`,
		`name="return" value="/a?b=1&amp;c"`, `method="post" action="/.privacy/consent" target="_top"`, `href="/.privacy/assets/embed.`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	for i := range len(got) {
		if got[i] >= 0x80 {
			t.Fatalf("byte %d is not ASCII", i)
		}
	}
	for _, word := range []string{"style=", "<script", " onclick"} {
		if strings.Contains(got, word) {
			t.Errorf("it holds %s, which a page's policy may forbid", word)
		}
	}
}

// A button that would change nothing is not shown.
func TestEmbedIsThereOnlyWhereAClickHelps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, settings, recipient string
		signals                   rules.Signals
		want                      bool
	}{
		{name: "consent is missing", recipient: "tube", want: true},
		{name: "consent was refused", recipient: "tube", signals: refusing(t, "videos"), want: true},
		{name: "the transfer lacks a safeguard", recipient: "far"},
		{name: "the browser refuses", recipient: "pusher", signals: rules.Signals{GPC: true}},
		{name: "the browser does not refuse this", recipient: "tube", signals: rules.Signals{GPC: true}, want: true},
		{name: "choices are read elsewhere", settings: "consent: {sources: [gpc]}\n", recipient: "tube"},
		{name: "nobody", recipient: "nobody"},
	} {
		if got := embedded(t, c.settings, c.recipient, c.signals); (got != "+") != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func refusing(t *testing.T, id string) rules.Signals {
	t.Helper()
	policy, _ := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(embedPolicy)})
	var signals rules.Signals
	if policy == nil || !policy.Choose(&signals.Prompt, id, false) {
		t.Fatal("it cannot be refused")
	}
	return signals
}
