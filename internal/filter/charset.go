package filter

import (
	"bytes"
	"strings"
)

// unreadable knows the labels (WHATWG Encoding 4.2) of character sets in which an ASCII byte may mean something else.
// What a browser does not know it reads as a set in which ASCII is ASCII.
func unreadable(label string) bool {
	switch strings.ToLower(strings.Trim(label, " \t\r\n\f\"'")) {
	case "utf-16", "utf-16le", "utf-16be", "unicode", "unicodefeff", "unicodefffe", "ucs-2", "csunicode", "iso-10646-ucs-2",
		"utf-7", "utf-32", "utf-32le", "utf-32be", "iso-2022-jp", "csiso2022jp",
		"iso-2022-kr", "csiso2022kr", "iso-2022-cn", "iso-2022-cn-ext", "hz-gb-2312", "replacement":
		return true
	default:
		return false
	}
}

// isWide knows the byte order marks of UTF-16 and UTF-32, and the first "<" of a page that has none.
func isWide(first []byte) bool {
	if len(first) < 2 {
		return false
	}
	switch string(first[:2]) {
	case "\xfe\xff", "\xff\xfe", "\x00<", "<\x00", "\x00\x00":
		return true
	default:
		return false
	}
}

// hasMark knows the byte order mark of UTF-8.
func hasMark(first []byte) bool { return bytes.HasPrefix(first, []byte("\xef\xbb\xbf")) }

// lookForEscapes refuses what a browser that guesses may take for ISO-2022-JP, where nothing declares another character
// set: behind such an escape, ASCII bytes are letters of Japanese.
func (j *judgement) lookForEscapes(b []byte) {
	const escape = 0x1b
	if j.declared {
		return
	}
	for at := bytes.IndexByte(b, escape); at >= 0; {
		if rest := b[at+1:]; len(rest) == 0 || rest[0] == '$' || rest[0] == '(' {
			j.refuse("charset", "the page declares no character set and holds escapes of ISO-2022-JP")
			return
		}
		next := bytes.IndexByte(b[at+1:], escape)
		if next < 0 {
			return
		}
		at += 1 + next
	}
}

// charsetIn is the charset parameter of a media type, as HTML reads it (section 2.5.5, "extracting a character encoding").
func charsetIn(contentType string) string {
	lower := strings.ToLower(contentType)
	for {
		_, rest, found := strings.Cut(lower, "charset")
		if !found {
			return ""
		}
		lower = strings.TrimLeft(rest, " \t\r\n\f")
		if value, ok := strings.CutPrefix(lower, "="); ok {
			value = strings.TrimLeft(value, " \t\r\n\f")
			if value != "" && (value[0] == '"' || value[0] == '\'') {
				value, _, _ = strings.Cut(value[1:], value[:1])
				return value
			}
			return value[:strings.IndexAny(value+" ", "; \t\r\n\f")]
		}
	}
}
