package caddymodule

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

// publicName is what the consent pages call the path of a request, where the request is for us. The outermost handler
// answers, so that a route with several has one place to choose; a path is ours as received or as it stands here, so that
// a rewrite before us does not swallow it.
func (x *exchange) publicName() (name string, ours bool) {
	if x.outer != nil {
		return "", false
	}
	for _, path := range x.paths {
		if name, ours = consent.Name(path); ours {
			return name, true
		}
	}
	return "", false
}

// servePublic answers for a public path.
func (x *exchange) servePublic(w http.ResponseWriter, r *http.Request, name string) error {
	if name == reportsName {
		return x.takeReport(w, r)
	}
	if x.serveGuard(w, r, name) {
		return nil
	}
	err := consent.Answer(w, r, name, consent.Exchange{
		Policy:   x.engine.policy,
		Decision: x.decision,
		Origin:   origin(r),
		Since:    x.engine.since,
		Choose:   x.chosen,
	})
	if err != nil {
		x.handler.log.Error("a page of the gateway's own failed", zap.Error(err))
	}
	return nil
}

// chosen records a change in the visitor's own cookie and decides anew as their next request will find it.
func (x *exchange) chosen(c consent.Change) (consent.Outcome, error) {
	cookie, next, err := x.input.Choose(x.engine.policy, signals.Change(c), x.now)
	if err != nil {
		return consent.Outcome{}, err
	}
	facts := x.decision.Facts()
	facts.Signals, _ = signals.Read(x.engine.policy, next, x.now)
	decision := x.engine.policy.Decide(facts)
	return consent.Outcome{
		Cookie: cookie, Decision: decision, Dropped: dropped(x.input.Cookies, decision),
		Ages: filter.AgesAfter(decision, x.input.Cookies, filter.Exchange{Now: x.now, URL: x.url}),
	}, nil
}

// dropped are the names of cookies that the browser holds and the decision does not keep. What nothing names has no part in
// a choice, and may be another site's.
func dropped(lines []string, d *rules.Decision) []string {
	var names []string
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if name == "" || name == signals.CookieName || slices.Contains(names, name) {
				continue
			}
			if ruling := d.Cookie(name); ruling.Purpose != "" && ruling.Action.Kind != rules.Keep {
				names = append(names, name)
			}
		}
	}
	return names
}

// origin is the site as the visitor's browser names it. A proxy in front of us that is trusted says which scheme that is.
func origin(r *http.Request) string { return scheme(r) + r.Host }

// scheme is that of an origin, with its "://".
func scheme(r *http.Request) string {
	trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool)
	if r.TLS != nil || trusted && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://"
	}
	return "http://"
}
