package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// publicLists are the lists by which the oracle has judged, for what it calls tracking and ads.
//
//nolint:gochecknoglobals // a table, never written to
var publicLists = [...]struct{ name, purpose string }{
	{"easyprivacy.txt", "analytics"}, {"ubo-privacy.min.txt", "analytics"}, {"easylist.txt", "advertising"},
}

// policyText is the policy of the gateway and of the judge: the catalogue, and the lists of the corpus.
func policyText(lists bool) string {
	var b strings.Builder
	b.WriteString("purposes: {service: {basis: contract, default: true}}\n")
	for i, l := range publicLists {
		if !lists {
			break
		}
		if i == 0 {
			b.WriteString("lists:\n")
		}
		name, err := filepath.Abs(filepath.Join(os.Getenv("PRIVET_CORPUS"), "lists", l.name))
		if err != nil {
			name = l.name
		}
		fmt.Fprintf(&b, "  - {file: %q, purpose: %s}\n", name, l.purpose)
	}
	return b.String()
}

// destination is what a reference is fetched for, as the oracle names it.
func destination(name string) rules.Destination {
	switch name {
	case "script":
		return rules.ToScript
	case "image":
		return rules.ToImage
	case "stylesheet":
		return rules.ToStyle
	case "sub_frame":
		return rules.ToFrame
	case "object":
		return rules.ToObject
	case "media":
		return rules.ToMedia
	case "font":
		return rules.ToFont
	case "xhr":
		return rules.ToFetch
	case "ping":
		return rules.ToPing
	case "main_frame":
		return rules.ToDocument
	default:
		return rules.ToOther
	}
}
