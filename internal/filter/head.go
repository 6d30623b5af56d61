package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/markup"
)

// head follows the tokens of a document to the end of its head (HTML 13.2.6.4.2 to 6), in which alone browsers heed a policy
// of content.
type head struct {
	over     bool // the body has begun
	doubtful bool // browsers may be elsewhere: in XML there is more than one way to have a head, and templates may nest
	inert    int  // templates that are open
}

// sees takes a token. What has no place in a head begins the body.
func (h *head) sees(t *markup.Token) {
	switch t.Kind {
	case markup.StartTag:
		h.opens(t.Name)
	case markup.EndTag:
		switch string(t.Name) {
		case "template":
			h.inert = max(0, h.inert-1)
		case "html", "body", "br":
			h.over = h.inert == 0
		}
	case markup.Text:
		h.over = h.inert == 0 && len(bytes.Trim(t.Raw, " \t\r\n\f")) > 0
	case markup.Broken:
		h.doubtful = true
	case markup.Comment, markup.CDATA, markup.Doctype, markup.Raw:
	}
}

func (h *head) opens(name []byte) {
	switch string(name) {
	case "html", "head", "title", "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style":
	case "template":
		h.doubtful = true
		h.inert++
	case "body":
		h.over = true
	default:
		h.over = h.inert == 0
	}
}

// policy edits a policy of content that a page states of itself, so that what is ours passes it.
func (w *walker) policy(content *markup.Attr, text string) {
	if w.gate == nil || w.head.over {
		return
	}
	if edited := w.gate.Markup(text, !w.head.doubtful); edited != text {
		w.replace(content, []byte(edited))
	}
}
