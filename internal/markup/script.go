package markup

import "bytes"

// escape is what <!-- and <script make of the end tag of script data (sections 13.2.5.15 to 31).
type escape uint8

const (
	unescaped     escape = iota
	escaped              // behind <!--: the end tag still counts
	doubleEscaped        // behind <script in there: it does not, up to </script
)

// script reads up to the end tag. What is undecided at the end of buf stays, so that there is no state inside a word.
func (z *Tokenizer) script(t *Token, buf []byte, last bool) bool {
	for i := 0; ; {
		if i = z.scriptText(buf, i); i == len(buf) {
			return z.piece(t, Raw, buf, last)
		}
		if z.escape != doubleEscaped {
			switch z.closes(buf[i:], last) {
			case begins:
				return z.piece(t, Raw, buf[:i:i], false)
			case agrees:
				return z.close(t, buf, i, last)
			default:
			}
		}
		n, ok := z.scriptMark(buf[i:], last)
		if !ok {
			return z.piece(t, Raw, buf[:i:i], false)
		}
		i += n
	}
}

// scriptText goes on to the next <, past dashes and what they end.
func (z *Tokenizer) scriptText(buf []byte, i int) int {
	for ; i < len(buf); i++ {
		if z.escape == unescaped {
			if n := bytes.IndexByte(buf[i:], '<'); n >= 0 {
				return i + n
			}
			return len(buf)
		}
		switch buf[i] {
		case '<':
			return i
		case '-':
			z.dashes = min(z.dashes+1, 2)
		case '>':
			if z.dashes == 2 {
				z.escape = unescaped
			}
			z.dashes = 0
		default:
			z.dashes = 0
		}
	}
	return i
}

// scriptMark goes past the < at the beginning of b, and past the word that it begins where that changes the escape. It
// says false where bytes are missing.
func (z *Tokenizer) scriptMark(b []byte, last bool) (int, bool) {
	var word string
	var m match
	next, dashes := escaped, 0
	switch z.escape {
	case unescaped:
		word, dashes = "<!--", 2
		if n := min(len(b), len(word)); string(b[:n]) != word[:n] {
			m = differs
		} else if m = begins; n == len(word) {
			m = agrees
		}
	case escaped:
		word, next = "<script", doubleEscaped
		m = matches(b, word)
	default:
		word = "</script"
		m = matches(b, word)
	}
	if m == begins && !last {
		return 0, false
	}
	z.dashes = 0
	if m != agrees {
		return 1, true
	}
	n := len(word)
	if z.escape != unescaped {
		n++ // the byte behind the name is no dash
	}
	z.escape, z.dashes = next, dashes
	return n, true
}
