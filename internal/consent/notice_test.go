package consent_test

import (
	"strings"
	"testing"
)

func TestNotice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		visitor   visitor
		settings  string
		says, not []string
	}{
		{
			name: "from the EEA",
			says: []string{
				"In force since 1 November 2026.",
				"Example & Söhne Ltd : privacy@example.com",
				"To deliver our services Carries your messages. Rests on a contract with you",
				"(GDPR Art. 6(1)(b))",
				"Fraud Rests on a legitimate interest (GDPR Art. 6(1)(f)) Interest Protects other customers.",
				"You may object; for the reason given, it may go on.", "You may object, and then it stops.",
				"Kept at most 2 years", "Kept at most 390 days",
				"Precise location: rounded to 1 km", "Phone number: masked, save the first 3 and the last 2 characters",
				"Date of birth: reduced to the year", "Content of messages: reduced to how many there are",
				"IP address: shortened so that it names a network",
				"Contacts and address book you may refuse it To deliver our services removed",
				"Hosting , Ireland; works on our behalf European Economic Area: data does not leave the area",
				"Customer relations , United States; works on our behalf European Economic Area: no safeguard is in force, so nothing is sent",
				"Carrier , United States; decides for itself what it does with the data European Economic Area: derogation, Art. 49(1)(b)",
				"Bureau , United Kingdom; decides for itself what it does with the data European Economic Area: adequacy decision",
				"Ads , Brazil European Economic Area: adequacy decision",
				"Metrics , United States European Economic Area: standard contractual clauses (controller to controller), since 2025-01-31",
				"Google Analytics , United States European Economic Area: Data Privacy Framework, certified as Google LLC",
				"privet_consent this site 90 days", "_metrics* Metrics 390 days", "_ga Google Analytics 390 days", "_ads Ads 180 days",
				"This site hears it: it refuses Targeted advertising. Your browser does not send it now.",
				"portability, Art. 20",
			},
			not: []string{"Example Inc.", "_moved Ads", "United Kingdom:", "LinkedIn"},
		},
		{
			// The decision on Brazil was not taken into the EEA Agreement.
			name: "from Norway", visitor: visitor{country: "NO"},
			says: []string{"Ads , Brazil European Economic Area: no safeguard is in force"},
		},
		{
			name: "from Great Britain", visitor: visitor{country: "GB", gpc: true},
			says: []string{
				"Example Inc. : https://example.com/privacy", "Your browser sends it.",
				"Metrics , United States United Kingdom: no safeguard is in force, so nothing is sent",
				"Hosting , Ireland; works on our behalf United Kingdom: adequacy decision",
			},
			not: []string{"Söhne"},
		},
		{
			name: "from a place without an exporting law", visitor: visitor{country: "US"},
			says: []string{
				"Example & Söhne Ltd", "Example Inc.", "European Economic Area: Data Privacy Framework, certified as Google LLC United Kingdom: Data Privacy Framework",
				"Switzerland: no safeguard is in force",
			},
		},
		{name: "GPC is not heard", settings: "sources: [privet]", not: []string{"This site hears it", "Global Privacy Control"}},
		{name: "choices are made elsewhere", settings: "sources: [gpc]", not: []string{"privet_consent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := c.visitor.under(t, c.settings)
			p := v.visit(t, "notice?return=%2Fpage")
			for _, words := range c.says {
				if !strings.Contains(p.text(), words) {
					t.Errorf("it does not say %q", words)
				}
			}
			for _, words := range c.not {
				if strings.Contains(p.text(), words) {
					t.Errorf("it says %q", words)
				}
			}
			if t.Failed() {
				t.Log(p.text())
			}
			if p.link("Back to the site") != "/page" || p.link("Privacy choices") != "/.privacy/preferences?return=%2fpage" {
				t.Errorf("the links lead to %q and %q", p.link("Back to the site"), p.link("Privacy choices"))
			}
			if len(p.boxes()) > 0 || len(p.all("form")) > 0 {
				t.Error("the notice asks something")
			}
		})
	}
}

// A site without a policy of its own has a notice too.
func TestNoticeOfCatalog(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, "purposes: {}")
	p := v.visit(t, "notice")
	for _, words := range []string{"www.example.com, which runs this site", "Targeted advertising", "ePrivacy Directive Art. 5(3)"} {
		if !strings.Contains(p.text(), words) {
			t.Errorf("it does not say %q: %s", words, p.text())
		}
	}
	if !strings.Contains(v.prompt(t, "/").text(), "This site would like to use data about you for Targeted advertising") {
		t.Errorf("the prompt says %q", v.prompt(t, "/").text())
	}
	if v.visit(t, "preferences").button("Save choices") == nil {
		t.Error("there is nothing to choose")
	}
}

func TestNoticeGolden(t *testing.T) {
	t.Parallel()
	v := visitor{}.under(t, "")
	golden(t, "notice.html", v.get(t, "notice?return=%2Fpage").Body.String())
}

// Whatever an operator writes is text on every page.
func TestNothingIsMarkup(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{
		`</b><script>alert(1)</script>`, `" onmouseover="alert(1)`, `'><img src=x onerror=alert(1)>`, `{{.}}`, `javascript:alert(1)`,
		`privet-back-as-a-field`, `privet-back-in-a-query`, `privet-back-nowhere`, `&lt;script&gt;`, "a\u2028b\u0000"[:4], `]]><!--`,
	} {
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(evil) + `"`
		v := newVisitorOf(t, `
controllers: [{name: `+quoted+`, laws: [EEA], contact: `+quoted+`}]
purposes:
  analytics: {basis: consent, title: `+quoted+`, description: `+quoted+`}
  fraud: {basis: legitimate_interests, objection: overridable, title: `+quoted+`, reason: `+quoted+`}
categories:
  contact_list: {title: `+quoted+`, purposes: [fraud], choice: true}
recipients:
  crm: {title: `+quoted+`, country: US, safeguards: [{dpf: `+quoted+`}]}
  metrics: {title: `+quoted+`, country: US, purpose: analytics, safeguards: [{dpf: `+quoted+`}]}
`)
		pages := []page{v.prompt(t, "/page"), v.visit(t, "preferences"), v.visit(t, "notice")}
		for i, p := range pages {
			if !strings.Contains(p.text(), strings.Join(strings.Fields(evil), " ")) && !strings.HasPrefix(evil, "privet-back") {
				t.Errorf("page %d loses %q", i, evil)
			}
		}
		if pages[0].press(v, "Refuse all").Header.Get("Location") != "/page" {
			t.Errorf("%q: the prompt leads astray", evil)
		}
	}
}
