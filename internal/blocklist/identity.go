package blocklist

import (
	"encoding/binary"
	"hash/fnv"
)

// identity is a digest of all that a rule says, save that it takes away an equal one. Options count by what they mean:
// their order and the names of their aliases do not matter.
func (l *List) identity(r *rule) uint64 {
	digest := fnv.New64a()
	word := func(n uint32) { _, _ = digest.Write(binary.LittleEndian.AppendUint32(nil, n)) }
	text := func(b []byte) {
		word(uint32(len(b)))
		_, _ = digest.Write(b)
	}
	text(l.pattern(r))
	word(uint32(r.types))
	word(uint32(r.flags &^ disabling))
	if r.extra == 0 {
		return digest.Sum64()
	}
	x := &l.extras[r.extra-1]
	for _, set := range []domainSet{x.from, x.to, x.deny} {
		word(set.end - set.first)
		for _, d := range l.domains[set.first:set.end] {
			text(l.piece(span{d.at, uint32(d.size)}))
			if d.negated {
				word(1)
			}
			if d.entity {
				word(2)
			}
		}
	}
	word(uint32(x.param.kind))
	text(l.piece(x.param.name))
	word(x.redirect)
	return digest.Sum64()
}
