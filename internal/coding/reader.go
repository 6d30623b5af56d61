package coding

import (
	"io"
	"sync"
)

// NewReader reads plain text from a coded body. Its errors are those of r and ones that wrap ErrMalformed; io.EOF comes
// only after a whole and correct body. Close releases it and leaves r open; it may come while a Read is under way in
// another goroutine, as HTTP transports do it, and then the Read releases.
func NewReader(c Coding, r io.Reader) io.ReadCloser {
	switch c {
	case Identity:
		return io.NopCloser(r)
	case Gzip:
		return &gzipReader{r: r, z: takeGunzipper(), chunk: chunks.Get().(*[chunkSize]byte)} //nolint:forcetypeassert // the pool holds nothing else
	default:
		return io.NopCloser(refusal{})
	}
}

const (
	chunkSize = 8 << 10
	// A reader that returns nothing and no error so often is broken.
	maxEmptyReads = 100
)

//nolint:gochecknoglobals // a pool of buffers
var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

type gzipReader struct {
	r     io.Reader
	z     *gunzipper
	chunk *[chunkSize]byte
	plain []byte // decoded, and not yet read
	end   error  // what r ended with
	err   error

	lock    sync.Mutex // of what follows
	reading bool
	closed  bool
}

func (g *gzipReader) Read(p []byte) (int, error) {
	if !g.enter() {
		return 0, errReleased
	}
	defer g.leave()
	if len(p) == 0 {
		return 0, nil
	}
	if len(g.plain) == 0 && g.err == nil {
		g.plain, g.err = g.more()
	}
	n := copy(p, g.plain)
	g.plain = g.plain[n:]
	if n > 0 {
		return n, nil
	}
	return 0, g.err
}

// more decodes the next piece, from as many chunks as it needs.
func (g *gzipReader) more() ([]byte, error) {
	for empty := 0; empty < maxEmptyReads; empty++ {
		plain, err := g.z.next()
		if err != nil || len(plain) > 0 {
			return plain, err
		}
		if g.end != nil {
			return nil, g.ended()
		}
		var n int
		n, g.end = g.r.Read(g.chunk[:]) // what comes with an error is decoded first
		g.z.feed(g.chunk[:n])
		if n > 0 {
			empty = 0
		}
	}
	return nil, io.ErrNoProgress
}

func (g *gzipReader) ended() error {
	if g.end == io.EOF { //nolint:errorlint // io.Reader returns it bare
		if err := g.z.finish(); err != nil {
			return err
		}
	}
	return g.end
}

func (g *gzipReader) Close() error {
	g.lock.Lock()
	defer g.lock.Unlock()
	if !g.closed {
		g.closed = true
		g.release()
	}
	return nil
}

func (g *gzipReader) enter() bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.closed || g.reading {
		return false
	}
	g.reading = true
	return true
}

func (g *gzipReader) leave() {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.reading = false
	if g.closed {
		g.release()
	}
}

// release needs the lock. A Read under way still uses what would be given back.
func (g *gzipReader) release() {
	if g.reading {
		return
	}
	g.z.release()
	chunks.Put(g.chunk)
	g.z, g.chunk, g.plain = nil, nil, nil
}

// refusal is the reader of no coding.
type refusal struct{}

func (refusal) Read([]byte) (int, error) { return 0, errNoCoding }
