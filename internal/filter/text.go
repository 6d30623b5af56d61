package filter

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote appends the text of a JSON string. raw is known to be one; a lone surrogate becomes U+FFFD.
func unquote(dst, raw []byte) []byte {
	if len(raw) < 2 {
		return dst
	}
	raw = raw[1 : len(raw)-1]
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		dst, raw = unescape(dst, raw[i+1:])
	}
}

// unescape appends what stands behind one backslash, and gives the rest.
func unescape(dst, raw []byte) ([]byte, []byte) {
	switch c := raw[0]; c {
	case 'b':
		return append(dst, '\b'), raw[1:]
	case 'f':
		return append(dst, '\f'), raw[1:]
	case 'n':
		return append(dst, '\n'), raw[1:]
	case 'r':
		return append(dst, '\r'), raw[1:]
	case 't':
		return append(dst, '\t'), raw[1:]
	case 'u':
		r, size := codePoint(raw)
		return utf8.AppendRune(dst, r), raw[size:]
	default:
		return append(dst, c), raw[1:]
	}
}

// codePoint reads "uXXXX", or two of them that are a surrogate pair.
func codePoint(raw []byte) (r rune, size int) {
	const unit = len("uXXXX")
	if len(raw) < unit {
		return utf8.RuneError, len(raw)
	}
	r = hex4(raw[1:unit])
	if !utf16.IsSurrogate(r) {
		return r, unit
	}
	if low := raw[unit:]; len(low) > unit && low[0] == '\\' && low[1] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(low[2:unit+1])); pair != utf8.RuneError {
			return pair, 2*unit + 1
		}
	}
	return utf8.RuneError, unit
}

func hex4(text []byte) (r rune) {
	for _, c := range text {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		default:
			r = r<<4 | rune((c|0x20)-'a'+10)
		}
	}
	return r
}

const hexDigits = "0123456789abcdef"

// quote appends text as a JSON string. It escapes what encoding/json escapes: the document may stand inside HTML or
// JavaScript, where an upstream had escaped such characters for a reason.
func quote(dst, text []byte) []byte {
	dst = append(dst, '"')
	for len(text) > 0 {
		n := 0
		for n < len(text) && isPlain(text[n]) {
			n++
		}
		dst = append(dst, text[:n]...)
		if text = text[n:]; len(text) == 0 {
			break
		}
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', text[0])
		case r < ' ' || r == '<' || r == '>' || r == '&' || r == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&0xf])
		case r == '\u2028' || r == '\u2029':
			dst = append(dst, '\\', 'u', '2', '0', '2', hexDigits[r&0xf])
		default:
			dst = utf8.AppendRune(dst, r)
		}
		text = text[size:]
	}
	return append(dst, '"')
}

// isPlain says that a byte stands for itself in a JSON string.
func isPlain(c byte) bool {
	return ' ' <= c && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
}
