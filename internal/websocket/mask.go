package websocket

import (
	"crypto/rand"
	"encoding/binary"
)

// newMask is a masking key that nobody can foresee (RFC 6455 section 10.3).
func newMask() (key [4]byte) {
	_, _ = rand.Read(key[:]) // never fails: it would rather end the process
	return key
}

// applyMask masks or unmasks a piece of a payload in place (RFC 6455 section 5.3). The piece begins at byte offset of the
// payload.
func applyMask(p []byte, key [4]byte, offset uint64) {
	var k [8]byte
	for i := range k {
		k[i] = key[(offset+uint64(i))%4]
	}
	word := binary.LittleEndian.Uint64(k[:])
	for len(p) >= 8 {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^word)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= k[i]
	}
}
