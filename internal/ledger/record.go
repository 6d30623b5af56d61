package ledger

import (
	"context"
	"time"
)

// Choices are the stored choices of subjects. Implementations are safe for concurrent use.
type Choices interface {
	// Of gives what is on record of a subject; ok is false where nothing is, which is silence. On an error nobody
	// knows, and the caller fails closed. The error holds no value of the record and not the subject.
	Of(ctx context.Context, subject string) (r Record, ok bool, err error)
}

// Record is what an account has on record of its subject. The zero value is silence. Its slices are shared and must not
// be changed.
type Record struct {
	Grants     []string  // ids of purposes and refusable categories
	Refuses    []string  // of the same kinds; a refusal beats a grant
	At         time.Time // when the grants were given; zero: not known
	Restricted time.Time // when a restriction of processing began (GDPR Art. 18); zero: there is none
	Minor      bool
}
