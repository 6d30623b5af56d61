package markup

import "bytes"

// Tokenizer cuts a document into tokens (section 13.2.5 of the HTML standard). The zero value is ready for one whose first
// bytes are Data. It holds no bytes of the document but names that it had to fold, and of the tag at hand one Attr for
// each attribute: where all are single letters 50 times the tag's size, and for a moment twice that. So a bound on the
// buffer is one on memory.
type Tokenizer struct {
	// CDATA says that <![CDATA[ begins a CDATA section, as it does in foreign content, and not a bogus comment. It may
	// change before any call of Next.
	CDATA bool

	scan scan // what the first byte of the buffer belongs to
	at   int  // bytes of the buffer that scan has gone through
	open bool // some pieces of the token are out, the Final one is not

	model  Model
	end    string // the end tag that ends the model
	escape escape // of script data
	dashes int    // that were just read: of a comment or of escaped script data, up to 2, and of a CDATA section's brackets

	step    step // of a tag
	nameEnd int
	folded  bool // the tag's name does not stand in the buffer as it is
	slash   bool
	attrs   []Attr
	names   []byte // folded names
	comment commentStep
}

// scan is what is being read.
type scan uint8

const (
	inContent scan = iota // as the model has it
	inStartTag
	inEndTag
	inComment
	inBogus
	inDoctype
	inCDATA
	inNothing // </>
	stray     // a < that is text
	undecided // bytes are missing
)

// keptAttrs is how many attributes Reset keeps room for, so that one hostile tag does not fatten a pool.
const keptAttrs = 256

// Reset makes ready for another document.
func (z *Tokenizer) Reset() {
	attrs, names := z.attrs[:0], z.names[:0]
	if cap(attrs) > keptAttrs {
		attrs, names = nil, nil
	}
	*z = Tokenizer{attrs: attrs, names: names}
}

// Next takes the token at the beginning of buf, which begins with the first byte that no token has taken yet. Where it
// says false it needs more bytes: the next call gets the same ones with others behind them, and the scan goes on where
// it stopped. Where last says that nothing follows, every byte ends up in some token, and false is the end.
// The token's slices are valid until the next call.
func (z *Tokenizer) Next(buf []byte, last bool) (t Token, ok bool) {
	ok = z.next(&t, buf, last)
	return t, ok
}

// Fill is Next into a token of the caller's, which saves a copy of it.
func (z *Tokenizer) Fill(t *Token, buf []byte, last bool) bool {
	*t = Token{}
	return z.next(t, buf, last)
}

// next fills t, which is zero.
func (z *Tokenizer) next(t *Token, buf []byte, last bool) bool {
	switch z.scan {
	case inStartTag, inEndTag:
		return z.tag(t, buf, last)
	case inComment:
		return z.commentPiece(t, buf, last)
	case inBogus:
		return z.bogusPiece(t, buf, last)
	case inDoctype:
		return z.doctype(t, buf, last)
	case inCDATA:
		return z.cdataPiece(t, buf, last)
	default:
	}
	switch z.model {
	case Data:
		return z.data(t, buf, last)
	case ScriptData:
		return z.script(t, buf, last)
	case PlainText:
		return z.piece(t, Raw, buf, last)
	default:
		return z.rawText(t, buf, last)
	}
}

// piece takes all of p as a piece of a token. There is none where p is empty, unless to end one that is open.
func (z *Tokenizer) piece(t *Token, kind Kind, p []byte, final bool) bool {
	if len(p) == 0 && (!final || !z.open) {
		return false
	}
	z.open = !final
	t.Kind, t.Raw, t.Final = kind, p, final
	return true
}

// data reads up to the next mark-up (section 13.2.5.1).
func (z *Tokenizer) data(t *Token, buf []byte, last bool) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(buf[i:], '<')
		if n < 0 {
			return z.piece(t, Text, buf, last)
		}
		i += n
		switch next := z.opened(buf[i:], last); {
		case next == stray:
		case next == undecided:
			return z.piece(t, Text, buf[:i:i], false)
		case i > 0 || z.open:
			return z.piece(t, Text, buf[:i:i], true)
		default:
			return z.enter(t, next, buf, last)
		}
	}
}

// enter begins with the mark-up that opened has seen.
func (z *Tokenizer) enter(t *Token, next scan, buf []byte, last bool) bool {
	z.scan = next
	switch next {
	case inStartTag:
		z.beginTag(1)
		return z.tag(t, buf, last)
	case inEndTag:
		z.beginTag(2)
		return z.tag(t, buf, last)
	case inComment:
		z.at, z.comment = len("<!--"), commentStart
		return z.commentPiece(t, buf, last)
	case inDoctype:
		z.at = len("<!doctype")
		return z.doctype(t, buf, last)
	case inCDATA:
		z.at, z.dashes = len("<![CDATA["), 0
		return z.cdataPiece(t, buf, last)
	case inBogus:
		z.at = len("<!")
		return z.bogusPiece(t, buf, last)
	default:
		z.scan = inContent
		t.Kind, t.Raw, t.Final = Broken, buf[:3:3], true
		return true
	}
}

// opened says what the < at the beginning of b opens (sections 13.2.5.6 and 7).
func (z *Tokenizer) opened(b []byte, last bool) scan {
	if len(b) < 2 {
		return unless(last, stray)
	}
	switch c := b[1]; {
	case is(c, isLetter):
		return inStartTag
	case c == '!':
		return z.declared(b, last)
	case c == '?':
		return inBogus
	case c != '/':
		return stray
	case len(b) < 3:
		return unless(last, stray)
	case is(b[2], isLetter):
		return inEndTag
	case b[2] == '>':
		return inNothing
	default:
		return inBogus
	}
}

// declared says what <! opens (section 13.2.5.42).
func (z *Tokenizer) declared(b []byte, last bool) scan {
	short := false
	for _, d := range [...]struct {
		word string
		scan scan
	}{{"<!--", inComment}, {"<!doctype", inDoctype}, {"<![CDATA[", inCDATA}} {
		if d.scan == inCDATA && !z.CDATA {
			continue
		}
		n := min(len(b), len(d.word))
		if string(b[:n]) != d.word[:n] && (d.scan != inDoctype || !folds(b[:n], d.word)) {
			continue
		}
		if n == len(d.word) {
			return d.scan
		}
		short = true
	}
	if !short {
		return inBogus
	}
	return unless(last, inBogus)
}

// unless is what stands for lack of bytes where nothing follows.
func unless(last bool, s scan) scan {
	if last {
		return s
	}
	return undecided
}

// folds reports whether b is, in any case, the beginning of word, which is in lower case.
func folds(b []byte, word string) bool {
	if len(b) > len(word) {
		return false
	}
	for i, c := range b {
		if lower(c) != word[i] {
			return false
		}
	}
	return true
}

// Between says that the next byte begins a token of the Data model, so that a caller who knows the bytes in front of it to
// be text and whole tags that change no model may take them by itself.
func (z *Tokenizer) Between() bool { return z.scan == inContent && z.model == Data }
