package main

import (
	"fmt"
	"strings"
)

// box is where something stands, in pixels of the viewport.
type box struct{ X, Y, Width, Height float64 }

// looks is how the prompt, or the link in its place, is shown.
type looks struct {
	Problem string
	Dialog  bool
	Text    string
	Box     box
	View    box
	Buttons []struct {
		Text, Style string
		Box         box
		Top         bool // nothing lies over it
	}
	Wide bool // the page scrolls sideways
}

const lookAtPrompt = `(() => {
	const rect = e => { const r = e.getBoundingClientRect(); return {X: r.x, Y: r.y, Width: r.width, Height: r.height}; };
	const all = document.querySelectorAll('#privet');
	if (all.length !== 1) return {Problem: all.length + ' prompts'};
	const prompt = all[0];
	const buttons = [...prompt.querySelectorAll('div > form > button, :scope > a')].filter(e => e.checkVisibility());
	return {
		Problem: prompt.checkVisibility({opacityProperty: true, visibilityProperty: true}) ? '' : 'the prompt is not shown',
		Dialog: prompt.getAttribute('role') === 'dialog',
		Text: prompt.innerText.trim(),
		Box: rect(prompt), View: {Width: innerWidth, Height: innerHeight},
		Wide: document.documentElement.scrollWidth > innerWidth,
		Buttons: buttons.map(e => {
			const s = getComputedStyle(e), r = e.getBoundingClientRect();
			return {
				Text: e.innerText, Box: rect(e), Top: e.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)),
				Style: [s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontWeight, s.fontSize, s.fontFamily, s.opacity, s.textDecorationLine, s.boxShadow].join('; '),
			};
		}),
	};
})()`

// look finds one prompt, in view, on a page that does not scroll sideways.
func (v *visitor) look() looks {
	v.t.Helper()
	l := evaluate[looks](v, lookAtPrompt)
	switch {
	case l.Problem != "":
		v.t.Fatalf("%s: %s", v.location(), l.Problem)
	case !l.View.holds(l.Box):
		v.t.Errorf("%s: the prompt stands at %v of %v", v.location(), l.Box, l.View)
	case l.Wide:
		v.t.Errorf("%s scrolls sideways at a width of %v", v.location(), l.View.Width)
	}
	return l
}

func (b box) holds(c box) bool {
	return c.Width >= 1 && c.Height >= 1 && c.X >= b.X && c.Y >= b.Y && c.X+c.Width <= b.X+b.Width && c.Y+c.Height <= b.Y+b.Height
}

// prompted finds the question, with two ways out that differ in nothing but their words, on a telephone and on a desk.
func (v *visitor) prompted() {
	v.t.Helper()
	for _, size := range [][2]int64{{360, 780}, {1280, 900}} {
		v.size(size[0], size[1])
		l := v.look()
		if !l.Dialog || len(l.Buttons) != 2 || l.Buttons[0].Text != "Refuse all" || l.Buttons[1].Text != "Accept all" {
			v.t.Fatalf("the prompt shows %q", l.Text)
		}
		refuse, accept := l.Buttons[0], l.Buttons[1]
		if refuse.Style != accept.Style || refuse.Box.Width != accept.Box.Width || refuse.Box.Height != accept.Box.Height {
			v.t.Errorf("the buttons differ:\n%s %v\n%s %v", refuse.Style, refuse.Box, accept.Style, accept.Box)
		}
		for _, b := range l.Buttons {
			if !b.Top || !l.View.holds(b.Box) {
				v.t.Errorf("%q cannot be reached: %v of %v", b.Text, b.Box, l.View)
			}
		}
	}
}

// linked finds no question, but the small link to the choices.
func (v *visitor) linked(text string) {
	v.t.Helper()
	l := v.look()
	if l.Dialog || l.Text != text || len(l.Buttons) != 1 || !l.Buttons[0].Top {
		v.t.Errorf("in the prompt's place stands %q", l.Text)
	}
	if l.Box.Width > 220 || l.Box.Height > 60 {
		v.t.Errorf("the link is not small: %v", l.Box)
	}
}

// reads finds words on the page that are shown.
func (v *visitor) reads(words string) {
	v.t.Helper()
	if text := evaluate[string](v, "document.body.innerText"); !strings.Contains(text, words) {
		v.t.Errorf("the page does not say %q:\n%s", words, text)
	}
}

// whole finds that all of the page that is the site's own came, and that its code did not complain.
func (v *visitor) whole(path string) {
	v.t.Helper()
	v.calm("/nothing")
	const list = `[...document.querySelectorAll('link[rel~=stylesheet], script[src], img, use')]
		.filter(e => e.tagName !== 'SCRIPT' || %t)
		.filter(e => e.loading !== 'lazy' || e.complete && e.naturalWidth > 0)
		.map(e => new URL(e.href && e.href.baseVal || e.href || e.src, location).href)
		.filter(url => url.startsWith(location.origin))`
	own := evaluate[[]string](v, list, v.scripts)
	if len(own) < 4 {
		v.t.Errorf("%s: of the site's own there is only %v", path, own)
	}
	v.mu.Lock()
	for _, url := range own {
		if r := v.responses[withoutFragment(url)]; r == nil || r.Status != 200 {
			v.t.Errorf("%s did not come", url)
		}
	}
	v.mu.Unlock()
	const broken = `[...document.images].filter(e => e.src.startsWith(location.origin) && e.complete && e.naturalWidth === 0).map(e => e.src)`
	if pictures := evaluate[[]string](v, broken); len(pictures) > 0 {
		v.t.Errorf("%s: pictures are broken: %v", path, pictures)
	}
	if font := evaluate[string](v, "getComputedStyle(document.querySelector('.cta')).borderRadius"); font == "0px" {
		v.t.Errorf("%s: the style sheet has no effect", path)
	}
}

// account finds what the page has from the API: people, and a place on the map.
func (v *visitor) account() {
	v.t.Helper()
	eventually(v.t, "the account is shown", func() error {
		const script = `({
			Contacts: document.querySelectorAll('#contacts .contact').length,
			Name: document.getElementById('name').innerText,
			Pin: document.getElementById('pin').getBoundingClientRect().width > 0,
		})`
		shown := evaluate[struct {
			Contacts int
			Name     string
			Pin      bool
		}](v, script)
		if shown.Contacts == 0 || shown.Name == "Account 42" || !shown.Pin {
			return fmt.Errorf("it shows %+v", shown)
		}
		return nil
	})
}
