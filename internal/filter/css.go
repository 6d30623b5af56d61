package filter

import (
	"bytes"
	"unicode/utf8"

	"github.com/privet-gateway/privet/rules"
)

// nowhere is what takes the place of a URL in a style sheet: browsers fetch nothing for it (WHATWG URL, "about:").
const nowhere = "about:invalid"

// css replaces the URLs of a style sheet, or of a style attribute, that are of somebody who is not let through. It reads
// tokens as CSS Syntax 3 has them as far as URLs go: url(…), and strings behind @import or within a function.
func (j *judgement) css(sheet []byte) (out []byte, changed bool) {
	if bytes.IndexByte(sheet, '(') < 0 && bytes.IndexByte(sheet, '@') < 0 {
		return sheet, false
	}
	s := splicer{buf: sheet}
	var in rule
	for i := 0; i < len(sheet); {
		switch c := sheet[i]; {
		case c == '/' && i+1 < len(sheet) && sheet[i+1] == '*':
			i = commentEnd(sheet, i)
		case c == '"' || c == '\'':
			end := stringEnd(sheet, i)
			if in.depth > 0 || in.imports {
				j.cssURL(&s, i+1, min(end, len(sheet)), in.destination())
			}
			in.imports = false
			i = min(end+1, len(sheet))
		case c == '(':
			in.depth++
			i++
		case c == ')':
			in.depth = max(0, in.depth-1)
			i++
		case c == ';' || c == '{' || c == '}':
			in = rule{font: in.font && c != '}'}
			i++
		case c == '#': // whose name is no function's
			i = nameEnd(sheet, i+1)
		case c == '@' || isNameByte(c):
			end := nameEnd(sheet, i+1)
			isURL := in.named(cssText(sheet[i:end]))
			if in.imports && sheet[i] == '@' {
				end = j.bareImport(&s, end)
			}
			if i = end; isURL && end < len(sheet) && sheet[end] == '(' {
				in.depth++ // as its parenthesis will be met
				i = j.cssFunction(&s, end+1, in.destination())
				in.imports = false
			}
		default:
			i++
		}
	}
	s.keep(len(sheet))
	return s.finish(), s.changed
}

// rule is where in a style sheet a URL stands.
type rule struct {
	depth   int  // of parentheses
	imports bool // behind @import, up to its URL
	font    bool // in @font-face
}

// named takes a name in, and says whether it is that of a function whose argument is a URL.
func (in *rule) named(name []byte) (isURL bool) {
	switch {
	case bytes.EqualFold(name, []byte("@import")):
		in.imports = true
	case bytes.EqualFold(name, []byte("@font-face")):
		in.font = true
	default:
		return bytes.EqualFold(name, []byte("url")) // src() takes a string, as any function may
	}
	return false
}

// destination is what a browser fetches a URL there for.
func (in *rule) destination() rules.Destination {
	switch {
	case in.imports:
		return rules.ToStyle
	case in.font:
		return rules.ToFont
	default:
		return rules.ToImage
	}
}

// commentEnd is behind the comment that begins at a place.
func commentEnd(sheet []byte, i int) int {
	end := bytes.Index(sheet[i+2:], []byte("*/"))
	if end < 0 {
		return len(sheet)
	}
	return i + 2 + end + 2
}

// cssFunction reads the argument of url(, and gives the place behind it.
func (j *judgement) cssFunction(s *splicer, i int, to rules.Destination) int {
	for i < len(s.buf) && isCSSSpace(s.buf[i]) {
		i++
	}
	if i < len(s.buf) && (s.buf[i] == '"' || s.buf[i] == '\'') {
		end := stringEnd(s.buf, i)
		j.cssURL(s, i+1, min(end, len(s.buf)), to)
		return min(end+1, len(s.buf))
	}
	end := i
	for end < len(s.buf) && s.buf[end] != ')' {
		if s.buf[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(s.buf))
	stop := len(bytes.TrimRight(s.buf[:end], " \t\r\n\f"))
	j.cssURL(s, i, max(i, stop), to)
	return end
}

// bareImport judges what follows @import without quotes, up to a blank: no URL to a parser, but to the scanner with which
// browsers look ahead. It gives the place behind what it has replaced.
func (j *judgement) bareImport(s *splicer, i int) int {
	start := i
	for start < len(s.buf) && isCSSSpace(s.buf[start]) {
		start++
	}
	end := start
	for end < len(s.buf) && !isCSSSpace(s.buf[end]) && s.buf[end] != ';' {
		end++
	}
	bare := s.buf[start:end]
	if len(bare) == 0 || bare[0] == '"' || bare[0] == '\'' || len(bare) > 3 && bytes.EqualFold(bare[:4], []byte("url(")) {
		return i
	}
	if _, blocked := j.blocks(bare, rules.ToStyle); !blocked {
		return i
	}
	s.keep(start)
	s.write([]byte(nowhere))
	s.drop(end)
	return end
}

// cssURL judges the URL that stands between two places.
func (j *judgement) cssURL(s *splicer, start, end int, to rules.Destination) {
	if start >= end {
		return
	}
	written := s.buf[start:end]
	_, blocked := j.blocks(cssText(written), to)
	if !blocked && to == rules.ToStyle && bytes.IndexByte(written, '\\') >= 0 {
		_, blocked = j.blocks(written, to) // the scanner with which browsers look ahead for @import knows no escapes
	}
	if blocked {
		s.keep(start)
		s.write([]byte(nowhere))
		s.drop(end)
	}
}

// stringEnd is where the quote stands that ends a string, or the line end that breaks it off.
func stringEnd(sheet []byte, i int) int {
	quote := sheet[i]
	for i++; i < len(sheet); i++ {
		switch sheet[i] {
		case '\\':
			if i++; i+1 < len(sheet) && sheet[i] == '\r' && sheet[i+1] == '\n' {
				i++
			}
		case quote, '\n', '\r', '\f':
			return i
		}
	}
	return len(sheet)
}

func isCSSSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// isNameByte knows what a name consists of; a backslash begins an escape, and U+0000 is read as U+FFFD (CSS Syntax 3, 3.3).
func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == '\\' || c >= 0x80 || c == 0
}

func nameEnd(sheet []byte, i int) int {
	if i > 0 && i <= len(sheet) && sheet[i-1] == '\\' {
		i = escapeEnd(sheet, i)
	}
	for i < len(sheet) && isNameByte(sheet[i]) {
		if sheet[i] == '\\' {
			i = escapeEnd(sheet, i+1)
			continue
		}
		i++
	}
	return min(i, len(sheet))
}

// escapeEnd is behind the escape whose backslash stands before i: up to six hexadecimal digits and a blank, or one byte.
func escapeEnd(sheet []byte, i int) int {
	digits := i
	for digits < len(sheet) && digits-i < 6 && isHex(sheet[digits]) {
		digits++
	}
	switch {
	case digits == i:
		return i + 1
	case digits < len(sheet) && isCSSSpace(sheet[digits]):
		return digits + 1
	default:
		return digits
	}
}

// cssText decodes the escapes of a name, string or URL (CSS Syntax 3, 4.3.7).
func cssText(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		end := min(escapeEnd(text, i+1), len(text))
		out = appendEscape(out, text[i+1:end])
		if i = end - 1; end < len(text) && text[i] == '\r' && text[end] == '\n' {
			i = end
		}
	}
	return out
}

// appendEscape appends what stands behind a backslash: the character of a number, nothing for the end of a line, else the
// byte itself.
func appendEscape(dst, escape []byte) []byte {
	code, digits := rune(0), 0
	for _, c := range escape {
		if !isHex(c) {
			break
		}
		code, digits = code<<4|rune(unhex(c)), digits+1
	}
	switch {
	case digits > 0 && code == 0:
		return utf8.AppendRune(dst, utf8.RuneError)
	case digits > 0:
		return utf8.AppendRune(dst, code) // U+FFFD for what is no character
	case len(escape) == 0 || escape[0] == '\n' || escape[0] == '\r' || escape[0] == '\f':
		return dst
	default:
		return append(dst, escape[0])
	}
}

func isHex(c byte) bool { return unhex(c) < 16 }
