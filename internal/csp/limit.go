package csp

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Limit is a policy that lets a page contact its own site and some hosts, and nobody else. It limits hosts alone: what
// stands inline, eval, WebAssembly, and data: and blob: URLs, which contact nobody, are as the page's own policy has
// them. Where a page navigates to, and where its forms are sent, is not limited. It is immutable.
type Limit struct{ sources string }

// NewLimit takes hosts ("cdn.example", which has what is below it, and "*.example", which has that alone) and URLs
// (HOST/PATH, with "*" and a query that does not count) of third parties. What is no host of the grammar is left out.
func NewLimit(hosts, urls []string) *Limit {
	l := &limiter{seen: map[string]bool{}}
	for _, host := range hosts {
		if below, ok := strings.CutPrefix(host, "*."); ok {
			l.add("*.", below, "")
			continue
		}
		l.both(host, "")
	}
	for _, u := range urls {
		host, path, _ := strings.Cut(u, "/")
		if below, ok := strings.CutPrefix(host, "*."); ok {
			l.add("*.", below, prefixOf(path))
			continue
		}
		l.both(host, prefixOf(path))
	}
	return &Limit{l.text.String()}
}

// limiter gathers sources.
type limiter struct {
	text strings.Builder
	seen map[string]bool
}

// both adds a host and what is below it.
func (l *limiter) both(host, path string) {
	l.add("", host, path)
	l.add("*.", host, path)
}

// add adds a host on any port, by the schemes of fetching and of WebSockets. A source without a scheme is for that of the
// page and its secure form (CSP3 6.7.2.8), which not all browsers take the WebSocket's for; that for ws holds for wss.
func (l *limiter) add(star, host, path string) {
	if !isName(host) {
		return
	}
	for _, source := range [...]string{star + host + ":*" + path, "ws://" + star + host + ":*" + path} {
		if !l.seen[source] {
			l.seen[source] = true
			l.text.WriteString(" " + source)
		}
	}
}

// prefixOf is the path of a URL mark as a source has it: the file it names, or the folder up to the first star.
func prefixOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if star := strings.IndexByte(path, '*'); star >= 0 {
		path = path[:strings.LastIndexByte(path[:star], '/')+1]
	}
	return "/" + strings.NewReplacer(";", "%3B", ",", "%2C").Replace(path)
}

// Header is the policy's line for a page on a host, and the line of Reporting-Endpoints that it needs; "" for none. The
// host is as the browser names it, with a port where that is not the scheme's own. Browsers report to a path of the site,
// and over https as the Reporting API has it, too; where a policy names such an end point on http, some report nowhere.
func (l *Limit) Header(host string, secure bool, reports string) (policy, endpoints string) {
	policy = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:" + siteSources(host) + l.sources + "; report-uri " + reports
	if !secure {
		return policy, ""
	}
	return policy + "; report-to " + endpoint, endpoint + `="` + reports + `"`
}

// endpoint is the name of our end point among those of a page.
const endpoint = "privet"

// siteSources are the hosts of one site: those of the registrable domain, or the one host where there is none.
func siteSources(host string) string {
	name, _ := splitHost(host)
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	l := &limiter{seen: map[string]bool{}}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil && isName(name) {
		name = domain
		l.add("*.", name, "")
	}
	l.add("", name, "")
	return l.text.String()
}
