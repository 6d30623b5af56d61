package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// reference is a URL that a page makes somebody contact. Its kind is who, and when:
//
//	fetch     a browser, by itself          noscript  one that runs no scripts
//	hint      a browser, the host alone     lazy      perhaps a script of the page, which finds the URL in data-*
//	css       a browser, if a rule applies  ping      a browser, when a link is followed
//	inert     nobody: the element does nothing
type reference struct {
	Element string `json:"el"`
	Attr    string `json:"attr"`
	URL     string `json:"url"`
	Kind    string `json:"kind"`
	Type    string `json:"type"`    // said by the oracle alone
	Tracker bool   `json:"tracker"` // said by the oracle alone

	raw    string // as the page writes it
	parsed *url.Url
}

// key is what makes two references the same.
type key struct{ element, attr, url, kind string }

func (r *reference) key() key { return key{r.Element, r.Attr, r.URL, r.Kind} }

// script is the text of a script element without a URL.
type script struct {
	js     bool   // a browser runs it
	data   bool   // nobody does; what is neither, a script of the page runs by itself
	sha256 string // its first 16 digits
	body   string
}

// extract is what a page refers to, by the same rules by which the oracle's files were made.
type extract struct {
	refs    []reference
	scripts []script
	text    string // what a browser shows, white space folded

	base    *url.Url
	based   bool
	visible []string
}

// place is where in a document a node stands.
type place struct {
	kind     string
	inert    bool
	noscript bool
	raw      bool // in an element whose text is not shown
	parent   string
}

var errBase = errors.New("the page has no URL")

// newExtract takes a decoded page apart.
func newExtract(text, base string) (*extract, error) {
	x := &extract{}
	var err error
	if x.base, err = url.Parse(base); err != nil {
		return nil, errBase
	}
	document, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	x.children(document, place{})
	x.text = strings.Join(strings.FieldsFunc(strings.Join(x.visible, " "), isBlank), " ")
	return x, nil
}

// isBlank is white space to ECMAScript.
func isBlank(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r == ' ', r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a, r == 0x2028, r == 0x2029,
		r == 0x202f, r == 0x205f, r == 0x3000, r == 0xfeff:
		return true
	default:
		return false
	}
}

func trim(s string) string { return strings.TrimFunc(s, isBlank) }

func (x *extract) children(n *html.Node, p place) {
	for c := range n.ChildNodes() {
		x.walk(c, p)
	}
}

func (x *extract) walk(n *html.Node, p place) {
	switch n.Type {
	case html.TextNode:
		if !p.inert && !p.noscript && !p.raw {
			x.visible = append(x.visible, n.Data)
		}
	case html.ElementNode:
		x.element(&element{name: n.Data, attrs: attributes(n), node: n}, p)
	default:
		x.children(n, p)
	}
}

// element is an element with its attributes by name, the first of each.
type element struct {
	name  string
	attrs map[string]string
	node  *html.Node
}

func attributes(n *html.Node) map[string]string {
	out := make(map[string]string, len(n.Attr))
	for _, a := range n.Attr {
		if _, ok := out[a.Key]; !ok {
			out[a.Key] = a.Val
		}
	}
	return out
}

// text is what stands in an element without elements.
func (e *element) text() string {
	var b strings.Builder
	for c := range e.node.ChildNodes() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func (x *extract) element(e *element, p place) {
	switch e.name {
	case "noscript":
		x.noscript(e, p)
		return
	case "template":
		p.inert = true
		x.children(e.node, p)
		return
	}
	if e.attrs["id"] == "privet" {
		return // the gateway's own
	}
	x.fetches(e, p)
	x.lazily(e, p)
	if style := e.attrs["style"]; strings.Contains(strings.ToLower(style), "url(") {
		for _, u := range urlsOfCSS(style) {
			x.add(p.as("css"), e.name, "style", u)
		}
	}
	p.parent = e.name
	switch e.name {
	case "script", "style", "iframe", "noembed", "noframes", "textarea", "xmp":
		p.raw = true
	}
	x.children(e.node, p)
}

// noscript reads what a browser that runs scripts takes for text.
func (x *extract) noscript(e *element, p place) {
	p.kind, p.noscript = "noscript", true
	inner := e.text()
	if trim(inner) == "" {
		x.children(e.node, p)
		return
	}
	around := &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(inner), around, html.ParseOptionEnableScripting(false))
	if err != nil {
		return
	}
	p.parent = "noscript"
	for _, n := range nodes {
		x.walk(n, p)
	}
}

func (p place) as(kind string) place {
	p.kind = kind
	return p
}

// resolve gives a URL of HTTP as a browser asks for it, or nil.
func (x *extract) resolve(raw string) *url.Url {
	u, err := x.base.Parse(trim(raw)) // which drops tabs and line ends
	if err != nil || u.Scheme() != "http" && u.Scheme() != "https" {
		return nil
	}
	return u
}

// add notes a reference, where there is one.
func (x *extract) add(p place, element, attr, raw string) {
	if trim(raw) == "" {
		return
	}
	u := x.resolve(raw)
	if u == nil || strings.HasPrefix(u.Pathname(), ours) {
		return
	}
	kind := p.kind
	switch {
	case p.inert:
		kind = "inert"
	case kind == "":
		kind = "fetch"
	}
	x.refs = append(x.refs, reference{Element: element, Attr: attr, URL: u.Href(true), Kind: kind, raw: raw, parsed: u})
}

func (x *extract) inline(e *element, js bool) {
	body := e.text()
	if e.attrs["src"] == "" && trim(body) != "" {
		x.scripts = append(x.scripts, script{js: js, data: !js && !mayRun(e), sha256: sum(body)[:16], body: body})
	}
}

var (
	cssURL    = regexp.MustCompile(`(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)`)
	cssImport = regexp.MustCompile(`(?i)@import\s+(?:"([^"]+)"|'([^']+)')`)
)

// urlsOfCSS are the URLs in a style sheet, or in a list of declarations.
func urlsOfCSS(css string) []string {
	var out []string
	for _, m := range slices.Concat(cssURL.FindAllStringSubmatch(css, -1), cssImport.FindAllStringSubmatch(css, -1)) {
		if u := trim(strings.Join(m[1:], "")); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// parsedReference is a reference to a URL that stands by itself.
func parsedReference(text string) (*reference, bool) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, false
	}
	return &reference{URL: u.Href(true), Kind: "fetch", parsed: u}, true
}

// sum is the digest by which the oracle names texts.
func sum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}
