package caddymodule

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/privet-gateway/privet/rules"
)

// Handler makes the policy run on a route: the directive `privacy`.
type Handler struct {
	// Purpose of the route: {"id": …}, or {"from": PLACEHOLDER, "of": [ids]}. Default: the policy's default purpose.
	Purpose *Choice `json:"purpose,omitempty"`
	// Recipient behind the route. Default: our own, no transfer.
	Recipient string `json:"recipient,omitempty"`
	// Caller is who gets the response, shaped as Purpose. Default: the data subject.
	Caller *Choice `json:"caller,omitempty"`
	// Exporter is the law this establishment is under wherever the visitor is: EEA, GB, CH or none. Default: the app's.
	Exporter string `json:"exporter,omitempty"`
	// Subject is a placeholder that gives the data subject's id, for stored choices. Default: the app's.
	Subject string `json:"subject,omitempty"`
	// Residence is a placeholder that gives a country and beats the address. Default: the app's.
	Residence string `json:"residence,omitempty"`
	// Minor is a placeholder that says whether the subject is a minor. Default: the app's.
	Minor string `json:"minor,omitempty"`
	// ThirdParties is whom pages of this site may contact: "open" or "declared". Default: what the policy says.
	ThirdParties string `json:"third_parties,omitempty"`
	// Guard is "on" (the default): pages that run scripts get one of ours in front of them, which holds back in the browser
	// what these ask for; or "off": inline scripts that name a third party that is not let through are removed instead.
	Guard string `json:"guard,omitempty"`

	app      *App
	log      *zap.Logger
	exporter rules.Laws
	vary     []string // request headers that the facts are read from
}

// Choice is one id, or a placeholder and the ids it may choose from.
type Choice struct {
	ID   string   `json:"id,omitempty"`
	From string   `json:"from,omitempty"`
	Of   []string `json:"of,omitempty"`
}

// CaddyModule returns the module's identity.
func (Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.privacy", New: func() caddy.Module { return new(Handler) }}
}

// Provision finds the app and takes its defaults.
func (h *Handler) Provision(ctx caddy.Context) error {
	app, err := ctx.App("privacy")
	if err != nil {
		return fmt.Errorf("loading the privacy app: %w", err)
	}
	h.app, h.log = app.(*App), ctx.Logger() //nolint:forcetypeassert // the id is ours
	if h.Subject == "" {
		h.Subject = h.app.Subject
	}
	if h.Residence == "" {
		h.Residence = h.app.Residence
	}
	if h.Minor == "" {
		h.Minor = h.app.Minor
	}
	h.exporter = h.app.exporter
	if h.Exporter != "" {
		if h.exporter, err = parseExporter(h.Exporter); err != nil {
			return err
		}
	}
	if h.ThirdParties != "" && h.ThirdParties != openParties && h.ThirdParties != declaredParties {
		return errParties
	}
	h.vary = h.requestHeaders()
	h.app.require(purposeWord, h.Purpose.words()...)
	h.app.require(recipientWord, append(h.Caller.words(), h.Recipient)...)
	return nil
}

var errParties = errors.New("third_parties is open or declared")

// The words of Handler.Guard.
const (
	guardOn  = "on"
	guardOff = "off"
)

var errGuard = errors.New("guard is on or off")

var errChoice = errors.New("either an id, or a placeholder with the list it may choose from")

// Validate refuses ids the policy does not know: a route that names one would refuse every field.
func (h *Handler) Validate() error {
	if h.Guard != "" && h.Guard != guardOn && h.Guard != guardOff {
		return errGuard
	}
	policy := h.app.engine.Load().policy
	if err := h.Purpose.check("purpose", func(id string) bool { _, ok := policy.Purpose(id); return ok }); err != nil {
		return err
	}
	known := func(id string) bool { _, ok := policy.Recipient(id); return ok }
	if err := h.Caller.check("caller", known); err != nil {
		return err
	}
	if h.Recipient != "" && !known(h.Recipient) {
		return fmt.Errorf("recipient %q is not declared by the policy", h.Recipient)
	}
	return nil
}

func (c *Choice) check(what string, known func(id string) bool) error {
	if c == nil {
		return nil
	}
	if (c.ID == "") == (c.From == "") || (c.From == "") != (len(c.Of) == 0) {
		return fmt.Errorf("%s: %w", what, errChoice)
	}
	for _, id := range c.words() {
		if id != "" && !known(id) {
			return fmt.Errorf("%s %q is not declared by the policy", what, id)
		}
	}
	return nil
}

// requestHeaders are the fields that placeholders of the facts read; a cache must tell their values apart.
func (h *Handler) requestHeaders() []string {
	const prefix = "{http.request.header."
	sources := []string{h.Subject, h.Residence, h.Minor}
	for _, c := range []*Choice{h.Purpose, h.Caller} {
		if c != nil {
			sources = append(sources, c.From)
		}
	}
	var names []string
	for _, source := range sources {
		for {
			_, after, found := strings.Cut(source, prefix)
			if !found {
				break
			}
			name, rest, closed := strings.Cut(after, "}")
			if !closed {
				break
			}
			names, source = append(names, http.CanonicalHeaderKey(name)), rest
		}
	}
	return names
}

// ServeHTTP takes one request through the stages.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	x, r := h.begin(w, r)
	defer x.end()

	facts, refused := x.facts(r) // place, signals
	if x.stops(refused) {
		return x.answer(w, refused)
	}
	if refused = x.decide(facts); x.stops(refused) {
		return x.answer(w, refused)
	}
	if name, ours := x.publicName(); ours {
		return x.servePublic(w, r, name)
	}
	if x.plan == nil {
		return next.ServeHTTP(w, r) // mode report, and nothing to report with
	}
	if refused = x.blocked(); x.stops(refused) {
		return x.answer(w, refused)
	}
	if refused = x.filterRequest(r); refused != nil {
		return x.answer(w, refused)
	}
	rw := x.respond(w, r)
	defer rw.settle()
	defer x.disguise(r)()
	return rw.finish(next.ServeHTTP(rw, r))
}

var (
	_ caddy.Provisioner           = (*Handler)(nil)
	_ caddy.Validator             = (*Handler)(nil)
	_ caddyhttp.MiddlewareHandler = (*Handler)(nil)
)
