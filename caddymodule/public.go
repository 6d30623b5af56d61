package caddymodule

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

// publicPath is where visitors make and withdraw their choices.
const publicPath = "/.privacy/"

// servesPublic says that a request is for us. The outermost handler answers, so that a route with several has one
// place to choose; a path is ours as received or as it stands here, so that a rewrite before us does not swallow it.
func (x *exchange) servesPublic() bool {
	return x.outer == nil && slices.ContainsFunc(x.paths, func(path string) bool { return strings.HasPrefix(path, publicPath) })
}

// servePublic answers for the public paths. What does not exist below them is not the upstream's to answer.
func (x *exchange) servePublic(w http.ResponseWriter, r *http.Request) error {
	if !slices.Contains(x.paths, publicPath+"consent") {
		newProblem(http.StatusNotFound, "not-found", "There is nothing here", "").write(w, x.before)
		return nil
	}
	err := consent.Serve(w, r, consent.Exchange{
		Policy:   x.engine.policy,
		Decision: x.decision,
		Origin:   origin(r),
		Choose:   x.chosen,
	})
	if err != nil {
		x.handler.log.Error("a choice could not be recorded", zap.Error(err))
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
	return consent.Outcome{Cookie: cookie, Decision: decision, Dropped: dropped(x.input.Cookies, decision)}, nil
}

// dropped are the names of cookies that the browser holds and the decision does not keep.
func dropped(lines []string, d *rules.Decision) []string {
	var names []string
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if name != "" && name != signals.CookieName && d.Cookie(name).Action.Kind != rules.Keep && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// origin is the site as the visitor's browser names it. A proxy in front of us that is trusted says which scheme that is.
func origin(r *http.Request) string {
	trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool)
	if r.TLS != nil || trusted && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
