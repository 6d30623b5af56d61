package jsonpath

// Visitor decides about places. Slices it is given are valid during the call only. It must not call the Editor,
// but for Names.
type Visitor interface {
	// Visit is called at each place some path selects, when the first byte of its value is known and nothing
	// of it has been emitted. It may answer anything.
	Visit(p Place) Verdict
	// Held gives the complete raw value, without white space around it, for which Visit answered Hold. It may
	// answer Remove, Replace or Descend; Hold again is Remove.
	Held(p Place, value []byte) Verdict
	// Leave follows each Held that answered Descend, after everything inside has been visited.
	Leave(p Place)
}

// Place is a value in the document that some path selects, or, in a strict Set, the rest. It travels in registers, which
// one more field would end.
type Place struct {
	Paths  []int  // numbers of the paths that select it, ascending
	Name   []byte // unescaped member name; nil for elements and the root
	Kind   Kind
	Offset int64 // byte offset of the value in the input
}

// Kind is the kind of a value, as its first byte tells.
type Kind uint8

// The kinds of values; the zero Kind is none of them.
const (
	Invalid Kind = iota
	Object
	Array
	String
	Number
	True
	False
	Null
)

// Do is what to do with a place. The zero Do removes it.
type Do uint8

// The answers of a Visitor.
const (
	Remove  Do = iota // delete the member or element; the root becomes null
	Replace           // write Verdict.Value instead
	Hold              // collect the value, then ask Held
	Descend           // keep the value and go on looking inside
)

// Verdict is an answer of a Visitor.
type Verdict struct {
	Do Do
	// Value is complete JSON text for Replace. An empty one would break the document, so it removes.
	Value []byte
}

// Limits bound the memory of an Editor. Zero fields mean the defaults.
type Limits struct {
	Held  int // bytes of one held value; 1 MiB
	Token int // bytes of a separator, white space and name held back while a removal is undecided; 64 KiB
	Depth int // open arrays and objects; 10,000, and never less than 1,000
}

func (l Limits) orDefault() Limits {
	if l.Held <= 0 {
		l.Held = 1 << 20
	}
	if l.Token <= 0 {
		l.Token = 64 << 10
	}
	if l.Depth <= 0 {
		l.Depth = 10_000
	}
	l.Depth = max(l.Depth, 1_000)
	return l
}

// kindOf gives the kind of the value that begins with c.
func kindOf(c byte) Kind {
	switch c {
	case '{':
		return Object
	case '[':
		return Array
	case '"':
		return String
	case 't':
		return True
	case 'f':
		return False
	case 'n':
		return Null
	default:
		if c == '-' || isDigit(c) {
			return Number
		}
		return Invalid
	}
}
