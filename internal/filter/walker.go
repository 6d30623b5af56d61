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
	around  bool // the place in front of the tag at hand may be SVG or MathML
	strict  bool // what is unfinished at the end is held, not kept
	// scriptless says that only a browser without scripts reads this as markup, and to it noscript is an element as any.
	scriptless bool
	slow       bool // every token is looked at; a test compares
	token      markup.Token
	held       held
	quoting    string // whose script would make more of the quotation that is open, of which no text has come yet
}

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
	if w.held.what != nothingHeld {
		w.hold(s, t, at)
		return
	}
	if w.gate != nil && !w.head.over && !w.xml {
		w.head.sees(t)
	}
	if w.body != nil && !w.body.done && w.body.before(s, t, at) {
		w.start(s, t, at)
		w.body.put(s)
		return
	}
	switch t.Kind {
	case markup.StartTag:
		w.start(s, t, at)
	case markup.EndTag:
		w.ends(s, t, at)
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

// ends settles an end tag.
func (w *walker) ends(s *splicer, t *markup.Token, at int) {
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
	noscript := string(w.held.name[:w.held.nameLen]) == "noscript"
	nested.scriptless = w.scriptless || noscript
	if w.held.foreign {
		nested.foreign.adopt(&w.foreign) // to who reads it as markup it goes on within SVG or MathML
	}
	s := splicer{buf: content, out: nested.buffer[:0]}
	guarded, scripted := w.guarded, w.scripted
	w.guarded = false
	nested.run(&s, !cut)
	w.guarded, w.scripted = guarded, scripted
	nested.buffer = s.out
	if noscript {
		w.foreign.adopt(&nested.foreign) // to a browser without scripts its end tag, which may be ignored there, ends none
	}
	switch left := len(content) - s.done; {
	case !cut || left == 0:
	case nested.held.what == nothingHeld && left == 1: // a lone "<" is text
		s.keep(len(content))
	default:
		s.drop(len(content))
	}
	return s.finish(), s.changed
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
