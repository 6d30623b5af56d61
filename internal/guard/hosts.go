package guard

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// A set of hosts is a set of hashes, sorted, of which the differences are written in Rice's code. A hash is a number below
// the size of the set times rarity, so that one in rarity of other hosts has a hash that is in the set. A set has two
// parts: hosts that are blocked for third parties, and those that are for everybody.
const (
	rarity  = 440_000
	maxSet  = 122_880 // bytes
	maxSets = 64
	// A host and those above it are asked for, two or three in all; hence of 100,000 hosts less than one is mistaken.
	secondSeed = 3344921057
)

var errHosts = errors.New("the list has too many hosts")

// hostRules collects the hosts of a list.
type hostRules struct{ third, everybody []string }

func (h *hostRules) add(r *blocklist.Rule) {
	if r.Party&blocklist.OnlyThird != 0 {
		h.third = append(h.third, r.Pattern)
	} else {
		h.everybody = append(h.everybody, r.Pattern)
	}
}

// place gives the set of so many that a host is in, and a hash of 53 bits.
func place(host string, sets int) (set int, digest uint64) {
	first, second := hash(host, firstSeed), hash(host, secondSeed)
	return int(second&2047) % sets, uint64(first)<<21 | uint64(second>>11)
}

// encode writes the sets as arguments of list.js, as few as keep each below its limit.
func (h *hostRules) encode() ([]string, error) {
	if len(h.third)+len(h.everybody) == 0 {
		return nil, nil
	}
	for sets := 1; sets <= maxSets; sets++ {
		if out, ok := h.try(sets); ok {
			return out, nil
		}
	}
	return nil, errHosts
}

func (h *hostRules) try(sets int) (out []string, ok bool) {
	third, everybody := make([][]uint64, sets), make([][]uint64, sets)
	for part, hosts := range [][]string{h.third, h.everybody} {
		to := [][][]uint64{third, everybody}[part]
		for _, host := range hosts {
			set, digest := place(host, sets)
			to[set] = append(to[set], digest)
		}
	}
	for i := range sets {
		span := uint64(len(third[i])+len(everybody[i])) * rarity
		if span == 0 {
			span = rarity
		}
		var w riceWriter
		a, aBits := w.write(third[i], span)
		b, bBits := w.write(everybody[i], span)
		if len(w.bytes) > maxSet {
			return nil, false
		}
		out = append(out, fmt.Sprintf("%d,%d,%d,[%d,%d],[%d,%d],\"%s\"", i, sets, span, a, aBits, b, bBits, base64.StdEncoding.EncodeToString(w.bytes)))
	}
	return out, true
}

// riceWriter writes bits, the highest of a byte first.
type riceWriter struct {
	bytes []byte
	free  int // bits of the last byte
}

// write appends a sorted set of hashes below span and says how many there are and how many bits each difference has below
// its unary part.
func (w *riceWriter) write(digests []uint64, span uint64) (count, low int) {
	values := make([]uint64, len(digests))
	for i, d := range digests {
		values[i] = d % span
	}
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) == 0 {
		return 0, 0
	}
	low = max(0, bits.Len64(uint64(math.Ln2*float64(span)/float64(len(values))))-1)
	before := uint64(0)
	for _, v := range values {
		for range (v - before) >> low {
			w.bit(1)
		}
		w.bit(0)
		for i := low - 1; i >= 0; i-- {
			w.bit(byte((v - before) >> i & 1))
		}
		before = v
	}
	return len(values), low
}

func (w *riceWriter) bit(b byte) {
	if w.free == 0 {
		w.bytes, w.free = append(w.bytes, 0), 8
	}
	w.free--
	w.bytes[len(w.bytes)-1] |= b << w.free
}
