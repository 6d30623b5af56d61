package rules

import "time"

// Source is what a choice was read from.
type Source uint8

// The sources of choices, weakest claim to an explanation first. A refusal by any beats a grant by any.
const (
	SourcePrompt Source = iota // our own cookie, written by our own prompt ("privet")
	SourceStored               // what the account has on record of its subject
	SourceGPC                  // Global Privacy Control
)

func (s Source) String() string { return [...]string{"privet", "stored preference", "gpc"}[s] }

// ConsentSettings is the `consent:` block.
type ConsentSettings struct {
	Privet     bool // our own cookie is a source
	GPC        bool // Sec-GPC is a source
	Prompt     bool
	Explicit   bool // `conflicts: explicit`: a later choice on our own prompt, which showed the conflict, stands against GPC
	RenewAfter time.Duration
	At         Position
}

// TransferSettings is the `transfers:` block.
type TransferSettings struct {
	BlockUndeclared bool // `undeclared: block`
	OnMissing       OnMissing
	UndeclaredAt    Position
	OnMissingAt     Position
}

// MinorSettings is the `minors:` block.
type MinorSettings struct {
	Refuse bool // `data: refuse`: take no personal data from a minor at all
	At     Position
}

// Controller is who answers for the processing (GDPR Art. 4(7)).
type Controller struct {
	Name    string
	Laws    Laws
	Contact string
	At      Position
}
