package caddymodule

import (
	"net/http"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// reportsName is the public path that browsers report to, below consent.Root.
const reportsName = "reports"

// The values of third_parties in a site's own block.
const (
	openParties     = "open"
	declaredParties = "declared"
)

// declaredOnly says whether pages of this site may contact declared third parties alone. What the site's block says goes
// before the policy.
func (x *exchange) declaredOnly() bool {
	switch x.handler.ThirdParties {
	case declaredParties:
		return true
	case openParties:
		return false
	default:
		return x.engine.policy.DeclaredOnly()
	}
}

// document adds to the header of a page what a browser has to know before it shows it. Only documents get it, not parts
// that scripts fetch, and only from the outermost handler.
func (w *responseWriter) document(h http.Header) {
	to := destination(w.r.Header)
	if w.x.outer != nil || !w.x.enforcing() || to != "" && !isShown(to) {
		return
	}
	w.admit(h)
	declared := w.x.declaredOnly()
	if declared {
		w.limit(h)
	}
	filter.Withhold(h, w.x.decision.Withheld())
	filter.Referrer(h, declared)
}

// limit adds a policy of our own as a further line: a browser enforces it beside the site's, which keeps its force.
func (w *responseWriter) limit(h http.Header) {
	policy, endpoints := w.x.engine.limit(w.x.decision).Header(w.r.Host, scheme(w.r) == "https://", consent.Root+reportsName)
	h.Add("Content-Security-Policy", policy)
	if endpoints != "" {
		h.Add("Reporting-Endpoints", endpoints)
	}
}

// limit is whom a visitor's pages may contact, made once for a decision.
func (e *engine) limit(d *rules.Decision) *csp.Limit {
	if limit, ok := e.limits.Get(d); ok {
		return limit
	}
	limit := csp.NewLimit(d.Contacts())
	e.limits.Add(d, limit)
	return limit
}
