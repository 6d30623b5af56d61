package consent

import (
	"errors"
	"time"

	"github.com/privet-gateway/privet/rules"
)

var errExchange = errors.New("the exchange lacks its policy, its decision or a way to choose")

// Exchange is what the caller knows of one request. The zero value is answered with 500.
type Exchange struct {
	Policy   *rules.Policy
	Decision *rules.Decision // on the signals that the request brought
	// Origin is the site's own, scheme and host as the visitor sees them: "https://www.example.com". The empty one
	// makes every Origin foreign.
	Origin string
	// Choose records a change, and says what it leads to. Nothing is recorded where it gives an error.
	Choose func(Change) (Outcome, error)
	// Since is the day from which the policy is in force; the zero time: it is not told.
	Since time.Time
}

// Change is a choice a person made just now, in ids of the policy. Ids it does not name stay as they were. No id is both
// granted and refused.
type Change struct {
	Grant  []string
	Refuse []string
	Shown  []string // of Grant: beside these the conflict with GPC was shown
	Forget bool     // everything said before is forgotten
}

// Outcome is what a change leads to.
type Outcome struct {
	Cookie   string          // ours as "name=value"; an empty value expires it
	Decision *rules.Decision // on the signals that the next request will bring
	Dropped  []string        // names of cookies that the request brought and Decision does not keep
	Ages     string          // a value of Set-Cookie that keeps the days of those it does; "" leaves them as they are
}

func (x *Exchange) complete() bool { return x.Policy != nil && x.Decision != nil && x.Choose != nil }
