package filter

import (
	"bytes"
	"strings"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// verdict is the first ruling by which something of a tag is blocked. The zero value blocks nothing.
type verdict struct {
	recipient string
	blocked   bool
}

func (v *verdict) add(r rules.EmbedRuling) {
	if !v.blocked {
		v.recipient, v.blocked = r.Recipient, true
	}
}

// cut is an attribute that leaves a tag, or has another value in it.
type cut struct {
	start, end int
	recipient  string // whose it was; "" where text takes its place, or another cut tells
	text       []byte
}

// appendCut appends a tag with its cuts made.
func appendCut(dst, tag []byte, cuts []cut) []byte {
	at := 0
	for _, c := range cuts {
		dst = append(dst, tag[at:c.start]...)
		if c.recipient != "" {
			dst = appendMark(dst, c.recipient)
		}
		dst = append(dst, c.text...)
		at = c.end
	}
	return append(dst, tag[at:]...)
}

// appendPlaceholder appends what stands where a script was: page code counts and looks for script elements.
func appendPlaceholder(dst []byte, recipient string) []byte {
	dst = append(dst, `<script type="text/plain" `...)
	return append(appendMark(dst, recipient), `></script>`...)
}

// appendMark appends the attribute that says whose something was.
func appendMark(dst []byte, recipient string) []byte {
	return append(append(append(dst, `data-privet="`...), recipient...), '"')
}

// start settles a start tag, or holds its element.
func (w *walker) start(s *splicer, t *markup.Token, at int) {
	w.around = w.foreign.inside()
	foreign := w.foreign.start(t)
	w.z.CDATA = w.foreign.inside()
	w.cuts = w.cuts[:0]
	w.lookAt(t, foreign)
	what := nothingHeld
	switch string(t.Name) {
	case "script":
		if what = w.script(s, t, foreign); what == dropping {
			if t.SelfClosing && foreign {
				w.letGo()
				w.z.SetModel(markup.Data, "")
			}
			return
		}
	case "style":
		what = aStyle
	case "noscript":
		if what = aDocument; w.scriptless {
			w.z.SetModel(markup.Data, "")
			what = nothingHeld
		}
	case "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext":
		switch {
		case foreign && !w.xml:
			what = aDocument
		case w.strict:
			what = aPiece
		}
	case "base":
		w.setBase(t)
	case "meta":
		w.meta(t)
	}
	w.attributes(t)
	w.standIn(t)
	w.post(s, t, at)
	if w.xml {
		// In XML, content is markup whatever the element; only a script's and a style sheet's is looked at as a whole.
		w.z.SetModel(markup.Data, "")
		if what == aDocument || what == aPiece {
			what = nothingHeld
		}
	}
	if foreign && t.SelfClosing {
		w.z.SetModel(markup.Data, "")
		what = nothingHeld
	}
	if what != nothingHeld {
		w.wait(t, what)
		w.held.foreign = foreign && !w.xml
		return
	}
	w.settleTag(s, t, at)
}

// settleTag lets a start tag out, less its cuts.
func (w *walker) settleTag(s *splicer, t *markup.Token, at int) {
	if len(w.cuts) == 0 {
		s.keep(s.taken)
	} else {
		s.keep(at)
		s.flush()
		s.out = appendCut(s.out, t.Raw, w.cuts)
		s.drop(s.taken)
	}
	if w.guard != nil && w.guard.behind {
		w.guard.put(s, w.xml, false)
	}
}

// containsFold says that a text holds a word of ASCII letters, in any case.
func containsFold(text []byte, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if bytes.EqualFold(text[i:i+len(word)], []byte(word)) {
			return true
		}
	}
	return false
}

// setBase takes the first base element's URL as the one that references are relative to. One on the host of somebody who
// is not let through leaves the page, since what stands before it is resolved against it too where it is fetched later.
func (w *walker) setBase(t *markup.Token) {
	for i := range t.Attrs {
		href := &t.Attrs[i]
		if string(href.Name) != "href" || len(href.Value) == 0 {
			continue
		}
		ruling, blocked := w.leads(w.decode(href.Value))
		w.rebase(w.decode(href.Value))
		if blocked {
			w.remove(href, ruling.Recipient)
		}
	}
}

// rebase resolves what follows in the page against a URL.
func (w *walker) rebase(to []byte) {
	if w.based || w.body == nil {
		return
	}
	if u, ok := w.urls.Parse(to, &w.base); ok && string(u.Scheme) != "data" && string(u.Scheme) != "javascript" {
		w.base, w.based, w.home = u.Clone(), true, !w.decision.Knows(u.Host)
		w.body.host = w.host
		if w.guard != nil {
			w.guard.host = w.host
		}
	}
}

// meta knows the character set, cookies and redirections that a page states in its head.
func (w *walker) meta(t *markup.Token) {
	if label := t.Attr("charset"); label != nil {
		w.declare(string(w.decode(label.Value)))
	}
	kind, content := t.Attr("http-equiv"), t.Attr("content")
	if kind == nil || content == nil {
		return
	}
	text := string(w.decode(content.Value))
	var ruling rules.EmbedRuling
	blocked := false
	switch name := string(w.decode(kind.Value)); {
	case strings.EqualFold(name, "content-type"):
		if label := charsetIn(text); label != "" {
			w.declare(label)
		}
	case strings.EqualFold(name, "content-security-policy"):
		w.policy(content, text)
	case strings.EqualFold(name, "refresh"):
		start, end := refreshURL(text)
		ruling, blocked = w.leads([]byte(text[start:end]))
	case strings.EqualFold(name, "set-cookie"):
		pair, _, _ := strings.Cut(text, ";")
		cookie := pairRuling(w.decision, pair)
		if blocked = cookie.Action.Kind != rules.Keep; blocked {
			w.counts.add(otherKey{kind: Cookie, direction: rules.Response, ruling: cookie.Ruling, action: rules.Remove}, 1)
			ruling.Recipient = cookie.Recipient
		}
	}
	if blocked {
		w.remove(content, ruling.Recipient)
	}
}

// declare takes a character set that the page itself states. UTF-16 is then read as UTF-8 by browsers (HTML 13.2.3.2).
func (w *walker) declare(label string) {
	w.declared = true
	if unreadable(label) && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(label)), "utf-16") {
		w.refuse("charset", "pages in this character set are not read")
	}
}

// remove cuts an attribute out of its tag, and leaves there whose it was.
func (j *judgement) remove(a *markup.Attr, recipient string) {
	c := cut{start: a.Start, end: a.End}
	if len(j.cuts) == 0 {
		c.recipient = recipient
	}
	j.cut(c)
}

// cut adds a cut, by its place: what an element is judged by need not stand in front of what its attributes are.
func (j *judgement) cut(c cut) {
	j.cuts = append(j.cuts, c)
	for i := len(j.cuts) - 1; i > 0 && j.cuts[i-1].start > c.start; i-- {
		j.cuts[i-1], j.cuts[i] = j.cuts[i], j.cuts[i-1]
	}
}

// replace gives an attribute another value.
func (j *judgement) replace(a *markup.Attr, value []byte) {
	text := append(bytes.Clone(a.Name), `="`...)
	text = appendEscaped(text, value)
	j.cut(cut{start: a.Start, end: a.End, text: append(text, '"')})
}

// appendEscaped appends text as an attribute's value between double quotes (HTML 13.3, "escaping a string").
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
