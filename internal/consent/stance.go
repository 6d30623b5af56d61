package consent

import "github.com/privet-gateway/privet/rules"

// control is what a person can do about an id on the preference page.
type control uint8

const (
	// noControl: nothing, because the basis leaves no choice or something stronger than this page has spoken.
	noControl control = iota
	// allowBox is a box that grants. The id is offered, so that an empty box refuses.
	allowBox
	// refuseBox is a box that refuses. An empty one leaves what was said as it was.
	refuseBox
)

// stance is where a person stands on one id.
type stance struct {
	option

	said      string // granted, refused or silent
	permitted bool   // data may flow; of a category: it was not refused
	stored    bool   // the device may be used
	inAccount bool   // the account has a refusal on record, which nothing said here outweighs
	gpc       bool   // the browser refuses it, and nothing stands against that
	stood     bool   // the browser refuses it, and the person's grant stands

	control control
	ticked  bool // of an allowBox
	shown   bool // the conflict with GPC is told beside the box
}

func stanceOf(p *rules.Policy, d *rules.Decision, o option) stance {
	signals := d.Facts().Signals
	s := stance{option: o, said: said(p, &signals, o.id)}
	stored := rules.Signals{Stored: signals.Stored}
	s.inAccount = said(p, &stored, o.id) == refused
	s.permitted, s.stored = s.said != refused, true
	if purpose, ok := p.Purpose(o.id); ok && !o.category {
		s.permitted, s.stored = d.Permitted(o.id).Allowed, d.Stored(o.id).Allowed
		for _, c := range d.Conflicts() {
			s.stood = s.stood || c.Purpose == o.id && c.Refused == rules.SourceGPC && c.Stood
		}
		s.gpc = signals.GPC && purpose.GPC && !s.stood
	}
	s.control = s.choose(p.Consent(), d)
	s.ticked = s.control == allowBox && s.said == granted && s.permitted
	s.shown = s.control == allowBox && (s.gpc || s.stood)
	return s
}

// choose picks the box. Where a person is silent and silence permits, the box refuses: one that stood ticked and was
// sent along with another choice would record a grant that nobody gave, and a grant of any purpose lets it use the
// device (ePrivacy Art. 5(3)).
func (s *stance) choose(settings rules.ConsentSettings, d *rules.Decision) control {
	switch {
	case !settings.Privet, !s.onConsent() && !s.openToObjection(), s.inAccount, s.gpc && !settings.Explicit:
		return noControl
	case d.Facts().Minor && (s.basis == rules.Consent || s.basis == rules.LegitimateInterests):
		return noControl
	case s.said != silent, s.gpc, s.basis == rules.Consent && d.Regime() != rules.OptOut:
		return allowBox
	default:
		return refuseBox
	}
}

// question is what the prompt asks.
type question struct {
	open []stance // may be granted or refused
	held []stance // refused by Global Privacy Control, unless the person chooses otherwise
}

// ask gives what is to be asked of a visitor: nothing where silence permits, where the policy asks nobody, or where all
// is settled. A page asks about what it does in a browser; other purposes on consent, such as being named as a customer,
// wait on the preference page for whom they concern. What GPC refuses is settled, and is told beside what is not.
func ask(p *rules.Policy, d *rules.Decision) question {
	settings := p.Consent()
	if !settings.Prompt || !settings.Privet || d.Regime() == rules.OptOut || d.Facts().Minor {
		return question{}
	}
	var q question
	devices := deviceUses(p)
	for _, o := range listed(p) {
		if o.basis != rules.Consent || !devices[o.id] {
			continue
		}
		switch s := stanceOf(p, d, o); {
		case s.said != silent:
		case s.gpc:
			q.held = append(q.held, s)
		default:
			q.open = append(q.open, s)
		}
	}
	if len(q.open) == 0 {
		return question{}
	}
	return q
}

// deviceUses are the purposes that may store on the device: some cookie or third party serves them.
func deviceUses(p *rules.Policy) map[string]bool {
	uses := map[string]bool{}
	for _, cookie := range p.Cookies() {
		uses[cookie.Purpose] = true
	}
	for _, recipient := range p.Recipients() {
		uses[recipient.Purpose] = true
	}
	return uses
}
