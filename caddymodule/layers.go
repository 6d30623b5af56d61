package caddymodule

import "github.com/privet-gateway/privet/rules"

// Several privacy handlers on one request each apply. A request meets the outermost first, a response the innermost;
// whoever comes later leaves the places alone on which an earlier one acted, so that nothing is done twice.

// toward is the decision for a direction, less what a handler before us in that direction has settled.
func (x *exchange) toward(dir rules.Direction) *rules.Decision {
	var earlier []*exchange
	if dir == rules.Request {
		for o := x.outer; o != nil; o = o.outer {
			earlier = append(earlier, o)
		}
	} else {
		x.mu.Lock()
		earlier = append(earlier, x.inner...)
		x.mu.Unlock()
	}
	d := x.decision
	for _, e := range earlier {
		if e.decision == nil || e.handler == x.handler {
			continue
		}
		d = d.Without(dir, func(l *rules.Label) bool { return e.decision.ActsOn(dir, l.At) })
	}
	return d
}

// enter tells every handler further out that x is on the same request.
func (x *exchange) enter() {
	for o := x.outer; o != nil; o = o.outer {
		o.mu.Lock()
		o.inner = append(o.inner, x)
		o.mu.Unlock()
	}
}
