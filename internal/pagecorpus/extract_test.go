package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fixture = `<!doctype html><html><head><title>A  title</title>
<base href="/dir/"><base href="/other/">
<link rel="Preconnect stylesheet" href="//cdn.example.net"><link rel=stylesheet href=a.css><link rel="canonical" href="/self">
<link rel="shortcut icon" href="i.ico"><link rel=apple-touch-icon href=t.png><link rel=manifest href=m.json>
<meta http-equiv=Refresh content="5; URL='next.html'"><meta name=x content="url=no">
<script src="https://t.example.org/t.js#part"></script><script type="text/template" src="tpl.js"></script>
<script>var one = 1</script><script type="application/json">{"a":1}</script><script type="abc-text/javascript">late()</script>
<style>@import "s.css"; b { background: url( 'b.png' ) }</style>
<noscript><img src="pixel.gif?a=1&amp;b=2"><link rel=dns-prefetch href="//n.example.net"></noscript></head>
<body background=bg.png>Text &amp; <b>more</b>
<img src="" srcset="one.png 1x,  two.png 2x, data:image/png;base64,AA 3x"><IMG SRC=" spaced.png ">
<div data-src="//lazy.example.net/x" data-url="relative" style="color: red; background: URL(&quot;st.png&quot;)"></div>
<iframe srcdoc="&lt;script src='inner.js'&gt;&lt;/script&gt;"></iframe>
<picture><source srcset="p.webp"></picture><video poster=v.jpg src=v.mp4></video>
<svg><image xlink:href="v.svg"/><use href="#local"/></svg>
<a href="/link" ping="/ping1 https://p.example.org/2">x</a><input type=IMAGE src=in.png><input src=no.png>
<template><img src=inert.png></template><textarea>not shown</textarea>
<aside id="privet"><a href="/.privacy/preferences">ours</a></aside><link rel="stylesheet" href="/.privacy/assets/p.css">
<a href="mailto:a@example.com" data-src="mailto:x">y</a></body></html>`

// TestExtract holds each kind of reference to what a browser makes of it.
func TestExtract(t *testing.T) {
	t.Parallel()
	x, err := newExtract(fixture, "https://www.example.com/page?q=1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range x.refs {
		r := &x.refs[i]
		got = append(got, strings.Join([]string{r.Element, r.Attr, r.Kind, r.URL}, " "))
	}
	const here = "https://www.example.com/dir/"
	want := []string{
		"link preconnect hint https://cdn.example.net/",
		"link stylesheet fetch " + here + "a.css",
		"link icon fetch " + here + "i.ico",
		"link icon lazy " + here + "t.png",
		"link manifest lazy " + here + "m.json",
		"meta refresh fetch " + here + "next.html",
		"script src fetch https://t.example.org/t.js",
		"script src inert " + here + "tpl.js",
		"style css css " + here + "b.png",
		"style css css " + here + "s.css",
		"img src noscript " + here + "pixel.gif?a=1&b=2",
		"link dns-prefetch hint https://n.example.net/",
		"body background fetch " + here + "bg.png",
		"img srcset fetch " + here + "one.png",
		"img srcset fetch " + here + "two.png",
		"img src fetch " + here + "spaced.png",
		"div data-src lazy https://lazy.example.net/x",
		"div style css " + here + "st.png",
		"iframe-srcdoc/script src fetch " + here + "inner.js",
		"source srcset fetch " + here + "p.webp",
		"video poster fetch " + here + "v.jpg",
		"video src fetch " + here + "v.mp4",
		"image href fetch " + here + "v.svg",
		"use href fetch " + here,
		"a ping ping https://www.example.com/ping1",
		"a ping ping https://p.example.org/2",
		"input src fetch " + here + "in.png",
		"img src inert " + here + "inert.png",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	if want := "A title Text & more x y"; x.text != want {
		t.Errorf("text %q, want %q", x.text, want)
	}
	var scripts []string
	for _, s := range x.scripts {
		kind := "late"
		if s.js {
			kind = "js"
		} else if s.data {
			kind = "data"
		}
		scripts = append(scripts, kind+" "+s.body)
	}
	if diff := cmp.Diff([]string{"js var one = 1", `data {"a":1}`, "late late()"}, scripts); diff != "" {
		t.Errorf("scripts (-want +got):\n%s", diff)
	}
}

func TestSrcset(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                       nil,
		" , ,":                   nil,
		"a.png":                  {"a.png"},
		"a.png, b.png 2x":        {"a.png", "b.png"},
		"a,b.png 1x,c.png":       {"a,b.png", "c.png"},
		"a.png x(1, 2), b.png":   {"a.png", "b.png"},
		"a.png,, b.png 100w,\tc": {"a.png", "b.png", "c"},
	} {
		if diff := cmp.Diff(want, urlsOfSrcset(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestJudge sends a page of three parties, and what a gateway could make of it, through the verdict.
func TestJudge(t *testing.T) {
	t.Parallel()
	j, err := newJudge(policyText(false), nil)
	if err != nil {
		t.Fatal(err)
	}
	const tracker = `<script src="https://www.google-analytics.com/analytics.js"></script>`
	const picture = `<img src="https://img.example.org/a.png">`
	address, err := url.Parse("https://www.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	p := &page{ID: "fixture", Charset: "utf-8", URL: address.String(), address: address, source: []byte("<!doctype html><p>Hello</p>" + tracker + picture)}
	for _, c := range []struct {
		name, answer string
		left, lost   int
		text         bool
	}{
		{"as it should be", `<!doctype html><aside id="privet"><a href="/.privacy/x">y</a></aside><p>Hello</p><script type="text/plain"></script>` + picture, 0, 0, false},
		{"nothing removed", string(p.source), 1, 0, false},
		{"too much removed", "<!doctype html><p>Hello</p>", 0, 1, false},
		{"text removed", "<!doctype html>" + picture, 0, 0, true},
	} {
		v, err := j.page(p, []byte(c.answer))
		if err != nil {
			t.Fatal(err)
		}
		if len(v.left) != c.left || len(v.lost) != c.lost || v.textChanged != c.text || v.refs != 2 || v.catalogued != 1 || v.trackerless {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}
