package caddymodule

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
)

const directory = `
purposes:
  service: {basis: contract, default: true}
  analytics: {basis: consent}
categories:
  secret: {title: For no purpose}
  telephone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
regimes: {default: opt_in, US: opt_out}
endpoints:
  GET /directory/{case...}:
    each: {of: $.people.person, subject: "$['@id']", residence: $.country}
    response: {$..phone: telephone, $..secret: secret, "$..['@token']": secret}
  POST /directory/{case...}:
    each: {of: $.people.person, subject: "$['@id']", residence: $.country}
    request: {$..phone: telephone, $..secret: secret, "$..['@token']": secret}
`

const (
	directoryXML = `<?xml version="1.0" encoding="UTF-8"?>
<p:people xmlns:p="urn:people" token="t0ken">
  <person id="1"><country>DE</country><phone>5551234</phone></person>
  <person id="2"><country>US</country><phone>5551234</phone></person>
  <person id="3"><p:phone>555<![CDATA[1234]]></p:phone></person>
  <secret>s3cr3t &amp; more</secret>
</p:people>
`
	directoryCut = `<?xml version="1.0" encoding="UTF-8"?>
<p:people xmlns:p="urn:people">
  <person id="1"><country>DE</country><phone>*****34</phone></person>
  <person id="2"><country>US</country><phone>5551234</phone></person>
  <person id="3"><p:phone>*****34</p:phone></person>
</p:people>
`
)

// XML is read in both directions, and each of its repeated elements is judged by where its own subject lives.
func TestXML(t *testing.T) {
	compose(t, directory, "", "privacy {\npurpose analytics\n}\nreverse_proxy UPSTREAM")
	counted := func(direction string) map[string]float64 {
		return map[string]float64{
			"redactions_total{action=mask,category=telephone,direction=" + direction + ",kind=field}": 2,
			"redactions_total{action=remove,category=secret,direction=" + direction + ",kind=field}":  2,
		}
	}
	t.Run("response", func(t *testing.T) {
		script("/directory/xml", sends(200, directoryXML, "Content-Type", "application/vnd.people+xml; charset=utf-8", "Etag", `"v1"`))
		before := counters(t)
		get(t, "/directory/xml").is(t, 200, directoryCut).has(t, "Cache-Control", "private")
		done(t, before, counted("response"))
	})
	t.Run("request", func(t *testing.T) {
		script("/directory/xml", sends(200, ""))
		before := counters(t)
		post(t, "/directory/xml", directoryXML, "Content-Type", "text/xml").is(t, 200, "")
		if body, err := once(t, "/directory/xml").content(); body != directoryCut || !errors.Is(err, io.EOF) {
			t.Errorf("the upstream read %q (%v), want %q", body, err, directoryCut)
		}
		done(t, before, counted("request"))
	})
	for name, c := range map[string]struct {
		body, kind string
		status     int
	}{
		"DTD":          {`<!DOCTYPE a [<!ENTITY b "s3cr3t">]><a><secret>&b;</secret></a>`, "malformed", 400},
		"truncated":    {directoryXML[:len(directoryXML)-8], "malformed", 400},
		"over a limit": {"<a><phone>" + strings.Repeat("5", 2<<20) + "</phone></a>", "limit", 413},
		"over a depth": {strings.Repeat("<a>", 20_000), "limit", 413},
	} {
		t.Run(name, func(t *testing.T) {
			script("/directory/refused", sends(200, c.body, "Content-Type", "application/xml", "Content-Length", strconv.Itoa(len(c.body))))
			before := counters(t)
			get(t, "/directory/refused").refused(t, 502, c.kind)
			for name, n := range refusal(c.kind) {
				if grown := counters(t)[name] - before[name]; grown != n {
					t.Errorf("%v refusals were counted, want %v", grown, n)
				}
			}
			script("/directory/refused", takes)
			post(t, "/directory/refused", c.body, "Content-Type", "application/xml").refused(t, c.status, c.kind)
			for _, in := range reached("/directory/refused") {
				aborted(t, in)
			}
		})
	}
}
