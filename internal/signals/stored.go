package signals

import (
	"time"

	"github.com/privet-gateway/privet/rules"
)

// Stored is what an account has on record of its subject. The zero value is silence. Its fields are those of the
// ledger's Record, in that order, so that one converts to the other.
type Stored struct {
	Grants     []string // ids of purposes and refusable categories; unknown ones say nothing
	Refuses    []string
	At         time.Time // when the grants were given; zero: unknown, and taken to be before any restriction
	Restricted time.Time // when a restriction of processing began (GDPR Art. 18); zero: there is none
	Minor      bool
}

// Of gives what is on record of a subject and nothing else: the cookie and the GPC of whoever asks speak for the
// visitor, never for an element's own subject.
func Of(p *rules.Policy, s Stored) (signals rules.Signals, minor bool) {
	signals.Restricted = !s.Restricted.IsZero()
	after := signals.Restricted && s.At.After(s.Restricted)
	for _, id := range s.Grants {
		if p.Choose(&signals.Stored, id, true) && after {
			p.MarkAfter(&signals.Stored, id)
		}
	}
	for _, id := range s.Refuses {
		p.Choose(&signals.Stored, id, false)
	}
	signals.Stored = withoutRefused(signals.Stored)
	return signals, s.Minor
}
