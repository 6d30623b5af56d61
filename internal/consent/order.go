package consent

import (
	"slices"

	"github.com/privet-gateway/privet/rules"
)

// People read purposes, categories and recipients in the order in which the policy's files tell them, and what is built
// in behind them.

func purposes(p *rules.Policy) []*rules.Purpose {
	return inOrder(p.Purposes(), func(x *rules.Purpose) place { return place{x.At, !x.BuiltIn} })
}

func categories(p *rules.Policy) []*rules.Category {
	return inOrder(p.Categories(), func(x *rules.Category) place { return place{x.At, !x.BuiltIn} })
}

func recipients(p *rules.Policy) []*rules.Recipient {
	return inOrder(p.Recipients(), func(x *rules.Recipient) place { return place{x.At, x.Declared} })
}

// listed are the options in that order.
func listed(p *rules.Policy) []option { return optionsOf(p, purposes(p), categories(p)) }

// place is where something is said, and whether by the policy itself.
type place struct {
	at  rules.Position
	own bool
}

// inOrder leaves what is built in as it was, sorted by id.
func inOrder[T any](all []T, placeOf func(T) place) []T {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b T) int {
		switch x, y := placeOf(a), placeOf(b); {
		case x.own != y.own && x.own, x.own && x.at.Before(y.at):
			return -1
		case x.own != y.own, x.own && y.at.Before(x.at):
			return 1
		default:
			return 0
		}
	})
	return all
}
