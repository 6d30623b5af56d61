package caddymodule

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/privet-gateway/privet/rules"
)

// Admin serves /privacy/ on Caddy's admin endpoint: for operators, without personal data.
type Admin struct{}

// CaddyModule returns the module's identity.
func (Admin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "admin.api.privacy", New: func() caddy.Module { return new(Admin) }}
}

// Routes implements caddy.AdminRouter.
func (a *Admin) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{
		{Pattern: "/privacy/health", Handler: caddy.AdminHandlerFunc(a.health)},
		{Pattern: "/privacy/third-parties", Handler: caddy.AdminHandlerFunc(a.thirdParties)},
	}
}

// Health is what /privacy/health answers: 200 while the policy in the files is the one enforced, 503 while an edit is
// refused and the old policy goes on.
type Health struct {
	Healthy  bool           `json:"healthy"`
	Mode     Mode           `json:"mode"`
	Loaded   time.Time      `json:"loaded"`
	Failure  string         `json:"failure,omitempty"` // what an edit was refused for: file:line:column and text, by line
	Failed   *time.Time     `json:"failed,omitempty"`
	Policy   []rules.Hashed `json:"policy"`
	Warnings []string       `json:"warnings,omitempty"`
	Keys     []string       `json:"keys"` // ids of the keys of pseudonyms, newest first; they stand in front of tokens
}

func (a *Admin) health(w http.ResponseWriter, r *http.Request) error {
	app, err := runningApp(r)
	if err != nil {
		return err
	}
	health := app.report()
	w.Header().Set("Content-Type", "application/json")
	if !health.Healthy {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	return json.NewEncoder(w).Encode(health)
}

func (a *App) report() Health {
	a.health.mu.Lock()
	defer a.health.mu.Unlock()
	policy := a.engine.Load().policy
	h := Health{Healthy: len(a.health.refused) == 0, Mode: a.Mode, Loaded: a.health.loadedAt, Policy: policy.Sources(), Keys: a.tokens.IDs()}
	var failures []string
	for _, source := range slices.Sorted(maps.Keys(a.health.refused)) {
		edit := a.health.refused[source]
		failures = append(failures, edit.why)
		if h.Failed == nil || edit.at.After(*h.Failed) {
			h.Failed = &edit.at
		}
	}
	h.Failure = strings.Join(failures, "\n")
	for _, warning := range policy.Warnings() {
		h.Warnings = append(h.Warnings, warning.String())
	}
	return h
}

var _ caddy.AdminRouter = (*Admin)(nil)
