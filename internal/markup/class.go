package markup

// class says what a byte is, in bits.
type class uint8

const (
	isSpace   class = 1 << iota // tab, LF, FF, CR, space; the standard sees LF in CR's place
	isLetter                    // ASCII
	isFolded                    // stands otherwise in a name: upper case and NUL
	isDigit                     // ASCII
	isHex                       // a digit or a letter up to F
	endsName                    // of a tag: space, / and >
	endsAttr                    // of an attribute: those and =
	endsValue                   // without quotes: space and >
)

//nolint:gochecknoglobals // a table
var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c == 0:
			t[c] = isFolded
		case c == '\t', c == '\n', c == '\f', c == '\r', c == ' ':
			t[c] = isSpace | endsName | endsAttr | endsValue
		case c == '>':
			t[c] = endsName | endsAttr | endsValue
		case c == '/':
			t[c] = endsName | endsAttr
		case c == '=':
			t[c] = endsAttr
		case '0' <= c && c <= '9':
			t[c] = isDigit | isHex
		case 'a' <= c && c <= 'z':
			t[c] = isLetter
		case 'A' <= c && c <= 'Z':
			t[c] = isLetter | isFolded
		}
	}
	for _, c := range "abcdefABCDEF" {
		t[c] |= isHex
	}
	return t
}()

// is reports whether c has any of the properties.
func is(c byte, either class) bool { return classes[c]&either != 0 }

// lower folds an ASCII letter.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
