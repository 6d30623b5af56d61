package consent

import "github.com/privet-gateway/privet/rules"

// receiver is a recipient as the pages show it.
type receiver struct {
	Name      string
	Role      string
	Country   string
	Transfers []transfer
}

// transfer is what holds under one law today.
type transfer struct {
	Law     string
	Text    string
	Blocked bool // no safeguard is in force
}

// receiverOf shows the laws that apply to the visitor, or each where none does.
func receiverOf(p *rules.Policy, d *rules.Decision, r *rules.Recipient) receiver {
	out := receiver{Name: r.Title, Role: roleName(r.Role), Country: countryName(r.Country)}
	laws := lawsOf(d)
	if laws == 0 {
		laws = rules.EEA | rules.GB | rules.CH
	}
	for _, law := range []rules.Laws{rules.EEA, rules.GB, rules.CH} {
		if laws&law == 0 {
			continue
		}
		t := transferOf(p, d, r, law)
		t.Law = lawName(law)
		out.Transfers = append(out.Transfers, t)
	}
	return out
}

func roleName(role string) string {
	switch role {
	case "controller":
		return "decides for itself what it does with the data"
	case "joint_controller":
		return "decides together with us"
	case "processor":
		return "works on our behalf"
	case "third_party":
		return "third party"
	default:
		return ""
	}
}

// transferOf asks the policy whether data may go to a recipient under one law, on the day of the decision.
func transferOf(p *rules.Policy, d *rules.Decision, r *rules.Recipient, law rules.Laws) transfer {
	facts := rules.Facts{Element: true, Recipient: r.ID, Country: elsewhere, Exporter: law, Today: d.Facts().Today}
	if rules.LawOf(d.Origin()) == law {
		facts.Country = d.Country()
	}
	answer := p.Decide(facts).Transfer()
	if answer.State == rules.TransferMissing {
		return transfer{Blocked: true, Text: missing(r)}
	}
	for i := range r.Safeguards {
		if r.Safeguards[i].At == answer.At {
			return transfer{Text: inForce(&r.Safeguards[i])}
		}
	}
	if r.Country != "" && p.Decide(rules.Facts{Element: true, Country: r.Country}).Origin() == law.String() {
		return transfer{Text: "data does not leave the area"}
	}
	return transfer{Text: "adequacy decision"}
}

// elsewhere is a place without an exporting law, so that a decision there is about the exporter's law alone.
const elsewhere = "AQ"

// missing says what becomes of data without a safeguard. A third party of a page is let through or is not.
func missing(r *rules.Recipient) string {
	switch {
	case r.OnMissing == rules.Report:
		return "no safeguard is in force; data may be sent all the same"
	case r.OnMissing == rules.Redact && r.Purpose == "":
		return "no safeguard is in force; personal data is taken out before anything is sent"
	default:
		return "no safeguard is in force, so nothing is sent"
	}
}

// thirdParties are those that the policy declares to be embedded in pages for a purpose.
func thirdParties(p *rules.Policy, purpose string) []*rules.Recipient {
	var all []*rules.Recipient
	for _, r := range recipients(p) {
		if r.Declared && r.Purpose == purpose {
			all = append(all, r)
		}
	}
	return all
}
