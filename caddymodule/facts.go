package caddymodule

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
	"github.com/privet-gateway/privet/rules/catalog"
)

// facts gathers what the decision depends on: the first two stages, place and signals, and what the route says. Facts
// beside a problem are as far as they are known; only mode report goes on with them.
func (x *exchange) facts(r *http.Request) (rules.Facts, *problem) {
	h, policy := x.handler, x.engine.policy
	x.paths = appendPaths(x.pathRoom[:0], r)
	x.url = scheme(r) + r.Host + x.paths[0]
	f := rules.Facts{
		Labels:    policy.Match(rules.Exchange{Method: r.Method, Host: r.Host, Paths: x.paths}, x.otherMethods(r)...),
		Recipient: h.Recipient,
		Exporter:  h.exporter,
		Today:     rules.DateOf(x.now),
		// Only a page whose scripts are held back can be told of a refusal before its tags run.
		ConsentMode: x.mayGuard() && mayShow(r),
	}
	var refused *problem
	refuse := func(p *problem) {
		if refused == nil {
			refused = p
		}
	}
	var ok bool
	if f.Purpose, ok = x.choose(h.Purpose, firstOf); !ok {
		refuse(newProblem(http.StatusForbidden, "purpose", "The stated purpose is not one of this route's", ""))
		f.Purpose = ""
	}
	if h.Purpose == nil {
		f.Purpose = policy.DefaultPurpose()
	}
	if f.Caller, ok = x.choose(h.Caller, nothing); !ok {
		refuse(newProblem(http.StatusForbidden, "caller", "The caller is not one of this route's", ""))
		f.Caller = ""
	}
	f.Country = x.country(r)
	stored, err := x.app.record(r.Context(), x.placeholder(h.Subject))
	if err != nil {
		refuse(newProblem(http.StatusServiceUnavailable, "store", "The stored choices cannot be read", ""))
	}
	x.input = signals.Input{Cookies: r.Header["Cookie"], GPC: r.Header["Sec-Gpc"], Stored: stored}
	var state signals.State
	f.Signals, state = signals.Read(policy, x.input, x.now)
	f.Minor = isMinor(x.placeholder(h.Minor)) || stored.Minor
	x.app.metrics.invalidSignals.Add(float64(state.Invalid))
	return f, refused
}

// absent is what a source that gives nothing leads to.
type absent uint8

const (
	nothing absent = iota // refused
	firstOf               // the first of the list
)

// choose resolves a purpose or a caller. ok is false where the source gives what the list does not hold.
func (x *exchange) choose(c *Choice, missing absent) (id string, ok bool) {
	if c == nil {
		return "", true
	}
	if c.ID != "" {
		return c.ID, true
	}
	value := x.placeholder(c.From)
	if value == "" && missing == firstOf {
		return c.Of[0], true
	}
	return value, slices.Contains(c.Of, value)
}

// placeholder evaluates what the operator wrote; what it cannot resolve is empty.
func (x *exchange) placeholder(text string) string {
	if text == "" || x.repl == nil {
		return ""
	}
	return strings.TrimSpace(x.repl.ReplaceAll(text, ""))
}

// country is the residence where the account knows it, else where the client's address is. A residence that is no
// country code is an unknown place, not a reason to look at the address.
func (x *exchange) country(r *http.Request) string {
	if residence := x.placeholder(x.handler.Residence); residence != "" {
		if code, ok := catalog.Country(residence); ok {
			return code
		}
		return rules.UnknownPlace
	}
	return x.app.locate(r.Context())
}

// locate knows the client as Caddy resolved it (trusted_proxies), never by a header of our own.
func (a *App) locate(ctx context.Context) string {
	client, known := caddyhttp.GetVar(ctx, varClient).(string)
	if !known {
		client, _ = caddyhttp.GetVar(ctx, caddyhttp.ClientIPVarKey).(string)
	}
	addr, err := netip.ParseAddr(client)
	if err != nil {
		return rules.UnknownPlace
	}
	return a.locator.Country(addr)
}

// isMinor takes anything but a plain no for a yes: a claim we cannot read must not make an adult.
func isMinor(claim string) bool {
	switch strings.ToLower(claim) {
	case "", "false", "no", "0":
		return false
	default:
		return true
	}
}

// record is what the account has on record of a subject; silence where nobody is known.
func (a *App) record(ctx context.Context, subject string) (signals.Stored, error) {
	if subject == "" || a.choices == nil {
		return signals.Stored{}, nil
	}
	record, ok, err := a.choices.Of(ctx, subject)
	if err != nil || !ok {
		return signals.Stored{}, err
	}
	return signals.Stored(record), nil
}

// appendPaths gives the path as received and as it stands at the handler; a rewrite before us hides neither.
func appendPaths(dst []string, r *http.Request) []string {
	here := r.URL.EscapedPath()
	received := here
	if original, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok {
		received = receivedPath(original.RequestURI, original.URL)
	}
	if received == here {
		return append(dst, here)
	}
	return append(dst, received, here)
}

// receivedPath is the path byte for byte where the request line holds one.
func receivedPath(line string, u *url.URL) string {
	if strings.HasPrefix(line, "/") {
		path, _, _ := strings.Cut(line, "?")
		return path
	}
	return u.EscapedPath()
}

// elements decides about the elements of `each`: each by its own subject and residence, with that subject's stored
// choices and never the caller's signals.
type elements struct {
	x         *exchange
	ctx       context.Context //nolint:containedctx // lives as long as the one request it belongs to
	direction rules.Direction
	met       func(rules.Direction) []*exchange // whose work was done before us; nil means x.earlier
	left      map[leftKey]*rules.Decision       // what handlers before us have left to do
}

type leftKey struct{ own, earlier *rules.Decision }

// elements decides about the persons that a body lists.
func (x *exchange) elements(r *http.Request, direction rules.Direction) *elements {
	e := &x.persons[direction]
	e.x, e.ctx, e.direction = x, r.Context(), direction
	return e
}

// Element implements filter.Decider.
func (e *elements) Element(subject, residence string) (*rules.Decision, error) {
	record, err := e.x.app.record(e.ctx, subject)
	if err != nil {
		return nil, err
	}
	d := e.x.element(e.direction, residence, record)
	if d.Country() == rules.UnknownPlace {
		e.x.app.metrics.unknownPlaces.Inc()
	}
	met := e.met
	if met == nil {
		met = e.x.earlier
	}
	for _, earlier := range met(e.direction) {
		d = e.without(d, earlier.element(e.direction, residence, record))
	}
	return d, nil
}

// element decides about one person on the exchange.
func (x *exchange) element(dir rules.Direction, residence string, record signals.Stored) *rules.Decision {
	visitor := x.decision.Facts()
	f := visitor.Of(residence)
	f.Signals, f.Minor = signals.Of(x.engine.policy, record)
	if dir == rules.Request {
		f.Minor = f.Minor || visitor.Minor // who hands the data over is a minor, whomever it is about
	}
	return x.engine.policy.Decide(f)
}

// without leaves alone what an earlier handler's decision about the same person acts on. Decisions are few, so the
// results are remembered.
func (e *elements) without(own, earlier *rules.Decision) *rules.Decision {
	key := leftKey{own, earlier}
	if left, ok := e.left[key]; ok {
		return left
	}
	left := own.Without(e.direction, func(l *rules.Label) bool { return earlier.ActsOn(e.direction, l.At) })
	if e.left == nil {
		e.left = make(map[leftKey]*rules.Decision)
	}
	e.left[key] = left
	return left
}
