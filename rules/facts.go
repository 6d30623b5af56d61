package rules

import "github.com/privet-gateway/privet/rules/catalog"

// UnknownPlace is the country of an address or residence that says nothing. It is treated as the EEA, with the
// strictest regime of the policy.
const UnknownPlace = "ZZ"

// Facts are all that a decision depends on, for one data subject. They are comparable: equal facts, equal decision.
// The zero value knows nothing and is decided as strictly as the policy can.
type Facts struct {
	Labels    *Labels // from Policy.Match: what the exchange's fields are; nil: none
	Element   bool    // the subject is an element's own, not the visitor: no prompt, no cookies, no embeds are judged
	Purpose   string  // of the route; "": none, and labelled fields go by `otherwise`
	Recipient string  // behind the route; "": our own
	Caller    string  // who gets the response; "": the data subject
	Exporter  Laws    // the law this establishment is under wherever the subject is
	Country   string  // ISO 3166-1 or -2 in upper case; "" is UnknownPlace
	Signals   Signals
	Minor     bool
	Today     Date

	// ConsentMode says that pages can carry what ConsentMode of the Decision tells before any tag runs. Without it,
	// whoever is `refused: consent_mode` is removed.
	ConsentMode bool
}

// Choices are what one source says.
type Choices struct {
	Granted Set
	Refused Set
	Shown   Set // of Granted: given on our own prompt, which showed the conflict with GPC
	After   Set // of Granted: given after the restriction began
}

// Signals are what the data subject granted or refused, by source, and their standing. The zero value is silence.
type Signals struct {
	Prompt     Choices // our own cookie
	Stored     Choices // what the account has on record
	GPC        bool    // a Sec-GPC whose value is exactly 1
	Restricted bool    // a restriction of processing is in force (Art. 18)
}

// Choose adds one choice to a set of choices: a grant or a refusal of a purpose or a refusable category of the policy.
// ok is false where the policy has no such id.
func (p *Policy) Choose(c *Choices, id string, grant bool) (ok bool) {
	i, ok := p.choosable(id)
	if !ok {
		return false
	}
	if grant {
		c.Granted.add(i)
	} else {
		c.Refused.add(i)
	}
	return true
}

// MarkShown notes that the grant of id was given where the conflict with GPC was shown.
func (p *Policy) MarkShown(c *Choices, id string) {
	if i, ok := p.choosable(id); ok {
		c.Shown.add(i)
	}
}

// MarkAfter notes that the grant of id was given after the restriction began.
func (p *Policy) MarkAfter(c *Choices, id string) {
	if i, ok := p.choosable(id); ok {
		c.After.add(i)
	}
}

func (p *Policy) choosable(id string) (int, bool) {
	if purpose, ok := p.purposes[id]; ok {
		return purpose.index, true
	}
	if category, ok := p.categories[id]; ok && category.Choice {
		return category.index, true
	}
	return 0, false
}

// Of are the facts of an element of `each` on the same exchange: the element's own residence and, to be filled in by
// who knows them, its subject's stored choices. Nothing the caller said speaks for the subject.
func (f Facts) Of(residence string) Facts {
	f.Element, f.Signals, f.Minor = true, Signals{}, false
	f.Country = UnknownPlace
	if code, ok := catalog.Country(residence); ok {
		f.Country = code
	}
	return f
}
