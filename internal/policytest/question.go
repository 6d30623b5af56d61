package policytest

import (
	"fmt"
	"strings"
	"time"

	"github.com/privet-gateway/privet/rules"
	"github.com/privet-gateway/privet/rules/catalog"
)

// Question is one exchange and the facts it is given.
type Question struct {
	Request string // "GET api.example.com/v1/accounts/42"; GET where no method is named
	Given   rules.Given
	Type    string // the Content-Type of the body; "" is JSON
	Now     time.Time
}

// facts turns the names of a question into facts of the policy. Its errors name the word that is not declared.
func (q Question) facts(p *rules.Policy) (rules.Facts, error) {
	method, rest, found := strings.Cut(strings.TrimSpace(q.Request), " ")
	if !found {
		method, rest = "GET", method
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return rules.Facts{}, fmt.Errorf("the request %q has no path; write it as GET /path", q.Request)
	}
	path, _, _ := strings.Cut(rest[slash:], "?")
	g := q.Given
	f := rules.Facts{
		Labels:  p.Match(rules.Exchange{Method: method, Host: rest[:slash], Paths: []string{path}}),
		Purpose: g.Purpose, Recipient: g.Recipient, Caller: g.Caller, Exporter: g.Exporter, Minor: g.Minor, Today: g.Today,
	}
	if f.Today == 0 {
		f.Today = rules.DateOf(q.Now)
	}
	if f.Purpose == "" {
		f.Purpose = p.DefaultPurpose()
	}
	if _, ok := p.Purpose(f.Purpose); f.Purpose != "" && !ok {
		return f, fmt.Errorf("purpose %q is not declared", f.Purpose)
	}
	for _, id := range []string{f.Recipient, f.Caller} {
		if _, ok := p.Recipient(id); id != "" && !ok {
			return f, fmt.Errorf("recipient %q is not declared", id)
		}
	}
	f.Country = rules.UnknownPlace
	if g.Country != "" && g.Country != rules.UnknownPlace {
		code, ok := catalog.Country(g.Country)
		if !ok {
			return f, fmt.Errorf("country %q is no ISO 3166 code", g.Country)
		}
		f.Country = code
	}
	f.Signals.GPC = g.GPC
	for _, id := range g.Grants {
		if !p.Choose(&f.Signals.Prompt, id, true) {
			return f, fmt.Errorf("grant %q is neither a purpose nor a category with choice", id)
		}
	}
	for _, id := range g.Refuses {
		if !p.Choose(&f.Signals.Prompt, id, false) {
			return f, fmt.Errorf("refusal %q is neither a purpose nor a category with choice", id)
		}
	}
	return f, nil
}
