package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// safeguard reads a word, or a map of one mechanism with what bounds it.
func (l *loader) safeguard(n *node, r *Recipient) (Safeguard, bool) {
	s := Safeguard{Covers: EEA, At: n.at}
	if n.kind == scalarNode {
		if l.invalidated(n, n.text) {
			return s, false
		}
		word := l.word(n, "a safeguard", mechanismNames[Adequacy:]...)
		s.Mechanism = mechanismOf(word)
		return s, word != "" && l.mechanism(&s, entry{key: n}, r)
	}
	gone := false
	for _, e := range n.entries {
		gone = l.invalidated(e.key, e.key.text) || gone
	}
	if gone {
		return s, false
	}
	f := l.shaped(n, "safeguard")
	var stated []entry
	for _, e := range n.entries {
		if mechanismOf(e.key.text) != NoMechanism {
			stated = append(stated, e)
		}
	}
	if len(stated) != 1 {
		if n.kind == mapNode {
			l.wrong(n.at, fmt.Sprintf("a safeguard names %d mechanisms", len(stated)), "write one of "+join(mechanismNames[Adequacy:])+" for each")
		} else if n.isEmpty() {
			l.wrong(n.at, "a safeguard is empty", "write one of "+join(mechanismNames[Adequacy:]))
		}
		return s, false
	}
	s.Mechanism = mechanismOf(stated[0].key.text)
	if covers := f.value("covers"); covers != nil {
		s.Covers = l.laws(covers, "covers")
	}
	l.days(&s, f)
	return s, l.mechanism(&s, stated[0], r)
}

// mechanismOf is NoMechanism for a word that is none.
func mechanismOf(word string) Mechanism {
	return Mechanism(max(0, slices.Index(mechanismNames[:], word)))
}

// invalidated refuses what a court or an authority has ended, however it is spelled.
func (l *loader) invalidated(n *node, text string) bool {
	word := strings.NewReplacer(" ", "_", "-", "_", "harbour", "harbor").Replace(strings.ToLower(text))
	var gone catalog.Invalidation
	found := false
	for _, name := range []string{"safe_harbor", "privacy_shield"} {
		if strings.Contains(word, name) || strings.Contains(word, strings.ReplaceAll(name, "_", "")) {
			if strings.Contains(word, "swiss") {
				name = "swiss_" + name
			}
			gone, found = catalog.Invalidated(name)
		}
	}
	if found {
		l.wrong(n.at, fmt.Sprintf("%s safeguards nothing since %s: %s", gone.Name, gone.Date, gone.Ruling),
			"write {dpf: ORGANISATION} if the recipient is certified, or {scc: MODULE}")
	}
	return found
}

// days reads from when to when a safeguard holds.
func (l *loader) days(s *Safeguard, f fields) {
	s.From = max(l.date(f.value("signed"), "signed"), l.date(f.value("listed"), "listed"))
	if f.value("signed") != nil && f.value("listed") != nil {
		l.wrong(f.keyAt("listed"), "a safeguard is both signed and listed", "write signed for a contract, and listed for a certificate")
	}
	s.Until = l.date(f.value("expires"), "expires")
	if s.Until != 0 && s.Until < s.From {
		l.wrong(f.keyAt("expires"), fmt.Sprintf("a safeguard expires on %s, before it begins on %s", s.Until, s.From), "write a later day")
	}
}

// mechanism reads what a mechanism rests on, and whether it can be where it is said to be.
func (l *loader) mechanism(s *Safeguard, e entry, r *Recipient) bool {
	detail := e.value
	if detail != nil && detail.kind == scalarNode && l.invalidated(detail, detail.text) {
		return false
	}
	before := len(l.problems)
	switch s.Mechanism {
	case SCC:
		s.Detail = l.detail(e, "controller_to_controller", "controller_to_processor", "processor_to_processor", "processor_to_controller")
	case BCR:
		s.Detail = l.detail(e, "controller", "processor")
	case DPF:
		s.Detail = l.detail(e)
		if r.Country != "" && r.Country != "US" {
			l.wrong(e.key.at, fmt.Sprintf("a Data Privacy Framework certifies organisations in the US, and recipient %s is in %s", quoted(r.ID), r.Country),
				"write another safeguard, or country: US")
		}
	case Derogation:
		s.Detail = l.detail(e)
		if detail != nil && s.Detail != "" && !isDerogation(s.Detail) {
			l.wrong(detail.at, fmt.Sprintf("%s is no article of derogations", quoted(s.Detail)), "write one of GDPR Art. 49 or FADP Art. 17, such as 49(1)(a)")
		}
	case IDTA:
		if !detail.isEmpty() {
			s.Detail = l.text(detail, "idta")
		}
		if s.Covers&GB == 0 {
			l.wrong(e.key.at, "idta covers "+s.Covers.String()+", and it is an instrument of the law of GB", "write {idta: , covers: [GB]}")
		}
	case Adequacy:
		if !detail.isEmpty() {
			l.wrong(detail.at, "adequacy takes no argument: its rows are in the catalogue", "write adequacy alone")
		}
	default:
		s.Detail = l.detail(e)
	}
	return len(l.problems) == before
}

// detail reads what a mechanism asks for: one of the words, or any text where there are none.
func (l *loader) detail(e entry, words ...string) string {
	name := e.key.text
	if e.value.isEmpty() {
		instead := "write " + map[string]string{
			"dpf": "dpf: and the organisation as it is listed", "derogation": "derogation: and its article, such as 49(1)(a)",
		}[name]
		if len(words) > 0 {
			instead = "write " + name + ": and one of " + join(words)
		} else if instead == "write " {
			instead = "write " + name + ": and its name"
		}
		l.wrong(e.key.at, name+" lacks what it rests on", instead)
		return ""
	}
	if len(words) == 0 {
		return l.text(e.value, name)
	}
	return l.word(e.value, name, words...)
}

func isDerogation(article string) bool {
	article = strings.TrimPrefix(article, "Art. ")
	for _, number := range []string{"49", "17"} {
		if rest, ok := strings.CutPrefix(article, number); ok {
			return rest == "" || rest[0] == '(' && rest[len(rest)-1] == ')'
		}
	}
	return false
}
