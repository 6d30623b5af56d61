package jsonpath

// step is where in the grammar the next byte stands, so that a document may be cut anywhere.
type step uint8

const (
	atValue        step = iota // a value
	atKept                     // the first byte of a value that is kept
	atFirstElement             // a value or ]
	atFirstName                // a name or }
	atName                     // a name
	atNameBody                 // inside a name
	atColon                    // the colon behind a name
	atString                   // inside a string
	atNumber                   // inside a number
	atLiteral                  // inside true, false or null
	atAfter                    // a comma or the end of the container
	atEnd                      // behind the value
	atSkip                     // inside a value whose fate is settled or awaits its end
	atMark                     // the byte order mark or the value
	atFailure
)

// scanner checks one value against RFC 8259, whatever the chunks it comes in. Its memory is one bit for each
// open container.
type scanner struct {
	at    step
	depth int      // open containers of the value
	room  int      // how many may be open
	kinds []uint64 // one bit for each open container: it is an object

	escape  uint8   // of a string: what is left of an escape; see text.go
	tail    [4]byte // of a string: the begun character at the end of the last chunk
	tailLen int

	number  numberStep
	literal string // what is left of it

	kind  ErrorKind // with atFailure: why,
	shift int       // and how many bytes before the index given back
}

// start makes ready for one value.
func (s *scanner) start(room int) {
	s.at, s.depth, s.room = atValue, 0, room
}

func (s *scanner) fail(kind ErrorKind, i int) int {
	s.at, s.kind, s.shift = atFailure, kind, 0
	return i
}

// open notes a container and reports whether it may be open.
func (s *scanner) open(object bool) bool {
	if s.depth >= s.room {
		return false
	}
	word, bit := s.depth>>6, uint64(1)<<(s.depth&63)
	if word == len(s.kinds) {
		s.kinds = append(s.kinds, 0)
	}
	if object {
		s.kinds[word] |= bit
	} else {
		s.kinds[word] &^= bit
	}
	s.depth++
	return true
}

// inObject reports whether the innermost open container is an object.
func (s *scanner) inObject() bool {
	n := s.depth - 1
	return s.kinds[n>>6]>>(n&63)&1 != 0
}
