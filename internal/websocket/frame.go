package websocket

import "encoding/binary"

// opcode is the kind of a frame (RFC 6455 section 5.2).
type opcode uint8

const (
	continuation opcode = 0x0
	text         opcode = 0x1
	binaryData   opcode = 0x2
	closing      opcode = 0x8
	ping         opcode = 0x9
	pong         opcode = 0xA
)

// isControl says that a frame is no part of a message (RFC 6455 section 5.5).
func (o opcode) isControl() bool { return o >= closing }

func (o opcode) isKnown() bool { return o <= binaryData || o >= closing && o <= pong }

const (
	finalBit     = 0x80
	reservedBits = 0x70
	opcodeBits   = 0x0F
	maskBit      = 0x80
	lengthBits   = 0x7F

	length16 = 126 // in place of a length: two bytes follow that hold it
	length64 = 127 // the same with eight

	maxHeader  = 14
	maxControl = 125
)

// header is what stands in front of a frame's payload.
type header struct {
	opcode   opcode
	final    bool
	reserved bool
	masked   bool
	minimal  bool // the length is written in as few bytes as it can be
	length   uint64
	mask     [4]byte
}

// headerSize is how many bytes a header has, as far as its beginning tells.
func headerSize(b []byte) int {
	if len(b) < 2 {
		return 2
	}
	size := 2
	switch b[1] & lengthBits {
	case length16:
		size += 2
	case length64:
		size += 8
	}
	if b[1]&maskBit != 0 {
		size += 4
	}
	return size
}

// parseHeader reads a header that is whole.
func parseHeader(b []byte) header {
	h := header{
		opcode:   opcode(b[0] & opcodeBits),
		final:    b[0]&finalBit != 0,
		reserved: b[0]&reservedBits != 0,
		masked:   b[1]&maskBit != 0,
		minimal:  true,
		length:   uint64(b[1] & lengthBits),
	}
	switch rest := b[2:]; h.length {
	case length16:
		h.length = uint64(binary.BigEndian.Uint16(rest))
		h.minimal = h.length > maxControl
	case length64:
		h.length = binary.BigEndian.Uint64(rest)
		h.minimal = h.length > 0xFFFF
	}
	if h.masked {
		copy(h.mask[:], b[len(b)-4:])
	}
	return h
}

// appendHeader writes the header of a frame that is alone: a whole message, or a control frame.
func appendHeader(dst []byte, o opcode, length int, masked bool) []byte {
	var bit byte
	if masked {
		bit = maskBit
	}
	dst = append(dst, finalBit|byte(o))
	switch {
	case length <= maxControl:
		return append(dst, bit|byte(length))
	case length <= 0xFFFF:
		return binary.BigEndian.AppendUint16(append(dst, bit|length16), uint16(length))
	default:
		return binary.BigEndian.AppendUint64(append(dst, bit|length64), uint64(length))
	}
}

// appendFrame writes a frame that is alone, as one side does: a client masks what it sends, each frame anew.
func appendFrame(dst []byte, from Side, o opcode, payload []byte) []byte {
	dst = appendHeader(dst, o, len(payload), from == Client)
	if from != Client {
		return append(dst, payload...)
	}
	key := newMask()
	dst = append(dst, key[:]...)
	start := len(dst)
	dst = append(dst, payload...)
	applyMask(dst[start:], key, 0)
	return dst
}
