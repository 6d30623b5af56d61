package view

import (
	"bytes"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// byteOrderMark passes the mark of UTF-8 (section 4.3.3).
func (x *XML) byteOrderMark() bool {
	const mark = "\xef\xbb\xbf"
	b := x.buf[x.at:]
	n := 0
	for n < len(b) && n < len(mark) && b[n] == mark[n] {
		n++
	}
	switch {
	case n == len(mark):
		x.took(n)
	case n == len(b):
		return false
	case n > 0 || b[0] >= utf8.RuneSelf || b[0] == 0:
		return x.fail(jsonpath.Encoding, x.at, "")
	}
	x.phase = atHead
	return true
}

// declaration reads the XML declaration, if there is one (section 2.8).
func (x *XML) declaration() bool {
	const first = "<?xml"
	b := x.buf[x.at:]
	n := 0
	for n < len(b) && n < len(first) && b[n] == first[n] {
		n++
	}
	switch {
	case n == len(b):
		return false
	case n < len(first) || !isWhite(b[n]):
		x.phase = atProlog
		return true
	}
	end := bytes.Index(b, []byte(instructionEnd))
	if end < 0 && len(b) < x.limits.Token+len(instructionEnd) {
		return false
	}
	if end < 0 || end > x.limits.Token {
		return x.fail(jsonpath.TooLarge, x.at, "an XML declaration")
	}
	if wrong := x.declares(b[n:end]); wrong != "" {
		return x.fail(jsonpath.Malformed, x.at, wrong)
	}
	x.phase = atProlog
	x.took(end + len(instructionEnd))
	return true
}

// declares reads what the declaration says. What other versions and encodings mean is not known here.
func (x *XML) declares(b []byte) (wrong string) {
	const version, encoding, standalone = "version", "encoding", "standalone"
	last := ""
	for i := 0; ; {
		from := i
		if i = white(b, i); i == len(b) {
			break
		}
		name, value, size := pseudoAttribute(b[i:])
		i += size
		switch {
		case size == 0 || i-size == from:
			return "no XML declaration"
		case name == version && last == "":
			if string(value) != "1.0" {
				return "a version other than 1.0"
			}
		case name == encoding && last == version:
			x.ascii = bytes.EqualFold(value, []byte("us-ascii"))
			if !x.ascii && !bytes.EqualFold(value, []byte("utf-8")) {
				return "an encoding other than UTF-8"
			}
		case name == standalone && (last == version || last == encoding) && (string(value) == "yes" || string(value) == "no"):
		default:
			return "no XML declaration"
		}
		last = name
	}
	if last == "" {
		return "no XML declaration"
	}
	return ""
}

// pseudoAttribute reads a name and its value in quotes. Its size is 0 where that is no such thing.
func pseudoAttribute(b []byte) (name string, value []byte, size int) {
	for _, known := range [...]string{"version", "encoding", "standalone"} {
		if bytes.HasPrefix(b, []byte(known)) {
			name = known
		}
	}
	i := white(b, len(name))
	if name == "" || i == len(b) || b[i] != '=' {
		return "", nil, 0
	}
	i = white(b, i+1)
	if i == len(b) || b[i] != '"' && b[i] != '\'' {
		return "", nil, 0
	}
	n := bytes.IndexByte(b[i+1:], b[i])
	if n < 0 {
		return "", nil, 0
	}
	return name, b[i+1 : i+1+n], i + n + 2
}

// declared begins what "<!" begins: a comment or a section. A DTD may say that text stands elsewhere than it does.
func (x *XML) declared() bool {
	b := x.buf[x.at:]
	end, begun := pieceAt(b)
	switch {
	case !begun:
		return false
	case end == commentEnd:
		x.piece = aComment
		x.took(len(opening(end)))
		return true
	case end == sectionEnd && x.phase == atRoot:
		if !x.running && !x.stack[len(x.stack)-1].leaf {
			x.beginRun()
		}
		x.piece = aSection
		x.took(len(opening(end)))
		return true
	case end == sectionEnd:
		return x.fail(jsonpath.Malformed, x.at, "text outside of the root element")
	default:
		return x.fail(jsonpath.Malformed, x.at, "a DTD")
	}
}

// instruction begins a processing instruction, of which the target is read (section 2.6).
func (x *XML) instruction() bool {
	b := x.buf[x.at:]
	const mark = len("<?")
	end := mark
	for end < len(b) && !isWhite(b[end]) && b[end] != '?' {
		end++
	}
	if end == len(b) && end <= x.limits.Token {
		return false
	}
	if end > x.limits.Token {
		return x.fail(jsonpath.TooLarge, x.at, "the target of a processing instruction")
	}
	if n, colon, ok := x.qualified(b[:end], mark); !ok || n < end || colon > 0 || bytes.EqualFold(b[mark:end], []byte("xml")) {
		return x.fail(jsonpath.Malformed, x.at, "a processing instruction without a target of its own")
	}
	if b[end] == '?' && end+1 == len(b) {
		return false
	}
	if b[end] == '?' && b[end+1] != '>' {
		return x.fail(jsonpath.Malformed, x.at, "a processing instruction without a target of its own")
	}
	x.endRun()
	x.piece = anInstruction
	x.took(end)
	return true
}

// goOn reads more of the piece at hand, or its end.
func (x *XML) goOn() bool {
	b := x.buf[x.at:]
	end := instructionEnd
	switch x.piece {
	case aComment:
		end = commentEnd[:2]
	case aSection:
		end = sectionEnd
	default:
	}
	n := bytes.Index(b, []byte(end))
	last := n < 0
	if last { // all that cannot be the beginning of its end
		n = len(b)
		for n > 0 && n > len(b)-len(end)+1 && (b[n-1] == end[0] || b[n-1] == '\r') {
			n--
		}
	}
	if n > 0 {
		return x.within(b[:n], last)
	}
	if last {
		return false
	}
	if x.piece == aComment {
		if len(b) < len(commentEnd) {
			return false
		}
		if end = commentEnd; b[2] != '>' {
			return x.fail(jsonpath.Malformed, x.at, "two hyphens within a comment")
		}
	}
	x.piece = noPiece
	x.took(len(end))
	return true
}

// within passes what stands in a piece.
func (x *XML) within(b []byte, last bool) bool {
	if x.piece == aSection {
		return x.tellText(b, inSection, last)
	}
	i := 0
	for i < len(b) {
		if bytesOf[b[i]]&legalByte != 0 {
			i++
			continue
		}
		_, size := x.decode(b[i:])
		if b[i] < utf8.RuneSelf || size == 0 {
			break
		}
		i += size
	}
	x.at += i
	x.lead = x.pos()
	switch {
	case i == len(b):
		return true
	case last && b[i] >= utf8.RuneSelf && !utf8.FullRune(b[i:]):
		return false
	default:
		return x.unreadable(x.at, b[i:])
	}
}
