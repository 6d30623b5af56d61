package blocklist

import "strings"

// literal is text that is looked for in scripts.
type literal struct {
	text   string
	anchor int   // where its first word begins
	owners []int // of a snippet; nil for a host, where what stands around it tells whose it is
}

// hostLiteral is what stands in a script of any host that a mark covers.
func hostLiteral(host string) literal {
	host = strings.TrimPrefix(strings.ToLower(host), "*.")
	return literal{text: strings.TrimSuffix(host, "*")}
}

// texts finds literals by the beginnings of their words: a host begins where a word does, and so does some part of every
// snippet. What a script holds is told by three bytes of each word, in a table that fits a processor's first cache.
type texts struct {
	seen  [1 << 10]uint64 // bits, by the hash of a key
	of    map[key][]literal
	words bool // there are any
}

// key is how a word begins: its first three bytes in lower case, zeroes where it is shorter.
type key [3]byte

func (k key) bit() (word int, mask uint64) {
	h := (uint32(k[0]) | uint32(k[1])<<8 | uint32(k[2])<<16) * 0x9e3779b1 >> 16
	return int(h >> 6), 1 << (h & 63)
}

func keyOf[T string | []byte](text T) key {
	var k key
	for i := 0; i < len(k) && i < len(text) && isWord(text[i]); i++ {
		k[i] = fold(text[i])
	}
	return k
}

func compileTexts(literals []literal) texts {
	t := texts{of: map[key][]literal{}}
	for _, l := range literals {
		for l.anchor < len(l.text) && !isWord(l.text[l.anchor]) {
			l.anchor++
		}
		if l.anchor == len(l.text) {
			continue // without a word there is nothing to find it by; Check refuses such snippets
		}
		t.add(keyOf(l.text[l.anchor:]), l)
	}
	return t
}

func (t *texts) add(k key, l literal) {
	word, mask := k.bit()
	t.seen[word] |= mask
	t.words = true
	for i := range t.of[k] {
		if known := &t.of[k][i]; known.text == l.text && (known.owners == nil) == (l.owners == nil) {
			known.owners = append(known.owners, l.owners...)
			return
		}
	}
	t.of[k] = append(t.of[k], l)
}
