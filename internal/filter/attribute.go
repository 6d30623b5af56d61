package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// attributes judges all attributes of a tag by which a browser, or a script of the page, fetches something. Repeated
// ones are judged too, though browsers take the first: it may be cut.
func (w *walker) attributes(t *markup.Token) {
	for i := range t.Attrs {
		a := &t.Attrs[i]
		if len(a.Value) == 0 || w.refusal != nil {
			continue
		}
		switch string(a.Name) {
		case "src", "data", "poster", "background", "lowsrc", "dynsrc", "xlink:href", "config":
			switch {
			case w.plainLink(t.Name):
				w.called(a)
			case string(t.Name) != "script": // whose URL is judged with the element
				if ruling, blocked := w.blocks(w.decode(a.Value), destinationOf(t.Name, a.Name)); blocked {
					w.remove(a, ruling.Recipient)
					w.withheld = ruling.Recipient
				}
			}
		case "href":
			w.href(t, a)
		case "srcset", "imagesrcset":
			w.list(a, (*judgement).srcset)
		case "ping":
			w.list(a, (*judgement).pings)
		case "style":
			if out, changed := w.css(w.decode(a.Value)); changed {
				w.replace(a, out)
			}
		case "srcdoc":
			w.srcdoc(a)
		case "action", "formaction":
			w.called(a)
		default:
			w.other(t, a)
		}
	}
}

// one judges an attribute that holds one URL.
func (w *walker) one(a *markup.Attr, to rules.Destination) {
	if ruling, blocked := w.blocks(w.decode(a.Value), to); blocked {
		w.remove(a, ruling.Recipient)
	}
}

// list judges an attribute that holds several URLs.
func (w *walker) list(a *markup.Attr, judge func(*judgement, []byte) ([]byte, verdict)) {
	switch out, v := judge(w.judgement, w.decode(a.Value)); {
	case !v.blocked:
	case len(out) == 0:
		w.remove(a, v.recipient)
	default:
		w.replace(a, out)
	}
}

// srcdoc filters the document that an attribute holds. Its tags have cuts of their own.
func (w *walker) srcdoc(a *markup.Attr) {
	cuts := w.cuts
	w.cuts = nil
	out, changed := w.within(bytes.Clone(w.decode(a.Value)), false)
	if w.cuts = cuts; changed {
		w.replace(a, out)
	}
}

// plainLink knows the elements whose URL is followed and not fetched.
func (w *walker) plainLink(name []byte) bool {
	return len(name) == 1 && name[0] == 'a' || string(name) == "area"
}

// href is a URL that is fetched, but in links that wait for a click, and in link elements of most kinds.
func (w *walker) href(t *markup.Token, a *markup.Attr) {
	switch {
	case w.plainLink(t.Name):
		w.called(a)
	case string(t.Name) == "base":
	case string(t.Name) == "link":
		if fetches, hints, to := w.relOf(t); fetches {
			w.one(a, to)
		} else if hints {
			if ruling, blocked := w.hints(w.decode(a.Value)); blocked {
				w.remove(a, ruling.Recipient)
			}
		}
	default:
		w.one(a, destinationOf(t.Name, a.Name))
	}
}

// relOf says whether a browser fetches what a link element refers to, and what for, or connects to its host. Of repeated
// attributes its scanner, which looks ahead, takes the last, and its parser the first.
func (w *walker) relOf(t *markup.Token) (fetches, hints bool, to rules.Destination) {
	for i := range t.Attrs {
		if string(t.Attrs[i].Name) != "rel" {
			continue
		}
		for word := range bytes.FieldsFuncSeq(w.decode(t.Attrs[i].Value), isHTMLSpace) {
			hints = hints || isOneOf(word, hintingRels)
			if !fetches && isOneOf(word, fetchingRels) {
				fetches, to = true, destinationOfRel(word)
			}
		}
	}
	if as := t.Attr("as"); as != nil && fetches && to == rules.ToOther {
		to = destinationAs(w.decode(as.Value))
	}
	return fetches, hints, to
}

func isHTMLSpace(c rune) bool { return c == ' ' || '\t' <= c && c <= '\r' && c != '\v' }

// The relations (HTML 4.6.7 and what browsers had before) for which a browser connects, or fetches.
//
//nolint:gochecknoglobals // tables, never written to
var (
	hintingRels  = []string{"preconnect", "dns-prefetch"}
	fetchingRels = []string{
		"stylesheet", "preload", "icon", "shortcut", "prefetch", "prerender", "modulepreload", "apple-touch-icon",
		"apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon", "fluid-icon", "manifest", "import", "subresource",
		"compression-dictionary",
	}
)

func isOneOf(word []byte, words []string) bool {
	for _, other := range words {
		if len(word) == len(other) && bytes.EqualFold(word, []byte(other)) {
			return true
		}
	}
	return false
}

// called judges a URL that runs a script when it is followed; others wait for a click and stay.
func (w *walker) called(a *markup.Attr) {
	value := w.decode(a.Value)
	if value[0] > ' ' && value[0]|0x20 != 'j' {
		return // it begins another scheme, or none
	}
	u, ok := w.urls.Parse(value, nil)
	if !ok || string(u.Scheme) != "javascript" {
		return
	}
	if ruling, blocked := w.inline(value); blocked {
		w.remove(a, ruling.Recipient)
	}
}

// other judges event handlers, and the URLs that a page keeps in data-* for a script of its own to load.
func (w *walker) other(t *markup.Token, a *markup.Attr) {
	name := a.Name
	switch {
	case len(name) > 2 && name[0] == 'o' && name[1] == 'n':
		if ruling, blocked := w.inline(w.decode(a.Value)); blocked {
			w.remove(a, ruling.Recipient)
		}
	case len(name) > 5 && string(name[:5]) == "data-":
		value := bytes.TrimLeft(w.decode(a.Value), " \t\r\n\f")
		if !isAbsolute(value) {
			return
		}
		if bytes.HasSuffix(name, []byte("srcset")) {
			w.list(a, (*judgement).srcset)
		} else {
			w.one(a, destinationOf(t.Name, []byte("src")))
		}
	}
}

// isAbsolute knows a URL that names its host.
func isAbsolute(value []byte) bool {
	if len(value) < 4 {
		return false
	}
	return value[0] == '/' && value[1] == '/' || value[0]|0x20 == 'h' && bytes.EqualFold(value[:4], []byte("http"))
}
