package blocklist

import "bytes"

// Search calls found for the owners of each snippet, host and URL that stands in a script, until found says stop. It
// says whether it was stopped. The slice is valid during the call.
func (m *Matcher) Search(script []byte, found func(owners []int) (stop bool)) bool {
	if !m.texts.words {
		return false
	}
	if hasEscapes(script) {
		script = decoded(script)
	}
	for i := 0; i < len(script); {
		if c := script[i]; !isWord(c) {
			if i++; c == '%' && i+1 < len(script) && isHex(script[i]) && isHex(script[i+1]) {
				i += 2 // "%2Fexample.com"
			}
			continue
		}
		k := keyOf(script[i:])
		if word, mask := k.bit(); m.texts.seen[word]&mask != 0 {
			for _, l := range m.texts.of[k] {
				if m.look(&l, script, i, found) {
					return true
				}
			}
		}
		for i < len(script) && isWord(script[i]) {
			i++
		}
	}
	return false
}

// look is a closer look at a literal whose first word may begin at a place of a script.
func (m *Matcher) look(l *literal, script []byte, at int, found func([]int) bool) bool {
	end, ok := matches(script, at, l.text[l.anchor:])
	if !ok {
		return false
	}
	if l.owners != nil {
		return (l.anchor == 0 || precedes(script[:at], l.text[:l.anchor])) && found(l.owners)
	}
	var host [256]byte
	u, ok := location(script, end, host[:0])
	if !ok {
		return false
	}
	owners := m.Find(u)
	return owners != nil && found(owners)
}

// matches says that a text stands at a place, whatever the white space in it, and gives the place behind it.
func matches(script []byte, at int, text string) (end int, ok bool) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == ' ' { // between two words
			if at >= len(script) || !isBlank(script[at]) {
				return 0, false
			}
			continue
		}
		within := isWord(c) && i > 0 && isWord(text[i-1])
		for i > 0 && !within && at < len(script) && (isBlank(script[at]) || script[at] == '\\') {
			at++
		}
		if at >= len(script) || fold(script[at]) != c {
			return 0, false
		}
		at++
	}
	return at, true
}

// precedes says that a text without words stands in front of a place.
func precedes(script []byte, text string) bool {
	at := len(script)
	for i := len(text) - 1; i >= 0; i-- {
		for at > 0 && (isBlank(script[at-1]) || script[at-1] == '\\') {
			at--
		}
		if at == 0 || fold(script[at-1]) != text[i] {
			return false
		}
		at--
	}
	return true
}

// location reads the URL around a host that ends, or is in its middle, at a place of a script.
func location(script []byte, at int, host []byte) (u Location, ok bool) {
	start, end := at, at
	for start > 0 && isHostByte(script[start-1]) {
		start--
	}
	if start >= 1 && script[start-1] == '%' && at-start > 2 { // "%2F%2Fexample.com"
		start += 2
	}
	for end < len(script) && isHostByte(script[end]) {
		end++
	}
	name := bytes.TrimRight(script[start:end], ".-")
	if len(name) > cap(host) {
		return Location{}, false
	}
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		host = append(host, c)
	}
	u.Host = bytes.TrimLeft(host, ".-")
	rest := script[end:]
	stop := bytes.IndexAny(rest, "'\"`<>()[]{},; \t\r\n\f")
	if stop < 0 {
		stop = len(rest)
	}
	u.Path = bytes.ReplaceAll(rest[:stop], []byte{'\\'}, nil)
	if len(u.Path) > 0 && u.Path[0] == ':' {
		u.Path = bytes.TrimLeft(u.Path[1:], "0123456789")
	}
	u.Path, _, _ = bytes.Cut(u.Path, []byte{'#'})
	u.Path, u.Query, _ = bytes.Cut(u.Path, []byte{'?'})
	return u, true
}

func isHostByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}

func isHex(c byte) bool {
	_, ok := digit(c)
	return ok
}

func hasEscapes(script []byte) bool {
	return bytes.Contains(script, []byte(`\x`)) || bytes.Contains(script, []byte(`\u`))
}

// decoded is a script with the escapes of ASCII characters decoded, and all else as it is.
func decoded(script []byte) []byte {
	out := make([]byte, 0, len(script))
	for i := 0; i < len(script); i++ {
		if script[i] == '\\' {
			if c, size := escape(script[i:]); size > 0 {
				out = append(out, c)
				i += size - 1
				continue
			}
		}
		out = append(out, script[i])
	}
	return out
}
