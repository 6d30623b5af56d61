package filter

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// Where content of a third party would be shown that is not let in, a frame of the same size shows a document of our own. A
// frame may stand wherever one stood, within a form or a paragraph, no style of the page reaches into it, and it takes its
// size from the attributes and the styles of what it stands for.
//
// Quotations of posts, which a script would turn into widgets, stay as they are. One whose text is the post is all there for
// its reader, and gets no frame; one that tells of a picture or a film gets one above its text, as does one without text.

// standIn lets a tag whose content is withheld show such a document, where there would be something to be seen.
func (w *walker) standIn(t *markup.Token) {
	if w.body == nil || w.body.embed == nil || !w.body.done || !w.body.document || w.body.fallback {
		return
	}
	name := string(t.Name)
	if name == "blockquote" {
		var told bool
		if w.withheld, told = w.quotes(t); told && !isUnseen(t) {
			w.quoting, w.withheld = w.withheld, ""
		}
	}
	if w.withheld == "" || name != "iframe" && name != "embed" && name != "object" && name != "blockquote" || isUnseen(t) {
		return
	}
	document := w.shown()
	if document == nil {
		return
	}
	switch name {
	case "iframe":
		w.inFrame(t, document)
	case "embed":
		// Its other attributes mean nothing to a frame, or may have cuts of their own.
		w.cuts = []cut{{end: len(t.Raw), text: w.frame(t, document, true)}}
	case "object":
		w.cuts = append(w.cuts, cut{start: len(t.Raw), end: len(t.Raw), text: w.frame(t, document, true)})
		w.body.fallback = true
	default:
		w.cuts = append(w.cuts, cut{start: len(t.Raw), end: len(t.Raw), text: w.frame(t, document, false)})
	}
}

// unquoted puts a frame at the end of a quotation that had no text.
func (w *walker) unquoted(s *splicer, t *markup.Token, at int) {
	w.withheld, w.quoting = w.quoting, ""
	if document := w.shown(); document != nil {
		s.keep(at)
		s.write(w.frame(t, document, false))
	}
}

// shown is the attribute with the document for whose content is withheld; nil where there is none.
func (w *walker) shown() []byte {
	const opening = ` srcdoc="`
	w.document = w.body.embed(append(w.document[:0], opening...), w.withheld)
	if len(w.document) == len(opening) {
		return nil
	}
	w.document = append(w.document, '"')
	return w.body.led(w.document)
}

// inFrame puts the attribute with the document in place of the URL of a frame. A sandbox would keep its form from being sent.
func (w *walker) inFrame(t *markup.Token, document []byte) {
	source := t.Attr("src")
	at := slices.IndexFunc(w.cuts, func(c cut) bool { return source != nil && c.start == source.Start })
	if at < 0 || t.Attr("srcdoc") != nil {
		return
	}
	if w.cuts[at].text = document; w.cuts[at].recipient == "" { // what stands in front is a blank already
		w.cuts[at].text = document[1:]
	}
	for i := range t.Attrs {
		if a := &t.Attrs[i]; string(a.Name) == "sandbox" {
			w.cuts = append(w.cuts, cut{start: a.Start, end: a.End})
		}
	}
	slices.SortFunc(w.cuts, func(a, b cut) int { return cmp.Compare(a.start, b.start) })
}

// frame is a frame of our own, of the size that a tag states, or as wide as its place.
func (w *walker) frame(t *markup.Token, document []byte, sized bool) []byte {
	out := appendMark([]byte("<iframe "), w.withheld)
	if !sized {
		out = append(out, ` width="100%" height="190"`...)
	}
	for _, name := range [...]string{"width", "height", "style"} {
		a := t.Attr(name)
		if !sized || a == nil || !a.HasValue || slices.ContainsFunc(w.cuts, func(c cut) bool { return c.start == a.Start }) {
			continue
		}
		out = append(append(append(out, ' '), name...), `="`...)
		out = append(appendEscaped(out, w.decode(a.Value)), '"')
	}
	return append(append(out, document...), "></iframe>"...)
}

// isUnseen knows what is there to be fetched alone: of no size, or hidden.
func isUnseen(t *markup.Token) bool {
	if t.Attr("hidden") != nil {
		return true
	}
	for _, name := range [...]string{"width", "height"} {
		if a := t.Attr(name); a != nil {
			switch string(bytes.TrimSuffix(bytes.TrimSpace(a.Value), []byte("px"))) {
			case "0", "1", "2":
				return true
			}
		}
	}
	style := t.Attr("style")
	if style == nil {
		return false
	}
	for declaration := range bytes.SplitSeq(style.Value, []byte(";")) {
		property, value, _ := bytes.Cut(declaration, []byte(":"))
		value = bytes.TrimSpace(value)
		switch string(bytes.ToLower(bytes.TrimSpace(property))) {
		case "display":
			if containsFold(value, "none") {
				return true
			}
		case "visibility":
			if containsFold(value, "hidden") {
				return true
			}
		case "width", "height":
			switch string(bytes.TrimSuffix(value, []byte("px"))) {
			case "0", "1":
				return true
			}
		}
	}
	return false
}

// quotes says whose script would turn a quotation into a widget, where that is not let in, and whether its text tells what
// there is to be read.
func (w *walker) quotes(t *markup.Token) (recipient string, told bool) {
	class := t.Attr("class")
	if class == nil {
		return "", false
	}
	for word := range bytes.FieldsSeq(class.Value) {
		for i := range quotations {
			q := &quotations[i]
			if string(word) != q.class {
				continue
			}
			ruling, known := w.decision.Reference(rules.Reference{Host: []byte(q.host), Path: []byte(q.path)})
			if known && !ruling.Allowed {
				return ruling.Recipient, q.told
			}
		}
	}
	return "", false
}

// quotations are the classes by which scripts find what they turn into widgets, where these scripts come from, as the
// vendors' own snippets have it, and whether the snippet holds the text of the post rather than a mention of a picture or a film.
//
//nolint:gochecknoglobals // a table, never written to
var quotations = []struct {
	class, host, path string
	told              bool
}{
	{"twitter-tweet", "platform.twitter.com", "/widgets.js", true},
	{"twitter-video", "platform.twitter.com", "/widgets.js", false},
	{"instagram-media", "www.instagram.com", "/embed.js", false},
	{"tiktok-embed", "www.tiktok.com", "/embed.js", false},
	{"reddit-embed-bq", "embed.reddit.com", "/widgets.js", true},
	{"bluesky-embed", "embed.bsky.app", "/static/embed.js", true},
	{"imgur-embed-pub", "s.imgur.com", "/min/embed.js", false},
	{"fb-xfbml-parse-ignore", "connect.facebook.net", "/en_US/sdk.js", true},
}
