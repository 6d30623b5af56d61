package view

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendTextOf appends the text that stands for a JSON value: that of a string, nothing for null, [] and {}, and any other
// as it is written.
func appendTextOf(dst, value []byte) []byte {
	switch {
	case len(value) >= 2 && value[0] == '"':
		return appendUnquoted(dst, value[1:len(value)-1])
	case string(value) == "null" || isHollow(value):
		return dst
	default:
		return append(dst, value...)
	}
}

// isHollow says that an array or object has nothing in it.
func isHollow(value []byte) bool {
	if len(value) < 2 || value[0] != '[' && value[0] != '{' {
		return false
	}
	return white(value, 1) == len(value)-1
}

func appendUnquoted(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			dst = append(dst, text[i])
			i++
			continue
		}
		i += 2
		switch c := text[i-1]; c {
		case 'b', 'f':
			dst = utf8.AppendRune(dst, utf8.RuneError) // neither is a character of XML
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := unit(text[i:])
			i = min(i+4, len(text))
			if utf16.IsSurrogate(r) && i+6 <= len(text) && text[i] == '\\' && text[i+1] == 'u' {
				if pair := utf16.DecodeRune(r, unit(text[i+2:])); pair != utf8.RuneError {
					r = pair
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// unit reads four hexadecimal digits.
func unit(text []byte) rune {
	n, err := strconv.ParseUint(string(text[:min(4, len(text))]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

// appendXMLText appends text so that it is read as it is, in an element or an attribute. What is no character of XML
// becomes U+FFFD.
func appendXMLText(dst, text []byte, attribute bool) []byte {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		switch {
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '\r', attribute && (r == '\n' || r == '\t' || r == '"' || r == '\''):
			dst = append(strconv.AppendInt(append(dst, "&#"...), int64(r), 10), ';')
		case !isLegal(r):
			dst = utf8.AppendRune(dst, utf8.RuneError)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
