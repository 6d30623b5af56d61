package view

import "unicode/utf8"

// How a byte may stand in a document.
const (
	nameStart = 1 << iota // NameStartChar without the colon
	nameByte              // NameChar without the colon
	textByte              // stands for itself in a JSON string and in character data
	legalByte             // Char (section 2.2)
	whiteByte             // S (section 2.3)
)

// bytesOf tells what ASCII bytes may be; nothing is told of the others.
var bytesOf = classes() //nolint:gochecknoglobals // a constant table

func classes() (of [256]uint8) {
	for c := range 0x80 {
		b := byte(c)
		letter := b|0x20-'a' < 26 || b == '_'
		if letter {
			of[b] |= nameStart
		}
		if letter || b-'0' < 10 || b == '-' || b == '.' {
			of[b] |= nameByte
		}
		if b >= ' ' && b != '"' && b != '\\' && b != '&' && b != '<' && b != '>' {
			of[b] |= textByte
		}
		if b >= ' ' || b == '\t' || b == '\n' || b == '\r' {
			of[b] |= legalByte
		}
		if b == ' ' || b == '\t' || b == '\n' || b == '\r' {
			of[b] |= whiteByte
		}
	}
	return of
}

func isWhite(c byte) bool { return bytesOf[c]&whiteByte != 0 }

// white gives the index of the first byte from i on that is no white space.
func white(b []byte, i int) int {
	for i < len(b) && isWhite(b[i]) {
		i++
	}
	return i
}

// nameEnd gives the length of the name that text begins with, which is known to be one.
func nameEnd(text []byte) int {
	i := 0
	for i < len(text) && !isWhite(text[i]) && text[i] != '/' && text[i] != '>' {
		i++
	}
	return i
}

// qualified reads a QName (Namespaces in XML, section 4) that begins at i. A name in two parts has its colon at an index
// above 0. At the end of b it may go on; ok is false where it is none.
func (x *XML) qualified(b []byte, i int) (end, colon int, ok bool) {
	part := i
	for i < len(b) {
		c := b[i]
		switch {
		case bytesOf[c]&nameByte != 0 && (i > part || bytesOf[c]&nameStart != 0):
			i++
		case c == ':' && i > part && colon == 0:
			colon = i
			i++
			part = i
		case c >= utf8.RuneSelf:
			r, size := x.decode(b[i:])
			if size == 0 || !isNameRune(r, i > part) {
				return i, colon, false
			}
			i += size
		default:
			return i, colon, i > part
		}
	}
	return i, colon, i > part
}

// decode reads a character beyond ASCII. Its size is 0 where it is not one, or not whole.
func (x *XML) decode(b []byte) (r rune, size int) {
	r, size = utf8.DecodeRune(b)
	if r == utf8.RuneError && size < 3 || r == 0xfffe || r == 0xffff || x.ascii {
		return r, 0
	}
	return r, size
}

// isLegal is Char (section 2.2).
func isLegal(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r <= 0xd7ff:
		return true
	default:
		return 0xe000 <= r && r <= 0xfffd || 0x10000 <= r && r <= 0x10ffff
	}
}

// isNameRune is NameStartChar beyond ASCII, and within a name NameChar (section 2.3).
func isNameRune(r rune, within bool) bool {
	if within && (r == 0xb7 || 0x300 <= r && r <= 0x36f || r == 0x203f || r == 0x2040) {
		return true
	}
	for _, span := range [...][2]rune{
		{0xc0, 0xd6},
		{0xd8, 0xf6},
		{0xf8, 0x2ff},
		{0x370, 0x37d},
		{0x37f, 0x1fff},
		{0x200c, 0x200d},
		{0x2070, 0x218f},
		{0x2c00, 0x2fef},
		{0x3001, 0xd7ff},
		{0xf900, 0xfdcf},
		{0xfdf0, 0xfffd},
		{0x10000, 0xeffff},
	} {
		if r <= span[1] {
			return r >= span[0]
		}
	}
	return false
}
