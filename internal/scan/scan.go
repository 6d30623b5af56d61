package scan

// State is what a cut of the text leaves open. The zero value stands before the first byte.
type State struct {
	escaped uint64 // 1: the next byte is escaped
	inside  uint64 // all ones: it is within a string
	scalar  uint64 // 1: the byte before is of a number or a word
	beyond  uint64 // 1: the byte before is beyond ASCII
}

// Slack is how much longer than the text the room for its answers must be.
const Slack = 8

// Find writes the offsets in p, ascending, of every byte at which a reader must look, and gives their number:
//
//   - outside of strings, each of {}[]:, (with the control characters 0x0c and 0x1a, which differ from two of them in one
//     bit), and the first byte of whatever else is not white space: a number, a word, or what is no JSON;
//   - each quote that begins or ends a string;
//   - within strings, each backslash that begins an escape, each control character, and the first of bytes beyond ASCII
//     that follow each other.
//
// The text may come in any pieces; offsets begin anew in each. dst must hold len(p)+Slack, or Find panics; what it holds
// behind the answers means nothing. A piece is less than 4 GiB.
func (s *State) Find(dst []uint32, p []byte) int {
	_ = dst[len(p)+Slack-1]
	n := 0
	whole := len(p) &^ (blockBytes - 1)
	if whole > 0 {
		n = s.blocks(dst, p[:whole])
	}
	return n + s.bytes(dst[n:], p[whole:], uint32(whole))
}

// Inside says that the text so far ends within a string.
func (s *State) Inside() bool { return s.inside != 0 }

const blockBytes = 64

// bytes is Find for what fills no block, byte by byte; offsets begin at base.
func (s *State) bytes(dst []uint32, p []byte, base uint32) int {
	n := 0
	for i, c := range p {
		if s.step(c) {
			dst[n] = base + uint32(i)
			n++
		}
	}
	return n
}

// step takes one byte and says whether a reader must look at it.
func (s *State) step(c byte) bool {
	escaped, scalar, beyond := s.escaped, s.scalar, s.beyond
	s.escaped, s.scalar, s.beyond = 0, 0, 0
	if c == '\\' && escaped == 0 {
		s.escaped = 1
	}
	if c >= 0x80 {
		s.beyond = 1
	}
	if c == '"' && escaped == 0 {
		s.inside = ^s.inside
		return true
	}
	if isPunctuation(c) {
		return s.inside == 0 || c < ' '
	}
	if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
		return s.inside != 0 && c < ' '
	}
	s.scalar = 1
	if s.inside == 0 {
		return scalar == 0
	}
	return c < ' ' || c == '\\' && escaped == 0 || c >= 0x80 && beyond == 0
}

// isPunctuation disregards one bit, as the table of the assembly does.
func isPunctuation(c byte) bool {
	switch c | 0x20 {
	case '{', '}', ':', ',':
		return true
	default:
		return false
	}
}
