package websocket

import "math"

// Follower knows where frames end in a direction that nobody filters, so that a close frame can be put between them. It
// checks nothing. The zero value is ready.
type Follower struct {
	head    [maxHeader]byte
	headLen int
	left    uint64 // of a payload
	lost    bool
}

// Feed takes the next bytes, and gives them back.
func (f *Follower) Feed(p []byte) ([]byte, error) {
	for rest := p; len(rest) > 0 && !f.lost; {
		if f.left > 0 {
			n := min(uint64(len(rest)), f.left)
			f.left -= n
			rest = rest[n:]
			continue
		}
		size := headerSize(f.head[:f.headLen])
		n := copy(f.head[f.headLen:size], rest)
		f.headLen += n
		rest = rest[n:]
		if f.headLen >= 2 && f.headLen == headerSize(f.head[:f.headLen]) {
			f.left = parseHeader(f.head[:f.headLen]).length
			f.headLen, f.lost = 0, f.left > math.MaxInt64
		}
	}
	return p, nil
}

// Between says that what has passed ends with a frame.
func (f *Follower) Between() bool { return f.headLen == 0 && f.left == 0 && !f.lost }

// Closed is never known.
func (f *Follower) Closed() bool { return false }
