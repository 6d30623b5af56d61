package rules

import (
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// transfer answers for one recipient: every exporting law must allow it (GDPR Ch. V, UK GDPR, FADP Art. 16).
func (q *question) transfer(id string) Transfer {
	if id == "" {
		return Transfer{State: TransferNone, Verdict: Verdict{Allowed: true, Reason: "nobody else receives anything"}}
	}
	r, ok := q.policy.recipients[id]
	if !ok {
		return Transfer{State: TransferMissing, Recipient: id, Laws: q.laws, Verdict: Verdict{Reason: "the recipient is not declared"}}
	}
	t := Transfer{State: TransferAllowed, Recipient: id, Laws: q.laws, OnMissing: r.OnMissing}
	t.Verdict = Verdict{true, "no law that asks for a safeguard applies", r.At}
	var reasons []string
	for _, law := range q.laws.Names() {
		v := q.lawAllows(law, r)
		if !v.Allowed {
			t.State, t.Verdict = TransferMissing, v
			return t
		}
		reasons = append(reasons, v.Reason)
		t.At = v.At
	}
	if len(reasons) > 0 {
		t.Reason = strings.Join(reasons, "; ")
	}
	return t
}

func (q *question) lawAllows(law string, r *Recipient) Verdict {
	if r.Country != "" && catalog.Area(r.Country) == law {
		return Verdict{true, r.ID + " is in " + law, r.At}
	}
	country, _, _ := strings.Cut(q.facts.Country, "-")
	if country != UnknownPlace && catalog.Area(country) != law {
		country = "" // the law binds the exporter, wherever the person is
	}
	day := q.facts.Today
	if row, ok := adequate(law, country, r.Country, day); ok {
		return Verdict{true, law + ": " + row, r.At}
	}
	for _, s := range r.Safeguards {
		if s.Covers&LawOf(law) == 0 || !s.valid(day) || s.Mechanism == NoMechanism || s.Mechanism == Adequacy {
			continue
		}
		if s.Mechanism == DPF && !frameworkHolds(law, r.Country, day) {
			continue
		}
		text := s.Mechanism.String()
		if s.Detail != "" {
			text += " (" + s.Detail + ")"
		}
		return Verdict{true, law + ": " + text, s.At}
	}
	return Verdict{false, law + ": " + r.ID + " is in " + orUnknown(r.Country) + ", and no safeguard that covers " + law + " is in force", r.At}
}

func orUnknown(country string) string {
	if country == "" {
		return "an unknown country"
	}
	return country
}
