package caddymodule

import (
	"slices"

	"github.com/privet-gateway/privet/rules"
)

// Several privacy handlers on one request each apply. A request meets the outermost first, a response the innermost;
// whoever comes later leaves the places alone on which an earlier one acted, so that nothing is done twice.

// toward is the decision for a direction, less what a handler before us in that direction has settled.
func (x *exchange) toward(dir rules.Direction) *rules.Decision {
	d := x.decision
	for _, e := range x.earlier(dir) {
		d = d.Without(dir, func(l *rules.Label) bool { return e.decision.ActsOn(dir, l.At) })
	}
	return d
}

// earlier are the exchanges of other handlers that what goes in a direction meets before us.
func (x *exchange) earlier(dir rules.Direction) []*exchange {
	var met []*exchange
	if dir == rules.Request {
		for o := x.outer; o != nil; o = o.outer {
			met = append(met, o)
		}
	} else {
		x.mu.Lock()
		met = append(met, x.inner...)
		x.mu.Unlock()
	}
	return slices.DeleteFunc(met, func(e *exchange) bool { return e.decision == nil || e.handler == x.handler })
}

// enter tells every handler further out that x is on the same request.
func (x *exchange) enter() {
	for o := x.outer; o != nil; o = o.outer {
		o.mu.Lock()
		o.inner = append(o.inner, x)
		o.mu.Unlock()
	}
}
