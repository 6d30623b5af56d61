package consent_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/privet-gateway/privet/internal/consent"
)

var update = flag.Bool("update", false, "rewrite the goldens under testdata")

func golden(tb testing.TB, name, got string) {
	tb.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		tb.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// page is a document as a browser without scripts has it.
type page struct {
	tb   testing.TB
	root *html.Node
}

// open parses markup, and holds what is true of all of ours: no script, no style of its own, no handler, no way to
// another host save by a link that a person follows.
func open(tb testing.TB, markup string) page {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		tb.Fatal(err)
	}
	p := page{tb, root}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "style", "iframe", "img", "object", "base", "svg"}, n.Data) {
			tb.Errorf("there is a %s element", n.Data)
		}
		for _, a := range n.Attr {
			external := strings.Contains(a.Val, "://") || strings.HasPrefix(a.Val, "//")
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "formaction" || n.Data != "a" && external {
				tb.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
			if scheme, _, ok := strings.Cut(a.Val, ":"); a.Key == "href" && ok && !slices.Contains([]string{"https", "mailto"}, scheme) && !strings.HasPrefix(a.Val, "/") {
				tb.Errorf("a link leads to %q", a.Val)
			}
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				tb.Errorf("the id %s stands twice", id)
			}
			ids[id] = true
		}
	}
	for n := range root.Descendants() {
		anchor, _ := strings.CutPrefix(attr(n, "href"), "#")
		if anchor == attr(n, "href") {
			anchor = ""
		}
		for _, id := range []string{anchor, attr(n, "aria-labelledby"), attr(n, "form")} {
			if id != "" && !ids[id] {
				tb.Errorf("nothing has the id %s", id)
			}
		}
	}
	return p
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func (p page) all(element string) []*html.Node {
	var all []*html.Node
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == element {
			all = append(all, n)
		}
	}
	return all
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p page) text() string { return text(p.root) }

func (p page) button(label string) *html.Node {
	for _, n := range p.all("button") {
		if text(n) == label {
			return n
		}
	}
	return nil
}

func (p page) link(label string) string {
	for _, n := range p.all("a") {
		if text(n) == label {
			return attr(n, "href")
		}
	}
	return ""
}

// boxes are the check boxes as "name=value", with a plus behind those that are ticked.
func (p page) boxes() []string {
	var all []string
	for _, n := range p.all("input") {
		if attr(n, "type") != "checkbox" {
			continue
		}
		box := attr(n, "name") + "=" + attr(n, "value")
		if has(n, "checked") {
			box += "+"
		}
		all = append(all, box)
	}
	return all
}

// press sends the form of a button as a browser does, after boxes ("name=value") have been clicked.
func (p page) press(v *visitor, label string, clicked ...string) *http.Response {
	p.tb.Helper()
	button := p.button(label)
	if button == nil {
		p.tb.Fatalf("there is no button %q", label)
	}
	form := p.formOf(button)
	if form == nil || attr(form, "action") != "/.privacy/consent" || attr(form, "method") != "post" {
		p.tb.Fatalf("%q sends no form to us", label)
	}
	values := url.Values{}
	left := slices.Clone(clicked)
	for n := range form.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" {
			continue
		}
		name, value := attr(n, "name"), attr(n, "value")
		if attr(n, "type") == "checkbox" {
			i := slices.Index(left, name+"="+value)
			if i >= 0 {
				left = slices.Delete(left, i, i+1)
			}
			if has(n, "checked") == (i >= 0) {
				continue
			}
		}
		values.Add(name, value)
	}
	if len(left) > 0 {
		p.tb.Fatalf("there are no boxes %q", left)
	}
	return v.send(p.tb, "POST", values.Encode(), asForm, "Sec-Fetch-Site: same-origin", "Origin: "+site)
}

func (p page) formOf(button *html.Node) *html.Node {
	if id := attr(button, "form"); id != "" {
		for _, f := range p.all("form") {
			if attr(f, "id") == id {
				return f
			}
		}
		return nil
	}
	for n := range button.Ancestors() {
		if n.Data == "form" {
			return n
		}
	}
	return nil
}

// prompt is what a page of the site gets.
func (v *visitor) prompt(tb testing.TB, back string) page {
	tb.Helper()
	return open(tb, string(consent.NewPrompt(v.policy, v.decide()).AppendTo(nil, back)))
}

// get asks for a page of ours by its name and query.
func (v *visitor) get(tb testing.TB, target string) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequest("GET", site+"/.privacy/"+target, nil)
	name, ok := consent.Name(r.URL.Path)
	if !ok {
		tb.Fatal("the path is not ours")
	}
	w := httptest.NewRecorder()
	x := consent.Exchange{Policy: v.policy, Decision: v.decide(), Origin: v.origin, Since: today.Time(), Choose: v.choose}
	if err := consent.Answer(w, r, name, x); err != nil {
		tb.Fatal(err)
	}
	return w
}

func (v *visitor) visit(tb testing.TB, target string) page {
	tb.Helper()
	w := v.get(tb, target)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		tb.Fatalf("%s: status %d, type %q", target, w.Code, w.Header().Get("Content-Type"))
	}
	return open(tb, w.Body.String())
}

// examplePolicy is a policy of many parts, with other settings for one line of it.
func examplePolicy(tb testing.TB, replace ...string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "policy.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	return strings.NewReplacer(replace...).Replace(string(text))
}
