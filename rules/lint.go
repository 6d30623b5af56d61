package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// lint warns of what loads and is enforced, and yet does not do what its author may believe.
func (l *loader) lint() {
	l.lintDevice()
	l.lintSubdivisions()
	l.lintTransfers()
	l.lintLabels()
	l.lintContacts()
}

// lintDevice knows that the device rule (ePrivacy Directive Art. 5(3)) asks for a grant whatever the basis.
func (l *loader) lintDevice() {
	warned := map[string]bool{}
	for _, rule := range l.policy.cookies.rules() {
		l.lintStored(rule, warned)
	}
	for _, r := range l.policy.Recipients() {
		if p := l.policy.purposes[r.Purpose]; p != nil {
			l.lintStored(cookieRule{purpose: p, recipient: r, at: r.At}, warned)
		}
		if r.Refused == RefusedConsentMode {
			l.warn(r.RefusedAt, fmt.Sprintf("where a visitor refuses, recipient %s is contacted all the same: its tags run, and send pings without cookies (gcs=G100)", quoted(r.ID)),
				"write refused: remove, which is stricter, unless that is meant")
		}
	}
}

// lintStored warns at the line of the policy that is nearest to the belief: the cookie or recipient that it names, else
// the purpose that it gave another basis, once.
func (l *loader) lintStored(rule cookieRule, warned map[string]bool) {
	p := rule.purpose
	if p.Basis == Consent || p.Basis == StrictlyNecessary {
		return
	}
	at := rule.at
	if rule.recipient != nil {
		at = rule.recipient.At
	}
	if isBuiltIn(at) {
		at = p.BasisAt
		if isBuiltIn(at) {
			return
		}
	}
	if key := at.String(); !warned[key] {
		warned[key] = true
		l.warn(at, fmt.Sprintf("what the device stores for %s, on %s, asks for a grant in opt-in regimes whatever the basis (ePrivacy Art. 5(3))", p.ID, p.Basis),
			"use a purpose on strictly_necessary or consent")
	}
}

func isBuiltIn(at Position) bool { return strings.HasPrefix(at.File, "catalog/") }

// rules are all that names match, the policy's and the catalogue's, in no order.
func (t *nameTable) rules() []cookieRule {
	var all []cookieRule
	for _, side := range []*names{&t.policy, &t.catalog} {
		for _, rules := range side.exact {
			all = append(all, rules...)
		}
		for _, glob := range side.globs {
			all = append(all, glob.rules...)
		}
	}
	return all
}

func (l *loader) lintSubdivisions() {
	warned := map[string]bool{}
	for _, rule := range l.policy.regimes {
		country, _, divided := strings.Cut(rule.code, "-")
		if !divided || warned[country] {
			continue
		}
		warned[country] = true
		l.warn(rule.at, fmt.Sprintf("regimes names %s, and the embedded database knows countries only: the strictest regime of %s holds where nothing else says the subdivision", rule.code, country),
			"state a residence, or a database that knows subdivisions")
	}
}

// lintTransfers looks at each recipient with the eyes of the laws that the controllers are under.
func (l *loader) lintTransfers() {
	var laws Laws
	for _, c := range l.policy.controllers {
		laws |= c.Laws
	}
	if laws == 0 {
		laws = EEA
	}
	for _, r := range l.policy.Recipients() {
		if r.Declared {
			l.lintTransfer(r, laws)
		}
	}
}

func (l *loader) lintTransfer(r *Recipient, laws Laws) {
	var missing []string
	limits := map[string]string{} // of adequacy findings, with the first law that sets each
	for _, law := range laws.Names() {
		if catalog.Area(r.Country) == law || r.safeguarded(LawOf(law)) {
			continue
		}
		row, ok := adequacyOf(law, r.Country)
		limit := row.Scope
		if len(row.Except) > 0 {
			limit = "everybody outside " + join(row.Except)
		}
		switch _, said := limits[limit]; {
		case !ok:
			missing = append(missing, law)
		case limit != "" && !said:
			limits[limit] = law
			l.warn(r.At, fmt.Sprintf("recipient %s relies on an adequacy finding of %s for %s that is limited to %s", quoted(r.ID), law, r.Country, limit),
				"make sure that each transfer is within it, or add safeguards:")
		}
	}
	if len(missing) > 0 {
		l.warn(r.At, fmt.Sprintf("recipient %s is in %s and has no safeguard under the law of %s (on_missing: %s)",
			quoted(r.ID), r.Country, strings.Join(missing, " and "), r.OnMissing), "add safeguards:")
	}
}

// safeguarded says that the policy states a safeguard of its own under a law.
func (r *Recipient) safeguarded(law Laws) bool {
	return slices.ContainsFunc(r.Safeguards, func(s Safeguard) bool { return s.Covers&law != 0 && s.Mechanism != Adequacy })
}

func adequacyOf(law, country string) (catalog.Adequacy, bool) {
	for _, row := range catalog.Adequacies() {
		if row.Law == law && (row.Country == country || row.Country == catalog.Area(country) && row.Country != "") {
			return row, true
		}
	}
	return catalog.Adequacy{}, false
}

func (l *loader) lintLabels() {
	used := map[string]bool{}
	for _, label := range l.policy.fields {
		used[label.Category] = true
	}
	for i := range l.policy.endpoints {
		e := &l.policy.endpoints[i]
		for _, label := range e.Labels {
			used[label.Category] = true
		}
		if len(e.Labels) == 0 && len(e.Each) == 0 {
			l.warn(e.At, fmt.Sprintf("endpoint %s labels nothing", quoted(e.Pattern.String())), "label its fields under request, response, query or headers, or remove it")
		}
	}
	for _, c := range l.policy.Categories() {
		switch {
		case c.BuiltIn || used[c.ID]:
		case c.Choice:
			l.warn(c.At, fmt.Sprintf("category %s offers a choice that no field follows", quoted(c.ID)), "label a field with it, or remove choice")
		default:
			l.warn(c.At, fmt.Sprintf("category %s labels no field", quoted(c.ID)), "label a field with it, or remove it")
		}
	}
}
