package csp

import (
	"net/http"
	"strings"
)

// Gate lets what is ours into one page. It takes the policies in the order in which a browser meets them: those of the
// header, then those of the page's markup as it goes by. Its zero value lets nothing in, and reads what policies say of
// scripts. It is for one page, and not safe for concurrent use.
type Gate struct {
	Secure bool   // the page is on https
	Host   string // of the page as the browser names it; with a port where that is not the scheme's own
	Files  []File // not written to
	Types  string // the policy of trusted types that our scripts make, a name of letters; "" for none
	Admission
	started bool
}

// Admission is what the policies so far say of scripts, and how a page loads ours.
type Admission struct {
	// Nonce is what the elements of scripts have to bear; "" where the page has none. It is base64, safe in an attribute.
	Nonce string
	// Integrity says that the elements of scripts have to bear Integrity of their files, and to ask for them by CORS.
	Integrity bool
	// Idle says that no script can run on the page, whatever it holds: there is nothing to load one for.
	Idle bool
	// NoHandlers says that no event handler in markup runs.
	NoHandlers bool
}

// The fields that policies stand in, and those that ask for the integrity of files (SRI 3.7).
const (
	enforcedField = "Content-Security-Policy"
	reportedField = "Content-Security-Policy-Report-Only"
	hashedField   = "Integrity-Policy"
	unhashedField = "Integrity-Policy-Report-Only"
)

// Start says that the page has loaded our scripts. A policy that comes by from then on has nothing to say of them, since a
// browser loads them and runs them before it reads on.
func (g *Gate) Start() { g.started = true }

// Header edits the policies of a response's header, those that only report too, so that each lets in what is ours. Fields
// are known by the canonical form of their names. Lines of which nothing changes stay, and no slice is written to. Where no
// script can run, none is let in.
func (g *Gate) Header(h http.Header) {
	enforced, reported := h[enforcedField], h[reportedField]
	g.Integrity = g.Integrity || demandIntegrity(h[hashedField]) || demandIntegrity(h[unhashedField])
	if len(enforced)+len(reported) == 0 {
		return
	}
	lines, others := readLines(enforced), readLines(reported)
	for i := range lines {
		g.note(lines[i].policies, true)
	}
	g.settle(lines)
	g.settle(others)
	if edited := g.edit(lines); edited != nil {
		h[enforcedField] = edited
	}
	if edited := g.edit(others); edited != nil {
		h[reportedField] = edited
	}
}

// Markup edits the policy that the content of a meta element states (HTML 4.2.5.3, "Content security policy state"). Where
// nothing changes it gives back what it was given. It is certain where the browser heeds the element for sure, which is in
// the head: else the policy may say of what is ours, and is not taken at its word that scripts cannot run.
//
// The standard has one policy there, and Chromium takes commas for the ends of several. Both let in what is ours, save for
// a list that comes to nothing but a hash where there is 'unsafe-inline' as well.
func (g *Gate) Markup(content string, certain bool) string {
	all := policies(content)
	if len(all) == 1 {
		if certain {
			g.note(all, false)
		}
		return g.admit(content, all)
	}
	if certain {
		g.noteHandlers(all)
	}
	inlined := strings.Contains(strings.ToLower(content), "'unsafe-inline'")
	for i := range all {
		all[i].ambiguous, all[i].inlined = true, inlined
	}
	content = g.admit(content, all)
	one := policy{end: len(content), directives: directives(content, 0, len(content)), ambiguous: true, inlined: inlined}
	return g.admit(content, []policy{one})
}

func (g *Gate) admit(text string, all []policy) string {
	lines := [...]line{{text, all}}
	g.settle(lines[:])
	if edited := g.edit(lines[:]); edited != nil {
		return edited[0]
	}
	return text
}

// line is one line of a field, or the content of an element.
type line struct {
	text     string
	policies []policy
}

func readLines(texts []string) []line {
	out := make([]line, 0, len(texts))
	for _, text := range texts {
		out = append(out, line{text, policies(text)})
	}
	return out
}

// note takes what policies say of scripts altogether.
func (g *Gate) note(all []policy, inHeader bool) {
	g.noteHandlers(all)
	for i := range all {
		g.Idle = g.Idle || inHeader && all[i].isSandbox() || all[i].admitsNoScript()
	}
}

func (g *Gate) noteHandlers(all []policy) {
	for i := range all {
		if d := all[i].first("script-src-attr", "script-src", "default-src"); d != nil && !d.allowsInline(Script) {
			g.NoHandlers = true
		}
	}
}

// settle chooses the nonce of a policy that nothing else lets our first script through, or else of any. Once scripts bear
// one, other policies have to do with it.
func (g *Gate) settle(lines []line) {
	if g.Nonce != "" || g.Idle || g.started {
		return
	}
	script := g.firstScript()
	for _, l := range lines {
		for k := range l.policies {
			d := l.policies[k].first("script-src-elem", "script-src", "default-src")
			if d == nil {
				continue
			}
			nonce := d.nonce()
			if nonce != "" && (script == nil || g.isStopped(d, script)) {
				g.Nonce = nonce
				return
			}
			if g.Nonce == "" {
				g.Nonce = nonce
			}
		}
	}
}

func (g *Gate) firstScript() *File {
	for i := range g.Files {
		if g.Files[i].Kind == Script {
			return &g.Files[i]
		}
	}
	return nil
}

// demandIntegrity says that a policy of integrity may keep scripts out that do not state theirs. It is not read in full:
// to state it does no harm.
func demandIntegrity(lines []string) bool {
	for _, text := range lines {
		if strings.Contains(text, "blocked-destinations") && strings.Contains(text, "script") {
			return true
		}
	}
	return false
}
