package markup

// Model is a content model: how the bytes behind a start tag are read.
type Model uint8

// The models (sections 13.2.5.1 to 13.2.5.5).
const (
	Data       Model = iota // tags, comments, references
	RCDATA                  // references, up to the end tag
	RawText                 // nothing, up to the end tag
	ScriptData              // nothing, up to the end tag, which <!-- and <script may hide
	PlainText               // nothing, up to the document's end
)

// String is the standard's name of the model.
func (m Model) String() string {
	return [...]string{"data", "RCDATA", "RAWTEXT", "script data", "PLAINTEXT"}[m]
}

// implied is the model to which the tree builder switches behind an HTML element's start tag, with scripting on. The
// name that ends it comes as a constant, since the tag's own bytes do not last.
func implied(name []byte) (m Model, end string) {
	switch string(name) {
	case "title":
		return RCDATA, "title"
	case "textarea":
		return RCDATA, "textarea"
	case "style":
		return RawText, "style"
	case "xmp":
		return RawText, "xmp"
	case "iframe":
		return RawText, "iframe"
	case "noembed":
		return RawText, "noembed"
	case "noframes":
		return RawText, "noframes"
	case "noscript":
		return RawText, "noscript"
	case "script":
		return ScriptData, "script"
	case "plaintext":
		return PlainText, ""
	default:
		return Data, ""
	}
}

// SetModel sets the model of what follows the token just returned, over the one that its name implies: Data for an
// element of foreign content, say. The end tag called name, in lower case, ends it; where that is empty, nothing does.
func (z *Tokenizer) SetModel(m Model, name string) {
	z.model, z.end = m, name
	z.escape, z.dashes = unescaped, 0
}
