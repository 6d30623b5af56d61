package consent_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/rules"
)

const explicit = "conflicts: explicit"

func TestPromptStates(t *testing.T) {
	t.Parallel()
	all := []string{"analytics", "advertising", "functionality", "social"}
	for _, c := range []struct {
		name     string
		visitor  visitor
		settings string // in place of `conflicts: refusal`
		asked    []string
		held     bool // Targeted advertising is told to be refused by the browser
	}{
		{name: "silence in opt_in", asked: all},
		{name: "an unknown place", visitor: visitor{country: "ZZ"}, asked: all},
		{name: "silence in opt_out", visitor: visitor{country: "US"}},
		{name: "a minor", visitor: visitor{minor: true}},
		{name: "prompt off", settings: "conflicts: refusal, prompt: off"},
		{name: "choices are made elsewhere", settings: "sources: [gpc]"},
		{name: "one refused", visitor: visitor{chosen: map[string]string{"analytics": "refuse"}}, asked: []string{"advertising", "functionality", "social"}},
		{name: "one granted", visitor: visitor{chosen: map[string]string{"social": "grant"}}, asked: []string{"analytics", "advertising", "functionality"}},
		{name: "an objection settles nothing", visitor: visitor{chosen: map[string]string{"fraud": "refuse", "contact_list": "refuse"}}, asked: all},
		{
			name: "all settled", visitor: visitor{chosen: map[string]string{"analytics": "refuse", "advertising": "refuse", "functionality": "grant", "social": "refuse"}},
		},
		{name: "GPC", visitor: visitor{gpc: true}, asked: []string{"analytics", "functionality", "social"}, held: true},
		{name: "GPC that a choice may outweigh", visitor: visitor{gpc: true}, settings: explicit, asked: []string{"analytics", "functionality", "social", "advertising"}, held: true},
		{
			name: "GPC settles what is left", visitor: visitor{gpc: true, chosen: map[string]string{"analytics": "refuse", "functionality": "refuse", "social": "refuse"}},
		},
		{
			name:     "GPC settles what is left, though a choice may outweigh it",
			visitor:  visitor{gpc: true, chosen: map[string]string{"analytics": "refuse", "functionality": "refuse", "social": "refuse"}},
			settings: explicit,
		},
		{
			name: "the account has refused", asked: []string{"advertising", "functionality", "social"},
			visitor: visitor{account: func(s *rules.Signals) { s.Stored.Refused[0] |= 2 }},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitorOf(t, examplePolicy(t, "conflicts: refusal", cmpOr(c.settings, "conflicts: refusal")))
			v.gpc, v.minor, v.country, v.account = c.visitor.gpc, c.visitor.minor, c.visitor.country, c.visitor.account
			if c.visitor.chosen != nil {
				v.chosen = c.visitor.chosen
			}
			p := v.prompt(t, "/page")
			var want []string
			for _, id := range c.asked {
				want = append(want, "grant="+id)
			}
			if diff := cmp.Diff(want, p.boxes()); diff != "" {
				t.Errorf("what is asked differs (-want +got): %s", diff)
			}
			isOpen := consent.NewPrompt(v.policy, v.decide()).Open()
			for _, label := range []string{"Refuse all", "Accept all", "Save choices"} {
				if got := p.button(label) != nil; got != (len(want) > 0) || got != isOpen {
					t.Errorf("a button %q: %t", label, got)
				}
			}
			if held := strings.Contains(p.text(), "Global Privacy Control, which refuses Targeted advertising"); held != c.held {
				t.Errorf("GPC is told: %t", held)
			}
			link := "Privacy choices"
			switch {
			case len(want) > 0:
				link = "All choices"
			case v.country == "US":
				link = "Your privacy choices"
			}
			if got := p.link(link); got != "/.privacy/preferences?return=%2Fpage" {
				t.Errorf("the link %q leads to %q", link, got)
			}
			if len(want) > 0 && p.link("Privacy notice") != "/.privacy/notice?return=%2Fpage" {
				t.Error("there is no way to the notice")
			}
		})
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// A page asks about what it does in a browser. What else rests on consent waits on the preference page.
func TestPromptAsksForWhatUsesTheDevice(t *testing.T) {
	t.Parallel()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(`
purposes:
  naming:   {basis: consent, title: Named as a customer}
  visiting: {basis: consent, title: Counting visits}
  meeting:  {basis: consent, title: Meeting others}
recipients: {club: {country: IE, purpose: meeting, embed: {hosts: [club.example]}}}
cookies: {visits: visiting}
`)})
	if policy == nil {
		t.Fatal(problems)
	}
	text := string(consent.NewPrompt(policy, policy.Decide(rules.Facts{Country: "DE"})).AppendTo(nil, "/"))
	for title, want := range map[string]bool{"Named as a customer": false, "Counting visits": true, "Meeting others": true} {
		if strings.Contains(text, title) != want {
			t.Errorf("the prompt asks for %q: %t", title, !want)
		}
	}
}

func TestPromptButtons(t *testing.T) {
	t.Parallel()
	all := []string{"advertising", "analytics", "functionality", "social"}
	rest := []string{"analytics", "functionality", "social"}
	for _, c := range []struct {
		name, button, settings string
		gpc                    bool
		clicked                []string
		want                   consent.Change
	}{
		{name: "refuse all", button: "Refuse all", want: consent.Change{Refuse: all}},
		{name: "accept all", button: "Accept all", want: consent.Change{Grant: all}},
		{name: "nothing chosen", button: "Save choices", want: consent.Change{Refuse: all}},
		{
			name: "one chosen", button: "Save choices", clicked: []string{"grant=analytics"},
			want: consent.Change{Grant: []string{"analytics"}, Refuse: []string{"advertising", "functionality", "social"}},
		},
		{name: "refuse all with GPC", button: "Refuse all", gpc: true, want: consent.Change{Refuse: all}},
		{name: "accept all with GPC", button: "Accept all", gpc: true, want: consent.Change{Grant: rest}},
		{name: "GPC comes first", button: "Save choices", gpc: true, want: consent.Change{Refuse: rest}},
		{name: "accept all leaves what GPC refuses", button: "Accept all", gpc: true, settings: explicit, want: consent.Change{Grant: rest}},
		{
			name: "a choice against GPC", button: "Save choices", gpc: true, settings: explicit, clicked: []string{"grant=advertising"},
			want: consent.Change{Grant: []string{"advertising"}, Refuse: rest, Shown: []string{"advertising"}},
		},
		{name: "no choice against GPC", button: "Save choices", gpc: true, settings: explicit, want: consent.Change{Refuse: all}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitorOf(t, examplePolicy(t, "conflicts: refusal", cmpOr(c.settings, "conflicts: refusal")))
			v.gpc = c.gpc
			res := v.prompt(t, "/page?a=1&b=2").press(v, c.button, c.clicked...)
			if res.StatusCode != 303 || res.Header.Get("Location") != "/page?a=1&b=2" {
				t.Errorf("status %d, to %q", res.StatusCode, res.Header.Get("Location"))
			}
			if diff := cmp.Diff([]consent.Change{c.want}, v.changes); diff != "" {
				t.Errorf("the change differs (-want +got): %s", diff)
			}
			if v.prompt(t, "/").button("Accept all") != nil {
				t.Error("what was settled is asked again")
			}
			for _, id := range c.want.Grant {
				if !v.decide().Stored(id).Allowed {
					t.Errorf("%s was granted and does not count", id)
				}
			}
		})
	}
}

// To refuse is as easy as to accept: the same element, without anything that could set it apart, in forms that differ in
// nothing else.
func TestPromptIsEven(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, examplePolicy(t))
	p := v.prompt(t, "/")
	refuse, accept := p.button("Refuse all"), p.button("Accept all")
	if !slices.Equal(refuse.Attr, accept.Attr) || has(refuse, "class") || refuse.Parent.Parent != accept.Parent.Parent {
		t.Errorf("the buttons differ: %v, %v", refuse.Attr, accept.Attr)
	}
	if !slices.Equal(refuse.Parent.Attr, accept.Parent.Attr) {
		t.Errorf("the forms differ: %v, %v", refuse.Parent.Attr, accept.Parent.Attr)
	}
	css, err := os.ReadFile("assets/prompt.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"nth", "first-child", "first-of", "last-of", "value=", "animation", "transition", "url("} {
		if strings.Contains(string(css), word) {
			t.Errorf("the style sheet says %q", word)
		}
	}
}

// The page around the prompt may have any encoding whose ASCII is ASCII, and may be XHTML.
func TestPromptFitsAnyPage(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, examplePolicy(t))
	v.gpc = true
	markup := string(consent.NewPrompt(v.policy, v.decide()).AppendTo(nil, "/straße?a=<b>&c=\"d\""))
	for i := range len(markup) {
		if markup[i] >= 0x80 || markup[i] < ' ' {
			t.Fatalf("byte %#x", markup[i])
		}
	}
	d := xml.NewDecoder(strings.NewReader("<body>" + markup + "</body>"))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if p := open(t, markup); !strings.Contains(p.text(), "Example & Söhne Ltd") {
		t.Error("a letter is lost")
	}
}

func TestPromptBack(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, examplePolicy(t))
	prompt := consent.NewPrompt(v.policy, v.decide())
	for _, c := range []struct{ back, want, query string }{
		{"/", "/", "%2F"},
		{"/a?b=c&d=e#f", "/a?b=c&d=e#f", "%2Fa%3Fb%3Dc%26d%3De%23f"},
		{`/"><script>alert(1)</script>`, "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "%2F%2522%253E%253Cscript%253Ealert%281%29%253C%2Fscript%253E"},
		{"/'onclick='x", "/'onclick='x", "%2F%27onclick%3D%27x"},
		{"/ä", "/%C3%A4", "%2F%25C3%25A4"},
		{"", "/", "%2F"},
		{"//evil.example", "/", "%2F"},
		{"javascript:alert(1)", "/", "%2F"},
		{"https://evil.example/", "/", "%2F"},
		{"/" + strings.Repeat("a", 2048), "/", "%2F"},
	} {
		dst := []byte("before")
		markup, found := strings.CutPrefix(string(prompt.AppendTo(dst, c.back)), "before")
		if !found {
			t.Error("what stood before is gone")
		}
		p := open(t, markup)
		if got := p.link("All choices"); got != "/.privacy/preferences?return="+c.query {
			t.Errorf("%q: the link is %q", c.back, got)
		}
		for _, n := range p.all("input") {
			if got := attr(n, "value"); attr(n, "name") == "return" && got != c.want {
				t.Errorf("%q: the field is %q, want %q", c.back, got, c.want)
			}
		}
	}
}

func TestPromptVersion(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, examplePolicy(t))
	first := consent.NewPrompt(v.policy, v.decide())
	if again := consent.NewPrompt(v.policy, v.decide()); again.Version() != first.Version() || len(first.Version()) != 12 {
		t.Errorf("the versions are %q and %q", first.Version(), again.Version())
	}
	v.chosen = map[string]string{"analytics": "refuse"}
	if next := consent.NewPrompt(v.policy, v.decide()); next.Version() == first.Version() {
		t.Error("another question has the same version")
	}
}

func TestPromptSize(t *testing.T) {
	t.Parallel()
	p, problems := rules.LoadFiles("../../examples/communications/privacy.yaml")
	if p == nil {
		t.Fatal(problems)
	}
	prompt := consent.NewPrompt(p, p.Decide(rules.Facts{Country: "DE", Today: today}))
	if n := len(prompt.AppendTo(nil, "/")); !prompt.Open() || n > 4096 {
		t.Errorf("the prompt takes %d bytes", n)
	}
	css, err := os.ReadFile("assets/prompt.css")
	if err != nil || len(css) > 6144 {
		t.Errorf("the style sheet takes %d bytes", len(css))
	}
}

func TestPromptGolden(t *testing.T) {
	t.Parallel()
	v := newVisitorOf(t, examplePolicy(t, "conflicts: refusal", explicit))
	v.gpc = true
	markup := string(consent.NewPrompt(v.policy, v.decide()).AppendTo(nil, "/page?a=1&b=2"))
	golden(t, "prompt.html", strings.ReplaceAll(markup, "><", ">\n<")+"\n")
}

func BenchmarkAppendTo(b *testing.B) {
	v := newVisitorOf(b, examplePolicy(b))
	prompt := consent.NewPrompt(v.policy, v.decide())
	room := make([]byte, 0, 8192)
	b.ReportAllocs()
	for b.Loop() {
		room = prompt.AppendTo(room[:0], "/page?a=1")
	}
}
