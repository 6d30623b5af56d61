package signals

import (
	"slices"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// Input is all that can say something of a visitor's choices. The zero value says nothing.
type Input struct {
	Cookies []string // every Cookie field line, as received
	GPC     []string // every Sec-GPC field line, as received; never those of trailers
	Stored  Stored   // of the visitor's account; the zero value where nobody is known
}

// State is how reading went.
type State struct {
	// Invalid counts our cookies that are malformed and the choices in them that claim to come from the future.
	Invalid int
}

// Read gives what the visitor granted or refused. It counts the sources that the policy names, and what the account has
// on record. It does not allocate.
func Read(p *rules.Policy, in Input, now time.Time) (rules.Signals, State) {
	s, _ := Of(p, in.Stored)
	var state State
	settings := p.Consent()
	s.GPC = settings.GPC && optedOut(in.GPC)
	if settings.Privet {
		r := reader{policy: p, clock: clock{now, settings.RenewAfter}, restricted: in.Stored.Restricted}
		for _, line := range in.Cookies {
			for ours, rest := cut(line); ours.found; ours, rest = cut(rest) {
				r.read(ours.value)
			}
		}
		s.Prompt = withoutRefused(r.choices)
		state.Invalid = r.invalid
	}
	return s, state
}

// optedOut says whether Global Privacy Control is on: at least one field line is exactly "1", and every other value
// counts as absent (W3C GPC, "The Sec-GPC Header Field"). Hence "1, 1" on one line says nothing.
func optedOut(lines []string) bool {
	return slices.Contains(lines, "1")
}

// reader adds up what several of our cookies say.
type reader struct {
	policy     *rules.Policy
	clock      clock
	restricted time.Time
	choices    rules.Choices
	invalid    int
}

// read adds one cookie, wholly or, where it is malformed, not at all.
func (r *reader) read(value string) {
	sum, invalid := r.choices, 0
	s := scan(value)
	for s.next() {
		switch r.clock.judge(s.entry.at) {
		case current:
			r.add(&sum, s.entry)
		case impossible:
			invalid++
		case expired:
		}
	}
	if s.malformed {
		r.invalid++
		return
	}
	r.choices = sum
	r.invalid += invalid
}

func (r *reader) add(c *rules.Choices, e entry) {
	if !r.policy.Choose(c, e.id, e.kind != refused) || e.kind == refused {
		return
	}
	if e.kind == grantedShown {
		r.policy.MarkShown(c, e.id)
	}
	if !r.restricted.IsZero() && time.Unix(e.at, 0).After(r.restricted) {
		r.policy.MarkAfter(c, e.id)
	}
}

// withoutRefused settles what one source both granted and refused: a refusal beats a grant.
func withoutRefused(c rules.Choices) rules.Choices {
	for i, refused := range c.Refused {
		c.Granted[i] &^= refused
		c.Shown[i] &^= refused
		c.After[i] &^= refused
	}
	return c
}
