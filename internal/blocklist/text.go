package blocklist

import "bytes"

// Search calls found for the owners of each snippet, host and URL that stands in a script, until found says stop. It
// says whether it was stopped. The slice is valid during the call.
func (m *Matcher) Search(script []byte, found func(owners []int) (stop bool)) bool {
	a := &m.texts
	if len(a.next) == 0 {
		return false
	}
	if hasEscapes(script) {
		script = decoded(script)
	}
	state := uint32(0)
	for i, c := range script {
		state = a.next[state+uint32(a.classes[c])]
		if state&hit == 0 {
			continue
		}
		state &^= hit
		for _, l := range a.found[state] {
			if m.look(l, script, i+1, found) {
				return true
			}
		}
	}
	return false
}

// look is a closer look at a literal that ends in front of a place of a script.
func (m *Matcher) look(l literal, script []byte, end int, found func([]int) bool) bool {
	if l.owners == nil {
		var host [256]byte
		u, ok := location(script, end, host[:0])
		if !ok {
			return false
		}
		owners := m.Find(u)
		return owners != nil && found(owners)
	}
	return follows(script[:end], l.text) && found(l.owners)
}

// follows says that a text ends in a snippet that is no mere tail of a longer word.
func follows(text []byte, snippet string) bool {
	// Blanks within a snippet are few; what is written with more of them is no tag's own script.
	const window = 512
	tail := text[max(0, len(text)-len(snippet)-window):]
	written := normal(make([]byte, 0, 2*window), tail)
	if !bytes.HasSuffix(written, []byte(snippet)) {
		return false
	}
	before := len(written) - len(snippet)
	return before == 0 || !isWord(snippet[0]) || !isWord(written[before-1])
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
