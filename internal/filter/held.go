package filter

import (
	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// held is an element that waits for its end, since its start tag or its content must be seen with the rest. It begins
// where the splicer has settled everything.
type held struct {
	what    holding
	name    [16]byte // of the end tag
	nameLen int
	tag     int    // bytes of the start tag
	edited  []byte // the start tag as it goes out, where that is changed
	changed bool
	foreign bool // its content may be markup to the browser
}

// holding is what becomes of a held element.
type holding uint8

const (
	nothingHeld holding = iota
	dropping            // it leaves the page; a place holder is there already
	aScript
	aListing // of what a browser fetches, as JSON
	aStyle
	someData  // JSON for scripts
	aDocument // its content is a document of its own to some readers, and text to others
	aPiece    // a comment, section or text element that must not be cut
)

// hold goes on with an element that waits.
func (w *walker) hold(s *splicer, t *markup.Token, at int) {
	h := &w.held
	ends := t.Kind == markup.EndTag && string(t.Name) == string(h.name[:h.nameLen])
	switch {
	case h.what == aPiece && h.nameLen == 0:
		if !t.Final {
			return
		}
		w.letGo()
		w.piece(s, t)
	case h.what == dropping:
		s.drop(s.taken)
		if ends {
			w.letGo()
		}
	case ends:
		w.release(s, at)
	}
	if ends {
		w.foreign.close(t.Name)
		w.z.CDATA = w.foreign.inside()
	}
}

// wait begins to hold the element of a start tag.
func (w *walker) wait(t *markup.Token, what holding) {
	h := &w.held
	h.what, h.nameLen, h.tag = what, copy(h.name[:], t.Name), len(t.Raw)
	if what != dropping {
		h.changed = len(w.cuts) > 0
		if h.changed {
			h.edited = appendCut(h.edited[:0], t.Raw, w.cuts)
		}
	}
}

func (w *walker) letGo() {
	w.held = held{edited: w.held.edited[:0]}
}

// release settles a held element whose content ends at a place, and the end tag behind it.
func (w *walker) release(s *splicer, end int) {
	h := &w.held
	content := s.buf[min(s.done+h.tag, end):end]
	switch h.what {
	case aScript, aListing:
		out, changed, ruling, blocked := w.judged(content)
		if blocked {
			s.drop(s.taken)
			s.out = appendPlaceholder(s.out, ruling.Recipient)
			w.letGo()
			return
		}
		w.settle(s, content, out, changed)
	case aStyle:
		out, changed := w.css(content)
		w.settle(s, content, out, changed)
	case someData:
		out, changed := w.data(content)
		w.settle(s, content, out, changed)
	case aDocument:
		out, changed := w.within(content, true)
		w.settle(s, content, out, changed)
	default:
		w.settle(s, content, nil, false)
	}
	w.letGo()
}

// settle lets a held element out, with another start tag or content where these have changed. In a place where the
// content may be markup to a browser, it must be harmless as that, too.
func (w *walker) settle(s *splicer, content, out []byte, changed bool) {
	h := &w.held
	if h.foreign && h.what != aDocument {
		if !changed {
			out = content
		}
		if again, differs := w.within(out, true); differs {
			out, changed = again, true
		}
	}
	end := s.taken
	start := s.done + h.tag
	switch {
	case !h.changed && !changed:
		s.keep(end)
		return
	case h.changed:
		s.drop(min(start, end))
		s.write(h.edited)
	default:
		s.keep(start)
	}
	if !changed {
		s.keep(end)
		return
	}
	s.write(out)
	s.drop(start + len(content))
	s.keep(end)
}

// judged gives the text of a script as it goes out, or says whose it is where it must not.
func (w *walker) judged(content []byte) (out []byte, changed bool, ruling rules.EmbedRuling, blocked bool) {
	switch {
	case w.held.what == aListing:
		return w.listing(content)
	case w.guarded:
		out, changed = w.imports(content)
		return out, changed, ruling, false
	default:
		ruling, blocked = w.scripts(content)
		return content, false, ruling, blocked
	}
}

// scripts judges the text of a script, and what it is where references in it are decoded.
func (w *walker) scripts(content []byte) (ruling rules.EmbedRuling, blocked bool) {
	if ruling, blocked = w.runs(content); blocked || !w.held.foreign {
		return ruling, blocked
	}
	return w.runs(markup.AppendDecoded(nil, content, false))
}
