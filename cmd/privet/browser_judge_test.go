package main

import (
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// demoPolicy is the demo's, read as the gateway reads it.
func demoPolicy(t *testing.T, g *gateway) *rules.Policy {
	t.Helper()
	fields, err := filepath.Glob(filepath.Join(g.dir, "examples/communications/fields/*.yaml"))
	if err != nil || len(fields) == 0 {
		t.Fatalf("no fields are labelled: %v", err)
	}
	policy, problems := rules.LoadFiles(append([]string{filepath.Join(g.dir, privacyFile)}, fields...)...)
	if policy == nil {
		t.Fatalf("the demo's policy: %v", problems)
	}
	return policy
}

// contacts are what requests come to.
type contacts struct {
	with      []string // recipients that may be contacted, sorted
	urls      []string // under which they were
	forbidden []string // what was attempted and may not be
}

// contacted judges all that the browser attempted since it was last asked, by the policy itself.
func (v *visitor) contacted() contacts {
	v.t.Helper()
	requests, decision := v.browser.from(v.judged), v.decision()
	v.judged += len(requests)
	v.mu.Lock()
	defer v.mu.Unlock()
	var c contacts
	with := map[string]bool{}
	for _, r := range requests {
		recipient, problem := judge(decision, v.site, r.url)
		if problem != "" {
			c.forbidden = append(c.forbidden, r.url+" ("+r.kind.String()+", "+v.initiators[r.id]+"): "+problem)
		} else if recipient != "" {
			with[recipient] = true
			c.urls = append(c.urls, r.url)
		}
	}
	c.with = slices.Sorted(maps.Keys(with))
	return c
}

// judge says whose a URL is, and what speaks against contacting it.
func judge(d *rules.Decision, site, ref string) (recipient, problem string) {
	var parser markup.URLParser
	u, ok := parser.Parse([]byte(ref), nil)
	if !ok {
		return "", "it is no URL"
	}
	origin := string(u.Scheme) + "://" + string(u.Host)
	if len(u.Port) > 0 {
		origin += ":" + string(u.Port)
	}
	switch {
	case origin == site, slices.Contains([]string{"data", "blob", "about"}, string(u.Scheme)):
		return "", ""
	case isLoopback(string(u.Host)):
		return "", "it goes round the gateway"
	}
	ruling, known := d.Reference(rules.Reference{Host: u.Host, Path: u.Path, Query: u.Query})
	switch {
	case !known:
		return "", "nobody knows whose it is"
	case !ruling.Allowed:
		return ruling.Recipient, "it is of " + ruling.Recipient + ", and " + ruling.Ruling().Reason
	default:
		return ruling.Recipient, ""
	}
}

// meets judges what was requested since the last step: exactly these recipients were contacted.
func (v *visitor) meets(recipients ...string) contacts {
	v.t.Helper()
	c := v.contacted()
	for _, forbidden := range c.forbidden {
		v.t.Errorf("%s: a request that may not be: %s", v.location(), forbidden)
	}
	want := slices.Compact(slices.Sorted(slices.Values(recipients)))
	if !slices.Equal(c.with, want) {
		v.t.Errorf("%s: contacted were %v, want %v", v.location(), c.with, want)
	}
	for _, problem := range v.announced() {
		v.t.Errorf("%s announces %s", v.location(), problem)
	}
	return c
}

// announced judges the hints of a page and of its header, and gives those that may not be: a browser follows some by
// opening a connection, which no request shows.
func (v *visitor) announced() (problems []string) {
	v.t.Helper()
	type hint struct{ Rel, Href string }
	hints := evaluate[[]hint](v, `[...document.querySelectorAll('link[href]')].map(e => ({Rel: e.rel.toLowerCase(), Href: e.href}))`)
	at := withoutFragment(v.location())
	v.mu.Lock()
	if page := v.responses[at]; page == nil {
		v.t.Error("the page has no response")
	} else {
		for name, value := range page.Headers {
			if text, ok := value.(string); ok && strings.EqualFold(name, "Link") {
				for _, entry := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
					href, parameters, _ := strings.Cut(strings.TrimSpace(entry), ">")
					hints = append(hints, hint{parameters, strings.TrimPrefix(href, "<")})
				}
			}
		}
	}
	v.mu.Unlock()
	decision := v.decision()
	for _, h := range hints {
		u, err := url.Parse(h.Href)
		if err != nil || u.Host == "" || v.site == "http://"+u.Host || strings.Contains(h.Rel, "canonical") {
			continue
		}
		var ruling rules.EmbedRuling
		var known bool
		if strings.Contains(h.Rel, "preconnect") || strings.Contains(h.Rel, "dns-prefetch") {
			ruling, known = decision.Hint(rules.Reference{Host: []byte(u.Hostname())})
		} else {
			ruling, known = decision.Reference(rules.Reference{Host: []byte(u.Hostname()), Path: []byte(u.EscapedPath()), Query: []byte(u.RawQuery)})
		}
		if !known || !ruling.Allowed {
			problems = append(problems, h.Href+" ("+h.Rel+"), of "+ruling.Recipient+": "+ruling.Ruling().Reason)
		}
	}
	return problems
}

func (v *visitor) location() string {
	v.t.Helper()
	return evaluate[string](v, "location.href")
}

// cookies are the names of those in the jar and of those that scripts see. Each is one that may be stored.
func (v *visitor) cookies() []string {
	v.t.Helper()
	jar, err := chromedp.CallBrowser(v.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID})
	if err != nil {
		v.t.Fatal(err)
	}
	names := map[string]bool{}
	for _, cookie := range jar.Cookies {
		names[cookie.Name] = true
		if !isLoopback(cookie.Domain) {
			v.t.Errorf("a cookie of %s is stored", cookie.Domain)
		}
	}
	for cookie := range strings.SplitSeq(evaluate[string](v, "document.cookie"), ";") {
		if name, _, ok := strings.Cut(strings.TrimSpace(cookie), "="); ok {
			names[name] = true
		}
	}
	decision := v.decision()
	for name := range names {
		if ruling := decision.Cookie(name); ruling.Action.Kind != rules.Keep {
			v.t.Errorf("the cookie %s is stored: %s", name, ruling.Reason)
		}
	}
	return slices.Sorted(maps.Keys(names))
}
