package view

import (
	"strconv"
	"unicode/utf8"
)

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
