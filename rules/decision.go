package rules

import (
	"strings"
	"time"

	"github.com/privet-gateway/privet/rules/catalog"
)

// Verdict is a yes or no with its reason and the line of YAML behind it. The zero value is no.
type Verdict struct {
	Allowed bool
	Reason  string
	At      Position
}

// Ruling is what happens to a field, why, and the line of YAML that says so. The zero value removes.
type Ruling struct {
	Action   Action
	Category string
	Reason   string
	At       Position
}

// TransferState is what a transfer comes to. The zero value is missing.
type TransferState uint8

// The states.
const (
	TransferMissing TransferState = iota // some exporting law finds no safeguard
	TransferAllowed
	TransferNone // nobody else receives anything
)

func (s TransferState) String() string { return [...]string{"missing", "allowed", "none"}[s] }

// Transfer is the answer for one recipient.
type Transfer struct {
	State     TransferState
	Recipient string
	Laws      Laws      // the exporting laws that were asked
	OnMissing OnMissing // what a missing safeguard leads to
	Verdict
}

// Blocks says that the exchange must not take place.
func (t Transfer) Blocks() bool { return t.State == TransferMissing && t.OnMissing == Block }

// Redacts says that labelled fields go by `otherwise` on this transfer.
func (t Transfer) Redacts() bool { return t.State == TransferMissing && t.OnMissing == Redact }

// Conflict is a purpose that one source granted and another refused.
type Conflict struct {
	Purpose string
	Granted Source
	Refused Source
	Stood   bool // the grant stood
}

// Decision is the policy narrowed to the facts of one data subject. It is immutable.
type Decision struct {
	id     string
	facts  Facts
	policy *Policy

	origin    string
	regime    Regime
	permitted map[string]Verdict
	stored    map[string]Verdict
	longest   time.Duration // retention of a stored purpose that is not strictly necessary
	rulings   [2][]Ruling   // by direction, beside Labels.All
	embeds    map[string]Verdict
	embedding []Verdict           // the same by the recipients' indices
	listing   []Verdict           // beside Policy.listed; nil for an element, which is no page
	pinged    map[string]*Verdict // on the purposes of recipients that are let through in Consent Mode only; nil where there are none
	transfer  Transfer            // to the recipient behind the route
	caller    Transfer            // of the response, to whoever asked
	conflicts []Conflict
	allowed   string
	withheld  []string // features of browsers
}

// ID is short, and the same for equal decisions of one policy: 12 characters of lower-case base32.
func (d *Decision) ID() string { return d.id }

// Facts are what was decided on.
func (d *Decision) Facts() Facts { return d.facts }

// Labels are the fields of the exchange.
func (d *Decision) Labels() *Labels { return d.facts.Labels }

// Country is ISO 3166-1 or -2, UnknownPlace where it is not known.
func (d *Decision) Country() string { return d.facts.Country }

// Origin is "EEA", "GB", "CH" or the country.
func (d *Decision) Origin() string { return d.origin }

// Regime is what silence means here.
func (d *Decision) Regime() Regime { return d.regime }

// Purpose is the purpose of the route, or "".
func (d *Decision) Purpose() string { return d.facts.Purpose }

// PermittedList is the ids of the permitted purposes, sorted, comma-separated.
func (d *Decision) PermittedList() string { return d.allowed }

// Permitted says whether data may flow for a purpose (GDPR Art. 6). An unknown id is not permitted.
func (d *Decision) Permitted(purpose string) Verdict { return d.permitted[purpose] }

// Stored says whether a purpose may store on or read from the device (ePrivacy Art. 5(3)). An unknown id may not.
func (d *Decision) Stored(purpose string) Verdict { return d.stored[purpose] }

// Transfer is the transfer to the recipient behind the route.
func (d *Decision) Transfer() Transfer { return d.transfer }

// Caller is the transfer that the response itself is.
func (d *Decision) Caller() Transfer { return d.caller }

// Receiver is the transfer that a body in this direction is part of.
func (d *Decision) Receiver(dir Direction) Transfer {
	if dir == Request {
		return d.transfer
	}
	return d.caller
}

// Ruling is what happens in a direction to the field of Labels().All()[i].
func (d *Decision) Ruling(dir Direction, i int) Ruling { return d.rulings[dir][i] }

// Action is the action of Ruling(dir, i), not to be changed: what the hot path asks for.
func (d *Decision) Action(dir Direction, i int) *Action { return &d.rulings[dir][i].Action }

// Embed says whether a recipient that is embedded in a page is let through. An unknown recipient is not.
func (d *Decision) Embed(recipient string) Verdict { return d.embeds[recipient] }

// Conflicts are the purposes on which sources disagree, sorted by purpose.
func (d *Decision) Conflicts() []Conflict { return d.conflicts }

// Cookie says what becomes of a cookie by its name: kept where its purpose may store. What neither the policy nor the
// catalogue names is judged by the catalogue's cookie database, where that knows the name.
func (d *Decision) Cookie(name string) CookieRuling {
	rules := d.policy.cookies.cookieRules(name)
	if len(rules) == 0 {
		if r, ok := d.longTail(name); ok {
			return r
		}
		u := d.policy.unclassified
		return CookieRuling{Ruling: Ruling{Action: u, Reason: unclassifiedReason(u), At: u.At}}
	}
	var best CookieRuling
	for i, rule := range rules {
		v := d.stored[rule.purpose.ID]
		r := rule.purpose.cookie(v, rule.at)
		if rule.recipient != nil {
			r.Recipient = rule.recipient.ID
		}
		if i == 0 || (r.Action.Kind == Keep && best.Action.Kind != Keep) {
			best = r
		}
	}
	return best
}

// LongestRetention is the longest life that a cookie with a cap may have which may be stored, those of strictly necessary
// purposes aside; 0 where none may.
func (d *Decision) LongestRetention() time.Duration { return d.longest }

// Refused says that the data subject has refused a purpose in so many words or by GPC, rather than been silent.
func (d *Decision) Refused(purpose string) bool {
	p := d.policy.purposes[purpose]
	if p == nil {
		return false
	}
	s := &d.facts.Signals
	return s.Prompt.Refused.has(p.index) || s.Stored.Refused.has(p.index) || s.GPC && p.GPC
}

// longTail asks the cookie database, as cookieRules does: by the whole name, then by what stands behind a prefix.
func (d *Decision) longTail(name string) (r CookieRuling, ok bool) {
	c, ok := catalog.CookieNamed(name)
	if !ok {
		bare := withoutPrefix(name)
		if bare == name {
			return CookieRuling{}, false
		}
		if c, ok = catalog.CookieNamed(bare); !ok {
			return CookieRuling{}, false
		}
	}
	purpose := d.policy.purposes[c.Purpose]
	if purpose == nil {
		return CookieRuling{}, false
	}
	return purpose.cookie(d.stored[c.Purpose], Position{File: catalog.CookieFile, Line: c.Line, Column: 1}), true
}

// cookie is the ruling on a cookie that serves a purpose.
func (p *Purpose) cookie(stored Verdict, at Position) CookieRuling {
	r := CookieRuling{Purpose: p.ID, Lifetime: p.Retention, Renewable: p.Basis == StrictlyNecessary}
	r.Ruling = Ruling{Action: Action{Kind: Remove, At: at}, Reason: stored.Reason, At: at}
	if stored.Allowed {
		r.Action.Kind = Keep
	}
	return r
}

func unclassifiedReason(a Action) string {
	if a.Kind == Keep {
		return "nothing names the cookie; unclassified: keep"
	}
	return "nothing names the cookie; unclassified: drop"
}

// Param says what becomes of a click id by its name: kept where a recipient that owns it is let through, and not in
// Consent Mode only. ok is false where no recipient owns the name.
func (d *Decision) Param(name string) (r Ruling, recipient string, ok bool) {
	for _, rule := range d.policy.params.find(name) {
		v := d.embeds[rule.recipient.ID]
		if refused := d.pinged[rule.recipient.ID]; refused != nil {
			v = *refused
		}
		if v.Allowed {
			return Ruling{Action: Action{Kind: Keep, At: rule.at}, Reason: v.Reason, At: rule.at}, rule.recipient.ID, true
		}
		if !ok {
			r = Ruling{Action: Action{Kind: Remove, At: rule.at}, Reason: v.Reason, At: rule.at}
			recipient, ok = rule.recipient.ID, true
		}
	}
	return r, recipient, ok
}

// OwnsDomain says whether a recipient that is let through owns a cookie's Domain by one of its hosts.
func (d *Decision) OwnsDomain(domain string) bool {
	domain = strings.ToLower(strings.TrimPrefix(domain, "."))
	for _, r := range d.policy.recipients {
		if !d.isGranted(r.ID) {
			continue
		}
		for _, host := range r.Embed.Hosts {
			name := strings.TrimPrefix(strings.ToLower(host.Name), "*.")
			if name == domain || strings.HasSuffix(name, "."+domain) || strings.HasSuffix(domain, "."+name) {
				return true
			}
		}
	}
	return false
}

// Without is the decision for a direction in which another handler has acted on some labels already: these are kept as
// they are. It has the same id, since the places that it acts on are the same.
func (d *Decision) Without(dir Direction, acted func(*Label) bool) *Decision {
	labels := d.Labels().All()
	left := *d
	left.rulings[dir] = append([]Ruling(nil), d.rulings[dir]...)
	for i := range labels {
		if acted(&labels[i]) {
			r := &left.rulings[dir][i]
			r.Action = Action{Kind: Keep, At: r.Action.At}
			r.Reason = "another handler of the same request acted on it"
		}
	}
	return &left
}

// ActsOn says that the label of a position is acted on in a direction.
func (d *Decision) ActsOn(dir Direction, at Position) bool {
	labels := d.Labels().All()
	for i := range labels {
		if labels[i].At == at && d.rulings[dir][i].Action.Kind != Keep {
			return true
		}
	}
	return false
}
