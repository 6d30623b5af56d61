package caddymodule

import (
	"fmt"
	"slices"

	"github.com/privet-gateway/privet/rules"
)

// kind is what sort of word a configuration takes from the policy.
type kind string

const (
	purposeWord   kind = "purpose"
	recipientWord kind = "recipient"
)

// word is an id of the policy that a route or a matcher names.
type word struct {
	kind kind
	id   string
}

// at is where a policy declares the word.
func (w word) at(p *rules.Policy) (rules.Position, bool) {
	if w.kind == purposeWord {
		purpose, ok := p.Purpose(w.id)
		if !ok {
			return rules.Position{}, false
		}
		return purpose.At, true
	}
	recipient, ok := p.Recipient(w.id)
	if !ok {
		return rules.Position{}, false
	}
	return recipient.At, true
}

// require notes words without which a policy must not be swapped in: a route that names one would refuse every field,
// or let a transfer pass for none. Modules call it while they are provisioned, which ends before the files are watched,
// so it needs no lock.
func (a *App) require(of kind, ids ...string) {
	for _, id := range ids {
		if w := (word{of, id}); id != "" && !slices.Contains(a.required, w) {
			a.required = append(a.required, w)
		}
	}
}

// missing are the required words that an edited policy has lost, each where the running policy declares it.
func (a *App) missing(edited *rules.Policy) rules.Problems {
	var problems rules.Problems
	for _, w := range a.required {
		if _, ok := w.at(edited); ok {
			continue
		}
		problem := rules.Problem{
			What:    fmt.Sprintf("%s %q, which stood here, is gone, and a route or a matcher names it", w.kind, w.id),
			Instead: "declare it again, or take it out of the configuration first",
		}
		if running := a.engine.Load(); running != nil {
			problem.At, _ = w.at(running.policy)
		}
		problems = append(problems, problem)
	}
	slices.SortStableFunc(problems, func(p, q rules.Problem) int {
		switch {
		case p.At.Before(q.At):
			return -1
		case q.At.Before(p.At):
			return 1
		default:
			return 0
		}
	})
	return problems
}

// words are the ids that a choice names.
func (c *Choice) words() []string {
	if c == nil {
		return nil
	}
	return append([]string{c.ID}, c.Of...)
}
