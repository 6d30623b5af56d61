package view

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
)

// byteOrderMark is skipped where a body or document begins with it.
var byteOrderMark = []byte("\xEF\xBB\xBF") //nolint:gochecknoglobals // never written to

// misplacedMark says why a mark elsewhere is refused, where it may come to stand at the begin: a reader that skips it there
// finds another name or text.
const misplacedMark = "a byte order mark that may come to stand at the begin"

// appendEscaped appends text as it stands between the quotes of a JSON string. Bytes beyond ASCII stay as they are, so
// text may come in pieces that end anywhere.
func appendEscaped(dst, text []byte) []byte {
	from := 0
	for i := 0; i < len(text); i++ {
		for i+8 <= len(text) && isPlain(binary.LittleEndian.Uint64(text[i:])) {
			i += 8
		}
		if i == len(text) {
			break
		}
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	return append(dst, text[from:]...)
}

// isPlain says that eight bytes need no escape. It may say no where one of them is beyond ASCII.
func isPlain(word uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quotes, slashes := word^(ones*'"'), word^(ones*'\\')
	return ((word-ones*' ')|(quotes-ones)|(slashes-ones)|word)&highs == 0
}

// textOf gives the text that JSON text stands for where a body has no types: that of a string; none for null and what is
// empty; the JSON text itself for anything else. It may alias value.
func textOf(value []byte) []byte {
	switch value[0] {
	case '"':
		if bytes.IndexByte(value, '\\') < 0 {
			return value[1 : len(value)-1]
		}
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return nil // it came from an action, which writes JSON
		}
		return []byte(text)
	case 'n':
		return nil
	case '{', '[':
		if len(bytes.TrimSpace(value[1:len(value)-1])) == 0 {
			return nil
		}
	default:
	}
	return value
}
