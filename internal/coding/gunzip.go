package coding

import (
	"hash/crc32"
	"sync"
)

// part is where in a gzip file the decoder stands (RFC 1952 section 2.3).
type part uint8

const (
	between part = iota // members: the only place where the file may end
	fixedHeader
	extraLength
	extraField
	fileName
	comment
	headerSum
	body
	trailer
)

// Flags of a member's header (RFC 1952 section 2.3.1).
const (
	hasHeaderSum = 1 << (iota + 1)
	hasExtra
	hasName
	hasComment
	reserved = 0xe0
)

const fixedHeaderSize = 10

// gunzipper decodes a series of gzip members (RFC 1952 section 2.2), in the caller's goroutine, wherever its input stops.
type gunzipper struct {
	inflater
	part    part
	members int
	err     error

	seen  int // bytes of the fixed header
	flags byte
	extra int    // bytes left of the extra field
	sum   uint32 // of the header, then of the plain text
	size  uint32 // of the plain text, modulo 2^32
	octet [1]byte
}

//nolint:gochecknoglobals // a pool of what holds 90 KiB
var gunzippers = sync.Pool{New: func() any { return new(gunzipper) }}

func takeGunzipper() *gunzipper { return gunzippers.Get().(*gunzipper) } //nolint:forcetypeassert // the pool holds nothing else

// release gives z back. Plain text stays in the window until it is overwritten, and no match can reach it: see past.
func (z *gunzipper) release() {
	z.in = bitReader{}
	z.pos, z.sent = 0, 0
	z.part, z.members, z.err = between, 0, nil
	gunzippers.Put(z)
}

func (z *gunzipper) feed(chunk []byte) { z.in.chunk = chunk }

func (z *gunzipper) next() ([]byte, error) {
	for z.err == nil {
		if z.part != body {
			more, err := z.readFrame()
			if z.err = err; err == nil && !more {
				return nil, nil
			}
			continue
		}
		stop, err := z.run()
		z.err = err
		if stop == ended {
			z.part = trailer
		}
		if piece := z.pending(); len(piece) > 0 {
			z.sum = crc32.Update(z.sum, crc32.IEEETable, piece)
			z.size += uint32(len(piece))
			return piece, nil
		}
		if stop == hungry && err == nil {
			return nil, nil
		}
	}
	return nil, z.err
}

func (z *gunzipper) finish() error {
	if z.err == nil && z.part != between {
		z.err = errTruncated
	}
	return z.err
}

// readFrame reads one part of a header or trailer, and says whether it was all there.
func (z *gunzipper) readFrame() (bool, error) {
	switch z.part {
	case between:
		if !z.in.fill(8) {
			return false, nil
		}
		z.sum, z.seen = 0, 0
		z.part = fixedHeader
		return true, nil
	case fixedHeader:
		return z.readFixedHeader()
	case extraLength:
		if !z.in.fill(16) {
			return false, nil
		}
		z.extra = int(z.summed()) | int(z.summed())<<8
		z.part = extraField
		return true, nil
	case extraField:
		return z.skipExtra(), nil
	case fileName, comment:
		return z.skipText(), nil
	case headerSum:
		if !z.in.fill(16) {
			return false, nil
		}
		if z.in.take(16) != z.sum&0xffff {
			return false, errHeaderSum
		}
		z.begin()
		return true, nil
	default:
		return z.readTrailer()
	}
}

func (z *gunzipper) readFixedHeader() (bool, error) {
	for ; z.seen < fixedHeaderSize; z.seen++ {
		if !z.in.fill(8) {
			return false, nil
		}
		octet := z.summed()
		switch {
		case z.seen == 0 && octet != 0x1f, z.seen == 1 && octet != 0x8b, z.seen == 2 && octet != 8:
			if z.members > 0 {
				return false, errTrailing
			}
			return false, errHeader
		case z.seen == 3 && octet&reserved != 0:
			return false, errReserved
		case z.seen == 3:
			z.flags = octet
		}
	}
	z.enter(extraLength)
	return true, nil
}

// enter goes to the first part of the header from which on the flags announce one, or to the body.
func (z *gunzipper) enter(from part) {
	announced := [...]struct {
		part part
		flag byte
	}{{extraLength, hasExtra}, {fileName, hasName}, {comment, hasComment}, {headerSum, hasHeaderSum}}
	for _, a := range announced {
		if a.part >= from && z.flags&a.flag != 0 {
			z.part = a.part
			return
		}
	}
	z.begin()
}

func (z *gunzipper) begin() {
	z.part = body
	z.sum, z.size = 0, 0
	z.restart()
}

func (z *gunzipper) skipExtra() bool {
	for ; z.extra > 0; z.extra-- {
		if !z.in.fill(8) {
			return false
		}
		z.summed()
	}
	z.enter(fileName)
	return true
}

// skipText skips a name or comment up to its zero byte. It is held nowhere, so its length needs no limit.
func (z *gunzipper) skipText() bool {
	for {
		if !z.in.fill(8) {
			return false
		}
		if z.summed() == 0 {
			z.enter(z.part + 1)
			return true
		}
	}
}

// summed takes a byte that the header's checksum covers.
func (z *gunzipper) summed() byte {
	z.octet[0] = byte(z.in.take(8))
	z.sum = crc32.Update(z.sum, crc32.IEEETable, z.octet[:])
	return z.octet[0]
}

func (z *gunzipper) readTrailer() (bool, error) {
	if !z.in.fill(32) {
		return false, nil
	}
	if z.seen == fixedHeaderSize {
		if z.in.take(32) != z.sum {
			return false, errChecksum
		}
		z.seen++
		return true, nil
	}
	if z.in.take(32) != z.size {
		return false, errChecksum
	}
	z.members++
	z.part = between
	return true, nil
}
