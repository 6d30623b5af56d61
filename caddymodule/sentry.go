package caddymodule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/guard"
	"github.com/privet-gateway/privet/rules"
)

// sentry is what holds third parties back in the browsers of a policy's visitors.
type sentry struct {
	script  *guard.Script
	policy  *rules.Policy
	parties []string // the ids of the script's parties
	files   []*file
	orders  *lru.Cache[*rules.Decision, *order] // by decision: two of one id may hold others back
}

// order is whom the guard holds back for a visitor.
type order struct {
	tags    func(dst, nonce []byte) []byte // nil where nobody is held back
	version string                         // twelve digits that change with the tags; "" where there are none
}

func newSentry(policy *rules.Policy) (*sentry, error) {
	orders, err := lru.New[*rules.Decision, *order](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of guards: %w", err)
	}
	s := &sentry{policy: policy, orders: orders}
	var parties []guard.Party
	for _, catalogue := range [...]bool{false, true} {
		for _, r := range policy.Recipients() {
			if party, marked := partyOf(r, catalogue); marked {
				parties = append(parties, party)
				s.parties = append(s.parties, r.ID)
			}
		}
	}
	if s.script, err = guard.New(parties, guardLists(policy)); err != nil {
		return nil, fmt.Errorf("making the guard: %w", err)
	}
	for _, asset := range s.script.Assets() {
		s.files = append(s.files, newFile(asset))
	}
	return s, nil
}

// guardLists are the block lists that the guard reads, in the order in which order names them.
func guardLists(*rules.Policy) []*guard.List { return nil }

// partyOf is a recipient by the marks that the policy gives it, or by those of the catalogue, which give way to them.
func partyOf(r *rules.Recipient, catalogue bool) (party guard.Party, marked bool) {
	if r.Purpose == "" {
		return party, false
	}
	party = guard.Party{
		ID: r.ID, Hosts: names(r.Embed.Hosts, catalogue), URLs: names(r.Embed.URLs, catalogue), Cookies: names(r.Embed.Cookies, catalogue),
		Catalogue: catalogue,
	}
	return party, len(party.Hosts)+len(party.URLs)+len(party.Cookies) > 0
}

func names(marks []rules.Mark, catalogue bool) []string {
	var out []string
	for _, m := range marks {
		if m.BuiltIn() == catalogue {
			out = append(out, m.Name)
		}
	}
	return out
}

// order is whom a decision holds back, made once for it.
func (s *sentry) order(d *rules.Decision) *order {
	if o, ok := s.orders.Get(d); ok {
		return o
	}
	o := &order{}
	if held := s.held(d); len(held.Parties)+len(held.Lists) > 0 {
		o.tags = func(dst, nonce []byte) []byte { return s.script.AppendTags(dst, held, nonce) }
		sum := sha256.Sum256(o.tags(nil, nil))
		o.version = hex.EncodeToString(sum[:6])
	}
	s.orders.Add(d, o)
	return o
}

// held says who is held back under a decision.
func (s *sentry) held(d *rules.Decision) guard.Held {
	var held guard.Held
	for i, id := range s.parties {
		if !d.Embed(id).Allowed {
			held.Parties = append(held.Parties, i)
		}
	}
	return held
}

// order is whom the pages of an exchange hold back in the browser. The outermost handler puts the guard into them; one
// further in knows of it, and leaves to it what it would hold back as well.
func (x *exchange) order() *order {
	if !x.enforcing() || x.handler.Guard == guardOff {
		return &order{}
	}
	o := x.engine.sentry.order(x.decision)
	if x.outer == nil {
		return o
	}
	root := x.outer
	for root.outer != nil {
		root = root.outer
	}
	if o.version == "" || root.decision == nil || root.order().version != o.version {
		return &order{}
	}
	return &order{tags: func(dst, _ []byte) []byte { return dst }}
}

// guards says that a response may be a document whose scripts a guard can hold back. What a script fetches is none.
func (w *responseWriter) guards(media filter.Media) bool {
	to := destination(w.r.Header)
	return (media == filter.Markup || media == filter.XMLMarkup) && (to == "" || isShown(to)) && w.r.Header.Get("Caddy-Templates-Include") == ""
}

// serveGuard answers for the guard's files, and says whether a path is of one.
func (x *exchange) serveGuard(w http.ResponseWriter, r *http.Request, name string) bool {
	for _, f := range x.engine.sentry.files {
		if f.answersFor(name) {
			f.serve(w, r, name)
			return true
		}
	}
	return false
}
