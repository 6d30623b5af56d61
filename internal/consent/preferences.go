package consent

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// preferencesView is what the preference page shows.
type preferencesView struct {
	frame

	Return    string // back to this page, with the way back that it was given
	OptOut    bool
	GPC       []string // titles of what the browser refuses
	Explicit  bool
	Elsewhere bool // the policy reads choices from another tool, not from here
	Minor     bool
	Changing  bool // something on the page can be changed
	Groups    []group
	Withdraw  []string
}

// group is purposes, or categories, among which a person chooses in the same way.
type group struct {
	ID, Title, Text string
	Items           []item
}

// item is one purpose or category.
type item struct {
	ID          string
	Title       string
	Description string
	Basis       string
	Reason      string // of a legitimate interest
	Kept        string
	Receivers   []receiver
	On          bool
	Why         string // it is on or off
	Stored      string // whether the device is used, where that is not what one would think
	Allow       bool   // a box that grants
	Refuse      bool   // a box that refuses
	Label       string // of the box
	Ticked      bool
	Shown       bool
}

func writePreferences(w http.ResponseWriter, r *http.Request, x *Exchange) error {
	return writePage(w, preferencesPage, preferencesOf(r, x))
}

func preferencesOf(r *http.Request, x *Exchange) preferencesView {
	p, d := x.Policy, x.Decision
	v := preferencesView{
		frame: frameOf(r, x, "Privacy choices"), OptOut: d.Regime() == rules.OptOut, Explicit: p.Consent().Explicit,
		Elsewhere: !p.Consent().Privet, Minor: d.Facts().Minor,
	}
	if !v.Elsewhere {
		v.Withdraw = withdrawal(x).Refuse
	}
	v.Return = local(Root + preferencesName + "?return=" + url.QueryEscape(v.Back))
	if v.Return == "/" {
		v.Return = Root + preferencesName
	}
	if d.Facts().Signals.GPC {
		for _, purpose := range refusedByGPC(p) {
			v.GPC = append(v.GPC, titled(purpose.Title, purpose.ID))
		}
	}
	groups := []group{
		{ID: "consent", Title: "With your consent", Text: "These happen only if you allow them."},
		{ID: "objection", Title: "Where you may object", Text: "These happen without your consent. You may object to each."},
		{ID: "categories", Title: "Data you may keep to yourself", Text: "You may refuse to have this data used, whatever it is used for."},
		{ID: "necessary", Title: "Without a choice", Text: "These are needed to serve you, or a law demands them."},
	}
	if v.OptOut {
		groups[0].Title, groups[0].Text = "Your choice", "These happen unless you refuse them."
	}
	for _, o := range listed(p) {
		s := stanceOf(p, d, o)
		it := itemOf(p, d, &s)
		g := &groups[groupOf(o)]
		g.Items = append(g.Items, it)
		v.Changing = v.Changing || it.Allow || it.Refuse
	}
	for _, g := range groups {
		if len(g.Items) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	return v
}

func groupOf(o option) int {
	switch {
	case o.category:
		return 2
	case o.basis == rules.Consent:
		return 0
	case o.openToObjection():
		return 1
	default:
		return 3
	}
}

func itemOf(p *rules.Policy, d *rules.Decision, s *stance) item {
	it := item{
		ID: s.id, On: s.permitted, Why: s.why(p, d), Allow: s.control == allowBox, Refuse: s.control == refuseBox,
		Label: s.label(), Ticked: s.ticked, Shown: s.shown,
	}
	if s.category {
		category, _ := p.Category(s.id)
		it.Title = titled(category.Title, category.ID)
		it.Description = usesOf(p, category)
		return it
	}
	purpose, _ := p.Purpose(s.id)
	it.Title, it.Description = titled(purpose.Title, purpose.ID), purpose.Description
	it.Basis, it.Reason, it.Kept = basisOf(purpose.Basis).Words, sentence(purpose.Reason), kept(purpose.Retention)
	for _, r := range thirdParties(p, s.id) {
		it.Receivers = append(it.Receivers, receiverOf(p, d, r))
	}
	if s.permitted && !s.stored {
		it.Stored = "It stores nothing on your device and reads nothing from it."
	}
	return it
}

// label names the box: what a tick in it does.
func (s *stance) label() string {
	switch {
	case s.control == allowBox && s.openToObjection():
		return "Allow, also on my device"
	case s.control == allowBox:
		return "Allow"
	case s.openToObjection():
		return "I object"
	default:
		return "Refuse"
	}
}

// why tells what an id's state comes from.
func (s *stance) why(p *rules.Policy, d *rules.Decision) string {
	facts := d.Facts()
	if s.category {
		return s.whyChosen("You have not refused it.")
	}
	switch {
	case s.basis == rules.StrictlyNecessary:
		return "The site does not work without it."
	case facts.Minor && (s.basis == rules.Consent || s.basis == rules.LegitimateInterests):
		return "It is not used for minors."
	case facts.Signals.Restricted && !s.permitted && s.said != refused:
		return "The processing of your data is restricted."
	case s.basis == rules.Consent:
		if d.Regime() == rules.OptOut {
			return s.whyChosen("You have not refused it.")
		}
		return s.whyChosen("You have not allowed it.")
	case s.openToObjection():
		return s.whyObjected(p)
	case s.basis == rules.Contract:
		return "It is needed for what you asked of us."
	case s.basis == rules.LegalObligation:
		return "A law demands it."
	case s.basis == rules.VitalInterests:
		return "It protects somebody’s life."
	default:
		return "It has no lawful basis."
	}
}

func (s *stance) whyChosen(silence string) string {
	switch {
	case s.inAccount:
		return "You refused it in your account."
	case s.said == refused:
		return "You refused it."
	case s.gpc && s.said == granted:
		return "Your browser refuses it (Global Privacy Control). You allowed it before; the browser’s signal comes first."
	case s.gpc:
		return "Your browser refuses it (Global Privacy Control)."
	case s.stood:
		return "You allowed it, though your browser sends Global Privacy Control."
	case s.said == granted:
		return "You allowed it."
	default:
		return silence
	}
}

func (s *stance) whyObjected(p *rules.Policy) string {
	switch {
	case s.said == refused && s.permitted:
		purpose, _ := p.Purpose(s.id)
		return "You objected. It goes on, for a reason that outweighs the objection: " + sentence(purpose.Reason)
	case s.inAccount:
		return "You objected in your account."
	case s.said == refused:
		return "You objected."
	default:
		return s.whyChosen("You have not objected.")
	}
}

// usesOf says what a category serves.
func usesOf(p *rules.Policy, c *rules.Category) string {
	var titles []string
	for _, uses := range [][]rules.Use{c.Purposes, c.Actions} {
		for _, use := range uses {
			if purpose, ok := p.Purpose(use.Purpose); ok {
				titles = append(titles, titled(purpose.Title, purpose.ID))
			}
		}
	}
	if len(titles) == 0 {
		return ""
	}
	return "Used for: " + strings.Join(titles, "; ") + ". If you refuse, it is " + treatment(c.Otherwise) + "."
}
