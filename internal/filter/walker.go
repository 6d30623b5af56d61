package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// maxNested is how deep documents may stand in documents: noscript in srcdoc in noscript.
const maxNested = 8

// walker goes through the tokens of a document, or of one within another.
type walker struct {
	*judgement
	buffer  []byte     // of what a document within comes to
	body    *insertion // nil within another document
	guard   *sentry    // nil within another document, and where there is no guard
	gate    *csp.Gate  // nil within another document, and where nothing of ours is to come
	head    head       // where there is a gate
	z       markup.Tokenizer
	foreign namespace
	depth   int
	strict  bool // what is unfinished at the end is held, not kept
	// scriptless says that only a browser without scripts reads this as markup, and to it noscript is an element as any.
	scriptless bool
	slow       bool // every token is looked at; a test compares
	token      markup.Token
	held       held
	quoting    string // whose script would make more of the quotation that is open, of which no text has come yet
}

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

func (w *walker) begin(j *judgement, body *insertion, depth int) {
	w.judgement, w.body, w.depth, w.guard, w.gate = j, body, depth, nil, nil
	w.head = head{doubtful: j.xml}
	w.z.Reset()
	w.foreign.reset(j.xml)
	w.z.CDATA = j.xml
	w.held = held{edited: w.held.edited[:0]}
	w.strict, w.scriptless, w.quoting = depth > 0, false, ""
}

// run takes all tokens that the buffer holds.
func (w *walker) run(s *splicer, last bool) {
	t := &w.token
	for w.refusal == nil {
		if w.skims() {
			s.taken += w.skim(s.buf[s.taken:])
			s.keep(s.taken)
		}
		if !w.z.Fill(t, s.buf[s.taken:], last) {
			break
		}
		at := s.taken
		s.taken += len(t.Raw)
		w.take(s, t, at)
	}
	if !last || w.refusal != nil {
		return
	}
	if w.held.what != nothingHeld {
		w.release(s, s.taken)
	}
	if w.body != nil && !w.body.done {
		w.body.put(s)
	}
}

// skims says that what is ordinary may be passed over: nothing waits for it.
func (w *walker) skims() bool {
	return w.held.what == nothingHeld && !w.foreign.inside() && (w.body == nil || w.body.done && !w.body.fallback) && (w.guard == nil || w.guard.inert == 0) &&
		(w.gate == nil || w.head.over || w.xml) && w.z.Between() && w.quoting == "" && !w.slow
}

// take settles one token, or holds it.
func (w *walker) take(s *splicer, t *markup.Token, at int) {
	switch {
	case w.held.what != nothingHeld:
		w.hold(s, t, at)
		return
	}
	if w.gate != nil && !w.head.over && !w.xml {
		w.head.sees(t)
	}
	switch {
	case w.body != nil && !w.body.done:
		if w.body.before(s, t, at) {
			w.start(s, t, at)
			w.body.put(s)
			return
		}
	}
	switch t.Kind {
	case markup.StartTag:
		w.start(s, t, at)
	case markup.EndTag:
		w.foreign.close(t.Name)
		w.z.CDATA = w.foreign.inside()
		if w.guard != nil {
			w.guard.leaves(t.Name)
		}
		if w.body != nil && string(t.Name) == "object" {
			w.body.fallback = false
		}
		if w.quoting != "" && string(t.Name) == "blockquote" {
			w.unquoted(s, t, at)
		}
		s.keep(s.taken)
	case markup.Doctype:
		if w.guard != nil {
			w.guard.document = true
		}
		s.keep(s.taken)
	case markup.Comment, markup.CDATA, markup.Raw:
		if !t.Final && (w.strict || w.xml && t.Bogus || !w.xml && t.Kind == markup.CDATA) {
			w.held.what = aPiece
			return
		}
		w.piece(s, t)
	default:
		if w.quoting != "" && leadingBlanks(t.Raw) < len(t.Raw) {
			w.quoting = ""
		}
		s.keep(s.taken)
	}
}

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

// piece settles a comment, a section or a piece of text that is whole.
func (w *walker) piece(s *splicer, t *markup.Token) {
	raw := s.buf[s.done:s.taken]
	switch {
	case w.xml && t.Bogus && w.instructs(raw):
		s.drop(s.taken)
		return
	case !w.xml && t.Kind == markup.CDATA:
		// Outside of foreign content it is a comment that ends at the first ">", with markup behind it.
		if mark := bytes.IndexByte(raw, '>') + 1; mark > 0 && mark < len(raw) {
			if out, changed := w.within(raw[mark:], true); changed {
				s.keep(s.done + mark)
				s.write(out)
				s.drop(s.taken)
				return
			}
		}
	}
	s.keep(s.taken)
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
		w.leaveOpen()
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

// within filters a document that stands within this one, as the content of an element. Where some browsers read it as
// text that ends at the element's end tag, an unfinished tag, comment or element is cut off: it would end elsewhere for
// those that read it as markup.
func (w *walker) within(content []byte, cut bool) (out []byte, changed bool) {
	if w.depth == maxNested {
		w.refuse("limit", "more than 8 documents stand within each other")
		return nil, true
	}
	if leadingBlanks(content) == len(content) {
		return content, false
	}
	nested := w.nested(w.depth + 1)
	nested.strict = cut
	nested.scriptless = w.scriptless || string(w.held.name[:w.held.nameLen]) == "noscript"
	s := splicer{buf: content, out: nested.buffer[:0]}
	guarded, scripted := w.guarded, w.scripted
	w.guarded = false
	nested.run(&s, !cut)
	w.guarded, w.scripted = guarded, scripted
	nested.buffer = s.out
	switch left := len(content) - s.done; {
	case !cut || left == 0:
	case nested.held.what == nothingHeld && left == 1: // a lone "<" is text
		s.keep(len(content))
	default:
		s.drop(len(content))
	}
	return s.finish(), s.changed
}

// leaveOpen goes on within the SVG or MathML that a noscript has left open: to a browser without scripts its end tag, which
// may be ignored there, ends none.
func (w *walker) leaveOpen() {
	if string(w.held.name[:w.held.nameLen]) == "noscript" && w.depth < maxNested && w.refusal == nil {
		w.foreign.adopt(&w.inner[w.depth].foreign)
	}
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

// instructs says that a processing instruction of XML refers to a style sheet of somebody who is not let through.
func (w *walker) instructs(instruction []byte) bool {
	const open = "<?xml-stylesheet"
	if !bytes.HasPrefix(instruction, []byte(open)) {
		return false
	}
	_, rest, found := bytes.Cut(instruction, []byte("href="))
	if !found || len(rest) < 2 {
		return false
	}
	url, _, _ := bytes.Cut(rest[1:], rest[:1])
	_, blocked := w.blocks(w.decode(url), rules.ToStyle)
	return blocked
}
