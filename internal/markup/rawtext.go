package markup

import "bytes"

// match is how bytes compare with a word.
type match uint8

const (
	differs match = iota
	agrees
	begins // they agree as far as they go
)

// matches compares the beginning of b with word, in any case, and a byte behind it that ends a tag's name.
func matches(b []byte, word string) match {
	n := min(len(b), len(word))
	switch {
	case !folds(b[:n], word):
		return differs
	case len(b) <= len(word):
		return begins
	case is(b[n], endsName):
		return agrees
	default:
		return differs
	}
}

// closes says whether the end tag that ends the model is at the beginning of b, which begins with <: an appropriate end
// tag (section 13.2.5).
func (z *Tokenizer) closes(b []byte, last bool) match {
	m := begins
	switch {
	case z.end == "":
		return differs
	case len(b) > 1 && b[1] != '/':
		return differs
	case len(b) > 1:
		m = matches(b[2:], z.end)
	}
	if last && m == begins {
		return differs
	}
	return m
}

// rawText reads up to the end tag (sections 13.2.5.2 and 3, 9 to 14).
func (z *Tokenizer) rawText(t *Token, buf []byte, last bool) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(buf[i:], '<')
		if n < 0 {
			return z.piece(t, Raw, buf, last)
		}
		i += n
		switch z.closes(buf[i:], last) {
		case begins:
			return z.piece(t, Raw, buf[:i:i], false)
		case agrees:
			return z.close(t, buf, i, last)
		default:
		}
	}
}

// close takes the content before the end tag at i or, where it is out, the end tag.
func (z *Tokenizer) close(t *Token, buf []byte, i int, last bool) bool {
	if i > 0 || z.open {
		return z.piece(t, Raw, buf[:i:i], true)
	}
	z.SetModel(Data, "")
	return z.enter(t, inEndTag, buf, last)
}
