package filter

import (
	"slices"

	"github.com/privet-gateway/privet/internal/markup"
)

// namespace says whether a place of a document may lie within SVG or MathML, where the browser reads the content of script,
// style or title as markup, and CDATA sections as text (HTML 13.2.6.5). Without a tree that cannot be known for sure, so
// it errs to yes: what is within is judged in both ways.
type namespace struct {
	always bool
	open   []node // from the outermost svg or math on
}

type node struct {
	name    [16]byte
	special bool // an end tag of another name does not reach beyond it
	html    bool // within it, elements are HTML again
}

// maxForeign is how many elements are told apart; what is deeper stays foreign to the end of the document.
const maxForeign = 256

func (f *namespace) reset(always bool) { f.always, f.open = always, f.open[:0] }

func (f *namespace) inside() bool { return f.always || len(f.open) > 0 }

// adopt opens what another has open.
func (f *namespace) adopt(other *namespace) {
	if !f.always {
		f.open = append(f.open, other.open[:min(len(other.open), maxForeign-len(f.open))]...)
	}
}

// start takes a start tag, and says whether its element may be foreign.
func (f *namespace) start(t *markup.Token) bool {
	if f.always {
		return true
	}
	root := string(t.Name) == "svg" || string(t.Name) == "math"
	if len(f.open) == 0 && !root {
		return false
	}
	if !root && breaksOut(t.Name) {
		f.breakOut()
		if len(f.open) == 0 {
			return false
		}
	}
	if t.SelfClosing || isVoid(t.Name) || len(f.open) == maxForeign {
		return true
	}
	n := node{special: isSpecial(t.Name), html: isIntegration(t.Name)}
	copy(n.name[:], t.Name)
	f.open = append(f.open, n)
	return true
}

// close takes an end tag. It closes no more than a browser does.
func (f *namespace) close(name []byte) {
	var want [16]byte
	copy(want[:], name)
	for i, n := range slices.Backward(f.open) {
		if n.name == want {
			// Elements of HTML above an integration point are not closed by its end tag.
			if !n.html || i == len(f.open)-1 {
				f.open = f.open[:i]
			}
			return
		}
		if n.special {
			return
		}
	}
}

// breakOut leaves foreign elements up to where HTML may stand.
func (f *namespace) breakOut() {
	for len(f.open) > 0 && !f.open[len(f.open)-1].html && !f.open[len(f.open)-1].special {
		f.open = f.open[:len(f.open)-1]
	}
}

// breaksOut knows the start tags that end foreign content. (font does where it has certain attributes; it stays.)
func breaksOut(name []byte) bool {
	switch string(name) {
	case "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2", "h3", "h4", "h5",
		"h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong",
		"strike", "sub", "sup", "table", "tt", "u", "ul", "var":
		return true
	default:
		return false
	}
}

// isIntegration knows the elements within which HTML may stand.
func isIntegration(name []byte) bool {
	switch string(name) {
	case "foreignobject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext":
		return true
	default:
		return false
	}
}

// isSpecial knows the elements that an end tag of another name does not close. All that are not known to be closed count.
func isSpecial(name []byte) bool {
	switch string(name) {
	case "svg", "math", "g", "defs", "symbol", "use", "a", "path", "text", "tspan", "clippath", "mask", "filter", "lineargradient",
		"radialgradient", "switch", "pattern", "marker", "b", "i", "u", "s", "em", "strong", "small", "span", "font", "code", "big",
		"tt", "nobr", "strike", "mrow", "mfrac", "msup", "msub", "msubsup", "msqrt", "mstyle", "semantics", "circle", "rect",
		"polygon", "polyline", "line", "ellipse", "stop", "animate", "script", "style":
		return false
	default:
		return true
	}
}

func isVoid(name []byte) bool {
	switch string(name) {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	default:
		return false
	}
}
