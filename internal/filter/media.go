package filter

import "strings"

// Media is how a body is to be read. The zero value is not at all: such a body is refused where a rule applies.
type Media uint8

// The media.
const (
	Unreadable Media = iota
	JSON
	Opaque    // pictures, sound, video and fonts, which hold no field; LooksOpaque checks that they are
	Markup    // an HTML page
	XMLMarkup // a page in XHTML or SVG
	XMLData   // other XML, in which a browser that shows it finds elements of XHTML and SVG
	XMLCoded  // the same in another character set than UTF-8, which has no view as JSON
	Styles    // style sheets, which have no view as JSON
	Script    // scripts, which have none either, unless they are Padding
	Lines     // JSON documents, one on each line
	Sequence  // JSON documents, each behind a record separator
	Events    // server-sent events with JSON as their data
	Padding   // a script that is a call with JSON; no type says so, who asked does
	Form      // application/x-www-form-urlencoded
	Table     // CSV, and its kin with tabs
	Multipart // multipart/form-data
	Messages  // those of gRPC, gRPC-web and Connect; a type alone does not tell whether they can be read
)

// CharsetOf is the character set that a Content-Type field names, or "".
func CharsetOf(contentType string) string { return charsetIn(contentType) }

// Guessed says that browsers look at the first bytes of a body to find its type: there is none, or one that says nothing
// (WHATWG MIME Sniffing 7).
func Guessed(contentType []string) bool {
	if len(contentType) != 1 {
		return true
	}
	essence, _, _ := strings.Cut(contentType[0], ";")
	top, sub, ok := strings.Cut(trimSpace(essence), "/")
	if !ok || !isToken(top) || !isToken(sub) {
		return true
	}
	return strings.EqualFold(sub, "unknown") || top == "*"
}

// MediaOf reads the Content-Type lines of a message (RFC 9110 8.3). An absent type is JSON: it is read as that or
// refused. Two lines are two claims, and a parameter that does not parse may be read in two ways; neither is readable.
func MediaOf(contentType []string) Media {
	switch len(contentType) {
	case 0:
		return JSON
	case 1:
	default:
		return Unreadable
	}
	text := trimSpace(contentType[0])
	if text == "" {
		return JSON
	}
	essence, parameters, _ := strings.Cut(text, ";")
	top, sub, ok := strings.Cut(trimSpace(essence), "/")
	if !ok || !isToken(top) || !isToken(sub) {
		return Unreadable
	}
	switch {
	case isJSON(top, sub):
		if !isUTF8(parameters) {
			return Unreadable
		}
		return JSON
	case documentsOf(top, sub) != Unreadable:
		if !isUTF8(parameters) {
			return Unreadable
		}
		return documentsOf(top, sub)
	case isForm(top, sub):
		if !isUTF8(parameters) {
			return Unreadable
		}
		return Form
	case isTable(top, sub):
		if _, ok := columnsOf(sub, parameters); !ok {
			return Unreadable
		}
		return Table
	case strings.EqualFold(top, "multipart") && strings.EqualFold(sub, "form-data"):
		if _, ok := boundaryOf(parameters); !ok {
			return Unreadable
		}
		return Multipart
	case strings.EqualFold(top, "text") && strings.EqualFold(sub, "html"):
		return Markup
	case strings.EqualFold(top, "application") && strings.EqualFold(sub, "xhtml+xml"),
		strings.EqualFold(top, "image") && strings.EqualFold(sub, "svg+xml"):
		return XMLMarkup
	case isXML(top, sub):
		if !isUTF8(parameters) { // the parameter beats what the document declares (RFC 7303 3)
			return XMLCoded
		}
		return XMLData
	case strings.EqualFold(top, "text") && strings.EqualFold(sub, "css"):
		return Styles
	case isScript(top, sub):
		return Script
	case isOpaque(top, sub):
		return Opaque
	default:
		return Unreadable
	}
}

func isJSON(top, sub string) bool {
	if strings.EqualFold(sub, "json") {
		return strings.EqualFold(top, "application") || strings.EqualFold(top, "text")
	}
	return hasSuffixFold(sub, "+json")
}

// isXML knows XML by its suffix, too (RFC 7303 4.2).
func isXML(top, sub string) bool {
	if strings.EqualFold(sub, "xml") {
		return strings.EqualFold(top, "application") || strings.EqualFold(top, "text")
	}
	return hasSuffixFold(sub, "+xml")
}

// documentsOf knows the media that are several JSON documents.
func documentsOf(top, sub string) Media {
	if strings.EqualFold(top, "text") && strings.EqualFold(sub, "event-stream") {
		return Events
	}
	if !strings.EqualFold(top, "application") {
		return Unreadable
	}
	switch sub = strings.ToLower(sub); sub {
	case "x-ndjson", "ndjson", "jsonl", "x-jsonl", "jsonlines", "x-jsonlines":
		return Lines
	case "json-seq":
		return Sequence
	default:
		if strings.HasSuffix(sub, "+json-seq") {
			return Sequence
		}
		return Unreadable
	}
}

func isScript(top, sub string) bool {
	if !strings.EqualFold(top, "text") && !strings.EqualFold(top, "application") {
		return false
	}
	switch strings.ToLower(sub) {
	case "javascript", "ecmascript", "x-javascript", "x-ecmascript":
		return true
	default:
		return false
	}
}

// isOpaque leaves out what is text after all, such as SVG.
func isOpaque(top, sub string) bool {
	return majorOf(top) != 0 && !hasSuffixFold(sub, "+xml")
}

func hasSuffixFold(text, suffix string) bool {
	return len(text) >= len(suffix) && strings.EqualFold(text[len(text)-len(suffix):], suffix)
}

// InUTF8 says that a Content-Type field names no character set but UTF-8 or its subset ASCII.
func InUTF8(contentType string) bool {
	_, parameters, _ := strings.Cut(contentType, ";")
	return isUTF8(parameters)
}

// isUTF8 says that no parameter names another character set.
func isUTF8(parameters string) bool {
	for {
		name, value, rest, ok := nextParameter(parameters)
		switch {
		case !ok:
			return false
		case name == "":
			return true
		case strings.EqualFold(name, "charset") && !namesUTF8(value):
			return false
		}
		parameters = rest
	}
}

// namesUTF8 knows the character sets whose text is UTF-8.
func namesUTF8(charset string) bool {
	return strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii")
}

// nextParameter reads the first of the parameters; its name is "" where there is none any more.
func nextParameter(parameters string) (name, value, rest string, ok bool) {
	for {
		parameters = trimSpace(parameters)
		if parameters == "" {
			return "", "", "", true
		}
		if parameters[0] != ';' {
			break
		}
		parameters = parameters[1:]
	}
	name, rest, ok = strings.Cut(parameters, "=")
	name = trimSpace(name)
	if !ok || !isToken(name) {
		return "", "", "", false
	}
	value, rest, ok = parameterValue(rest)
	return name, value, rest, ok
}

// parameterValue reads a token or quoted string up to the next semicolon. A quoted pair is read by nobody alike, and so
// not here.
func parameterValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ";")
		value = trimSpace(value)
		return value, rest, isToken(value)
	}
	value, rest, ok = strings.Cut(text[1:], `"`)
	rest = trimSpace(rest)
	if !ok || strings.IndexByte(value, '\\') >= 0 || rest != "" && rest[0] != ';' {
		return "", "", false
	}
	return value, strings.TrimPrefix(rest, ";"), true
}

// trimSpace trims what HTTP takes for white space (RFC 9110 5.6.3), not what Unicode does.
func trimSpace(text string) string { return strings.Trim(text, " \t") }

// isToken is RFC 9110 5.6.2.
func isToken(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && !isDigit(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}
