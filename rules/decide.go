package rules

import (
	"sort"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// Decide answers for one data subject. Equal facts get the same Decision; a warm cache answers without allocating.
func (p *Policy) Decide(f Facts) *Decision {
	if f.Country == "" {
		f.Country = UnknownPlace
	}
	if d, ok := p.decisions.Get(f); ok {
		return d
	}
	d := decide(p, f)
	p.decisions.Add(f, d)
	return d
}

// decide is the whole semantics as one pure function of a policy and facts.
func decide(p *Policy, f Facts) *Decision {
	j := placeOf(f.Country)
	rule := p.regimes.of(f.Country, j.area)
	d := &Decision{facts: f, policy: p, origin: j.origin, regime: rule.regime}

	q := question{policy: p, facts: f, regime: rule, laws: j.laws | f.Exporter}
	d.permitted = make(map[string]Verdict, len(p.purposes))
	d.stored = make(map[string]Verdict, len(p.purposes))
	var allowed []string
	for id, purpose := range p.purposes {
		v := q.permitted(purpose, rule.regime)
		d.permitted[id] = v
		d.stored[id] = q.stored(purpose, v)
		if d.stored[id].Allowed && purpose.Basis != StrictlyNecessary {
			d.longest = max(d.longest, purpose.Retention)
		}
		if v.Allowed {
			allowed = append(allowed, id)
		}
	}
	sort.Strings(allowed)
	d.allowed = strings.Join(allowed, ",")
	d.conflicts = q.conflicts()

	d.transfer = q.transfer(f.Recipient)
	d.caller = q.transfer(f.Caller)
	for _, dir := range []Direction{Request, Response} {
		d.rulings[dir] = q.rulings(d, dir)
	}
	if !f.Element {
		d.embeds, d.embedding = make(map[string]Verdict, len(p.recipients)), make([]Verdict, len(p.recipients))
		for id, r := range p.recipients {
			d.embeds[id] = q.embed(d, r)
			d.embedding[r.index] = d.embeds[id]
			if refused := d.stored[r.Purpose]; d.embeds[id].Allowed && !refused.Allowed {
				d.ping(id, refused)
			}
		}
		d.withheld = q.withheld(d)
		for i := range p.listed {
			d.listing = append(d.listing, q.listed(d, p.listed[i].purpose))
		}
	}
	d.id = d.identify()
	return d
}

// question is what the parts of one decision share.
type question struct {
	policy *Policy
	facts  Facts
	regime regimeRule
	laws   Laws
}

type place struct {
	country string // ISO 3166-1
	area    string // EEA, GB, CH or ""
	origin  string
	laws    Laws
}

// placeOf knows that an unknown place is treated as the EEA.
func placeOf(code string) place {
	country, _, _ := strings.Cut(code, "-")
	area := catalog.Area(country)
	if code == UnknownPlace {
		area = "EEA"
	}
	origin := area
	if origin == "" {
		origin = country
	}
	return place{country: country, area: area, origin: origin, laws: LawOf(area)}
}

// permitted answers whether data may flow for a purpose. The order is precedence: standing of the person, then a
// refusal, then a grant, then silence.
func (q *question) permitted(p *Purpose, regime Regime) Verdict {
	if p.Basis == StrictlyNecessary {
		return Verdict{true, p.ID + " is strictly necessary", p.BasisAt}
	}
	if q.facts.Minor && (p.Basis == Consent || p.Basis == LegitimateInterests) {
		return Verdict{false, p.ID + " is on " + p.Basis.String() + ", which does not hold for a minor", p.BasisAt}
	}
	if v, stopped := q.restricted(p); stopped {
		return v
	}
	refusedBy, refused := q.refused(p)
	switch p.Basis {
	case Contract, LegalObligation, VitalInterests:
		return Verdict{true, p.ID + " is on " + p.Basis.String(), p.BasisAt}
	case LegitimateInterests, PublicTask:
		return objected(p, refusedBy, refused)
	case Consent:
		return q.consented(p, regime, refusal{refusedBy, refused})
	default:
		return Verdict{false, p.ID + " has no lawful basis", p.BasisAt}
	}
}

// restricted applies a restriction of processing (Art. 18(2)): only what is marked for it goes on, and consent given
// after it began.
func (q *question) restricted(p *Purpose) (Verdict, bool) {
	if !q.facts.Signals.Restricted || p.Restricted {
		return Verdict{}, false
	}
	if p.Basis == Consent && (q.facts.Signals.Prompt.After.has(p.index) || q.facts.Signals.Stored.After.has(p.index)) {
		return Verdict{}, false
	}
	return Verdict{false, "processing is restricted, and " + p.ID + " is not marked restriction: allowed", p.At}, true
}

// objected settles purposes that an objection stops (Art. 21), unless it may be overridden.
func objected(p *Purpose, by Source, refused bool) Verdict {
	switch {
	case !refused:
		return Verdict{true, p.ID + " is on " + p.Basis.String() + ", and nobody objected", p.BasisAt}
	case p.Marketing:
		return Verdict{false, p.ID + " is marketing, and the person objected (" + by.String() + ")", p.BasisAt}
	case p.Overridable && by != SourceGPC:
		return Verdict{true, "the objection to " + p.ID + " is overridden: " + p.Reason, p.ObjectionAt}
	default:
		return Verdict{false, "the person objected to " + p.ID + " (" + by.String() + ")", p.BasisAt}
	}
}

type refusal struct {
	by   Source
	said bool
}

func (q *question) consented(p *Purpose, regime Regime, no refusal) Verdict {
	if no.said {
		return Verdict{false, p.ID + " is on consent, and was refused (" + no.by.String() + ")", p.BasisAt}
	}
	if by, granted := q.granted(p.index); granted {
		return Verdict{true, p.ID + " is on consent, and was granted (" + by.String() + ")", p.BasisAt}
	}
	if regime == OptOut {
		return Verdict{true, p.ID + " is on consent; nothing was said, and silence permits here (opt_out)", q.regime.at}
	}
	return Verdict{false, p.ID + " is on consent; nothing was said, and silence refuses here (opt_in)", p.BasisAt}
}

// refused says whether any source refuses a purpose, and which. A grant never outweighs a refusal, save that a later
// choice on our own prompt, which showed the conflict, stands against GPC where the policy says so.
func (q *question) refused(p *Purpose) (Source, bool) {
	s := &q.facts.Signals
	switch {
	case s.Prompt.Refused.has(p.index):
		return SourcePrompt, true
	case s.Stored.Refused.has(p.index):
		return SourceStored, true
	case q.gpcRefuses(p):
		return SourceGPC, true
	default:
		return 0, false
	}
}

func (q *question) gpcRefuses(p *Purpose) bool {
	if !q.facts.Signals.GPC || !p.GPC {
		return false
	}
	stands := q.policy.consent.Explicit && q.facts.Signals.Prompt.Granted.and(q.facts.Signals.Prompt.Shown).has(p.index)
	return !stands
}

func (q *question) granted(index int) (Source, bool) {
	switch s := &q.facts.Signals; {
	case s.Prompt.Granted.has(index):
		return SourcePrompt, true
	case s.Stored.Granted.has(index):
		return SourceStored, true
	default:
		return 0, false
	}
}

func (q *question) refusesCategory(c *Category) (Source, bool) {
	switch s := &q.facts.Signals; {
	case s.Prompt.Refused.has(c.index):
		return SourcePrompt, true
	case s.Stored.Refused.has(c.index):
		return SourceStored, true
	default:
		return 0, false
	}
}

// stored answers what ePrivacy Art. 5(3) asks of cookies, tags and embeds, whatever the Art. 6 basis.
func (q *question) stored(p *Purpose, permitted Verdict) Verdict {
	if p.Basis == StrictlyNecessary || !permitted.Allowed {
		return permitted
	}
	if by, refused := q.refused(p); refused {
		return Verdict{false, p.ID + " was refused (" + by.String() + "), so it stores nothing on the device", p.At}
	}
	if by, granted := q.granted(p.index); granted {
		return Verdict{true, p.ID + " was granted (" + by.String() + ")", p.At}
	}
	if q.regime.regime == OptOut {
		return Verdict{true, p.ID + " may store: nothing was said, and silence permits here (opt_out)", q.regime.at}
	}
	return Verdict{false, p.ID + " stores on the device only when granted (opt_in)", p.At}
}

// conflicts are recorded whatever they lead to.
func (q *question) conflicts() []Conflict {
	var out []Conflict
	for _, p := range q.policy.Purposes() {
		by, granted := q.granted(p.index)
		if !granted {
			continue
		}
		refusedBy, refused := q.refused(p)
		if !refused && q.facts.Signals.GPC && p.GPC {
			out = append(out, Conflict{p.ID, by, SourceGPC, true})
		}
		if refused {
			out = append(out, Conflict{p.ID, by, refusedBy, false})
		}
	}
	return out
}

// rulings answers for every label in one direction.
func (q *question) rulings(d *Decision, dir Direction) []Ruling {
	labels := q.facts.Labels.All()
	out := make([]Ruling, len(labels))
	for i := range labels {
		out[i] = q.ruling(d, dir, q.policy.categories[labels[i].Category])
	}
	return out
}

// ruling is action(c, p): what the purpose of the route may do with a category.
func (q *question) ruling(d *Decision, dir Direction, c *Category) Ruling {
	if c == nil {
		return Ruling{Reason: "the category is not declared"}
	}
	if dir == Request && q.facts.Minor && q.policy.minors.Refuse {
		return Ruling{Action{Kind: Remove, At: q.policy.minors.At}, c.ID, "no personal data is taken from a minor", q.policy.minors.At}
	}
	if t := d.Receiver(dir); t.Redacts() || dir == Response && t.Blocks() && len(q.facts.Labels.Each()) > 0 {
		// A blocked caller of a list still gets an answer, less the elements whose transfer is missing. What stands
		// outside of them is the route's own.
		return c.otherwise("the transfer to " + t.Recipient + " has no safeguard")
	}
	if by, refused := q.refusesCategory(c); refused {
		return c.otherwise(c.ID + " was refused (" + by.String() + ")")
	}
	if q.facts.Purpose == "" {
		return c.otherwise("the route has no purpose")
	}
	permitted := d.permitted[q.facts.Purpose]
	if purpose := q.policy.purposes[q.facts.Purpose]; purpose != nil && c.Regime == OptIn {
		permitted = q.permitted(purpose, OptIn)
	}
	if !permitted.Allowed {
		reason := permitted.Reason
		if reason == "" {
			reason = "the purpose of the route is not declared"
		}
		return c.otherwise(reason)
	}
	use, named := c.use(q.facts.Purpose)
	if !named {
		return c.otherwise(c.ID + " is not for " + q.facts.Purpose)
	}
	return Ruling{use.Action, c.ID, permitted.Reason, use.At}
}

func (c *Category) otherwise(reason string) Ruling {
	return Ruling{c.Otherwise, c.ID, reason, c.Otherwise.At}
}

// embed answers for a third party in a page: what it stores, and where it takes what it learns.
func (q *question) embed(d *Decision, r *Recipient) Verdict {
	if r.Purpose == "" {
		return Verdict{false, r.ID + " has no purpose, so it is no third party of a page", r.At}
	}
	v := d.stored[r.Purpose]
	if !v.Allowed {
		if v = q.inConsentMode(r, v); !v.Allowed {
			return v
		}
	}
	if !r.Declared {
		if q.policy.transfers.BlockUndeclared {
			return Verdict{false, r.ID + " is not declared by the policy", q.policy.transfers.UndeclaredAt}
		}
		return Verdict{true, v.Reason + "; " + r.ID + " is not declared, and judged by its purpose alone", r.At}
	}
	if t := q.transfer(r.ID); t.State == TransferMissing && t.OnMissing != Report {
		return t.Verdict
	}
	return v
}
