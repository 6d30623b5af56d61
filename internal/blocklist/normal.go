package blocklist

// normal is a piece of script as snippets are compared: in lower case, with one kind of quotes, without the backslash of
// "\/", with the escapes of strings decoded, and without white space save for one blank between two words.
func normal(dst, text []byte) []byte {
	blank := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if isBlank(c) {
			blank = true
			continue
		}
		if c == '\\' {
			escaped, size := escape(text[i:])
			if size == 0 {
				continue
			}
			c, i = escaped, i+size-1
		}
		c = fold(c)
		if blank && len(dst) > 0 && isWord(c) && isWord(dst[len(dst)-1]) {
			dst = append(dst, ' ')
		}
		blank = false
		dst = append(dst, c)
	}
	return dst
}

// escape decodes "\x2f", "\u002f" and "\u{2f}" (ECMA-262 12.9.4) of ASCII characters; size 0 is none of them.
func escape(text []byte) (c byte, size int) {
	if len(text) < 4 {
		return 0, 0
	}
	digits := text[2:]
	switch text[1] {
	case 'x':
		digits, size = digits[:2], 4
	case 'u':
		if digits[0] == '{' {
			end := 1
			for end < len(digits) && end < 9 && digits[end] != '}' {
				end++
			}
			digits, size = digits[1:end], 2+end+1
		} else if len(digits) >= 4 {
			digits, size = digits[:4], 6
		}
	default:
		return 0, 0
	}
	value := 0
	for _, d := range digits {
		n, ok := digit(d)
		if !ok {
			return 0, 0
		}
		value = value<<4 | int(n)
	}
	if size == 0 || size > len(text) || value == 0 || value >= 0x80 {
		return 0, 0
	}
	return byte(value), size
}

// fold makes letters lower-case and quotes alike.
func fold(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c | 0x20
	case c == '"' || c == '`':
		return '\''
	default:
		return c
	}
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// isWord knows what an identifier consists of.
func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 0x80
}
