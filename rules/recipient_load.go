package rules

import (
	"fmt"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// lastVendor bounds the ids of the IAB Global Vendor List, which are 16 bits in a TC string.
const lastVendor = 65535

func (l *loader) recipients(n *node) {
	l.policy.recipients = map[string]*Recipient{}
	for _, e := range l.entries(n, `"recipients"`) {
		if l.id(e.key, "recipient") {
			l.policy.recipients[e.key.text] = l.recipient(e)
		}
	}
}

func (l *loader) recipient(e entry) *Recipient {
	f := l.shaped(e.value, "recipient")
	r := &Recipient{ID: e.key.text, Title: e.key.text, At: e.key.at, Declared: !e.key.builtIn}
	if title := l.text(f.value("title"), "title"); title != "" {
		r.Title = title
	}
	l.missing(f, "country", Problem{At: r.At, What: fmt.Sprintf("recipient %s has no country", quoted(r.ID)), Instead: "write country: and its ISO 3166-1 code, such as IE"})
	r.Country = l.country(f.value("country"))
	r.Role = l.word(f.value("role"), "role", "controller", "joint_controller", "processor", "third_party")
	if purpose := f.value("purpose"); purpose != nil {
		r.Purpose = declared(l, purpose, "purpose", l.policy.purposes)
	}
	for _, item := range l.items(f.value("safeguards"), "safeguards") {
		if s, ok := l.safeguard(item, r); ok {
			r.Safeguards = append(r.Safeguards, s)
		}
	}
	r.OnMissing = l.policy.transfers.OnMissing
	if missing := f.value("on_missing"); missing != nil {
		r.OnMissing = l.onMissing(missing)
	}
	if refused := f.value("refused"); refused != nil {
		r.Refused, r.RefusedAt = l.refused(refused, r.ID), refused.at
	}
	r.TCFVendor = l.integer(f.value("tcf_vendor"), "tcf_vendor", interval{1, lastVendor})
	if embed := f.value("embed"); embed != nil {
		r.Embed = l.embed(embed)
		if f.value("purpose") == nil {
			l.wrong(f.keyAt("embed"), fmt.Sprintf("recipient %s is embedded in pages and has no purpose", quoted(r.ID)), "write purpose: and what it is embedded for")
		}
	}
	return r
}

// country reads an ISO 3166-1 code.
func (l *loader) country(n *node) string {
	text := l.text(n, "country")
	if text == "" {
		return ""
	}
	code, ok := catalog.Country(text)
	if !ok || strings.Contains(code, "-") {
		l.wrong(n.at, fmt.Sprintf("%s is no country", quoted(text)), "write an ISO 3166-1 code of two letters, such as IE")
		return ""
	}
	return code
}

func (l *loader) onMissing(n *node) OnMissing {
	switch l.word(n, "on_missing", Block.String(), Redact.String(), Report.String()) {
	case "redact":
		return Redact
	case "report":
		return Report
	default:
		return Block
	}
}

func (l *loader) refused(n *node, recipient string) Refused {
	if l.word(n, "refused", RefusedRemoved.String(), RefusedConsentMode.String()) != RefusedConsentMode.String() {
		return RefusedRemoved
	}
	if !knowsConsentMode(recipient) {
		l.wrong(n.at, fmt.Sprintf("the tags of recipient %s know no Consent Mode", quoted(recipient)),
			"write remove, or consent_mode on "+join([]string{tagManager, googleAnalytics, googleAds}))
		return RefusedRemoved
	}
	return RefusedConsentMode
}
