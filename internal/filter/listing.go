package filter

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/privet-gateway/privet/rules"
)

// listing edits an import map or speculation rules, which make a browser fetch without a script: strings that are URLs of
// somebody who is not let through lead nowhere. What names such a party otherwise is removed as a whole.
func (w *walker) listing(content []byte) (out []byte, changed bool, ruling rules.EmbedRuling, blocked bool) {
	s := splicer{buf: content}
	for i := 0; i < len(content); {
		n := bytes.IndexByte(content[i:], '"')
		if n < 0 {
			break
		}
		i += n
		end := min(stringEnd(content, i), len(content))
		if url := scriptText(content[i+1 : end]); isAbsolute(url) || len(url) > 0 && url[0] == '/' {
			if _, gone := w.blocks(url, rules.ToScript); gone {
				s.keep(i + 1)
				s.write([]byte(nowhere))
				s.drop(end)
			}
		}
		i = min(end+1, len(content))
	}
	s.keep(len(content))
	out = s.finish()
	ruling, blocked = w.scripts(out)
	return out, s.changed, ruling, blocked
}

// scriptText decodes the escapes of a string of JavaScript or JSON.
func scriptText(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		i++
		digits := 0
		switch text[i] {
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		}
		if digits > 0 && i+digits < len(text) {
			if code, err := strconv.ParseUint(string(text[i+1:i+1+digits]), 16, 16); err == nil {
				out = utf8.AppendRune(out, rune(code))
				i += digits
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}
