package websocket

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// Code says why a connection ends (RFC 6455 section 7.4).
type Code uint16

// The codes that a Stream ends a connection with.
const (
	ProtocolError Code = 1002 // what no endpoint may send
	Unsupported   Code = 1003 // a binary message
	Malformed     Code = 1007 // text that is not UTF-8, or not what a filter reads
	Policy        Code = 1008 // a filter refuses, and does not say why
	TooBig        Code = 1009 // a message over the limit
	Internal      Code = 1011 // a filter failed
)

// Error ends a connection. It holds no byte of a message.
type Error struct {
	Code   Code
	At     int64  // offset among the bytes of its direction at which the frame, or the message, begins
	Detail string // what is wrong
	Err    error  // the filter's, or nil
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s at offset %d (close code %d)", e.Detail, e.At, e.Code)
}

// Unwrap gives the filter's error.
func (e *Error) Unwrap() error { return e.Err }

// maxReason is what a close frame has room for beside its code.
const maxReason = maxControl - 2

// AppendClose appends the close frame that a side sends, masked if that is the client (RFC 6455 section 5.5.1). A reason
// is cut to 123 bytes.
func AppendClose(dst []byte, from Side, code Code, reason string) []byte {
	if len(reason) > maxReason {
		end := maxReason
		for end > 0 && !utf8.RuneStart(reason[end]) {
			end--
		}
		reason = reason[:end]
	}
	payload := make([]byte, 0, maxControl)
	payload = binary.BigEndian.AppendUint16(payload, uint16(code))
	return appendFrame(dst, from, closing, append(payload, reason...))
}

// checkClose checks what a close frame says. "" is fine.
func checkClose(payload []byte) (code Code, wrong string) {
	switch {
	case len(payload) == 0:
		return 0, ""
	case len(payload) == 1:
		return ProtocolError, "a close frame holds half a code"
	case !maySend(Code(binary.BigEndian.Uint16(payload))):
		return ProtocolError, "a close frame holds a code that no endpoint may send"
	case !utf8.Valid(payload[2:]):
		return Malformed, "the reason of a close frame is not UTF-8"
	default:
		return 0, ""
	}
}

// maySend knows the codes that may stand in a close frame: those that RFC 6455 and its registry define, less the three that
// only report what happened, and those of libraries and applications.
func maySend(c Code) bool {
	switch {
	case c >= 3000 && c <= 4999:
		return true
	case c >= 1000 && c <= 1014:
		return c < 1004 || c > 1006
	default:
		return false
	}
}
