package jsonpath

// Editor carries a Set over one document, in any chunks, and applies what a Visitor says. Its memory is bounded
// by Limits and the open containers, whatever the document; it is not safe for concurrent use.
type Editor struct {
	set     *Set
	visitor Visitor
	limits  Limits
	err     error
	blame   []int // the paths for which a value had to be held that is too large
	closed  bool

	scan   scanner
	at     step
	task   task
	frames []frame // the open containers in which a path may still select something; the first is the document
	next   *state  // of the value at hand
	name   []byte  // of the value at hand, where next accepts
	room   []byte  // keeps a name that is not one slice of the chunk
	raw    []byte  // a name cut by the end of a chunk, as written
	long   bool    // the name at hand is longer than any that a path asks for
	marked int     // bytes of the byte order mark seen

	base int64  // offset in the input of the bytes at hand
	out  []byte // edited bytes that go out before the rest of the chunk
	mark int    // from here on the bytes at hand have neither gone to out nor been dropped
	sep  int    // from here on they wait for a verdict; -1 where none does
	pend []byte // bytes of earlier chunks that wait with them
	lead []byte // white space before the first member of a container, while all members so far are removed

	held    []byte // a held value that spans chunks
	spilled bool   // held is in use
	holds   []hold // values held, and those descended into; innermost last
	names   []byte // their names
	reread  int    // bytes read again within the outermost hold

	filters evaluator
	answers []bool // of the filters asked
	asked   int64  // bytes that filters have read
}

// frame is an open container.
type frame struct {
	st      *state
	other   *state // st.rest() or st.restOf(), close at hand
	sieve   uint64 // st.sieve, close at hand
	index   int64  // of the next element
	length  int64  // of an array, where it was measured
	object  bool
	careful bool // a child may be removed, so separators wait
	kept    bool // something in it has been kept
	held    bool // its end is the end of the innermost hold
}

// NewEditor makes an Editor for one document.
func NewEditor(set *Set, v Visitor, l Limits) *Editor {
	e := &Editor{}
	e.Reset(set, v, l)
	return e
}

// Reset makes the Editor ready for another document; what it has allocated stays with it.
func (e *Editor) Reset(set *Set, v Visitor, l Limits) {
	e.set, e.visitor, e.limits, e.err, e.closed = set, v, l.orDefault(), nil, false
	if e.room == nil {
		// Never nil, since a nil Place.Name says that there is none.
		e.room, e.names = make([]byte, 0, 64), make([]byte, 0, 64)
	}
	clear(e.frames)
	e.frames = append(e.frames[:0], frame{kept: true})
	e.at, e.next, e.name, e.marked = atMark, set.start, nil, 0
	e.raw, e.out, e.pend, e.lead, e.held, e.names = e.raw[:0], e.out[:0], e.pend[:0], e.lead[:0], e.held[:0], e.names[:0]
	clear(e.holds)
	e.holds = e.holds[:0]
	e.base, e.mark, e.sep, e.spilled, e.reread = 0, 0, -1, false, 0
	e.scan.escape, e.scan.tailLen = 0, 0
	e.asked, e.blame = 0, nil
	e.filters.begin(spot{})
}

// Feed takes the next bytes of the document and gives those that may go out. They are valid until the next call
// and may alias p. After an error, an *Error, the Editor is dead and gives the same error; nothing goes out with it.
func (e *Editor) Feed(p []byte) ([]byte, error) {
	switch {
	case e.err != nil:
		return nil, e.err
	case len(p) == 0:
		return nil, nil
	case e.closed:
		return nil, e.die(Malformed, e.base)
	}
	e.out, e.mark = e.out[:0], 0
	if e.sep > 0 {
		e.sep = 0
	}
	i := e.walk(p, 0)
	if e.at == atFailure {
		return nil, e.die(e.scan.kind, e.base+int64(i-e.scan.shift))
	}
	end := e.suspend(p)
	if e.at == atFailure {
		return nil, e.die(e.scan.kind, e.base+int64(len(p)-e.scan.shift))
	}
	e.base += int64(len(p))
	rest := p[e.mark:max(end, e.mark)]
	if len(e.out) == 0 {
		return rest, nil
	}
	e.out = append(e.out, rest...)
	return e.out, nil
}

// Close ends the document and gives what is left of it. A document that is not complete is Truncated, an empty one too.
func (e *Editor) Close() ([]byte, error) {
	if e.err != nil {
		return nil, e.err
	}
	length := e.base
	var out []byte
	if len(e.frames) == 1 && e.at == atSkip && e.scan.depth == 0 && e.scan.at == atNumber && e.scan.number.complete() {
		// Only white space tells that a number has ended, so some is lent to it.
		lent, err := e.Feed([]byte{'\n'})
		if err != nil {
			return nil, err
		}
		out = lent[:len(lent)-1]
		e.base = length
	}
	if e.at != atEnd {
		return nil, e.die(Truncated, length)
	}
	e.closed = true
	return out, nil
}

// Names gives those of the members inside the place about which the Visitor is being asked, by Visit or Held, of a Set
// that stands under names; nil where no path goes on inside.
func (e *Editor) Names() *Names { return e.next.setting.names }

// Settled gives the offset in the input before which no place can be visited, held or left any more: that of the
// outermost value which is being held, else the number of bytes fed. It is meant to be asked between calls of Feed.
func (e *Editor) Settled() int64 {
	if len(e.holds) > 0 {
		return e.holds[0].offset
	}
	return e.base
}

func (e *Editor) die(kind ErrorKind, offset int64) error {
	e.err = &Error{Kind: kind, Offset: offset, Paths: e.blame}
	return e.err
}

// fail refuses the document because of the byte at i.
func (e *Editor) fail(kind ErrorKind, i int) int {
	e.at = atFailure
	return e.scan.fail(kind, i)
}
