package protobuf

import "fmt"

// ErrorKind says why a message was refused. The zero kind is Malformed.
type ErrorKind uint8

// The reasons for which a message is refused.
const (
	Malformed       ErrorKind = iota // not the wire format, or text that is not UTF-8; on the way back, not JSON
	UnknownField                     // a field that the descriptor set does not know, or of another wire type
	UnknownType                      // google.protobuf.Any of a type that is not in the descriptor set
	TooDeep                          // nests beyond Limits.Depth
	TooLarge                         // beyond Limits.Size, or its JSON beyond Limits.View
	Required                         // a required field of proto2 is absent, or was removed
	Unrepresentable                  // a well-known type with a value that ProtoJSON has no form for
)

func (k ErrorKind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case UnknownField:
		return "has a field that the descriptor set does not know"
	case UnknownType:
		return "has an Any of a type that is not in the descriptor set"
	case TooDeep:
		return "nested too deeply"
	case TooLarge:
		return "too large"
	case Required:
		return "lacks a required field"
	case Unrepresentable:
		return "has no form in JSON"
	default:
		return "refused"
	}
}

// Error refuses a message. It never quotes it.
type Error struct {
	Kind ErrorKind
	Type string // full name of the type of message in which it happened; "" for the zero Message
	// Offset is in bytes into the message, of the field or message that was refused; inside a field that came in several
	// parts, of the first part. On the way back it is in bytes into the edited JSON.
	Offset int64
}

func (e *Error) Error() string {
	return fmt.Sprintf("protobuf message %s %s at byte %d", e.Type, e.Kind, e.Offset)
}

// Limits bound the work on one message. Zero values are the defaults.
type Limits struct {
	Size  int // bytes of the message; 4 MiB
	View  int // bytes of its JSON, which may go beyond by its last text; four times Size
	Depth int // messages within messages, groups and payloads of Any included; 100. Large groups nest some 30 deep at most.
}

func (l Limits) orDefault() Limits {
	if l.Size <= 0 {
		l.Size = 4 << 20
	}
	if l.View <= 0 {
		l.View = 4 * l.Size
	}
	if l.Depth <= 0 {
		l.Depth = 100
	}
	return l
}
