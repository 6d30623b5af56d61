package view

import (
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// decode puts into plain what a name or text stands for.
func (f *Form) decode(raw []byte, offset int64) error {
	f.plain = f.plain[:0]
	for i := 0; i < len(raw); i++ {
		at, c := i, raw[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(raw) || unhex(raw[i+1]) < 0 || unhex(raw[i+2]) < 0 {
				return f.fail(jsonpath.Malformed, offset+int64(at), "broken escape")
			}
			c = byte(unhex(raw[i+1])<<4 | unhex(raw[i+2]))
			i += 2
		case ';':
			return f.fail(jsonpath.Malformed, offset+int64(at), "a bare semicolon, which some take for a separator")
		}
		if c == 0 {
			return f.fail(jsonpath.Malformed, offset+int64(at), "NUL")
		}
		f.plain = append(f.plain, c)
	}
	if !utf8.Valid(f.plain) {
		return f.fail(jsonpath.Encoding, offset, "")
	}
	return nil
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	default:
		return -1
	}
}

// appendFormText escapes as application/x-www-form-urlencoded does (WHATWG URL 5.2).
func appendFormText(dst, text []byte) []byte {
	for _, c := range text {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', c == '*', c == '-', c == '.', c == '_':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			const hex = "0123456789ABCDEF"
			dst = append(dst, '%', hex[c>>4], hex[c&0xf])
		}
	}
	return dst
}
