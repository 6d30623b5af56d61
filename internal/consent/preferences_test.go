package consent_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/rules"
)

const preferences = "preferences?return=%2Fpage"

func TestPreferencesBoxes(t *testing.T) {
	t.Parallel()
	refusals := []string{"refuse=fraud", "refuse=research", "refuse=mailings"}
	data := []string{"refuse=contact_list", "refuse=precise_location"}
	for _, c := range []struct {
		name     string
		visitor  visitor
		settings string
		want     []string
		says     []string
		not      string
	}{
		{
			name: "silence in opt_in: no box is ticked", want: concat([]string{"grant=analytics", "grant=advertising", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"Off You have not allowed it.", "On You have not objected. It stores nothing on your device", "On You have not refused it.", "On A law demands it."},
		},
		{
			name: "silence in opt_out", visitor: visitor{country: "US"},
			want: concat([]string{"refuse=analytics", "refuse=advertising", "refuse=functionality", "refuse=social"}, refusals, data),
			says: []string{"On You have not refused it.", "These happen unless you refuse them."}, not: "You have not allowed it.",
		},
		{
			name:    "after choices",
			visitor: visitor{chosen: map[string]string{"analytics": "grant", "social": "refuse", "fraud": "refuse", "research": "refuse", "mailings": "grant", "contact_list": "refuse"}},
			want: []string{
				"grant=analytics+", "grant=advertising", "grant=functionality", "grant=social",
				"grant=fraud", "grant=research", "grant=mailings+", "grant=contact_list", "refuse=precise_location",
			},
			says: []string{
				"On You allowed it.", "Off You refused it.", "Off You objected.", "Allow, also on my device",
				"On You objected. It goes on, for a reason that outweighs the objection: Protects other customers.",
			},
		},
		{
			name: "GPC", visitor: visitor{gpc: true}, want: concat([]string{"grant=analytics", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"Your browser sends Global Privacy Control. It refuses Targeted advertising. It comes before any choice", "Off Your browser refuses it"},
		},
		{
			name: "GPC over a grant", visitor: visitor{gpc: true, chosen: map[string]string{"advertising": "grant"}},
			want: concat([]string{"grant=analytics", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"Off Your browser refuses it (Global Privacy Control). You allowed it before"},
		},
		{
			name: "GPC that a choice may outweigh: a grant from before is not ticked", visitor: visitor{gpc: true, chosen: map[string]string{"advertising": "grant"}}, settings: explicit,
			want: concat([]string{"grant=analytics", "grant=advertising", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"although the browser refuses it"},
		},
		{
			name: "GPC that a choice has outweighed", visitor: visitor{gpc: true, chosen: map[string]string{"advertising": "shown"}}, settings: explicit,
			want: concat([]string{"grant=analytics", "grant=advertising+", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"On You allowed it, though your browser sends Global Privacy Control."},
		},
		{
			name: "a minor", visitor: visitor{minor: true}, want: concat([]string{"refuse=research"}, data),
			says: []string{"Off It is not used for minors.", "is not done with the data of minors"},
		},
		{
			name: "choices are made elsewhere", settings: "sources: [gpc]", says: []string{"from another tool"}, not: "Withdraw",
		},
		{
			name: "a refusal in the account", visitor: visitor{account: func(s *rules.Signals) { s.Stored.Refused[0] |= 2 }},
			want: concat([]string{"grant=advertising", "grant=functionality", "grant=social"}, refusals, data), says: []string{"Off You refused it in your account."},
		},
		{
			name: "a restriction: consent from before is not ticked", visitor: visitor{chosen: map[string]string{"analytics": "grant"}, account: func(s *rules.Signals) { s.Restricted = true }},
			want: concat([]string{"grant=analytics", "grant=advertising", "grant=functionality", "grant=social"}, refusals, data),
			says: []string{"Off The processing of your data is restricted."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := c.visitor.under(t, c.settings)
			p := v.visit(t, preferences)
			if diff := cmp.Diff(c.want, p.boxes()); diff != "" {
				t.Errorf("the boxes differ (-want +got): %s", diff)
			}
			for _, words := range c.says {
				if !strings.Contains(p.text(), words) {
					t.Errorf("it does not say %q: %s", words, p.text())
				}
			}
			if c.not != "" && strings.Contains(p.text(), c.not) {
				t.Errorf("it says %q", c.not)
			}
			if p.link("Back to the site") != "/page" || p.link("Privacy notice") != "/.privacy/notice?return=%2fpage" {
				t.Errorf("the links lead to %q and %q", p.link("Back to the site"), p.link("Privacy notice"))
			}
		})
	}
}

// under is a visitor of the example policy with other settings for `conflicts: refusal`.
func (v visitor) under(tb testing.TB, settings string) *visitor {
	tb.Helper()
	out := newVisitorOf(tb, examplePolicy(tb, "conflicts: refusal", cmpOr(settings, "conflicts: refusal")))
	out.gpc, out.minor, out.country, out.account = v.gpc, v.minor, v.country, v.account
	if v.chosen != nil {
		out.chosen = v.chosen
	}
	return out
}

func concat(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestPreferencesButtons(t *testing.T) {
	t.Parallel()
	onConsent := []string{"advertising", "analytics", "functionality", "social"}
	for _, c := range []struct {
		name, button, settings string
		visitor                visitor
		clicked                []string
		want                   consent.Change
	}{
		{name: "save without a choice: no objection, and no grant of what silence permits", button: "Save choices", want: consent.Change{Refuse: onConsent}},
		{name: "save without a choice in opt_out: silence stays silence", button: "Save choices", visitor: visitor{country: "US"}, want: consent.Change{}},
		{
			name: "a refusal in opt_out", button: "Save choices", visitor: visitor{country: "US"}, clicked: []string{"refuse=advertising"},
			want: consent.Change{Refuse: []string{"advertising"}},
		},
		{
			name: "a refusal in opt_out is taken back", button: "Save choices", visitor: visitor{country: "US", chosen: map[string]string{"advertising": "refuse"}},
			clicked: []string{"grant=advertising"}, want: consent.Change{Grant: []string{"advertising"}},
		},
		{
			name: "a grant, an objection and a refusal of data", button: "Save choices", clicked: []string{"grant=analytics", "refuse=fraud", "refuse=contact_list"},
			want: consent.Change{Grant: []string{"analytics"}, Refuse: []string{"advertising", "fraud", "functionality", "social", "contact_list"}},
		},
		{
			name: "what was said stays", button: "Save choices",
			visitor: visitor{chosen: map[string]string{"analytics": "grant", "fraud": "refuse", "mailings": "grant", "contact_list": "refuse"}},
			want: consent.Change{
				Grant: []string{"analytics", "mailings"}, Refuse: []string{"advertising", "fraud", "functionality", "social", "contact_list"},
			},
		},
		{
			name: "a grant is taken back, and an objection too", button: "Save choices", visitor: visitor{chosen: map[string]string{"analytics": "grant", "fraud": "refuse"}},
			clicked: []string{"grant=analytics", "grant=fraud"}, want: consent.Change{Grant: []string{"fraud"}, Refuse: onConsent},
		},
		{
			name: "a choice against GPC stays one", button: "Save choices", settings: explicit, visitor: visitor{gpc: true, chosen: map[string]string{"advertising": "shown"}},
			want: consent.Change{Grant: []string{"advertising"}, Refuse: onConsent[1:], Shown: []string{"advertising"}},
		},
		{
			name: "GPC comes first", button: "Save choices", visitor: visitor{gpc: true, chosen: map[string]string{"advertising": "grant"}},
			want: consent.Change{Refuse: onConsent[1:]},
		},
		{
			name: "withdraw", button: "Withdraw all consent", visitor: visitor{chosen: map[string]string{"analytics": "grant", "fraud": "grant", "contact_list": "refuse"}},
			want: consent.Change{Refuse: []string{"advertising", "analytics", "fraud", "functionality", "social"}},
		},
		{name: "withdraw in opt_out", button: "Withdraw all consent", visitor: visitor{country: "US"}, want: consent.Change{Refuse: onConsent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := c.visitor.under(t, c.settings)
			v.cookies = []string{"_ga"}
			res := v.visit(t, preferences).press(v, c.button, c.clicked...)
			if res.StatusCode != 303 || res.Header.Get("Location") != "/.privacy/"+preferences {
				t.Errorf("status %d, to %q", res.StatusCode, res.Header.Get("Location"))
			}
			if diff := cmp.Diff([]consent.Change{c.want}, v.changes); diff != "" {
				t.Errorf("the change differs (-want +got): %s", diff)
			}
			before := v.decide()
			v.visit(t, preferences).press(v, c.button)
			if after := v.decide(); after.PermittedList() != before.PermittedList() {
				t.Errorf("the same button again permits %q, and before %q", after.PermittedList(), before.PermittedList())
			}
		})
	}
}

// The button refuses exactly what DELETE does.
func TestWithdrawalIsDelete(t *testing.T) {
	t.Parallel()
	chosen := map[string]string{"analytics": "grant", "fraud": "grant", "service": "grant", "contact_list": "grant", "research": "refuse"}
	v := visitor{chosen: chosen}.under(t, "")
	page := v.visit(t, preferences)
	page.press(v, "Withdraw all consent")
	w := visitor{chosen: map[string]string{"analytics": "grant", "fraud": "grant", "service": "grant", "contact_list": "grant", "research": "refuse"}}.under(t, "")
	w.send(t, "DELETE", "")
	if diff := cmp.Diff(w.changes, v.changes); diff != "" {
		t.Errorf("the changes differ (-DELETE +button): %s", diff)
	}
}

func TestPreferencesBack(t *testing.T) {
	t.Parallel()
	v := visitor{}.under(t, "")
	for _, c := range []struct{ query, back, after string }{
		{"", "/", "/.privacy/preferences?return=%2F"},
		{"?return=%2Fa%3Fb%3Dc%26d", "/a?b=c&d", "/.privacy/preferences?return=%2Fa%3Fb%3Dc%26d"},
		{"?return=//evil.example", "/", "/.privacy/preferences?return=%2F"},
		{"?return=javascript:alert(1)", "/", "/.privacy/preferences?return=%2F"},
		{"?return=%2Fa&return=%2Fb", "/", "/.privacy/preferences?return=%2F"},
		{"?return=%2F%22%3E%3Cscript%3E", "/%22%3E%3Cscript%3E", "/.privacy/preferences?return=%2F%2522%253E%253Cscript%253E"},
		{"?return=%2F" + strings.Repeat("%25", 1000), "/" + strings.Repeat("%", 1000), "/.privacy/preferences"},
	} {
		p := v.visit(t, "preferences"+c.query)
		if got := p.link("Back to the site"); len(c.back) < 100 && got != c.back {
			t.Errorf("%s: back to %q, want %q", c.query, got, c.back)
		}
		if got := p.press(v, "Save choices").Header.Get("Location"); got != c.after {
			t.Errorf("%s: the form leads to %q, want %q", c.query, got, c.after)
		}
	}
}

func TestPreferencesGolden(t *testing.T) {
	t.Parallel()
	v := visitor{gpc: true, chosen: map[string]string{"analytics": "grant", "research": "refuse"}}.under(t, "")
	golden(t, "preferences.html", v.get(t, preferences).Body.String())
}
