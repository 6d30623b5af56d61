package coding

import (
	"errors"
	"io"
	"iter"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstdWindow is what a frame may ask for: a recipient on the web need not have more (RFC 9659 section 3).
const zstdWindow = 8 << 20

// zstdMachine decodes zstd frames (RFC 8878), which the library pulls from a reader and pushes at a writer; it runs in a
// coroutine that is suspended wherever either has to wait.
type zstdMachine struct {
	in     intake
	d      *zstd.Decoder
	resume func() ([]byte, bool) // nil until the first byte comes
	stop   func()
	yield  func([]byte) bool

	end    error // how the library returned
	err    error
	broken bool // the library panicked
}

//nolint:gochecknoglobals // a pool of what holds up to a window
var zstdMachines = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(1), // decodes in the goroutine that calls it
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(zstdWindow)) // a limit on memory, which is of the whole text, would cut long bodies
	if err != nil {
		panic("coding: " + err.Error()) // the options are constants
	}
	return &zstdMachine{d: d}
}}

func takeZstdMachine() *zstdMachine { return zstdMachines.Get().(*zstdMachine) } //nolint:forcetypeassert // the pool holds nothing else

func (m *zstdMachine) release() {
	if m.stop != nil {
		m.stop()
	}
	if m.broken || m.d.Reset(nil) != nil {
		return
	}
	*m = zstdMachine{d: m.d}
	zstdMachines.Put(m)
}

func (m *zstdMachine) feed(chunk []byte) { m.in.feed(chunk) }

func (m *zstdMachine) next() ([]byte, error) {
	if m.err != nil || !m.in.begun {
		return nil, m.err
	}
	if m.resume == nil {
		m.resume, m.stop = iter.Pull(m.run)
	}
	plain, suspended := m.resume()
	if !suspended {
		m.err = zstdError(m.end)
	}
	return plain, m.err
}

// finish accepts a body of no bytes, which is no frame.
func (m *zstdMachine) finish() error {
	if m.err == nil && m.resume != nil {
		m.in.ended = true
		if _, suspended := m.resume(); suspended || m.end != nil {
			m.err = errTruncated
		}
	}
	return m.err
}

// run is the coroutine. It yields pieces, and nil where it needs input.
func (m *zstdMachine) run(yield func([]byte) bool) {
	defer func() {
		if recover() != nil {
			m.broken = true
			m.end = errZstd
		}
	}()
	m.yield = yield
	if m.end = m.d.Reset(zstdInput{m}); m.end == nil {
		_, m.end = m.d.WriteTo(zstdOutput{m})
	}
}

type zstdInput struct{ *zstdMachine }

func (m zstdInput) Read(p []byte) (int, error) {
	for len(m.in.chunk) == 0 && !m.in.ended {
		if !m.yield(nil) {
			return 0, errReleased
		}
	}
	return m.in.Read(p)
}

type zstdOutput struct{ *zstdMachine }

func (m zstdOutput) Write(p []byte) (int, error) {
	for at := 0; at < len(p); at += piece {
		if !m.yield(p[at:min(at+piece, len(p))]) {
			return at, errReleased
		}
	}
	return len(p), nil
}

// zstdError tells the library's errors apart as far as an operator can act on them.
func zstdError(err error) error {
	switch {
	case errors.Is(err, zstd.ErrCRCMismatch):
		return errZstdSum
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return errZstdWindow
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return errDictionary
	default:
		return errZstd
	}
}

var (
	_ io.Reader = zstdInput{}
	_ io.Writer = zstdOutput{}
)
