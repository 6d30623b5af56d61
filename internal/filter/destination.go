package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/rules"
)

// destinationOf is what a browser fetches the URL of an element's attribute for. What is not known is taken for a
// picture, as which most is fetched.
func destinationOf(element, attribute []byte) rules.Destination {
	switch string(attribute) {
	case "poster", "background", "lowsrc", "dynsrc":
		return rules.ToImage
	case "config":
		return rules.ToFetch
	}
	switch string(element) {
	case "script":
		return rules.ToScript
	case "iframe", "frame", "amp-iframe", "fencedframe", "portal":
		return rules.ToFrame
	case "embed", "object", "applet":
		return rules.ToObject
	case "video", "audio", "track", "source", "bgsound", "amp-video", "amp-audio":
		return rules.ToMedia
	default:
		return rules.ToImage
	}
}

// destinationOfRel is what a browser fetches a link of a relation for. Of some the attribute "as" tells.
func destinationOfRel(rel []byte) rules.Destination {
	switch {
	case bytes.EqualFold(rel, []byte("stylesheet")):
		return rules.ToStyle
	case bytes.EqualFold(rel, []byte("modulepreload")):
		return rules.ToScript
	case isOneOf(rel, iconRels):
		return rules.ToImage
	default:
		return rules.ToOther
	}
}

// iconRels are those of fetchingRels that are drawn.
//
//nolint:gochecknoglobals // a table, never written to
var iconRels = []string{
	"icon", "shortcut", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon", "fluid-icon",
}

// destinationAs reads the word of "as" (Fetch, "potential destination").
func destinationAs(word []byte) rules.Destination {
	for _, d := range asWords {
		if bytes.EqualFold(word, []byte(d.word)) {
			return d.to
		}
	}
	return rules.ToOther
}

//nolint:gochecknoglobals // a table, never written to
var asWords = [...]struct {
	word string
	to   rules.Destination
}{
	{"script", rules.ToScript},
	{"style", rules.ToStyle},
	{"image", rules.ToImage},
	{"font", rules.ToFont},
	{"fetch", rules.ToFetch},
	{"document", rules.ToFrame},
	{"iframe", rules.ToFrame},
	{"frame", rules.ToFrame},
	{"video", rules.ToMedia},
	{"audio", rules.ToMedia},
	{"track", rules.ToMedia},
	{"worker", rules.ToScript},
	{"sharedworker", rules.ToScript},
	{"serviceworker", rules.ToScript},
	{"embed", rules.ToObject},
	{"object", rules.ToObject},
	{"json", rules.ToFetch},
}
