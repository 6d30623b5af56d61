package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/markup"
)

// insertion puts markup of our own at the beginning of a page's body, which need not be marked by a tag (HTML 13.1.2.4,
// optional tags).
type insertion struct {
	insert   func(dst []byte) []byte
	host     string // set once a base element has changed where paths lead to
	document bool   // it is a document to be shown, not a fragment for a script
	done     bool
	inert    int // templates that are open, in which nothing of the body stands

	embed    func(dst []byte, recipient string) []byte // what is shown in place of what is not let in; nil for nothing
	fallback bool                                      // within an object that shows such a thing already
}

// before looks at a token that is about to be settled, and inserts in front of it where the body begins there without a
// tag of its own. It says whether the body begins behind it.
func (i *insertion) before(s *splicer, t *markup.Token, at int) (behind bool) {
	if string(t.Name) == "template" {
		switch t.Kind {
		case markup.StartTag:
			i.inert++
		case markup.EndTag:
			i.inert = max(0, i.inert-1)
		default:
		}
	}
	if i.inert > 0 {
		return false
	}
	switch t.Kind {
	case markup.Doctype:
		i.document = true
	case markup.StartTag:
		switch string(t.Name) {
		case "html", "head":
			i.document = true
		case "body":
			i.document = true
			return true
		case "frameset":
			i.done = true // such a page has no body
		case "title", "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style", "template":
		default:
			i.put(s)
		}
	case markup.Broken:
		if string(t.Raw) != "</>" { // a tag that the document's end cuts off, and that must not go on in what is inserted
			i.put(s)
		}
	case markup.Text:
		if blank := leadingBlanks(t.Raw); blank < len(t.Raw) {
			s.keep(at + blank)
			i.put(s)
		}
	default:
	}
	return false
}

// put inserts, where there is a page to insert into.
func (i *insertion) put(s *splicer) {
	i.done = true
	if !i.document {
		return
	}
	s.flush()
	s.changed = true
	if i.host == "" {
		s.out = i.insert(s.out)
		return
	}
	s.out = append(s.out, i.led(i.insert(nil))...)
}

// led gives markup whose paths of ours lead to this site in spite of a base element.
func (i *insertion) led(text []byte) []byte {
	if i.host == "" {
		return text
	}
	host := string(appendEscaped(nil, []byte(i.host)))
	for _, quote := range [...]string{`"`, `&#34;`} { // the latter in a document within
		text = bytes.ReplaceAll(text, []byte("="+quote+"/"+ownPaths), []byte("="+quote+"//"+host+"/"+ownPaths))
	}
	return text
}

// ownPaths is how the paths in what is inserted begin, behind their slash.
const ownPaths = ".privacy/"

// leadingBlanks is how many bytes of white space a text begins with.
func leadingBlanks(text []byte) int {
	for i, c := range text {
		if c != ' ' && (c < '\t' || c > '\r') {
			return i
		}
	}
	return len(text)
}
