package coding

import (
	"io"
	"sync"

	"github.com/andybalholm/brotli"
)

// brotliMachine decodes one brotli stream (RFC 7932). The library's reader needs no coroutine: where its source returns
// nothing and no error, so does it, having written all that the source gave, and resumes there.
type brotliMachine struct {
	in     intake
	r      *brotli.Reader
	whole  bool // the stream has ended
	err    error
	broken bool // the library panicked
	plain  [piece]byte
}

//nolint:gochecknoglobals // a pool of what holds 100 KiB and a window
var brotliMachines = sync.Pool{New: func() any { return &brotliMachine{r: new(brotli.Reader)} }}

func takeBrotliMachine() *brotliMachine {
	m := brotliMachines.Get().(*brotliMachine) //nolint:forcetypeassert // the pool holds nothing else
	_ = m.r.Reset(&m.in)                       // it never fails
	return m
}

func (m *brotliMachine) release() {
	if m.broken {
		return
	}
	m.in, m.whole, m.err = intake{}, false, nil
	brotliMachines.Put(m)
}

func (m *brotliMachine) feed(chunk []byte) { m.in.feed(chunk) }

func (m *brotliMachine) next() ([]byte, error) {
	for m.err == nil && m.in.begun {
		if m.whole {
			if len(m.in.chunk) > 0 {
				m.err = errBrotli
			}
			break
		}
		m.in.dry = false
		n, err := m.read(m.plain[:])
		if err != nil && !m.complete() {
			m.err = errBrotli
		}
		if n > 0 {
			return m.plain[:n], nil
		}
		if m.in.dry {
			break
		}
	}
	return nil, m.err
}

// finish accepts a body of no bytes, as gzip does: servers send one for an empty document.
func (m *brotliMachine) finish() error {
	if m.err == nil && m.in.begun && !m.complete() {
		m.err = errTruncated
	}
	return m.err
}

// complete says that the stream has ended with the chunk. The library takes the bytes of a symbol that arrived apart for
// something that follows, when that symbol is the last one; a read of nothing then tells them apart, since at the end
// of its input it says io.EOF only if the stream is whole and no byte of the chunk is left.
func (m *brotliMachine) complete() bool {
	if !m.whole && len(m.in.chunk) == 0 {
		m.in.ended = true
		_, err := m.read(nil)
		m.in.ended = false
		m.whole = err == io.EOF //nolint:errorlint // io.Reader returns it bare
	}
	return m.whole
}

// read calls the library, which must not take the process down with a body that it stumbles over.
func (m *brotliMachine) read(p []byte) (n int, err error) {
	defer func() {
		if recover() != nil {
			m.broken = true
			n, err = 0, errBrotli
		}
	}()
	return m.r.Read(p)
}
