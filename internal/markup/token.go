package markup

// Kind is what a token is.
type Kind uint8

// The kinds. The zero value is what means nothing.
const (
	Broken   Kind = iota // bytes that browsers drop: a tag that the document's end cuts off, and </>
	Text                 // characters, with references; a cut may fall inside a reference
	StartTag             // with Name and Attrs
	EndTag               // with Name and Attrs, though browsers ignore the latter
	Comment              // with its delimiters
	Doctype              // from <! to >
	Raw                  // the content of an element whose model is not Data
	CDATA                // a CDATA section of foreign content, with its delimiters
)

// Token is one piece of a document. The Raws of all tokens, put together, are the document.
type Token struct {
	Kind Kind
	Raw  []byte // the exact bytes, a slice of what Next was given
	// Name of a tag: ASCII letters in lower case, NUL as U+FFFD, everything else as it stands.
	Name []byte
	// Attrs of a tag in their order, repetitions included: of one name, browsers take the first.
	Attrs       []Attr
	SelfClosing bool // the tag ends in />, which has a meaning in foreign content only
	Bogus       bool // a comment that does not begin with <!--: <?…>, <!…> and </…> where no name follows
	// Final says that the token is whole. Text, Comment, Raw and CDATA may come in pieces, of which the last one is Final,
	// and empty where its end was seen only after all its bytes were out.
	Final bool
}

// Attr is an attribute. Offsets are from the beginning of the token's Raw.
type Attr struct {
	Name  []byte // as a tag's
	Value []byte // the bytes between the quotes, with references
	// Start and End are the span from the first byte of the name to behind the closing quote.
	Start, End           int
	ValueStart, ValueEnd int  // the span of Value; both End where there is none
	HasValue             bool // there is an = behind the name
	Quote                byte // " or ', or 0 where the value stands without

	folded  bool // the name does not stand in Raw as it is
	nameEnd int
}

// Attr finds the attribute of a name, given in lower case, that counts: the first. It returns nil where there is none.
func (t *Token) Attr(name string) *Attr {
	for i := range t.Attrs {
		if string(t.Attrs[i].Name) == name {
			return &t.Attrs[i]
		}
	}
	return nil
}
