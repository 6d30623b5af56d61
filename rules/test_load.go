package rules

import (
	"fmt"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

func (l *loader) tests(n *node) {
	seen := map[string]Position{}
	for _, item := range l.items(n, `"tests"`) {
		t := l.test(item)
		if first, twice := seen[t.Name]; twice && t.Name != "" {
			l.wrong(item.at, fmt.Sprintf("a second test is named %s, after %s", quoted(t.Name), first), "give each test its own name")
		}
		seen[t.Name] = item.at
		l.policy.tests = append(l.policy.tests, t)
	}
}

func (l *loader) test(n *node) Test {
	f := l.shaped(n, "test")
	t := Test{At: n.at, Name: l.text(f.value("name"), "name"), Request: l.text(f.value("request"), "request")}
	l.missing(f, "name", Problem{At: n.at, What: "a test has no name", Instead: "write name: and what it shows"})
	l.missing(f, "request", Problem{At: n.at, What: "a test has no request", Instead: "write request: and a method and path, such as GET /v1/accounts/42"})
	if t.Request != "" && !isRequestLine(t.Request) {
		l.wrong(f.value("request").at, fmt.Sprintf("%s is no request", quoted(t.Request)), "write a method and a path, such as GET /v1/accounts/42")
	}
	l.testBody(&t, f)
	l.missing(f, "expect", Problem{At: n.at, What: "a test expects nothing", Instead: "write expect: and the file that must come out"})
	t.Expect = l.file(f.value("expect"), "expect")
	if written := f.value("type"); written != nil {
		if t.Type = l.text(written, "type"); t.Type != "" && !isMediaType(t.Type) {
			l.wrong(written.at, fmt.Sprintf("%s is no media type", quoted(t.Type)), "write one as a Content-Type does, such as text/csv; header=absent")
		}
	}
	t.Given = l.given(f.value("given"))
	return t
}

// testBody reads which of the two bodies is tested.
func (l *loader) testBody(t *Test, f fields) {
	body, response := f.value("body"), f.value("response")
	t.Direction = Response
	t.File = l.file(response, "response")
	switch {
	case body == nil && response == nil && !f.unread:
		l.wrong(t.At, "a test has no body", "write response: (or body: for the request's) and the file that goes in")
	case body != nil && response != nil:
		l.wrong(f.keyAt("body"), "a test has a body and a response", "test one of them")
	case body != nil:
		t.Direction, t.File = Request, l.file(body, "body")
	}
}

func isRequestLine(text string) bool {
	method, target, found := strings.Cut(text, " ")
	if !found {
		return strings.HasPrefix(text, "/")
	}
	return method != "" && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == "" &&
		strings.Contains(target, "/") && !strings.Contains(target, " ")
}

// isMediaType says that a text names a type; what its parameters are is for who reads the body.
func isMediaType(text string) bool {
	essence, _, _ := strings.Cut(text, ";")
	top, sub, found := strings.Cut(strings.TrimSpace(essence), "/")
	return found && top != "" && sub != "" && !strings.ContainsAny(essence, ",\"\\") && !strings.ContainsAny(top+sub, "/ \t")
}

// file reads a name that is relative to the policy file that says it.
func (l *loader) file(n *node, what string) string {
	if text := l.text(n, what); text != "" {
		return beside(n.at, text)
	}
	return ""
}

func (l *loader) given(n *node) Given {
	f := l.shaped(n, "given")
	g := Given{At: f.at, Exporter: l.laws(f.value("exporter"), "exporter")}
	if purpose := f.value("purpose"); purpose != nil {
		g.Purpose = declared(l, purpose, "purpose", l.policy.purposes)
	}
	if recipient := f.value("recipient"); recipient != nil {
		g.Recipient = declared(l, recipient, "recipient", l.policy.recipients)
	}
	if caller := f.value("caller"); caller != nil {
		g.Caller = declared(l, caller, "recipient", l.policy.recipients)
	}
	if country := f.value("country"); country != nil {
		g.Country = l.residence(country)
	}
	g.Grants = l.choices(f.value("grants"), "grants")
	g.Refuses = l.choices(f.value("refuses"), "refuses")
	g.GPC = l.flag(f.value("gpc"), "gpc")
	g.Minor = l.flag(f.value("minor"), "minor")
	g.Today = l.date(f.value("today"), "today")
	return g
}

// residence reads a country, a subdivision, or the place that is not known.
func (l *loader) residence(n *node) string {
	text := l.text(n, "country")
	if text == "" || text == UnknownPlace {
		return text
	}
	code, ok := catalog.Country(text)
	if !ok {
		l.wrong(n.at, fmt.Sprintf("%s is no place", quoted(text)), "write a country (DE), a subdivision (US-CA) or ZZ for an unknown place")
	}
	return code
}

// choices reads what a person chose: purposes, and categories with choice.
func (l *loader) choices(n *node, what string) []string {
	var ids []string
	for _, item := range l.items(n, what) {
		id := l.text(item, what)
		if id == "" {
			continue
		}
		if c, ok := l.policy.categories[id]; ok && c.Choice {
			ids = append(ids, id)
			continue
		}
		if c, ok := l.policy.categories[id]; ok && l.policy.purposes[id] == nil {
			l.wrong(item.at, fmt.Sprintf("category %s offers no choice", quoted(id)), "write choice: true at "+c.At.String())
			continue
		}
		if id := declared(l, item, "purpose", l.policy.purposes); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}
