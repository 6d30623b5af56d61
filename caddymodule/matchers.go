package caddymodule

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/rules"
	"github.com/privet-gateway/privet/rules/catalog"
)

// The matchers let a platform team route with Caddy's own means. They may be asked before any privacy handler is met,
// so they know the app's defaults for subject, residence, minor and exporter, not a route's.

// MatchOrigin matches where the visitor is: an area (EEA, GB, CH), a country or a subdivision. An unknown place is
// matched by EEA, and by ZZ.
type MatchOrigin struct {
	// Of are areas and ISO 3166-1 or -2 codes.
	Of  []string `json:"of"`
	app *App
}

// MatchConsent matches visitors for whom every purpose may store on the device.
type MatchConsent struct {
	Purposes []string `json:"purposes"`
	app      *App
}

// MatchTransfer matches by the transfer to a recipient. State is "allowed" (the default) or "missing".
type MatchTransfer struct {
	Recipient string `json:"recipient"`
	State     string `json:"state,omitempty"`
	app       *App
}

// CaddyModule returns the module's identity.
func (MatchOrigin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.matchers.privacy_origin", New: func() caddy.Module { return new(MatchOrigin) }}
}

// CaddyModule returns the module's identity.
func (MatchConsent) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.matchers.privacy_consent", New: func() caddy.Module { return new(MatchConsent) }}
}

// CaddyModule returns the module's identity.
func (MatchTransfer) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.matchers.privacy_transfer", New: func() caddy.Module { return new(MatchTransfer) }}
}

func appOf(ctx caddy.Context) (*App, error) {
	app, err := ctx.App("privacy")
	if err != nil {
		return nil, fmt.Errorf("loading the privacy app: %w", err)
	}
	return app.(*App), nil //nolint:forcetypeassert // the id is ours
}

// Provision finds the app.
func (m *MatchOrigin) Provision(ctx caddy.Context) (err error) { m.app, err = appOf(ctx); return err }

// Provision finds the app.
func (m *MatchConsent) Provision(ctx caddy.Context) (err error) {
	if m.app, err = appOf(ctx); err == nil {
		m.app.require(purposeWord, m.Purposes...)
	}
	return err
}

// Provision finds the app.
func (m *MatchTransfer) Provision(ctx caddy.Context) (err error) {
	if m.app, err = appOf(ctx); err == nil {
		m.app.require(recipientWord, m.Recipient)
	}
	return err
}

var errPlace = errors.New("is no area (EEA, GB, CH), country or subdivision")

// Validate refuses what can never match, and brings codes into the spelling that is compared.
func (m *MatchOrigin) Validate() error {
	for i, word := range m.Of {
		if upper := strings.ToUpper(word); upper == rules.UnknownPlace || rules.LawOf(upper) != 0 {
			m.Of[i] = upper
			continue
		}
		code, ok := catalog.Country(word)
		if !ok {
			return fmt.Errorf("privacy_origin: %q %w", word, errPlace)
		}
		m.Of[i] = code
	}
	return nil
}

var errState = errors.New(`the state is "allowed" or "missing"`)

// Validate refuses what the policy does not know.
func (m *MatchConsent) Validate() error {
	for _, id := range m.Purposes {
		if _, ok := m.app.engine.Load().policy.Purpose(id); !ok {
			return fmt.Errorf("privacy_consent: purpose %q is not declared by the policy", id)
		}
	}
	return nil
}

// Validate refuses what the policy does not know.
func (m *MatchTransfer) Validate() error {
	if _, ok := m.app.engine.Load().policy.Recipient(m.Recipient); !ok {
		return fmt.Errorf("privacy_transfer: recipient %q is not declared by the policy", m.Recipient)
	}
	if m.State != "" && m.State != rules.TransferAllowed.String() && m.State != rules.TransferMissing.String() {
		return fmt.Errorf("privacy_transfer: %w", errState)
	}
	return nil
}

// MatchWithError implements caddyhttp.RequestMatcherWithError.
func (m *MatchOrigin) MatchWithError(r *http.Request) (bool, error) {
	d, err := m.app.ask(r, "")
	if err != nil {
		return false, err
	}
	country, _, _ := strings.Cut(d.Country(), "-")
	return slices.Contains(m.Of, d.Origin()) || slices.Contains(m.Of, d.Country()) || slices.Contains(m.Of, country), nil
}

// MatchWithError implements caddyhttp.RequestMatcherWithError.
func (m *MatchConsent) MatchWithError(r *http.Request) (bool, error) {
	d, err := m.app.ask(r, "")
	if err != nil {
		return false, err
	}
	for _, id := range m.Purposes {
		if !d.Stored(id).Allowed {
			return false, nil
		}
	}
	return true, nil
}

// MatchWithError implements caddyhttp.RequestMatcherWithError.
func (m *MatchTransfer) MatchWithError(r *http.Request) (bool, error) {
	d, err := m.app.ask(r, m.Recipient)
	if err != nil {
		return false, err
	}
	missing := d.Transfer().State == rules.TransferMissing
	return missing == (m.State == rules.TransferMissing.String()), nil
}

// ask decides with the app's own settings.
func (a *App) ask(r *http.Request, recipient string) (*rules.Decision, error) {
	x := &exchange{handler: &Handler{
		Subject: a.Subject, Residence: a.Residence, Minor: a.Minor, Recipient: recipient, app: a, exporter: a.exporter,
	}}
	x.open(a, r)
	facts, refused := x.facts(r)
	if refused != nil {
		return nil, caddyhttp.Error(refused.Status, errors.New(refused.Title))
	}
	facts.Labels = nil // matchers ask about people and places, not about fields
	return x.engine.policy.Decide(facts), nil
}

// UnmarshalCaddyfile reads `privacy_origin CODE...`.
func (m *MatchOrigin) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	for d.Next() {
		m.Of = append(m.Of, d.RemainingArgs()...)
	}
	if len(m.Of) == 0 {
		return d.Err("privacy_origin needs an area, country or subdivision")
	}
	return nil
}

// UnmarshalCaddyfile reads `privacy_consent PURPOSE...`.
func (m *MatchConsent) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	for d.Next() {
		m.Purposes = append(m.Purposes, d.RemainingArgs()...)
	}
	if len(m.Purposes) == 0 {
		return d.Err("privacy_consent needs a purpose")
	}
	return nil
}

// UnmarshalCaddyfile reads `privacy_transfer RECIPIENT [allowed|missing]`.
func (m *MatchTransfer) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	for d.Next() {
		args := d.RemainingArgs()
		if len(args) == 0 || len(args) > 2 {
			return d.Err("privacy_transfer takes a recipient, and `allowed` or `missing`")
		}
		m.Recipient = args[0]
		if len(args) == 2 {
			m.State = args[1]
		}
	}
	return nil
}

var (
	_ caddyhttp.RequestMatcherWithError = (*MatchOrigin)(nil)
	_ caddyhttp.RequestMatcherWithError = (*MatchConsent)(nil)
	_ caddyhttp.RequestMatcherWithError = (*MatchTransfer)(nil)
	_ caddyfile.Unmarshaler             = (*MatchOrigin)(nil)
	_ caddyfile.Unmarshaler             = (*MatchConsent)(nil)
	_ caddyfile.Unmarshaler             = (*MatchTransfer)(nil)
)
