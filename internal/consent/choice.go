package consent

import (
	"net/http"

	"github.com/privet-gateway/privet/rules"
)

// everything is the word that names every id a person may choose.
const everything = "all"

// resolve turns the words of a form into a change. Refusals win: an id is refused where it is named so, stands under
// `refuse: all`, or was offered and not granted.
func (f *form) resolve(x *Exchange) (Change, *problem) {
	if len(f.grant)+len(f.refuse)+len(f.offer)+len(f.leave) == 0 {
		return Change{}, &problem{status: http.StatusBadRequest, detail: "nothing was chosen: grant, refuse and offer are all empty"}
	}
	words, p := f.words(x.Policy)
	if p != nil {
		return Change{}, p
	}
	var c Change
	for _, o := range options(x.Policy) {
		switch {
		case o.basis == rules.StrictlyNecessary:
		case words.refuse(o):
			c.Refuse = append(c.Refuse, o.id)
		case words.grant(o):
			c.Grant = append(c.Grant, o.id)
			// A conflict can be shown only while there is one.
			if x.Decision.Facts().Signals.GPC && words.shown[o.id] {
				c.Shown = append(c.Shown, o.id)
			}
		}
	}
	return c, nil
}

// words are the fields of a form, each word of which the policy knows.
type words struct{ granted, refused, offered, shown, left map[string]bool }

func (f *form) words(p *rules.Policy) (words, *problem) {
	var w words
	for _, field := range []struct {
		name  string
		ids   []string
		all   bool
		words *map[string]bool
	}{
		{"grant", f.grant, true, &w.granted},
		{"refuse", f.refuse, true, &w.refused},
		{"offer", f.offer, false, &w.offered},
		{"shown", f.shown, false, &w.shown},
		{"leave", f.leave, false, &w.left},
	} {
		*field.words = map[string]bool{}
		for _, id := range field.ids {
			if (id != everything || !field.all) && !known(p, id) {
				return words{}, &problem{
					status: http.StatusBadRequest, detail: field.name + " holds an id that the policy does not have", field: field.name,
				}
			}
			(*field.words)[id] = true
		}
	}
	return w, nil
}

// grant counts what was offered among `all`: whoever accepts all of a list does not refuse a part of it.
func (w words) grant(o option) bool {
	return w.granted[o.id] || (w.granted[everything] && (o.onConsent() || w.offered[o.id]))
}

func (w words) refuse(o option) bool {
	switch {
	case w.refused[o.id]:
		return true
	case w.refused[everything] && (o.onConsent() || o.openToObjection()):
		return true
	default:
		return w.offered[o.id] && !w.grant(o)
	}
}

// withdrawal refuses every consent: what rests on consent, said or not, and whatever else was granted (to store on the
// device, or to see a category).
func withdrawal(x *Exchange) Change {
	var c Change
	signals := x.Decision.Facts().Signals
	for _, o := range options(x.Policy) {
		if o.basis == rules.Consent || (o.basis != rules.StrictlyNecessary && said(x.Policy, &signals, o.id) == granted) {
			c.Refuse = append(c.Refuse, o.id)
		}
	}
	return c
}

// option is one id that a person may choose on.
type option struct {
	id       string
	basis    rules.Basis // of a purpose
	category bool
}

func (o option) onConsent() bool { return o.category || o.basis == rules.Consent }

// openToObjection is GDPR Art. 21(1).
func (o option) openToObjection() bool {
	return o.basis == rules.LegitimateInterests || o.basis == rules.PublicTask
}

// options are all purposes, then the categories with `choice` whose id is no purpose's, each sorted by id.
func options(p *rules.Policy) []option {
	return optionsOf(p, p.Purposes(), p.Categories())
}

func optionsOf(p *rules.Policy, purposes []*rules.Purpose, categories []*rules.Category) []option {
	var all []option
	for _, purpose := range purposes {
		all = append(all, option{id: purpose.ID, basis: purpose.Basis})
	}
	for _, category := range categories {
		if _, taken := p.Purpose(category.ID); category.Choice && !taken {
			all = append(all, option{id: category.ID, category: true})
		}
	}
	return all
}

func known(p *rules.Policy, id string) bool {
	var none rules.Choices
	return p.Choose(&none, id, true)
}
