package grpc

import (
	"errors"
	"fmt"
)

// ErrorKind says why a stream was refused. The zero kind is Malformed.
type ErrorKind uint8

// The reasons for which a stream is refused.
const (
	Malformed  ErrorKind = iota // not the frames of its protocol, or trailers that are no header lines
	Truncated                   // ends within a frame
	TooLarge                    // a message beyond the limit
	Undeclared                  // a compressed message where no coding was declared
	Damaged                     // a compressed message that is not what its coding claims
)

func (k ErrorKind) String() string {
	switch k {
	case Malformed:
		return "is malformed"
	case Truncated:
		return "is cut off"
	case TooLarge:
		return "is too large to hold"
	case Undeclared:
		return "is compressed, but the stream declares no coding"
	case Damaged:
		return "is not what its coding claims"
	default:
		return "is refused"
	}
}

// Error refuses a stream. It never quotes it.
type Error struct {
	Kind ErrorKind
	// Offset is where the frame begins, in bytes into the body; of grpc-web-text into what its base64 says.
	Offset int64
}

func (e *Error) Error() string { return fmt.Sprintf("the frame at byte %d %s", e.Offset, e.Kind) }

var errNoFilter = errors.New("no protocol or no function for its messages was chosen")
