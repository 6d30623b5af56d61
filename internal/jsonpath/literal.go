package jsonpath

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// literal reads a quoted name or text (section 2.3.1.1); the next byte is its quote.
func (p *parser) literal(what string) (string, error) {
	quote := p.text[p.at]
	open := p.at
	p.at++
	var name strings.Builder
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return name.String(), nil
		case c < ' ':
			return "", p.fail("control character in a " + what + "; write it as an escape, such as \\n or \\u000a")
		case c == '\\':
			r, err := p.escape(quote)
			if err != nil {
				return "", err
			}
			name.WriteRune(r)
		default:
			name.WriteByte(c)
			p.at++
		}
	}
	p.at = open
	return "", p.fail(what + " is not closed; end it with the quote it begins with")
}

func (p *parser) escape(quote byte) (rune, error) {
	at := p.at
	p.at++
	c := p.peek()
	p.at++
	switch c {
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case '/', '\\':
		return rune(c), nil
	case 'u':
		return p.unicodeEscape(at)
	}
	if c == quote {
		return rune(c), nil
	}
	p.at = at
	return 0, p.fail("unknown escape; write \\b \\f \\n \\r \\t \\/ \\\\ \\uXXXX or the escaped quote")
}

func (p *parser) unicodeEscape(at int) (rune, error) {
	r, ok := p.hex4()
	if ok && utf16.IsSurrogate(r) {
		low := rune(utf8.RuneError)
		if strings.HasPrefix(p.text[p.at:], `\u`) {
			p.at += 2
			low, ok = p.hex4()
		}
		r = utf16.DecodeRune(r, low)
		ok = ok && r != utf8.RuneError
	}
	if !ok {
		p.at = at
		return 0, p.fail("broken \\u escape; write four hex digits, and a high surrogate with its low one")
	}
	return r, nil
}

func (p *parser) hex4() (rune, bool) {
	if len(p.text)-p.at < 4 {
		return 0, false
	}
	var r rune
	for range 4 {
		d := hexValue(p.text[p.at])
		if d < 0 {
			return 0, false
		}
		r = r<<4 | rune(d)
		p.at++
	}
	return r, true
}

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}

func isDigit(c byte) bool { return c-'0' < 10 }

// isSpace tells the white space of RFC 8259, which is that of RFC 9535 too.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
