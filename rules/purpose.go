package rules

import "time"

// Basis is the lawful basis of a purpose (GDPR Art. 6(1)). The zero value permits nothing.
type Basis uint8

// The lawful bases. StrictlyNecessary is no basis of Art. 6 but the exemption of ePrivacy Art. 5(3).
const (
	NoBasis Basis = iota
	Consent
	Contract
	LegalObligation
	VitalInterests
	PublicTask
	LegitimateInterests
	StrictlyNecessary
)

var basisNames = [...]string{ //nolint:gochecknoglobals // the words of the language, never written to
	"none", "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests", "strictly_necessary",
}

func (b Basis) String() string {
	if int(b) < len(basisNames) {
		return basisNames[b]
	}
	return basisNames[NoBasis]
}

// Purpose is why data flows (GDPR Art. 5(1)(b)).
type Purpose struct {
	ID          string
	Title       string // for people; the id where the policy has none
	Description string // one or two sentences for the notice; may be empty
	Basis       Basis
	Default     bool          // for routes that name no purpose
	Retention   time.Duration // how long what serves it is kept, and the longest life of its cookies; 0: no cap
	TCF         []int         // IAB TCF purposes it stands for
	GPC         bool          // Global Privacy Control refuses it
	Marketing   bool          // an objection always holds (Art. 21(2)); implied by GPC and by TCF 2, 3, 4, 7
	Overridable bool          // an objection may be overridden (Art. 21(1)), for Reason
	Reason      string
	Restricted  bool // goes on under a restriction of processing (Art. 18): `restriction: allowed`
	BuiltIn     bool // from the catalogue, and not named by the policy

	At          Position
	BasisAt     Position
	ObjectionAt Position

	index int // in Set
}
