package blocklist

import (
	"cmp"
	"slices"
)

// index finds the rules that may match, by the keys of a URL. A key that a digest mistakes for another's costs a
// comparison and nothing else, as every rule found is compared whole.
type index struct {
	slots  []slot   // open addressing; a power of two, at most two thirds full
	posts  []uint32 // numbers of rules by key; last marks the last one of a key
	always uint32   // rules without a key: where they begin in posts, or 0
	tokens *filter
	grams  *filter
}

type slot struct{ key, at uint32 } // at is 0 in a free slot

const last = 1 << 31

// filter has a bit for each key of a kind, of which a URL has many. Most are told by it.
type filter [1 << 10]uint64

func (f *filter) add(hash uint32) { f[hash>>22] |= 1 << (hash >> 16 & 63) }

func (f *filter) has(hash uint32) bool { return f[hash>>22]&(1<<(hash>>16&63)) != 0 }

// post is a rule under a key.
type post struct {
	candidate
	number uint32
}

// build makes the index of some of an engine's rules.
func (e *Engine) build(numbers []uint32) index {
	var ix index
	if len(numbers) == 0 {
		return ix
	}
	counts := make(map[uint32]int, len(numbers)*2)
	var keys []candidate
	for _, number := range numbers {
		l, r := e.rule(number)
		keys = l.appendCandidates(keys[:0], r)
		for _, c := range keys {
			counts[c.key()]++
		}
	}
	posts := make([]post, 0, len(numbers))
	var always []uint32
	for _, number := range numbers {
		l, r := e.rule(number)
		keys = l.appendCandidates(keys[:0], r)
		best := -1
		for i, c := range keys {
			if best < 0 || c.cost+counts[c.key()] < keys[best].cost+counts[keys[best].key()] {
				best = i
			}
		}
		before := len(posts)
		if best < 0 || keys[best].cost >= commonCost {
			posts = l.appendOtherKeys(posts, r, number)
		}
		switch {
		case len(posts) > before:
		case best >= 0:
			posts = append(posts, post{keys[best], number})
		default:
			always = append(always, number)
		}
	}
	ix.fill(posts, always)
	return ix
}

// appendOtherKeys gives the keys of a rule whose pattern has none of use: the parameter's name, or each page's domain.
func (l *List) appendOtherKeys(dst []post, r *rule, number uint32) []post {
	if r.extra == 0 {
		return dst
	}
	x := &l.extras[r.extra-1]
	if x.param.kind == thisParameter {
		return append(dst, post{candidate{kind: nameKey, hash: hashBack(l.piece(x.param.name))}, number})
	}
	domains := l.domains[x.from.first:x.from.end]
	if !x.from.positive || slices.ContainsFunc(domains, func(d domain) bool { return d.entity }) {
		return dst
	}
	for _, d := range domains {
		if !d.negated {
			dst = append(dst, post{candidate{kind: pageKey, hash: d.hash}, number})
		}
	}
	return dst
}

func (ix *index) fill(posts []post, always []uint32) {
	slices.SortFunc(posts, func(a, b post) int { return cmp.Or(cmp.Compare(a.key(), b.key()), cmp.Compare(a.number, b.number)) })
	distinct := 0
	for i := range posts {
		if i == 0 || posts[i].key() != posts[i-1].key() {
			distinct++
		}
	}
	size := 16
	for size < distinct*3/2 {
		size *= 2
	}
	ix.slots = make([]slot, size)
	ix.tokens, ix.grams = &filter{}, &filter{}
	ix.posts = make([]uint32, 1, 1+len(posts)+len(always))
	for i, p := range posts {
		if i == 0 || p.key() != posts[i-1].key() {
			ix.add(p.candidate, uint32(len(ix.posts)))
		}
		number := p.number
		if i+1 == len(posts) || posts[i+1].key() != p.key() {
			number |= last
		}
		ix.posts = append(ix.posts, number)
	}
	if len(always) > 0 {
		ix.always = uint32(len(ix.posts))
		ix.posts = append(ix.posts, always...)
		ix.posts[len(ix.posts)-1] |= last
	}
}

func (ix *index) add(c candidate, at uint32) {
	key, mask := c.key(), uint32(len(ix.slots)-1)
	i := key & mask
	for ix.slots[i].at != 0 {
		i = (i + 1) & mask
	}
	ix.slots[i] = slot{key, at}
	switch c.kind {
	case tokenKey:
		ix.tokens.add(c.hash * spread)
	case gramKey:
		ix.grams.add(c.hash * spread)
	default: // a URL has few of the others
	}
}

// find gives where the rules of a key begin, or 0.
func (ix *index) find(key uint32) uint32 {
	mask := uint32(len(ix.slots) - 1)
	for i := key & mask; ix.slots[i].at != 0; i = (i + 1) & mask {
		if ix.slots[i].key == key {
			return ix.slots[i].at
		}
	}
	return 0
}

// gather collects where the rules begin that a request may match.
func (ix *index) gather(s *sight) {
	s.found = s.found[:0]
	if len(ix.posts) == 0 {
		return
	}
	if ix.always != 0 {
		s.found = append(s.found, ix.always)
	}
	for _, l := range s.host.labels {
		s.add(ix.find(hostKey.mix(l.hash)))
	}
	for _, hash := range s.tokens {
		if ix.tokens.has(hash * spread) {
			s.add(ix.find(tokenKey.mix(hash)))
		}
	}
	// The URL's bytes go through four at a time: this loop is most of what an ordinary request costs.
	if len(s.url) >= 4 {
		four := gram(s.url) << 8
		for _, c := range s.url[3:] {
			four = four>>8 | uint32(c)<<24
			if ix.grams.has(four * spread) {
				s.add(ix.find(gramKey.mix(four)))
			}
		}
	}
	for _, l := range s.page.labels {
		s.add(ix.find(pageKey.mix(l.hash)))
	}
	for _, hash := range s.names {
		s.add(ix.find(nameKey.mix(hash)))
	}
	// A URL that says the same a thousand times must not cost a thousand comparisons with the same rules.
	if len(s.found) > fewKeys {
		slices.Sort(s.found)
		s.found = slices.Compact(s.found)
	}
}

// fewKeys are not worth to be sorted.
const fewKeys = 16

func (s *sight) add(at uint32) {
	if at != 0 {
		s.found = append(s.found, at)
	}
}
