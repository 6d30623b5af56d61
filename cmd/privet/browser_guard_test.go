package main

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// guardedPage has a tag in its markup, a script of its own that asks two vendors by itself, and content of a third.
const guardedPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A page with tags</title><link rel="icon" href="data:,">
<script>
	window.mine = "begun";
	new Image().src = "https://www.google-analytics.com/collect?v=1&t=pageview";
	const tag = document.createElement("script");
	tag.src = "https://connect.facebook.net/en_US/fbevents.js";
	document.head.append(tag);
	window.mine = "done";
</script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-GUARDED"></script>
</head><body><h1>A page with tags</h1>
<form action="/nowhere"><p><iframe id="video" width="420" height="240" title="A video" src="https://www.facebook.com/plugins/video.php?href=x"></iframe></form>
</body></html>
`

// Consent given on a page has its tags run there, without another visit; until then nobody is asked, and the page's own
// scripts run to their end.
func TestBrowserGuard(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	g := start(t, withFile("examples/communications/site/guarded.html", guardedPage))
	const path = "/guarded?a=1"

	t.Run("the prompt's button", func(t *testing.T) {
		v := visit(t, b, g, who{})
		v.open(path)
		v.meets()
		v.calm()
		if state := evaluate[string](v, "window.mine"); state != "done" {
			t.Errorf("the page's own script is %q", state)
		}
		v.says(true, asked...)
		v.press("Accept all")
		v.meets("google_analytics", "facebook_custom_audience", "facebook_widgets")
		v.calm()
		if at := v.location(); at != v.site+path {
			t.Errorf("the choice led to %s", at)
		}
		if guards := evaluate[int](v, `document.querySelectorAll('script[data-privet]').length`); guards != 0 {
			t.Errorf("with consent to everything there are %d guards", guards)
		}
	})
	for name, w := range map[string]who{"the button in place of the video": {}, "the same without scripts": {noScripts: true}} {
		t.Run(name, func(t *testing.T) {
			v := visit(t, b, g, w)
			v.open(path)
			v.meets()
			v.says(true, "social")
			v.pressInFrame()
			v.meets("facebook_widgets")
			if at := v.location(); at != v.site+path {
				t.Errorf("the choice led to %s", at)
			}
		})
	}
}

// pressInFrame clicks on the button in the frame that stands for the video.
func (v *visitor) pressInFrame() {
	v.t.Helper()
	const script = `(() => {
		const frame = document.getElementById("video"), outer = frame.getBoundingClientRect();
		if (outer.width < 420 || outer.height < 240) return {Problem: "the frame has " + outer.width + " by " + outer.height};
		const button = frame.contentDocument.querySelector("button");
		if (!button) return {Problem: "there is no button"};
		const inner = button.getBoundingClientRect();
		const x = inner.x + inner.width / 2, y = inner.y + inner.height / 2;
		return {
			Problem: frame.contentDocument.elementFromPoint(x, y) === button && y < outer.height ? "" : "the button is not in view",
			X: outer.x + frame.clientLeft + x, Y: outer.y + frame.clientTop + y,
		};
	})()`
	place := evaluate[struct {
		Problem string
		X, Y    float64
	}](v, script)
	if place.Problem != "" {
		v.t.Fatal(place.Problem)
	}
	ctx, cancel := context.WithTimeout(v.ctx, 2*patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.MouseClickXY(place.X, place.Y)); err != nil {
		v.t.Fatalf("pressing the button in the frame: %v", err)
	}
	v.settle("behind the button in the frame")
}
