package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// script says what becomes of a script element: it is dropped for its URL, held for its text, or left alone where the
// browser does not run it.
func (w *walker) script(s *splicer, t *markup.Token, foreign bool) holding {
	kind := w.scriptKind(t)
	if ruling, blocked := w.scriptSource(t, kind, foreign); blocked {
		s.drop(s.taken)
		s.out = appendPlaceholder(s.out, ruling.Recipient)
		w.wait(t, dropping)
		return dropping
	}
	w.scripted = w.scripted || kind == running || kind == importing
	switch {
	case kind == inert && w.isData(t):
		return someData
	case kind == importing, kind == speculating:
		return aListing
	case kind == running, kind == inert && foreign:
		return aScript
	case w.strict:
		return aPiece
	default:
		return nothingHeld
	}
}

// scriptSource judges the URL of a script element. The scanner with which browsers look ahead may take a later one of
// repeated attributes than the parser does, and fetches what that says.
func (w *walker) scriptSource(t *markup.Token, kind scriptKind, foreign bool) (ruling rules.EmbedRuling, blocked bool) {
	w.judgement.script = true
	defer func() { w.judgement.script = false }()
	for i := range t.Attrs {
		if a := &t.Attrs[i]; string(a.Name) == "type" && kind == inert {
			kind = scriptKindOf(w.decode(a.Value))
		}
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		name := string(a.Name)
		if kind == inert || len(a.Value) == 0 || name != "src" && (!foreign || name != "href" && name != "xlink:href") {
			continue
		}
		if ruling, blocked = w.blocks(w.decode(a.Value), rules.ToScript); blocked {
			return ruling, true
		}
	}
	return ruling, false
}

// scriptKind is what a browser does with a script element.
type scriptKind uint8

const (
	inert       scriptKind = iota // a block of data
	running                       // a script
	importing                     // an import map
	speculating                   // rules for what it fetches beforehand
)

// scriptKind reads type and language as HTML 4.12.1 does, and errs to what runs.
func (w *walker) scriptKind(t *markup.Token) scriptKind {
	kind, language := t.Attr("type"), t.Attr("language")
	switch {
	case kind != nil && len(kind.Value) > 0:
		return scriptKindOf(w.decode(kind.Value))
	case kind == nil && language != nil && len(language.Value) > 0 && !containsFold(w.decode(language.Value), "script"):
		return inert // such as VBA, which no browser runs any more
	default:
		return running
	}
}

// scriptKindOf is what a browser does with a script of a type. Parameters of a type make it a block of data to most.
func scriptKindOf(text []byte) scriptKind {
	text = bytes.Trim(text, " \t\r\n\f")
	switch {
	case bytes.EqualFold(text, []byte("importmap")):
		return importing
	case bytes.EqualFold(text, []byte("speculationrules")):
		return speculating
	case len(text) == 0, bytes.EqualFold(text, []byte("module")),
		containsFold(text, "javascript"), containsFold(text, "ecmascript"), containsFold(text, "jscript"), containsFold(text, "livescript"),
		containsFold(text, "babel"):
		return running
	default:
		return inert
	}
}
