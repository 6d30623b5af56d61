package caddymodule

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/rules"
)

// keptParties is how many third parties are remembered: those that were reported last. Anybody may send reports, so it is
// what the memory for them is bounded by; a site's and a host's name have at most 253 bytes each.
const keptParties = 1_000

// parties are the third parties that browsers were kept from contacting, since the configuration was loaded. It is safe
// for concurrent use.
type parties struct {
	mu   sync.Mutex
	seen *lru.Cache[partyKey, sightings]
}

type partyKey struct {
	site string
	csp.Violation
}

// sightings are how often and on which days, of which no more is kept: the time of a report is a visitor's.
type sightings struct {
	count       int
	first, last rules.Date
}

func newParties() (*parties, error) {
	seen, err := lru.New[partyKey, sightings](keptParties)
	if err != nil {
		return nil, fmt.Errorf("making the list of third parties: %w", err)
	}
	return &parties{seen: seen}, nil
}

func (p *parties) count(site string, v csp.Violation, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key, today := partyKey{site, v}, rules.DateOf(now)
	s, known := p.seen.Get(key)
	if !known {
		s.first = today
	}
	s.count, s.last = s.count+1, today
	p.seen.Add(key, s)
}

// ThirdParty is a line of what /privacy/third-parties answers: a host that pages of a site tried to contact and that
// `third_parties: declared` kept them from.
type ThirdParty struct {
	Site      string `json:"site"`
	Host      string `json:"host"`
	Directive string `json:"directive"` // of CSP: what it was wanted for
	Count     int    `json:"count"`
	First     string `json:"first"` // the day, in UTC
	Last      string `json:"last"`
	// Recipient is whose host it is, as far as the policy or the catalogue knows.
	Recipient string `json:"recipient,omitempty"`
	// Declared says that the policy declares the recipient, which then was not let through for those visitors.
	Declared bool `json:"declared,omitempty"`
	// Suggestion is what to write under recipients, once it is known that it should be let in.
	Suggestion string `json:"suggestion,omitempty"`
}

// list gives all of them, by site, host and directive.
func (p *parties) list(policy *rules.Policy) []ThirdParty {
	p.mu.Lock()
	out := make([]ThirdParty, 0, p.seen.Len())
	for _, key := range p.seen.Keys() {
		s, _ := p.seen.Peek(key)
		out = append(out, ThirdParty{Site: key.site, Host: key.Host, Directive: key.Directive, Count: s.count, First: s.first.String(), Last: s.last.String()})
	}
	p.mu.Unlock()
	slices.SortFunc(out, func(a, b ThirdParty) int {
		return strings.Compare(a.Site+" "+a.Host+" "+a.Directive, b.Site+" "+b.Host+" "+b.Directive)
	})
	nobody := policy.Decide(rules.Facts{})
	for i := range out {
		out[i].identify(policy, nobody)
	}
	return out
}

// identify says whose host it is and what to do about it.
func (t *ThirdParty) identify(policy *rules.Policy, d *rules.Decision) {
	ruling, _ := d.Hint(rules.Reference{Host: []byte(t.Host)})
	t.Recipient = ruling.Recipient
	r, known := policy.Recipient(t.Recipient)
	switch {
	case !known:
		t.Suggestion = fmt.Sprintf("NAME: {country: CC, purpose: PURPOSE, embed: {hosts: [%s]}}", t.Host)
	case r.Declared:
		t.Declared = true
	default:
		t.Suggestion = fmt.Sprintf("%s: {purpose: %s}", r.ID, r.Purpose)
	}
}

// siteOf is the site of a Host field as it is listed, without its port.
func siteOf(host string) string {
	const longest = 253 // RFC 1035 3.1
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if len(host) > longest {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func (a *Admin) thirdParties(w http.ResponseWriter, r *http.Request) error {
	app, err := runningApp(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(app.parties.list(app.engine.Load().policy))
}

// runningApp finds the app for a reader. The admin endpoint outlives configurations, so it is looked up on each request.
func runningApp(r *http.Request) (*App, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, caddy.APIError{HTTPStatus: http.StatusMethodNotAllowed, Err: errMethod}
	}
	module, err := caddy.ActiveContext().AppIfConfigured("privacy")
	if err != nil {
		return nil, caddy.APIError{HTTPStatus: http.StatusNotFound, Err: err}
	}
	app, ok := module.(*App)
	if !ok {
		return nil, caddy.APIError{HTTPStatus: http.StatusNotFound, Err: errNotRunning}
	}
	return app, nil
}
