package caddymodule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/guard"
	"github.com/privet-gateway/privet/rules"
)

// sentry is what holds third parties back in the browsers of a policy's visitors.
type sentry struct {
	script  *guard.Script
	parties []string                          // ids of the recipients that the script knows
	cookies []string                          // ids of the purposes of cookies, likewise
	lists   []string                          // purposes of the lists, likewise
	made    map[[sha256.Size]byte]*guard.List // by the digests of their texts
	files   []*file
	sheet   []csp.File                          // of the prompt
	orders  *lru.Cache[*rules.Decision, *order] // by decision: two of one id may hold others back
}

// order is whom the guard holds back for a visitor.
type order struct {
	script  *guard.Script // nil where nobody is held back
	held    guard.Held
	files   []csp.File // that its tags load, behind the sheet of the prompt
	version string     // twelve digits that change with the tags; "" where there are none
	quiet   bool       // a handler further out puts the same guard into the page
}

// newSentry makes the guard of a policy. Of the one before, which may be nil, it takes what has not changed: lists and their
// compressed files take a second each to make.
func newSentry(policy *rules.Policy, before *sentry) (*sentry, error) {
	orders, err := lru.New[*rules.Decision, *order](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of guards: %w", err)
	}
	s := &sentry{
		orders: orders, sheet: []csp.File{{Kind: csp.Sheet, Path: consent.PromptSheet()}}, made: map[[sha256.Size]byte]*guard.List{},
	}
	var known guard.Known
	for _, purpose := range policy.Purposes() {
		if p, named := cookiesOf(policy, purpose); named {
			known.Purposes, s.cookies = append(known.Purposes, p), append(s.cookies, purpose.ID)
		}
	}
	for _, catalogue := range [...]bool{false, true} {
		for _, r := range policy.Recipients() {
			if p, marked := partyOf(r, catalogue); marked {
				known.Parties, s.parties = append(known.Parties, p), append(s.parties, r.ID)
			}
		}
	}
	for _, listed := range policy.Listed() {
		list, err := s.list(listed.Text, before)
		if err != nil {
			return nil, fmt.Errorf("bringing the lists of %s to the browser: %w", listed.Purpose, err)
		}
		known.Lists, s.lists = append(known.Lists, list), append(s.lists, listed.Purpose)
	}
	if s.script, err = guard.New(known); err != nil {
		return nil, fmt.Errorf("making the guard: %w", err)
	}
	for _, asset := range s.script.Assets() {
		s.files = append(s.files, before.file(asset))
	}
	if s.files[0].stale == nil {
		s.files[0].stale = newFile(s.script.Stale())
	}
	return s, nil
}

// list makes the list of a text, or finds it.
func (s *sentry) list(text []byte, before *sentry) (*guard.List, error) {
	sum := sha256.Sum256(text)
	if before != nil {
		s.made[sum] = before.made[sum]
	}
	if s.made[sum] == nil {
		list, err := guard.NewList(text)
		if err != nil {
			return nil, err
		}
		s.made[sum] = list
	}
	return s.made[sum], nil
}

// file serves an asset, by what serves it already where its name, which tells its text, is known.
func (s *sentry) file(a guard.Asset) *file {
	if s != nil {
		if i := slices.IndexFunc(s.files, func(f *file) bool { return f.Name == a.Name }); i >= 0 {
			return s.files[i]
		}
	}
	return newFile(a)
}

// cookiesOf are the cookies of a purpose, by all names that the gateway judges by.
func cookiesOf(policy *rules.Policy, purpose *rules.Purpose) (p guard.Purpose, named bool) {
	for _, c := range policy.Cookies() {
		switch {
		case c.Purpose != purpose.ID:
		case c.BuiltIn:
			p.Catalogue = append(p.Catalogue, c.Name)
		default:
			p.Cookies = append(p.Cookies, c.Name)
		}
	}
	p.Database, p.Life = strings.Fields(policy.CookieTail(purpose.ID)), purpose.Retention
	return p, len(p.Cookies)+len(p.Catalogue)+len(p.Database) > 0
}

// partyOf is a recipient by the marks that the policy gives it, or by those of the catalogue, which give way to them.
func partyOf(r *rules.Recipient, catalogue bool) (p guard.Party, marked bool) {
	if r.Purpose == "" {
		return p, false
	}
	p = guard.Party{
		ID: r.ID, Hosts: names(r.Embed.Hosts, catalogue), URLs: names(r.Embed.URLs, catalogue), Catalogue: catalogue,
	}
	return p, len(p.Hosts)+len(p.URLs) > 0
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
	o := &order{held: s.held(d)}
	if len(o.held.Parties)+len(o.held.Purposes)+len(o.held.Lists)+len(o.held.Denied) > 0 {
		o.script, o.files = s.script, slices.Clone(s.sheet)
		for _, a := range s.script.Files(o.held) {
			o.files = append(o.files, csp.File{Path: consent.Root + filesFolder + a.Name, SHA256: a.Sum})
		}
		sum := sha256.Sum256(s.script.AppendTags(nil, o.held, nil))
		o.version = hex.EncodeToString(sum[:6])
	}
	s.orders.Add(d, o)
	return o
}

// held says who is held back under a decision.
func (s *sentry) held(d *rules.Decision) guard.Held {
	var held guard.Held
	for i, recipient := range s.parties {
		if !d.Embed(recipient).Allowed {
			held.Parties = append(held.Parties, i)
		}
	}
	for i, purpose := range s.cookies {
		if !d.Stored(purpose).Allowed {
			held.Purposes = append(held.Purposes, i)
		}
	}
	for i, purpose := range s.lists {
		if !d.Listed(purpose).Allowed {
			held.Lists = append(held.Lists, i)
		}
	}
	held.Denied, _ = d.ConsentMode()
	return held
}

// mayGuard says that pages of this handler may have a guard.
func (x *exchange) mayGuard() bool { return x.enforcing() && x.handler.Guard != guardOff }

// order is whom the pages of an exchange hold back in the browser. The outermost handler puts the guard into them; one
// further in knows of it, and leaves to it what it would hold back as well.
func (x *exchange) order() *order {
	if !x.mayGuard() {
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
	return &order{quiet: true}
}

// guards says that a response may be a document whose scripts a guard can hold back. What a script fetches is none.
func (w *responseWriter) guards(media filter.Media) bool {
	return (media == filter.Markup || media == filter.XMLMarkup) && mayShow(w.r)
}

// mayShow says that a browser may show the answer to a request as a document.
func mayShow(r *http.Request) bool {
	to := destination(r.Header)
	return (to == "" || isShown(to)) && r.Header.Get("Caddy-Templates-Include") == ""
}

// admit has the page's own policies of content let in what the page gets of ours: those of the header now, those in its
// markup as it goes by.
func (w *responseWriter) admit(h http.Header) {
	media := w.media(h)
	w.gate = csp.Gate{Secure: scheme(w.r) == "https://", Host: w.r.Host}
	if o := w.x.order(); o.script != nil && w.guards(media) {
		w.gate.Files, w.gate.Types = o.files, guard.Types
	}
	switch sheet := w.prompts() && media == filter.Markup; {
	case !sheet && len(w.gate.Files) > 0:
		w.gate.Files = w.gate.Files[1:]
	case sheet && len(w.gate.Files) == 0:
		w.gate.Files = w.x.engine.sentry.sheet
	}
	if len(w.gate.Files) > 0 {
		w.gate.Header(h)
	}
}

// tags says how the guard's tags are written into a page; nil where no guard is needed.
func (w *responseWriter) tags() func(dst, nonce []byte) []byte {
	o := w.x.order()
	if o.quiet {
		return func(dst, _ []byte) []byte { return dst }
	}
	if o.script == nil {
		return nil
	}
	held := o.held
	held.Page = siteOf(w.r.Host)
	return func(dst, nonce []byte) []byte {
		held.Integrity = w.gate.Integrity
		return o.script.AppendTags(dst, held, nonce)
	}
}

// serveGuard answers for the guard's files, and says whether a path is of one.
func (x *exchange) serveGuard(w http.ResponseWriter, r *http.Request, name string) bool {
	files := x.engine.sentry.files
	i := slices.IndexFunc(files, func(f *file) bool { return name == filesFolder+f.Name })
	if i < 0 {
		i = slices.IndexFunc(files, func(f *file) bool { return f.answersFor(name) })
	}
	if i < 0 {
		return false
	}
	files[i].serve(w, r, name)
	return true
}
