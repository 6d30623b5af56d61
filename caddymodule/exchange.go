package caddymodule

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

// exchange is one request on its way through one handler.
type exchange struct {
	handler  *Handler
	app      *App
	engine   *engine
	outer    *exchange // the handler further out on the same request, if any
	inner    []*exchange
	again    bool // an earlier chain of the same request has been through this handler
	span     trace.Span
	traced   bool // the span is ours to end
	repl     *caddy.Replacer
	before   []headerLine // what stood in the response header when we began
	now      time.Time
	paths    []string // of the request, as received and as it stands here
	url      string   // of the request as the browser sees it, without its query
	input    signals.Input
	decision *rules.Decision
	plan     *filter.Plan
	tally    filter.Tally
	visit    filter.Visit  // of the outermost handler
	client   io.ReadCloser // the request's body as it came, where it is read by us
	upload   *requestBody  // the request's body, where it is filtered
	tunnel   *tunnel       // of a WebSocket that was asked for, where messages are read
	question *question     // that the response will answer; nil where it is none of GraphQL
	recorded *recordedBody // the request's body, where it may be the question
	// confirmed is the variant of which the client holds a copy that a 304 confirms, or "".
	confirmed string
	variant   string                         // of a page; once asked for
	shown     atomic.Pointer[rules.Decision] // of the innermost handler; kept by the outermost

	mu      sync.Mutex
	local   bool                    // a handler further in has answered by itself
	refused atomic.Pointer[problem] // of the request, found while its body went by
	spent   atomic.Int64            // nanoseconds, deciding and filtering

	// What nearly every exchange needs lies here, so that it takes one piece of memory.
	response   responseWriter
	persons    [2]elements // by direction
	beforeRoom [2]headerLine
	pathRoom   [2]string
}

// varExchange is where the exchange of a request lies among Caddy's variables.
const varExchange = "privacy.exchange"

// begin opens the exchange. The span belongs to the outermost handler; an error chain that meets a handler again finds
// the request filtered already.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) (*exchange, *http.Request) {
	x := &exchange{handler: h}
	x.before = linesOf(x.beforeRoom[:0], w.Header())
	x.open(h.app, r)
	earlier, _ := caddyhttp.GetVar(r.Context(), varExchange).(*exchange)
	if earlier != nil {
		x.outer, x.engine, x.span = earlier, earlier.engine, trace.SpanFromContext(r.Context())
		for o := earlier; o != nil; o = o.outer {
			x.again = x.again || o.handler == h
		}
	} else {
		x.span = trace.SpanFromContext(r.Context())
		if x.span.SpanContext().IsValid() { // somebody traces the request
			ctx, span := startSpan(r.Context())
			r, x.span, x.traced = r.WithContext(ctx), span, true
		}
	}
	x.enter()
	caddyhttp.SetVar(r.Context(), varExchange, x)
	return x, r
}

// open takes what the questions of an exchange need: the policy as it stands now, the time, and the placeholders.
func (x *exchange) open(a *App, r *http.Request) {
	x.app, x.engine, x.now = a, a.engine.Load(), time.Now()
	x.repl, _ = r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
}

// end reports what was done.
func (x *exchange) end() {
	x.question.end()
	x.app.metrics.observe(x.span, &x.tally)
	x.app.metrics.seconds.Observe(time.Duration(x.spent.Load()).Seconds())
	if x.traced {
		x.span.End()
	}
}

// timed adds what a stage took.
func (x *exchange) timed(since time.Time) { x.spent.Add(int64(time.Since(since))) }

// decide asks the policy and finds the plan. No plan, no passage.
func (x *exchange) decide(facts rules.Facts) *problem {
	x.decision = x.engine.policy.Decide(facts)
	x.placeholders()
	if x.outer == nil {
		describe(x.span, x.decision, x.app.Mode)
	}
	x.app.metrics.decided(x.decision, x.app.Mode)
	plan, err := x.engine.plan(x.decision)
	if err != nil {
		return newProblem(http.StatusServiceUnavailable, "fault", "The privacy rules could not be applied", err.Error())
	}
	x.plan = plan
	return nil
}

// stops says that a problem ends the request here. Mode report counts it and goes on.
func (x *exchange) stops(p *problem) bool {
	if p != nil && !x.enforcing() {
		x.wouldRefuse(rules.Request, p.cause)
		return false
	}
	return p != nil
}

// enforcing says that rules act; otherwise they only report.
func (x *exchange) enforcing() bool { return x.app.Mode == Enforce }

// blocked answers for the transfers of the whole exchange. Where every element has a data subject of its own, the
// response is no single transfer: its elements are judged one by one, and the status stays.
func (x *exchange) blocked() *problem {
	t := x.decision.Transfer()
	if c := x.decision.Caller(); !t.Blocks() && c.Blocks() && len(x.decision.Labels().Each()) == 0 {
		t = c
	}
	if !t.Blocks() {
		return nil
	}
	p := newProblem(http.StatusUnavailableForLegalReasons, "transfer", "This transfer of personal data lacks a safeguard", t.Reason)
	p.Recipient, p.Laws, p.Rule = t.Recipient, t.Laws.Names(), t.At.String()
	return p
}

// answer refuses a request before anything has reached the upstream.
func (x *exchange) answer(w http.ResponseWriter, p *problem) error {
	x.app.metrics.refuse(x.span, rules.Request, p)
	x.say(w, p)
	return nil
}

// say writes a local answer. Handlers further out pass it as it is: nothing of it comes from an upstream.
func (x *exchange) say(w http.ResponseWriter, p *problem) {
	for o := x.outer; o != nil; o = o.outer {
		o.mu.Lock()
		o.local = true
		o.mu.Unlock()
	}
	p.write(w, x.before)
}

func (x *exchange) isLocal() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.local
}

// refuse notes that the request's body may not pass. The first cause stands.
func (x *exchange) refuse(p *problem) { x.refused.CompareAndSwap(nil, p) }

func (x *exchange) refusal() *problem { return x.refused.Load() }

// placeholders makes {privacy.…} answer from here on. The innermost handler's decision is the one that shows.
func (x *exchange) placeholders() {
	root := x
	for root.outer != nil {
		root = root.outer
	}
	root.shown.Store(x.decision)
	if x != root || x.repl == nil {
		return
	}
	x.repl.Map(func(key string) (any, bool) {
		name, ours := strings.CutPrefix(key, "privacy.")
		if !ours {
			return nil, false
		}
		return show(x.shown.Load(), name)
	})
}

// show is the value of one placeholder.
func show(d *rules.Decision, name string) (any, bool) {
	switch name {
	case "country":
		country, _, _ := strings.Cut(d.Country(), "-")
		return country, true
	case "origin":
		return d.Origin(), true
	case "regime":
		return d.Regime().String(), true
	case "permitted":
		return d.PermittedList(), true
	case "transfer":
		return d.Transfer().State.String(), true
	case "decision":
		return d.ID(), true
	default:
		return nil, false
	}
}

// problemOf is the local answer for a refusal of a filter.
func problemOf(r *filter.Refusal, direction rules.Direction) *problem {
	title := "The response was refused"
	if direction == rules.Request {
		title = "The request's body was refused"
	}
	p := newProblem(r.Status, r.Code, title, r.Detail)
	if r.Rule != (rules.Position{}) {
		p.Rule = r.Rule.String()
	}
	return p
}
