package caddymodule

import (
	"slices"

	"github.com/privet-gateway/privet/rules"
)

// Several privacy handlers on one request each apply. A request meets the outermost first, a response the innermost;
// whoever comes later leaves the places alone on which an earlier one acted, so that nothing is done twice.

// toward is the decision for a direction, less what a handler before us in that direction has settled.
func (x *exchange) toward(dir rules.Direction) *rules.Decision {
	return x.less(dir, x.earlier(dir))
}

// acting is toward where rules act. Where they only report, each handler tells all that it would have done.
func (x *exchange) acting(dir rules.Direction) *rules.Decision {
	if x.enforcing() {
		return x.toward(dir)
	}
	return x.decision
}

// less is the decision for a direction, less what other exchanges have settled.
func (x *exchange) less(dir rules.Direction, met []*exchange) *rules.Decision {
	d := x.decision
	for _, e := range met {
		d = d.Without(dir, func(l *rules.Label) bool { return e.decision.ActsOn(dir, l.At) })
	}
	return d
}

// earlier are the exchanges of other handlers that what goes in a direction has met before us. A chain that failed has
// acted on nothing of the answer that takes its place.
func (x *exchange) earlier(dir rules.Direction) []*exchange {
	met := x.others(dir)
	if dir == rules.Response {
		met = slices.DeleteFunc(met, func(e *exchange) bool { return !e.response.passes.Load() })
	}
	return met
}

// others are the exchanges of other handlers between us and whoever sends in a direction.
func (x *exchange) others(dir rules.Direction) []*exchange {
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

// earlierTunnels are those of earlier whose tunnels a message has been through. A chain that failed before an upstream
// switched protocols has opened none, and the chain that answers in its place reads everything itself.
func (x *exchange) earlierTunnels(dir rules.Direction) []*exchange {
	return slices.DeleteFunc(x.others(dir), func(e *exchange) bool { return e.tunnel == nil || !e.tunnel.isOpen() })
}

// enter tells every handler further out that x is on the same request.
func (x *exchange) enter() {
	for o := x.outer; o != nil; o = o.outer {
		o.mu.Lock()
		o.inner = append(o.inner, x)
		o.mu.Unlock()
	}
}
