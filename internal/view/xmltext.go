package view

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// setting is where text stands, which settles how it is read.
type setting uint8

const (
	inText setting = iota
	inSection
	inAttribute
	inNamespace // an attribute's value that is not told
)

// longestReference is how many bytes a reference may have: those to characters may have any number of zeros.
const longestReference = 64

// text reads character data up to the next markup.
func (x *XML) text() bool {
	b := x.buf[x.at:]
	end := bytes.IndexByte(b, '<')
	last := end < 0
	if last {
		end = len(b)
	}
	b = b[:end]
	if !x.running && (x.phase != atRoot || !x.stack[len(x.stack)-1].leaf) {
		n := white(b, 0)
		if x.phase != atRoot && n < len(b) {
			return x.fail(jsonpath.Malformed, x.at+n, "text outside of the root element")
		}
		x.at += n
		if !x.space() || n == len(b) {
			return x.err == nil
		}
		x.beginRun()
		b = b[n:]
	}
	if last { // a line end and what may end a section are read with what follows
		b = b[:len(b)-unsure(b)]
	}
	return x.tellText(b, inText, last)
}

// unsure counts the bytes at the end of character data that hang on what follows.
func unsure(b []byte) int {
	n := len(b)
	switch {
	case b[n-1] == '\r':
		return 1
	case b[n-1] != ']':
		return 0
	case n > 1 && b[n-2] == ']':
		return 2
	default:
		return 1
	}
}

// space checks how much white space waits for what follows it.
func (x *XML) space() bool {
	if x.phase != atRoot {
		x.lead = x.pos()
		return true
	}
	if most := x.lead + int64(x.limits.Token); x.pos() > most {
		x.at = int(most - x.base) // as far as would have been read of shorter pieces
		return x.fail(jsonpath.TooLarge, int(x.lead-x.base), "white space")
	}
	return true
}

// tellText tells a piece of text. What it cannot read may be cut off where more can come.
func (x *XML) tellText(b []byte, in setting, last bool) bool {
	var used int
	x.view, used = x.appendText(x.view, b, in)
	x.at += used
	x.lead = x.pos()
	switch rest := b[used:]; {
	case len(rest) == 0:
		return used > 0
	case last && isCutOff(rest):
		return false
	default:
		return x.unreadable(x.at, rest)
	}
}

// isCutOff says that a reference or a character may yet be completed.
func isCutOff(rest []byte) bool {
	if rest[0] == '&' {
		return len(rest) < longestReference && bytes.IndexByte(rest, ';') < 0
	}
	return rest[0] >= utf8.RuneSelf && !utf8.FullRune(rest)
}

// beginRun tells of a run of text in an element that is an object. It begins with the white space that waits.
func (x *XML) beginRun() {
	x.comma()
	x.view = append(x.view, `"#text":`...)
	x.put(aText, x.lead, 0, 0)
	x.view, _ = x.appendText(append(x.view, '"'), x.buf[x.lead-x.base:x.at], inText)
	x.running = true
}

// endRun ends the run at hand, if there is one.
func (x *XML) endRun() {
	if x.running {
		x.put(textEnds, x.pos(), 0, 0)
		x.view = append(x.view, '"')
		x.running = false
	}
}

// unreadable refuses what appendText stopped at.
func (x *XML) unreadable(at int, rest []byte) bool {
	switch c := rest[0]; {
	case c == '&':
		return x.fail(jsonpath.Malformed, at, "a reference to what is not defined")
	case c == '<':
		return x.fail(jsonpath.Malformed, at, "a tag within a value")
	case c == '>':
		return x.fail(jsonpath.Malformed, at, "the end of a section outside of one")
	case c >= utf8.RuneSelf && (!utf8.Valid(rest[:min(len(rest), runeSize(rest))]) || x.ascii):
		return x.fail(jsonpath.Encoding, at, "")
	default:
		return x.fail(jsonpath.Malformed, at, "a character that XML does not allow")
	}
}

func runeSize(b []byte) int {
	_, size := utf8.DecodeRune(b)
	return size
}

// appendText appends text as its receiver reads it, escaped for a JSON string. It stops at what cannot be read.
//
//nolint:gocognit // one loop over the bytes of all text
func (x *XML) appendText(dst, b []byte, in setting) (out []byte, used int) {
	i := 0
	for i < len(b) {
		from := i
		i = plainEnd(b, i)
		dst = append(dst, b[from:i]...)
		if i == len(b) {
			break
		}
		switch c := b[i]; {
		case c == '\t' || c == '\n' || c == '\r':
			r := c
			if in >= inAttribute {
				r = ' '
			} else if c == '\r' {
				r = '\n'
			}
			dst = appendByte(dst, r, in)
			if c == '\r' && i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
			i++
		case c == '"' || c == '\\':
			dst = appendByte(dst, c, in)
			i++
		case c == '>' && (in != inText || i < 2 || b[i-1] != ']' || b[i-2] != ']'), (c == '<' || c == '&') && in == inSection:
			dst = append(dst, c)
			i++
		case c == '&':
			r, size := reference(b[i:])
			if size == 0 {
				return dst, i
			}
			if r < utf8.RuneSelf {
				dst = appendByte(dst, byte(r), in)
			} else {
				dst = utf8.AppendRune(dst, r)
			}
			i += size
		case c >= utf8.RuneSelf:
			_, size := x.decode(b[i:])
			if size == 0 {
				return dst, i
			}
			dst = append(dst, b[i:i+size]...)
			i += size
		default:
			return dst, i
		}
	}
	return dst, i
}

// plainEnd gives the index of the first byte from i on that does not stand for itself. It looks at eight at once.
func plainEnd(b []byte, i int) int {
	const (
		word, each, high = 8, 0x0101010101010101, 0x8080808080808080
		tags, twoTags    = '<' * each, ('<' ^ '>') * each
		quotes, twoMore  = '"' * each, ('"' ^ '&') * each
		escapes          = '\\' * each
	)
	for ; i+word <= len(b); i += word {
		w := binary.LittleEndian.Uint64(b[i:])
		// The lowest mark is true; those above it may not be.
		if m := (((w&^twoTags ^ tags) - each) | ((w&^twoMore ^ quotes) - each) | ((w ^ escapes) - each) | (w - ' '*each) | w) & high; m != 0 {
			return i + bits.TrailingZeros64(m)/word
		}
	}
	for i < len(b) && bytesOf[b[i]]&textByte != 0 {
		i++
	}
	return i
}

// appendByte escapes what may not stand in a JSON string.
func appendByte(dst []byte, c byte, in setting) []byte {
	if in == inNamespace {
		return append(dst, c)
	}
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\t':
		return append(dst, '\\', 't')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	default:
		return append(dst, c)
	}
}

// reference reads a reference to a character or to one of the predefined entities (sections 4.1, 4.6). Its size is 0 where
// it is none.
func reference(b []byte) (r rune, size int) {
	end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
	if end < 2 {
		return 0, 0
	}
	name := b[1:end]
	if name[0] != '#' {
		if r = predefined(name); r == 0 {
			return 0, 0
		}
		return r, end + 1
	}
	digits, base := name[1:], 10
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 7 || digits[0] == '+' || digits[0] == '-' {
		return 0, 0
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || !isLegal(rune(n)) {
		return 0, 0
	}
	return rune(n), end + 1
}

func predefined(name []byte) rune {
	switch string(name) {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	default:
		return 0
	}
}
