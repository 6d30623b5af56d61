package coding

import "io"

// machine decodes one body in the caller's goroutine, and stops wherever its input stops.
type machine interface {
	// feed gives it the next chunk, which it reads until next returns nothing.
	feed(chunk []byte)
	// next decodes a piece of plain text, of at most 64 KiB and valid until the following call. None means that the
	// chunk is used up. An error is final.
	next() ([]byte, error)
	// finish says whether the body may end here, once next has returned nothing.
	finish() error
	// release gives its memory to the next one.
	release()
}

// takeMachine is nil for a coding that needs none.
func takeMachine(c Coding) machine {
	switch c {
	case Gzip:
		return takeGunzipper()
	case Brotli:
		return takeBrotliMachine()
	case Zstd:
		return takeZstdMachine()
	case Deflate:
		return takeZlibMachine()
	default:
		return nil
	}
}

// intake is the io.Reader that a library pulls the chunk from.
type intake struct {
	chunk []byte
	begun bool // a byte of the body has come
	dry   bool // the library asked for more than there is
	ended bool // and there will be no more
}

func (in *intake) feed(chunk []byte) {
	in.chunk = chunk
	in.begun = in.begun || len(chunk) > 0
}

// Read returns nothing and no error where the chunk is used up.
func (in *intake) Read(p []byte) (int, error) {
	if len(in.chunk) == 0 {
		in.dry = true
		if in.ended {
			return 0, io.EOF
		}
		return 0, nil
	}
	n := copy(p, in.chunk)
	in.chunk = in.chunk[n:]
	return n, nil
}
