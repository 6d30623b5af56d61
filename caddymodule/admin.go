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
// refused and the old policy goes on, or while a list that the policy names is not there.
type Health struct {
	Healthy  bool           `json:"healthy"`
	Mode     Mode           `json:"mode"`
	Loaded   time.Time      `json:"loaded"`
	Failure  string         `json:"failure,omitempty"` // what an edit was refused for: file:line:column and text, by line
	Failed   *time.Time     `json:"failed,omitempty"`
	Policy   []rules.Hashed `json:"policy"`
	Warnings []string       `json:"warnings,omitempty"`
	Lists    []ListHealth   `json:"lists,omitempty"`
	Keys     []string       `json:"keys"` // ids of the keys of pseudonyms, newest first; they stand in front of tokens
}

// ListHealth is where one list of the policy stands.
type ListHealth struct {
	List        string            `json:"list"`
	Purpose     string            `json:"purpose"`
	At          string            `json:"at"`                // file:line:column of the policy
	There       bool              `json:"there"`             // else whom it alone knows is let through as unknown
	Rules       int               `json:"rules"`             // that act
	Current     *time.Time        `json:"current,omitempty"` // a file was written then, or its publisher last said that it is current
	Age         int               `json:"age_seconds,omitempty"`
	Failure     string            `json:"failure,omitempty"` // of the latest fetch; the last good text stays in force
	Unsupported []rules.NotActing `json:"unsupported,omitempty"`
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
	for i := range a.lists.states {
		list := a.lists.states[i].health()
		if !list.There {
			h.Healthy = false
			failures = append(failures, list.At+": the list "+list.List+" has never been fetched; whom it alone knows is let through as unknown")
		}
		h.Lists = append(h.Lists, list)
	}
	h.Failure = strings.Join(failures, "\n")
	for _, warning := range policy.Warnings() {
		h.Warnings = append(h.Warnings, warning.String())
	}
	return h
}

func (s *listState) health() ListHealth {
	h := ListHealth{
		List: s.list.ID, Purpose: s.list.Purpose, At: s.list.At.String(), There: s.there, Rules: s.report.Rules, Failure: s.failure,
		Unsupported: s.report.Unsupported,
	}
	if s.there {
		h.Current, h.Age = &s.since, int(time.Since(s.since).Seconds())
	}
	return h
}

var _ caddy.AdminRouter = (*Admin)(nil)
