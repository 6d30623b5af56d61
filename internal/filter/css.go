package filter

import (
	"bytes"

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
	depth, imports, to := 0, false, rules.ToImage
	for i := 0; i < len(sheet); {
		switch c := sheet[i]; {
		case c == '/' && i+1 < len(sheet) && sheet[i+1] == '*':
			end := bytes.Index(sheet[i+2:], []byte("*/"))
			if end < 0 {
				i = len(sheet)
			} else {
				i += 2 + end + 2
			}
		case c == '"' || c == '\'':
			end := stringEnd(sheet, i)
			if depth > 0 || imports {
				j.cssURL(&s, i+1, min(end, len(sheet)), to)
			}
			if imports {
				imports, to = false, rules.ToImage
			}
			i = min(end+1, len(sheet))
		case c == '(':
			depth++
			i++
		case c == ')':
			depth = max(0, depth-1)
			i++
		case c == ';' || c == '{' || c == '}':
			if depth = 0; imports || c == '}' {
				imports, to = false, rules.ToImage
			}
			i++
		case c == '@' || isNameByte(c):
			end := nameEnd(sheet, i+1)
			name := cssText(sheet[i:end])
			i = end
			switch {
			case bytes.EqualFold(name, []byte("@import")):
				imports, to = true, rules.ToStyle
			case bytes.EqualFold(name, []byte("@font-face")):
				to = rules.ToFont
			case end < len(sheet) && sheet[end] == '(' && bytes.EqualFold(name, []byte("url")):
				depth++ // as its parenthesis will be met
				i = j.cssFunction(&s, end+1, to)
				if imports {
					imports, to = false, rules.ToImage
				}
			}
		default:
			i++
		}
	}
	s.keep(len(sheet))
	return s.finish(), s.changed
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

// cssURL judges the URL that stands between two places.
func (j *judgement) cssURL(s *splicer, start, end int, to rules.Destination) {
	if start >= end {
		return
	}
	if _, blocked := j.blocks(cssText(s.buf[start:end]), to); blocked {
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
			i++
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

// cssText decodes the escapes of a name, string or URL (CSS Syntax 3, 4.3.7). Only ASCII characters matter for whose a URL
// is; others become "?".
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
		code, digits := 0, 0
		for _, c := range text[i+1 : end] {
			if !isHex(c) {
				break
			}
			code, digits = code<<4|int(unhex(c)), digits+1
		}
		switch {
		case digits == 0 && end > i+1 && text[i+1] != '\n':
			out = append(out, text[i+1])
		case digits > 0 && code < 0x80:
			out = append(out, byte(code))
		case digits > 0:
			out = append(out, '?')
		}
		i = end - 1
	}
	return out
}

func isHex(c byte) bool { return unhex(c) < 16 }
