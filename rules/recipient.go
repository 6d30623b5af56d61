package rules

// OnMissing is what becomes of a transfer that lacks a safeguard. The zero value blocks.
type OnMissing uint8

// The answers to a missing safeguard.
const (
	Block  OnMissing = iota // 451, or the element disappears
	Redact                  // labelled fields go by `otherwise`
	Report                  // it passes, and is reported
)

func (o OnMissing) String() string { return [...]string{"block", "redact", "report"}[o] }

// Recipient is whoever receives data (GDPR Art. 4(9)): the upstream behind a route, the caller of an API, a third
// party embedded in a page.
type Recipient struct {
	ID         string
	Title      string
	Country    string // ISO 3166-1
	Role       string // controller, joint_controller, processor or third_party; "" not said
	Purpose    string // of an embedded third party; "" for upstreams and callers
	Safeguards []Safeguard
	OnMissing  OnMissing
	Refused    Refused
	RefusedAt  Position // where the policy says so
	TCFVendor  int
	Embed      Embed
	Declared   bool // the policy names it; otherwise it is the catalogue's alone
	At         Position

	index int // in Decision.embedding
}
