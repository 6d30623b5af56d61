package coding

import (
	"hash"
	"hash/adler32"
	"math/bits"
	"sync"
)

// zlibPart is where in a zlib stream the decoder stands (RFC 1950 section 2.2).
type zlibPart uint8

const (
	zlibHeader zlibPart = iota
	zlibBody
	zlibTrailer
	zlibEnd
)

const zlibDictionary = 0x20 // a flag: the stream needs a preset dictionary

// zlibMachine decodes what is called deflate, a zlib stream (RFC 9110 section 8.4.1.2). Some servers send a bare deflate
// stream by that name and browsers read both, so that refusing one would only break pages, and reading it otherwise than
// a browser would let it through unfiltered. No encoder's bare stream looks like a zlib header: it would have to begin
// with a stored block whose padding is not zero.
type zlibMachine struct {
	inflater
	part zlibPart
	bare bool
	err  error
	sum  hash.Hash32 // of the plain text
}

//nolint:gochecknoglobals // a pool of what holds 90 KiB
var zlibMachines = sync.Pool{New: func() any { return &zlibMachine{sum: adler32.New()} }}

func takeZlibMachine() *zlibMachine { return zlibMachines.Get().(*zlibMachine) } //nolint:forcetypeassert // the pool holds nothing else

// release gives z back. Plain text stays in the window until it is overwritten, and no match can reach it: see past.
func (z *zlibMachine) release() {
	z.in = bitReader{}
	z.pos, z.sent = 0, 0
	z.part, z.bare, z.err = zlibHeader, false, nil
	z.sum.Reset()
	zlibMachines.Put(z)
}

func (z *zlibMachine) feed(chunk []byte) { z.in.chunk = chunk }

func (z *zlibMachine) next() ([]byte, error) {
	for z.err == nil {
		if z.part != zlibBody {
			more, err := z.readFrame()
			if z.err = err; err == nil && !more {
				return nil, nil
			}
			continue
		}
		stop, err := z.run()
		z.err = err
		if stop == ended {
			z.part = zlibTrailer
		}
		if piece := z.pending(); len(piece) > 0 {
			_, _ = z.sum.Write(piece) // a hash never fails
			return piece, nil
		}
		if stop == hungry && err == nil {
			return nil, nil
		}
	}
	return nil, z.err
}

// finish accepts a body of no bytes, as gzip does.
func (z *zlibMachine) finish() error {
	empty := z.part == zlibHeader && z.in.n == 0
	if z.err == nil && z.part != zlibEnd && !empty {
		z.err = errTruncated
	}
	return z.err
}

// readFrame reads the header or the trailer, and says whether it was all there.
func (z *zlibMachine) readFrame() (bool, error) {
	switch z.part {
	case zlibHeader:
		return z.readHeader()
	case zlibTrailer:
		if !z.bare {
			if !z.in.fill(32) {
				return false, nil
			}
			if bits.ReverseBytes32(z.in.take(32)) != z.sum.Sum32() {
				return false, errZlibSum
			}
		}
		z.part = zlibEnd
		return true, nil
	default:
		if z.in.fill(8) {
			return false, errTrailing
		}
		return false, nil
	}
}

func (z *zlibMachine) readHeader() (bool, error) {
	if !z.in.fill(16) {
		return false, nil
	}
	method, flags := byte(z.in.hold), byte(z.in.hold>>8)
	deflate := method&15 == 8 && method>>4 <= 7
	z.bare = !deflate || (uint(method)<<8|uint(flags))%31 != 0
	if !z.bare {
		if flags&zlibDictionary != 0 {
			return false, errDictionary
		}
		z.in.take(16)
	}
	z.part = zlibBody
	z.restart()
	return true, nil
}
