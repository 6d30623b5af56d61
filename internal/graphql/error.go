package graphql

import "fmt"

// Kind says why the fields of a response cannot be told. The zero kind is Malformed.
type Kind uint8

// The reasons for which a query makes no tree, or a request no query.
const (
	Malformed Kind = iota // begins as GraphQL does, and is none
	Foreign               // is something else, such as the words of a search
	TooLarge              // over a limit
	Recursive             // a fragment contains itself
	Undefined             // a fragment is used and not there
	Stored                // names a stored query whose text is not known
	Unread                // the request's body could not be read to its end
)

func (k Kind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case Foreign:
		return "not GraphQL"
	case TooLarge:
		return "too large"
	case Recursive:
		return "a fragment contains itself"
	case Undefined:
		return "a fragment is not defined"
	case Stored:
		return "the text of a stored query is not known"
	case Unread:
		return "the request could not be read"
	default:
		return "refused"
	}
}

// Error says why the fields of a response cannot be told. It never quotes the query.
type Error struct {
	Kind Kind
	Line int // of the query, from 1; 0 where no place is to blame
	// Column is in characters, from 1; 0 where no place is to blame.
	Column int
	Err    error // what Unread met; it quotes nothing either
}

func (e *Error) Error() string {
	switch {
	case e.Err != nil:
		return fmt.Sprintf("reading a GraphQL request: %s: %v", e.Kind, e.Err)
	case e.Line > 0:
		return fmt.Sprintf("reading a GraphQL query, line %d, column %d: %s", e.Line, e.Column, e.Kind)
	default:
		return "reading a GraphQL query: " + e.Kind.String()
	}
}

func (e *Error) Unwrap() error { return e.Err }
