package consent

import "github.com/privet-gateway/privet/rules"

// What a person said of an id, in our cookie and on record. GPC is no choice of theirs on one id; what it leads to shows
// in `permitted` and in the conflicts.
const (
	granted = "granted"
	refused = "refused"
	silent  = "silent"
)

// state is what the choices of a visitor come to, as JSON.
type state struct {
	Purposes   map[string]purposeState  `json:"purposes"`
	Categories map[string]categoryState `json:"categories"`
	GPC        bool                     `json:"gpc"`
	Conflicts  []conflict               `json:"conflicts"`
}

type purposeState struct {
	State     string `json:"state"`
	Permitted bool   `json:"permitted"` // data may flow (GDPR Art. 6)
	Stored    bool   `json:"stored"`    // cookies, tags and embeds may be used (ePrivacy Art. 5(3))
	Reason    string `json:"reason"`    // of permitted
}

// categoryState has no verdict: whether a category is let out depends on the purpose of each route.
type categoryState struct {
	State string `json:"state"`
}

type conflict struct {
	Purpose string `json:"purpose"`
	Granted string `json:"granted"` // the source that grants
	Refused string `json:"refused"` // the source that refuses
	Stood   bool   `json:"stood"`   // the grant stood
}

func stateOf(p *rules.Policy, d *rules.Decision) state {
	signals := d.Facts().Signals
	s := state{
		Purposes: map[string]purposeState{}, Categories: map[string]categoryState{}, GPC: signals.GPC, Conflicts: []conflict{},
	}
	for _, o := range options(p) {
		chosen := said(p, &signals, o.id)
		if o.category {
			s.Categories[o.id] = categoryState{chosen}
			continue
		}
		permitted := d.Permitted(o.id)
		s.Purposes[o.id] = purposeState{chosen, permitted.Allowed, d.Stored(o.id).Allowed, permitted.Reason}
	}
	for _, c := range d.Conflicts() {
		s.Conflicts = append(s.Conflicts, conflict{c.Purpose, c.Granted.String(), c.Refused.String(), c.Stood})
	}
	return s
}

// said is what the person themself chose; a refusal beats a grant.
func said(p *rules.Policy, s *rules.Signals, id string) string {
	var one rules.Choices
	p.Choose(&one, id, true)
	switch {
	case meets(one.Granted, s.Prompt.Refused), meets(one.Granted, s.Stored.Refused):
		return refused
	case meets(one.Granted, s.Prompt.Granted), meets(one.Granted, s.Stored.Granted):
		return granted
	default:
		return silent
	}
}

func meets(a, b rules.Set) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}
