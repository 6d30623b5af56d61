package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

// takeScreenshots writes what the prompt and the pages look like into a folder, for people to look at.
func takeScreenshots(t *testing.T, b *browser, g *gateway, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, size := range [][2]int64{{360, 780}, {1280, 900}} {
			v := visit(t, b, g, who{})
			v.prefers(scheme)
			v.size(size[0], size[1])
			shot := func(name string, whole bool) {
				t.Helper()
				v.shot(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, size[0], scheme)), whole)
			}
			v.open("/")
			shot("home-prompt", false)
			v.click("Choose")
			shot("home-prompt-open", false)
			v.open("/.privacy/preferences?return=/pricing")
			shot("preferences", true)
			v.open("/.privacy/notice?return=/pricing")
			shot("notice", true)
			v.open("/account")
			v.account()
			v.says(false, asked...)
			v.press("Refuse all")
			v.account()
			shot("account", true)
			for _, name := range []string{"", "pricing", "signup", "welcome", "nothing"} {
				v.open("/" + name)
				shot("whole-"+name, true)
			}
			v.open("/")
			shot("home-refused", false)
			evaluate[bool](v, "(scrollTo({top: 1e6, behavior: 'instant'}), true)")
			shot("home-bottom", false)
			v.open("/.privacy/preferences?return=/pricing")
			shot("preferences-top", false)
		}
		v := visit(t, b, g, who{gpc: true})
		v.prefers(scheme)
		v.size(360, 780)
		v.open("/")
		v.shot(filepath.Join(folder, "gpc-prompt-360-"+scheme+".png"), false)
		v.open("/.privacy/preferences")
		v.shot(filepath.Join(folder, "gpc-preferences-360-"+scheme+".png"), false)
	}
}

// shot writes a picture of what is in view, or of the whole page as a very tall screen would show it.
func (v *visitor) shot(file string, whole bool) {
	v.t.Helper()
	if whole {
		view := evaluate[struct{ Width, Height, Whole int64 }](v, `({Width: innerWidth, Height: innerHeight, Whole: document.documentElement.scrollHeight})`)
		v.size(view.Width, min(view.Whole, 16_000))
		defer v.size(view.Width, view.Height)
	}
	picture := command(v, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err := os.WriteFile(file, picture.Data, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// prefers is the colour scheme that the visitor's system has.
func (v *visitor) prefers(scheme string) {
	v.t.Helper()
	command(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}
