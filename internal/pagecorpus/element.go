package main

import (
	"regexp"
	"slices"
	"strings"
)

// plain are the attributes by which elements fetch one URL, whatever else they say.
var plain = map[string][]string{ //nolint:gochecknoglobals // a table
	"embed": {"src"}, "object": {"data"}, "video": {"poster", "src"}, "audio": {"src"}, "track": {"src"},
	"body": {"background"}, "table": {"background"}, "td": {"background"}, "th": {"background"},
	"frame": {"src"}, "iframe": {"src"}, "img": {"src"}, "source": {"src"},
}

var refresh = regexp.MustCompile(`(?i)url\s*=\s*['"]?([^'"]+)`)

// fetches notes what an element makes a browser fetch.
func (x *extract) fetches(e *element, p place) {
	for _, name := range plain[e.name] {
		x.add(p, e.name, name, e.attrs[name])
	}
	switch e.name {
	case "base":
		x.rebase(e, p)
	case "script":
		x.script(e, p)
	case "img", "source":
		for _, u := range urlsOfSrcset(e.attrs["srcset"]) {
			x.add(p, e.name, "srcset", u)
		}
	case "image", "use":
		x.add(p, e.name, "href", first(e.attrs["href"], e.attrs["xlink:href"]))
	case "iframe", "frame":
		x.srcdoc(e, p)
	case "input":
		if strings.EqualFold(e.attrs["type"], "image") {
			x.add(p, e.name, "src", e.attrs["src"])
		}
	case "a", "area":
		for u := range strings.FieldsFuncSeq(e.attrs["ping"], isBlank) {
			x.add(p.as("ping"), e.name, "ping", u)
		}
	case "meta":
		if m := refresh.FindStringSubmatch(e.attrs["content"]); m != nil && strings.EqualFold(e.attrs["http-equiv"], "refresh") {
			x.add(p, e.name, "refresh", m[1])
		}
	case "link":
		x.link(e, p)
	case "style":
		for _, u := range urlsOfCSS(e.text()) {
			x.add(p.as("css"), e.name, "css", u)
		}
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func (x *extract) rebase(e *element, p place) {
	if e.attrs["href"] == "" || x.based || p.noscript {
		return
	}
	if u := x.resolve(e.attrs["href"]); u != nil {
		x.base, x.based = u, true
	}
}

func (x *extract) script(e *element, p place) {
	js := isJavaScript(e)
	lazy := p.as("lazy")
	p.inert = p.inert || !js
	x.add(p, e.name, "src", e.attrs["src"])
	x.inline(e, js)
	x.add(lazy, e.name, "data-src", e.attrs["data-src"])
}

// javaScript are the types of scripts that browsers run.
var javaScript = []string{ //nolint:gochecknoglobals // a table
	"", "module", "text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript",
	"text/ecmascript", "text/x-javascript", "text/x-ecmascript", "text/jscript", "text/livescript", "text/javascript1.0",
	"text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4", "text/javascript1.5",
}

func isJavaScript(e *element) bool {
	if kind, ok := e.attrs["type"]; ok {
		return slices.Contains(javaScript, strings.ToLower(trim(kind)))
	}
	if language := e.attrs["language"]; language != "" {
		return slices.Contains(javaScript, "text/"+strings.ToLower(trim(language)))
	}
	return true
}

// mayRun knows the types by which some pages keep scripts from the browser, to run them later.
func mayRun(e *element) bool { return strings.Contains(strings.ToLower(e.attrs["type"]), "javascript") }

// srcdoc takes a document apart that stands in an attribute.
func (x *extract) srcdoc(e *element, p place) {
	if e.attrs["srcdoc"] == "" || e.name != "iframe" && e.name != "frame" {
		return
	}
	within, err := newExtract(e.attrs["srcdoc"], x.base.Href(true))
	if err != nil {
		return
	}
	for _, r := range within.refs {
		r.Element = "iframe-srcdoc/" + r.Element
		if p.inert {
			r.Kind = "inert"
		}
		x.refs = append(x.refs, r)
	}
}

// link notes a link element by the first of its words that makes a browser act.
func (x *extract) link(e *element, p place) {
	href := e.attrs["href"]
	rel := strings.FieldsFunc(strings.ToLower(e.attrs["rel"]), isBlank)
	has := func(word string) bool { return slices.Contains(rel, word) }
	switch {
	case has("preconnect"):
		x.add(p.as("hint"), e.name, "preconnect", href)
	case has("dns-prefetch"):
		x.add(p.as("hint"), e.name, "dns-prefetch", href)
	case has("stylesheet"):
		x.add(p, e.name, "stylesheet", href)
	case has("modulepreload"):
		x.add(p, e.name, "modulepreload", href)
	case has("preload"):
		x.add(p, e.name, "preload", href)
	case has("prefetch"), has("prerender"):
		x.add(p, e.name, "prefetch", href)
	case has("icon"):
		x.add(p, e.name, "icon", href)
	case has("apple-touch-icon"):
		x.add(p.as("lazy"), e.name, "icon", href)
	case has("manifest"):
		x.add(p.as("lazy"), e.name, "manifest", href)
	}
}

// lazyNames are attributes in which pages keep URLs for scripts of their own.
var lazyNames = []string{ //nolint:gochecknoglobals // a table
	"data-src", "data-lazy-src", "data-original", "data-url", "data-lazy", "data-img-src", "data-srcset", "data-lazy-srcset",
	"data-iframe-src",
}

var absolute = regexp.MustCompile(`(?i)^(https?:)?//`)

func (x *extract) lazily(e *element, p place) {
	if e.name == "script" {
		return // noted with its src
	}
	for _, name := range lazyNames {
		value := e.attrs[name]
		if !absolute.MatchString(trim(value)) {
			continue
		}
		urls := []string{value}
		if strings.Contains(name, "srcset") {
			urls = urlsOfSrcset(value)
		}
		for _, u := range urls {
			x.add(p.as("lazy"), e.name, name, u)
		}
	}
}

// urlsOfSrcset are the URLs of a list of pictures.
func urlsOfSrcset(text string) []string {
	var out []string
	for s := []rune(text); ; {
		s = skip(s, func(r rune) bool { return isBlank(r) || r == ',' })
		if len(s) == 0 {
			return out
		}
		rest := skip(s, func(r rune) bool { return !isBlank(r) })
		u := string(s[:len(s)-len(rest)])
		s = rest
		if strings.HasSuffix(u, ",") {
			u = strings.TrimRight(u, ",")
		} else {
			s = skipDescriptor(s)
		}
		if u != "" {
			out = append(out, u)
		}
	}
}

func skip(s []rune, what func(rune) bool) []rune {
	for len(s) > 0 && what(s[0]) {
		s = s[1:]
	}
	return s
}

// skipDescriptor skips to the comma that ends a picture's width or density.
func skipDescriptor(s []rune) []rune {
	depth := 0
	return skip(s, func(r rune) bool {
		if r == ',' && depth == 0 {
			return false
		}
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return true
	})
}
