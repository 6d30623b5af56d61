package rules

import "strings"

// Laws is a set of exporting laws (areas whose law asks for a safeguard when data leaves). The zero value is none.
type Laws uint8

// The exporting laws: the GDPR in the EEA, the UK GDPR, and the Swiss FADP.
const (
	EEA Laws = 1 << iota
	GB
	CH
)

var lawNames = [...]string{"EEA", "GB", "CH"} //nolint:gochecknoglobals // the words of the language, never written to

// LawOf is the law an area's name stands for, or none.
func LawOf(area string) Laws {
	for i, name := range lawNames {
		if name == area {
			return 1 << i
		}
	}
	return 0
}

// Names are the areas in the order EEA, GB, CH.
func (l Laws) Names() []string {
	var names []string
	for i, name := range lawNames {
		if l&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String is "EEA,GB", or "none".
func (l Laws) String() string {
	if l == 0 {
		return "none"
	}
	return strings.Join(l.Names(), ",")
}

// Mechanism is what a safeguard rests on (GDPR Ch. V). The zero value safeguards nothing.
type Mechanism uint8

// The mechanisms.
const (
	NoMechanism   Mechanism = iota
	Adequacy                // Art. 45, from the catalogue
	DPF                     // Art. 45, certified under a Data Privacy Framework
	SCC                     // Art. 46(2)(c), (d): standard contractual clauses
	BCR                     // Art. 46(2)(b), 47: binding corporate rules
	IDTA                    // the UK's international data transfer agreement or addendum
	Code                    // Art. 46(2)(e): code of conduct
	Certification           // Art. 46(2)(f)
	Derogation              // Art. 49
)

var mechanismNames = [...]string{ //nolint:gochecknoglobals // the words of the language, never written to
	"none", "adequacy", "dpf", "scc", "bcr", "idta", "code", "certification", "derogation",
}

func (m Mechanism) String() string {
	if int(m) < len(mechanismNames) {
		return mechanismNames[m]
	}
	return mechanismNames[NoMechanism]
}

// Safeguard is what makes transfers to one recipient lawful.
type Safeguard struct {
	Mechanism Mechanism
	Detail    string // the organisation, module, role or article
	Covers    Laws   // EEA unless said otherwise
	From      Date   // signed or listed; 0: always
	Until     Date   // the last day on which it holds; 0: open
	At        Position
}

// valid says that the safeguard is in force on a day.
func (s Safeguard) valid(day Date) bool {
	return (s.From == 0 || s.From <= day) && (s.Until == 0 || day <= s.Until)
}
