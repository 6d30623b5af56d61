package coding

import (
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// gzipLevel, of zlib too, trades size for time. On saved web pages level 2 is as fast as level 1 and 5 % smaller; level 6
// saves a further 11 % and takes twice the time, for every filtered response again, where a static file pays it once.
const gzipLevel = 2

// On the same pages, brotli's levels 0 and 1 make larger bodies than gzip does here, and are no faster. Level 2 makes them
// 12 % smaller, in twice the time; the levels 3 and 4 save a further 3 and 7 % and take 1.2 and 1.8 times as long as level
// 2. A window of 256 KiB rather than brotli's 4 MiB costs 2 % and holds a fifth of the memory.
const (
	brotliLevel  = 2
	brotliWindow = 18 // a power of 2
)

// zstd's fastest level makes them 9 % smaller than gzip does, in less time; the default level saves a further 5 % and takes
// 1.3 times as long. A window of 1 MiB would save 2 % and hold 0.8 MiB more.
const (
	zstdLevel         = zstd.SpeedFastest
	zstdEncoderWindow = 256 << 10
)

// Writer codes a body. It is for one goroutine at a time.
type Writer interface {
	io.Writer
	// Flush makes all that was written readable at the other end.
	Flush() error
	// Close ends the body and releases the writer; the writer below stays open.
	Close() error
	// Abort releases the writer of a body that must not look whole. After Close or Abort it does nothing.
	Abort()
}

// NewWriter codes what is written to it and writes that to w, where nothing arrives before the first Write, Flush or
// Close. It holds 1.2 MiB until Close or Abort, with br 2.4 MiB.
func NewWriter(c Coding, w io.Writer) Writer {
	if pool := encoders[c]; pool != nil {
		e := pool.Get().(encoder) //nolint:forcetypeassert // the pool holds nothing else
		e.Reset(w)
		return &writer{e: e, pool: pool}
	}
	if c == Identity {
		return &plainWriter{w: w}
	}
	return &plainWriter{w: w, err: errNoCoding}
}

// encoder is what the libraries have in common.
type encoder interface {
	io.WriteCloser
	Flush() error
	Reset(w io.Writer)
}

//nolint:gochecknoglobals // pools of encoders
var encoders = map[Coding]*sync.Pool{
	Gzip:    encoderPool(func() (encoder, error) { return gzip.NewWriterLevel(io.Discard, gzipLevel) }),
	Deflate: encoderPool(func() (encoder, error) { return zlib.NewWriterLevel(io.Discard, gzipLevel) }),
	Brotli: encoderPool(func() (encoder, error) {
		return brotli.NewWriterOptions(io.Discard, brotli.WriterOptions{Quality: brotliLevel, LGWin: brotliWindow}), nil
	}),
	Zstd: encoderPool(func() (encoder, error) {
		return zstd.NewWriter(io.Discard,
			zstd.WithEncoderLevel(zstdLevel), zstd.WithWindowSize(zstdEncoderWindow),
			zstd.WithEncoderConcurrency(1), // codes in the goroutine that writes
			zstd.WithLowerEncoderMem(true),
			zstd.WithZeroFrames(true)) // an empty body is a frame, as clients expect it
	}),
}

func encoderPool(build func() (encoder, error)) *sync.Pool {
	return &sync.Pool{New: func() any {
		e, err := build()
		if err != nil {
			panic("coding: " + err.Error()) // the levels are constants
		}
		return e
	}}
}

type writer struct {
	e    encoder // nil once released
	pool *sync.Pool
}

func (w *writer) Write(p []byte) (int, error) {
	if w.e == nil {
		return 0, errReleased
	}
	return w.e.Write(p)
}

func (w *writer) Flush() error {
	if w.e == nil {
		return errReleased
	}
	return w.e.Flush()
}

func (w *writer) Close() error {
	if w.e == nil {
		return errReleased
	}
	err := w.e.Close()
	w.Abort()
	return err
}

func (w *writer) Abort() {
	if w.e != nil {
		w.e.Reset(io.Discard) // the pool keeps no writer of a request alive
		w.pool.Put(w.e)
		w.e = nil
	}
}

// plainWriter writes what it gets.
type plainWriter struct {
	w   io.Writer
	err error
}

func (p *plainWriter) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	return p.w.Write(b)
}

func (p *plainWriter) Flush() error { return p.err }

func (p *plainWriter) Close() error {
	err := p.err
	p.err = errReleased
	return err
}

func (p *plainWriter) Abort() { p.err = errReleased }
