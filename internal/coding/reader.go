package coding

import (
	"io"
	"sync"
)

// NewReader reads plain text from a coded body. Its errors are those of r and ones that wrap ErrMalformed; io.EOF comes
// only after a whole and correct body. Close releases it and leaves r open; it may come while a Read is under way in
// another goroutine, as HTTP transports do it, and then the Read releases.
func NewReader(c Coding, r io.Reader) io.ReadCloser {
	if m := takeMachine(c); m != nil {
		return &reader{r: r, m: m, chunk: chunks.Get().(*[chunkSize]byte)} //nolint:forcetypeassert // the pool holds nothing else
	}
	if c == Identity {
		return io.NopCloser(r)
	}
	return io.NopCloser(refusal{})
}

const (
	chunkSize = 8 << 10
	// A reader that returns nothing and no error so often is broken.
	maxEmptyReads = 100
)

//nolint:gochecknoglobals // a pool of buffers
var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

type reader struct {
	r     io.Reader
	m     machine
	chunk *[chunkSize]byte
	plain []byte // decoded, and not yet read
	end   error  // what r ended with
	err   error

	lock    sync.Mutex // of what follows
	reading bool
	closed  bool
}

func (r *reader) Read(p []byte) (int, error) {
	if !r.enter() {
		return 0, errReleased
	}
	defer r.leave()
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.plain) == 0 && r.err == nil {
		r.plain, r.err = r.more()
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// more decodes the next piece, from as many chunks as it needs.
func (r *reader) more() ([]byte, error) {
	for empty := 0; empty < maxEmptyReads; empty++ {
		plain, err := r.m.next()
		if err != nil || len(plain) > 0 {
			return plain, err
		}
		if r.end != nil {
			return nil, r.ended()
		}
		var n int
		n, r.end = r.r.Read(r.chunk[:]) // what comes with an error is decoded first
		r.m.feed(r.chunk[:n])
		if n > 0 {
			empty = 0
		}
	}
	return nil, io.ErrNoProgress
}

func (r *reader) ended() error {
	if r.end == io.EOF { //nolint:errorlint // io.Reader returns it bare
		if err := r.m.finish(); err != nil {
			return err
		}
	}
	return r.end
}

func (r *reader) Close() error {
	r.lock.Lock()
	defer r.lock.Unlock()
	if !r.closed {
		r.closed = true
		r.release()
	}
	return nil
}

func (r *reader) enter() bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.closed || r.reading {
		return false
	}
	r.reading = true
	return true
}

func (r *reader) leave() {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.reading = false
	if r.closed {
		r.release()
	}
}

// release needs the lock. A Read under way still uses what would be given back.
func (r *reader) release() {
	if r.reading {
		return
	}
	r.m.release()
	chunks.Put(r.chunk)
	r.m, r.chunk, r.plain = nil, nil, nil
}

// refusal is the reader of no coding.
type refusal struct{}

func (refusal) Read([]byte) (int, error) { return 0, errNoCoding }
