package scan

import (
	"encoding/binary"
	"math/bits"
)

const (
	eachByte = 0x0101010101010101
	eachHigh = 0x8080808080808080
	eachLow  = ^uint64(eachHigh)
	gather   = 0x0102040810204080 // brings eight bits, one in each byte, together in the highest
	oddBits  = 0xaaaaaaaaaaaaaaaa
)

// masks have one bit for each byte of a block.
type masks struct {
	quote, slash, punctuation, white, control, beyond uint64
}

// portable is the assembly in Go.
func (s *State) portable(dst []uint32, p []byte) int {
	n := 0
	for at := 0; at+blockBytes <= len(p); at += blockBytes {
		for found := s.block(masksOf(p[at : at+blockBytes])); found != 0; found &= found - 1 {
			dst[n] = uint32(at + bits.TrailingZeros64(found))
			n++
		}
	}
	return n
}

// block gives a bit for each byte at which a reader must look.
func (s *State) block(m masks) uint64 {
	escaped := s.escapedIn(m.slash)
	quote := m.quote &^ escaped
	inside := prefixXor(quote) ^ s.inside // the opening quote and what follows, up to the closing one
	s.inside = uint64(int64(inside) >> 63)

	scalar := ^(m.punctuation | m.white)
	unquoted := scalar &^ quote
	starts := scalar &^ (unquoted<<1 | s.scalar)
	s.scalar = unquoted >> 63

	special := m.slash&^escaped | m.control | m.beyond&^(m.beyond<<1|s.beyond)
	s.beyond = m.beyond >> 63
	return quote | (m.punctuation|starts)&^inside | special&inside
}

// escapedIn gives the bytes that a backslash before them escapes. A run of backslashes escapes what follows it where their
// number is odd; the subtraction carries along each run.
func (s *State) escapedIn(slash uint64) uint64 {
	if slash == 0 {
		escaped := s.escaped
		s.escaped = 0
		return escaped
	}
	first := slash &^ s.escaped
	series := ((first << 1) | oddBits) - first ^ oddBits
	escaped := series ^ (slash | s.escaped)
	s.escaped = (series & slash) >> 63
	return escaped
}

// prefixXor has a bit set where the number of bits up to there is odd.
func prefixXor(m uint64) uint64 {
	for shift := 1; shift < blockBytes; shift <<= 1 {
		m ^= m << shift
	}
	return m
}

func masksOf(block []byte) (m masks) {
	for at := 0; at < blockBytes; at += 8 {
		w := binary.LittleEndian.Uint64(block[at:])
		folded := w | ' '*eachByte
		m.quote |= together(equal(w, '"')) << at
		m.slash |= together(equal(w, '\\')) << at
		m.punctuation |= together(equal(folded, '{')|equal(folded, '}')|equal(folded, ':')|equal(folded, ',')) << at
		m.white |= together(equal(w, ' ')|equal(w, '\n')|equal(w, '\t')|equal(w, '\r')) << at
		m.control |= together(equal(w&(0xe0*eachByte), 0)) << at
		m.beyond |= together(w&eachHigh) << at
	}
	return m
}

// equal sets the high bit of each byte that is c, exactly.
func equal(w uint64, c uint64) uint64 {
	x := w ^ c*eachByte
	return ^(x&eachLow + eachLow | x | eachLow)
}

// together turns high bits of eight bytes into eight bits.
func together(high uint64) uint64 { return high >> 7 * gather >> 56 }
