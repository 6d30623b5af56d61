package rules

import (
	"fmt"
	"slices"
)

// tcfMarketing are the TCF purposes that are direct marketing: limited data, profiles, their use and measuring of
// advertising (IAB Europe TCF Policies, Appendix A).
//
//nolint:gochecknoglobals // a table, never written to
var tcfMarketing = []int{2, 3, 4, 7}

// lastTCF is the highest TCF purpose (IAB Europe TCF Policies, Appendix A).
const lastTCF = 11

func (l *loader) purposes(n *node) {
	l.policy.purposes = map[string]*Purpose{}
	var standard *Purpose
	for _, e := range l.entries(n, `"purposes"`) {
		if !l.id(e.key, "purpose") {
			continue
		}
		if e.key.text == "all" {
			l.wrong(e.key.at, `"all" is no id of a purpose: the consent form means every purpose by it`, "choose another id")
		}
		p := l.purpose(e)
		l.policy.purposes[p.ID] = p
		if p.Default && standard != nil {
			l.wrong(p.At, fmt.Sprintf("%s is a second default purpose, after %s at %s", p.ID, standard.ID, standard.At), "mark one purpose default: true")
		} else if p.Default {
			standard = p
		}
	}
}

func (l *loader) purpose(e entry) *Purpose {
	f := l.shaped(e.value, "purpose")
	p := &Purpose{ID: e.key.text, Title: e.key.text, At: e.key.at, BasisAt: e.key.at, BuiltIn: e.key.builtIn}
	if title := l.text(f.value("title"), "title"); title != "" {
		p.Title = title
	}
	p.Description = l.text(f.value("description"), "description")
	l.basis(p, f)
	p.Default = l.flag(f.value("default"), "default")
	p.Retention = l.duration(f.value("retention"), "retention")
	for _, item := range l.items(f.value("tcf"), "tcf") {
		if number := l.integer(item, "tcf", interval{1, lastTCF}); number != 0 {
			p.TCF = append(p.TCF, number)
		}
	}
	p.GPC = l.flag(f.value("gpc"), "gpc")
	l.marketing(p, f)
	l.objection(p, f)
	p.Restricted = l.word(f.value("restriction"), "restriction", "allowed") != ""
	return p
}

func (l *loader) basis(p *Purpose, f fields) {
	words := basisNames[Consent:]
	l.missing(f, "basis", Problem{At: p.At, What: fmt.Sprintf("purpose %s has no basis", quoted(p.ID)), Instead: "write basis: and one of " + join(words)})
	n := f.value("basis")
	if n == nil {
		return
	}
	p.BasisAt = f.keyAt("basis")
	if word := l.word(n, "basis", words...); word != "" {
		p.Basis = Basis(slices.Index(basisNames[:], word))
	}
}

func (l *loader) marketing(p *Purpose, f fields) {
	implied := p.GPC || slices.ContainsFunc(p.TCF, func(n int) bool { return slices.Contains(tcfMarketing, n) })
	n := f.value("marketing")
	p.Marketing = l.flag(n, "marketing") || implied
	if n != nil && n.text == "false" && implied {
		l.wrong(n.at, fmt.Sprintf("purpose %s is marketing by its gpc or by a TCF purpose of 2, 3, 4 and 7", quoted(p.ID)), "remove marketing: false, or the mark that implies it")
	}
}

// objection reads whether an objection may be overridden (GDPR Art. 21(1)); to marketing it never may (21(2), (3)).
func (l *loader) objection(p *Purpose, f fields) {
	n := f.value("objection")
	p.Overridable = l.word(n, "objection", "overridable") != ""
	p.Reason = l.text(f.value("reason"), "reason")
	if n == nil {
		if p.Reason != "" {
			l.wrong(f.keyAt("reason"), "a reason stands without an objection to override", "add objection: overridable, or remove the reason")
		}
		return
	}
	p.ObjectionAt = f.keyAt("objection")
	if !p.Overridable {
		return
	}
	switch {
	case p.Marketing:
		l.wrong(p.ObjectionAt, "an objection to marketing is never overridden (GDPR Art. 21(2))", "remove objection, or do not use the purpose for marketing")
	case p.Basis != LegitimateInterests && p.Basis != PublicTask:
		if p.Basis != NoBasis {
			l.wrong(p.ObjectionAt, fmt.Sprintf("a purpose on %s knows no objection (GDPR Art. 21(1))", p.Basis), "remove objection, or state the basis legitimate_interests or public_task")
		}
	case f.value("reason") == nil:
		l.wrong(p.ObjectionAt, "an overridden objection has no reason", "add reason: and the compelling grounds (GDPR Art. 21(1))")
	}
}
