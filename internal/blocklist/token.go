package blocklist

import "bytes"

// A rule is found by one key of its pattern, the one that fewest rules and URLs share: the host behind "||", a token,
// which is a run of letters, digits and "%" that the pattern bounds on both sides, or a gram, which is four bytes that
// stand anywhere. Where the pattern has none, the domains of the page are keys, or the name of a parameter.
type keyKind uint32

const (
	hostKey keyKind = iota + 1
	tokenKey
	gramKey
	pageKey
	nameKey
)

// mix makes keys of different kinds different, and spreads them.
func (k keyKind) mix(hash uint32) uint32 {
	hash = (hash ^ uint32(k)*0x9e3779b9) * 0x85ebca6b
	return hash ^ hash>>15
}

// spread brings the differences of hashes into their highest bits.
const spread = 0x9e3779b1

func isToken(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '%' }

func hashToken(h uint32, c byte) uint32 { return (h ^ uint32(c)) * hashPrime }

// candidate is a key under which a rule may be kept.
type candidate struct {
	kind keyKind
	hash uint32
	cost int // of the key's kind; rules that share it come on top
}

func (c candidate) key() uint32 { return c.kind.mix(c.hash) }

const (
	commonCost = 5000 // what nearly every URL has
	shortCost  = 300
	gramCost   = 40
)

// appendCandidates gives the keys of a rule's pattern.
func (l *List) appendCandidates(dst []candidate, r *rule) []candidate {
	if r.flags&isExpression != 0 {
		for _, literal := range l.expressions[l.extras[r.extra-1].expression-1].literals {
			dst = appendGrams(dst, []byte(literal))
		}
		return dst
	}
	pattern := l.pattern(r)
	if r.flags&matchCase != 0 {
		pattern = []byte(lower(string(pattern)))
	}
	if r.flags&atLabel != 0 {
		if host := hostOf(pattern, r.flags); host != nil {
			dst = append(dst, candidate{kind: hostKey, hash: hashBack(host)})
		}
		if r.flags&hostOnly != 0 {
			return dst
		}
	}
	for start := 0; start < len(pattern); start++ {
		end := start
		h := uint32(hashStart)
		for end < len(pattern) && isToken(pattern[end]) {
			h = hashToken(h, pattern[end])
			end++
		}
		if end > start && bounded(pattern, start, end, r.flags) {
			dst = append(dst, candidate{tokenKey, h, costOf(pattern[start:end])})
		}
		start = end
	}
	for piece := range bytes.FieldsFuncSeq(pattern, func(c rune) bool { return c == '*' || c == '^' }) {
		dst = appendGrams(dst, piece)
	}
	return dst
}

// hostOf is the host behind "||", where the pattern says that it ends there.
func hostOf(pattern []byte, f flags) []byte {
	if f&hostOnly != 0 {
		return pattern
	}
	end := bytes.IndexAny(pattern, "^/:?*")
	if end <= 0 || pattern[end] == '*' || !isPlainHost(string(pattern[:end])) {
		return nil
	}
	return pattern[:end]
}

// bounded says that no URL has a longer token in that place.
func bounded(pattern []byte, start, end int, f flags) bool {
	left := start > 0 && pattern[start-1] != '*' || start == 0 && f&(atStart|atLabel) != 0
	right := end < len(pattern) && pattern[end] != '*' || end == len(pattern) && f&atEnd != 0
	return left && right
}

func costOf(token []byte) int {
	switch string(token) {
	case "http", "https", "www", "com", "net", "org", "js", "php", "html", "png", "gif", "jpg", "css", "min", "static", "assets",
		"images", "img", "cdn", "api", "wp", "content", "uploads", "themes", "plugins", "includes", "v1", "v2", "id", "1", "2", "0":
		return commonCost
	}
	if len(token) < 3 {
		return shortCost
	}
	return 0
}

func appendGrams(dst []candidate, text []byte) []candidate {
	for i := 0; i+4 <= len(text); i++ {
		cost := gramCost
		switch string(text[i : i+4]) {
		case "http", "ttps", "tps:", "ps:/", "s://", "://w", "//ww", "/www", "www.", ".com", "com/", "ttp:", "tp:/", "p://":
			cost = commonCost
		}
		dst = append(dst, candidate{gramKey, gram(text[i:]), cost})
	}
	return dst
}

func gram(text []byte) uint32 {
	_ = text[3]
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}
