package jsonpath

import "fmt"

// SyntaxError says where a query is no JSONPath of RFC 9535.
type SyntaxError struct {
	Offset int    // bytes into the query
	Msg    string // what is wrong; what would be right
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("JSONPath, byte %d: %s", e.Offset, e.Msg)
}

// ErrorKind says why a document was refused. The zero kind is Malformed.
type ErrorKind uint8

// The reasons for which a document is refused.
const (
	Malformed ErrorKind = iota // breaks the grammar of RFC 8259
	Encoding                   // a string is not UTF-8
	Truncated                  // ends before its value does
	TooDeep                    // nests beyond Limits.Depth
	TooLarge                   // a held value beyond Limits.Held, or a separator and name beyond Limits.Token
)

func (k ErrorKind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case Encoding:
		return "not UTF-8"
	case Truncated:
		return "truncated"
	case TooDeep:
		return "nested too deeply"
	case TooLarge:
		return "value too large to hold"
	default:
		return "refused"
	}
}

// Error refuses a document. It never quotes the document.
type Error struct {
	Kind   ErrorKind
	Offset int64 // bytes into the document: the offending byte, or for TooLarge the first byte that had to be held
	// Paths are, for TooLarge, the numbers of the paths for which a value had to be held, ascending; nil where it was
	// not for a value.
	Paths []int
}

func (e *Error) Error() string {
	return fmt.Sprintf("JSON %s at byte %d", e.Kind, e.Offset)
}
