package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// asked are the purposes of the demo that rest on consent.
var asked = []string{"analytics", "functionality", "advertising", "social", "testimonials", "directory"}

// tags are the recipients that each page of the site has a browser contact: one that runs scripts, and one that does not.
var tags = []struct{ path, scripted, unscripted string }{
	{
		"/",
		"google_tag_manager google_analytics doubleclick linkedin_ads marketo facebook_custom_audience twitter_ads facebook_widgets twitter_widgets linkedin_widgets",
		"google_tag_manager doubleclick linkedin_ads facebook_custom_audience facebook_widgets",
	},
	{
		"/pricing",
		"google_tag_manager google_analytics doubleclick linkedin_ads marketo facebook_widgets twitter_widgets",
		"google_tag_manager doubleclick linkedin_ads facebook_widgets",
	},
	{
		"/signup",
		"google_tag_manager google_analytics doubleclick marketo facebook_custom_audience twitter_ads facebook_connect",
		"google_tag_manager doubleclick facebook_custom_audience",
	},
	{
		"/account",
		"google_tag_manager google_analytics marketo",
		"google_tag_manager",
	},
	{
		"/welcome",
		"google_tag_manager google_analytics doubleclick linkedin_ads facebook_custom_audience",
		"google_tag_manager doubleclick linkedin_ads facebook_custom_audience",
	},
	{
		"/nothing",
		"google_tag_manager google_analytics",
		"google_tag_manager",
	},
}

// tagsOf are the recipients of a page that serve these purposes.
func (v *visitor) tagsOf(path string, purposes ...string) []string {
	v.t.Helper()
	var found []string
	for _, page := range tags {
		ids := page.scripted
		if !v.scripts {
			ids = page.unscripted
		}
		if page.path != path {
			continue
		}
		for id := range strings.FieldsSeq(ids) {
			recipient, ok := v.policy.Recipient(id)
			if !ok {
				v.t.Fatalf("there is no recipient %s", id)
			}
			if slices.Contains(purposes, recipient.Purpose) {
				found = append(found, id)
			}
		}
	}
	return found
}

// What a browser does with the pages is what the policy says: its requests, its cookies, and what it shows.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	g := start(t)
	for _, scenario := range []struct {
		name string
		who  who
		plot func(*visitor)
	}{
		{"control", who{}, (*visitor).goesRound},
		{"refusing", who{}, (*visitor).refuses},
		{"refusing without scripts", who{noScripts: true}, (*visitor).refuses},
		{"choosing", who{}, (*visitor).grantsAndWithdraws},
		{"choosing without scripts", who{noScripts: true}, (*visitor).grantsAndWithdraws},
		{"GPC", who{gpc: true}, (*visitor).acceptsUnderGPC},
		{"opt-out", who{address: "8.8.8.8", country: "US"}, (*visitor).saysNothing},
		{"opt-out and GPC", who{address: "8.8.8.8", country: "US", gpc: true}, (*visitor).saysNothing},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.plot(visit(t, b, g, scenario.who)) })
	}
	if folder := os.Getenv("PRIVET_SCREENSHOTS"); folder != "" {
		t.Run("screenshots", func(t *testing.T) { takeScreenshots(t, b, g, folder) })
	}
}

// The site itself, without the gateway, contacts all of them. So the others below are not silent for want of ears.
func (v *visitor) goesRound() {
	v.do("going round the gateway", chromedp.Navigate(v.backend))
	v.settle("the site without the gateway")
	forbidden := strings.Join(v.contacted().forbidden, "\n")
	for _, id := range v.tagsOf("/", asked...) {
		if !strings.Contains(forbidden, "it is of "+id+",") {
			v.t.Errorf("%s was not contacted, or not found to be forbidden; found were:\n%s", id, forbidden)
		}
	}
	if !strings.Contains(forbidden, "it goes round the gateway") {
		v.t.Errorf("the page itself was not found to go round the gateway:\n%s", forbidden)
	}
	hints := strings.Join(v.announced(), "\n")
	for _, hint := range []string{
		"https://connect.facebook.net/ (dns-prefetch)", "http://px.ads.linkedin.com/ (dns-prefetch)", "insight.min.js (preload)", // in the page
		"https://connect.facebook.net (; rel=preconnect; crossorigin)", // in its header
	} {
		if !strings.Contains(hints, hint) {
			v.t.Errorf("the hint %s was not found to be forbidden; found were:\n%s", hint, hints)
		}
	}
}

// A visitor says nothing at first, then refuses. Nobody but the site is contacted.
func (v *visitor) refuses() {
	for _, page := range tags {
		v.open(page.path)
		v.meets()
		v.prompted()
		v.whole(page.path)
		if names := v.cookies(); !slices.Equal(names, []string{"ab_seen", "session_id"}) {
			v.t.Errorf("%s: the cookies are %v", page.path, names)
		}
		if page.path == "/account" && v.scripts {
			v.account()
		}
	}

	v.open("/pricing?plan=team")
	v.says(false, asked...)
	v.press("Refuse all")
	v.meets()
	v.linked("Privacy choices")
	if at := v.location(); at != v.site+"/pricing?plan=team" {
		v.t.Errorf("the refusal led to %s", at)
	}
	for _, page := range tags {
		v.open(page.path)
		v.meets()
		v.linked("Privacy choices")
		v.whole(page.path)
	}
	v.reload()
	v.meets()
	v.linked("Privacy choices")
	if names := v.cookies(); !slices.Equal(names, []string{"ab_seen", "privet_consent", "session_id"}) {
		v.t.Errorf("the cookies are %v", names)
	}
}

// A visitor grants one purpose, then the others, then withdraws.
func (v *visitor) grantsAndWithdraws() {
	v.open("/")
	v.meets()
	v.click("Choose")
	v.click("Performance and analytics")
	v.says(false, asked...)
	v.says(true, "analytics")
	v.press("Save choices")
	c := v.meets(v.tagsOf("/", "analytics")...)
	if v.scripts && !slices.Equal(c.urls, []string{"https://www.googletagmanager.com/gtag/js?id=G-BRINDLE42"}) {
		v.t.Errorf("contacted were %v", c.urls)
	}
	v.linked("Privacy choices")
	v.whole("/")

	v.press("Privacy choices")
	v.meets()
	for _, title := range []string{"Functionality", "Targeted advertising", "Social media"} {
		v.click("Allow: " + title)
	}
	v.says(true, "functionality", "advertising", "social")
	v.press("Save choices")
	v.meets()
	v.press("Back to the site")
	v.meets(v.tagsOf("/", asked...)...)
	v.whole("/")
	for _, page := range tags {
		v.open(page.path)
		v.meets(v.tagsOf(page.path, asked...)...)
		v.linked("Privacy choices")
		v.whole(page.path)
	}
	essential := []string{"ab_seen", "privet_consent", "session_id"}
	if names := v.cookies(); len(names) <= len(essential) || !slices.Contains(names, "lang") || !slices.Contains(names, "_mkto_trk") {
		v.t.Errorf("with consent the cookies are %v", names)
	}

	v.open("/")
	v.meets(v.tagsOf("/", asked...)...)
	v.press("Privacy choices")
	v.says(false, asked...)
	v.press("Withdraw all consent")
	v.meets()
	if names := v.cookies(); !slices.Equal(names, essential) {
		v.t.Errorf("after the withdrawal the cookies are %v", names)
	}
	v.press("Back to the site")
	v.meets()
	v.linked("Privacy choices")
	v.open("/pricing")
	v.meets()
	if names := v.cookies(); !slices.Equal(names, essential) {
		v.t.Errorf("on the next page the cookies are %v", names)
	}
}

// Global Privacy Control refuses advertising, whatever is accepted, and the visitor is told.
func (v *visitor) acceptsUnderGPC() {
	const signal = "Your browser sends Global Privacy Control"
	v.open("/")
	v.meets()
	v.prompted()
	v.reads(signal)
	v.says(true, "analytics", "functionality", "social", "testimonials", "directory")
	v.press("Accept all")
	v.meets(v.tagsOf("/", "analytics", "functionality", "social")...)
	v.linked("Privacy choices")
	v.press("Privacy choices")
	v.meets()
	v.reads(signal)
	for _, page := range tags {
		v.open(page.path)
		v.meets(v.tagsOf(page.path, "analytics", "functionality", "social")...)
	}
	v.cookies()
	v.calm("/nothing")
}

// Where silence permits, nothing is asked, and refusing is as near. A signal is no silence.
func (v *visitor) saysNothing() {
	purposes := asked
	if v.facts.Signals.GPC {
		purposes = []string{"analytics", "functionality", "social"}
	}
	for _, page := range tags {
		v.open(page.path)
		v.meets(v.tagsOf(page.path, purposes...)...)
		v.linked("Your privacy choices")
		v.whole(page.path)
	}
	v.cookies()
	v.open("/")
	v.press("Your privacy choices")
	if v.facts.Signals.GPC {
		v.reads("Your browser sends Global Privacy Control")
	}
}
