package coding

import "encoding/binary"

// bitReader reads a byte stream that arrives in chunks as deflate does: least significant bit first.
type bitReader struct {
	chunk []byte // what has not entered hold
	hold  uint64
	n     uint // bits in hold; those above are 0
}

// fill makes n bits available, at most 56. Where the chunk is too short it takes in what there is and says false.
func (b *bitReader) fill(n uint) bool {
	for b.n < n {
		if len(b.chunk) == 0 {
			return false
		}
		b.hold |= uint64(b.chunk[0]) << b.n
		b.chunk = b.chunk[1:]
		b.n += 8
	}
	return true
}

// take consumes n bits that fill made available.
func (b *bitReader) take(n uint) uint32 {
	v := uint32(b.hold & (1<<n - 1))
	b.hold >>= n
	b.n -= n
	return v
}

// align drops what is left of the current byte.
func (b *bitReader) align() { b.take(b.n & 7) }

// copy moves whole bytes to dst, first those in hold; only when aligned.
func (b *bitReader) copy(dst []byte) int {
	n := 0
	for ; n < len(dst) && b.n > 0; n++ {
		dst[n] = byte(b.take(8))
	}
	m := copy(dst[n:], b.chunk)
	b.chunk = b.chunk[m:]
	return n + m
}

// refill tops hold up to at least 56 bits at once. The chunk must have 8 bytes.
func refill(chunk []byte, hold uint64, n uint) (rest []byte, filled uint64, available uint) {
	filled = hold | binary.LittleEndian.Uint64(chunk)<<n
	return chunk[(63-n)>>3:], filled, n | 56
}
