package blocklist

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// domain is one of those that an option names.
type domain struct {
	hash    uint32 // of its name, from the end
	at      uint32
	size    uint16
	negated bool
	entity  bool // "name.*", which stands for any public suffix
}

// domainSet is the domains of one option: a range of the list's, in order of their hashes.
type domainSet struct {
	first, end uint32
	entities   bool // some domain is one
	positive   bool // some domain is not negated, hence a host that none of them names is out
}

// addDomains stores the value of an option. It gives the name of what is not supported.
func (l *List) addDomains(value string) (n domainSet, name string) {
	if value == "" {
		return n, ""
	}
	n.first = uint32(len(l.domains))
	for text := range strings.SplitSeq(value, "|") {
		var d domain
		text, d.negated = strings.CutPrefix(strings.TrimSpace(text), "~")
		if strings.HasPrefix(text, "/") {
			return n, "domain=/.../"
		}
		text, d.entity = strings.CutSuffix(text, ".*")
		text = strings.ToLower(text)
		if !isASCII(text) {
			var err error
			if text, err = idna.Lookup.ToASCII(text); err != nil {
				return n, "domain value"
			}
		}
		if text == "" || len(text) > 255 || strings.ContainsAny(text, "*/^ ,") {
			return n, "domain value"
		}
		at := l.keep(text)
		d.hash, d.at, d.size = hashBack(text), at.at, uint16(at.size)
		n.positive, n.entities = n.positive || !d.negated, n.entities || d.entity
		l.domains = append(l.domains, d)
	}
	n.end = uint32(len(l.domains))
	slices.SortFunc(l.domains[n.first:n.end], func(a, b domain) int { return cmp.Compare(a.hash, b.hash) })
	return n, ""
}

// label is a host cut before one of its labels.
type label struct {
	hash uint32 // of what remains, from the end
	at   uint32 // where that begins
}

// A hash goes from the end of a name to its beginning, so that one pass gives those of all domains above a host.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hashBack[T string | []byte](text T) uint32 {
	h := uint32(hashStart)
	for i := len(text) - 1; i >= 0; i-- {
		h = (h ^ uint32(text[i])) * hashPrime
	}
	return h
}

// appendLabels gives a host and what it is below, the shortest first.
func appendLabels[T string | []byte](dst []label, host T) []label {
	h := uint32(hashStart)
	for i := len(host) - 1; i >= 0; i-- {
		h = (h ^ uint32(host[i])) * hashPrime
		if i == 0 || host[i-1] == '.' {
			dst = append(dst, label{h, uint32(i)})
		}
	}
	return dst
}

// includes says whether an option is for a host. The domain that names it most closely decides.
func (l *List) includes(n domainSet, h *hostname) bool {
	domains := l.domains[n.first:n.end]
	for i, at := range slices.Backward(h.labels) {
		if d := l.lookUp(domains, at.hash, h.text[at.at:], false); d != nil {
			return !d.negated
		}
		if !n.entities {
			continue
		}
		stem, ok := h.stem(len(h.labels) - 1 - i)
		if !ok {
			continue
		}
		if d := l.lookUp(domains, stem.hash, h.text[stem.at:h.suffix], true); d != nil {
			return !d.negated
		}
	}
	return !n.positive
}

func (l *List) lookUp(domains []domain, hash uint32, text []byte, entity bool) *domain {
	i, _ := slices.BinarySearchFunc(domains, hash, func(d domain, hash uint32) int { return cmp.Compare(d.hash, hash) })
	for ; i < len(domains) && domains[i].hash == hash; i++ {
		d := &domains[i]
		if d.entity == entity && string(l.piece(span{d.at, uint32(d.size)})) == string(text) {
			return d
		}
	}
	return nil
}

// hostname is a host of a request or a page, and what it is below.
type hostname struct {
	text   []byte
	name   string // the same, where it is at hand
	labels []label
	stems  []label // of what stands before the public suffix, when asked for
	suffix int     // where that ends; 0 as long as nobody has asked
}

func (h *hostname) set(text []byte, name string) {
	h.text, h.name = text, name
	h.labels = appendLabels(h.labels[:0], text)
	h.stems, h.suffix = h.stems[:0], 0
}

// stem is the host without its public suffix and without its first labels, of which there are skip.
func (h *hostname) stem(skip int) (label, bool) {
	if h.suffix == 0 {
		if h.name == "" {
			h.name = string(h.text)
		}
		h.suffix = stemOf(h.name)
		h.stems = appendLabels(h.stems, h.text[:max(h.suffix, 0)])
	}
	if i := len(h.stems) - 1 - skip; i >= 0 {
		return h.stems[i], true
	}
	return label{}, false
}

// stemOf is how much of a host stands before its public suffix, or -1.
func stemOf(host string) int {
	suffix, _ := publicsuffix.PublicSuffix(host)
	if n := len(host) - len(suffix) - 1; n > 0 {
		return n
	}
	return -1
}

// ThirdParty says whether a host belongs to another registrable domain than the page's. A host that has none, such as an
// address, is its own.
func ThirdParty(host, page string) bool {
	if host == page {
		return false
	}
	own, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(host, "."))
	other, also := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(page, "."))
	return err != nil || also != nil || own != other
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// toASCII writes other characters as a URL has them: those of a host in Punycode, the others percent-encoded.
func toASCII(text string) (string, bool) {
	if isASCII(text) {
		return text, true
	}
	host, rest := text, ""
	if i := strings.IndexAny(text, "/^*?$="); i >= 0 {
		host, rest = text[:i], text[i:]
	}
	if !isASCII(host) {
		if !strings.Contains(host, ".") {
			host = url.PathEscape(host)
		} else if punycode, err := idna.Lookup.ToASCII(host); err == nil {
			host = punycode
		} else {
			return "", false
		}
	}
	var b strings.Builder
	b.WriteString(host)
	for i := range len(rest) {
		if c := rest[i]; c >= 0x80 {
			b.WriteString(url.PathEscape(rest[i : i+1]))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// lower folds ASCII alone, as nothing else is left in a URL.
func lower(text string) string {
	folded := []byte(text)
	for i, c := range folded {
		if c >= 'A' && c <= 'Z' {
			folded[i] = c | 0x20
		}
	}
	return string(folded)
}
