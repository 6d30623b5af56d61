package coding

// Decoder turns a coded body that is pushed at it into plain text. It is for one goroutine at a time.
type Decoder interface {
	// Decode hands all that p completes to sink, in pieces of at most 64 KiB, before it returns. A piece is valid, and
	// not to be changed, until sink returns. An error of sink is returned as it is; any other wraps ErrMalformed. Every
	// error is final.
	Decode(p []byte, sink func(plain []byte) error) error
	// Close says whether the body may end here, which for a truncated one is an error, and releases the decoder. What was
	// decoded has been handed to Decode's sink; this one gets what a coding holds back to its end.
	Close(sink func(plain []byte) error) error
	// Abort releases the decoder of a body that nobody reads on. After Close or Abort it does nothing.
	Abort()
}

// piece is the most that a sink gets at once.
const piece = window

// NewDecoder makes a decoder. It keeps no goroutine of its own running, but a coroutine of zstd is suspended until Close or
// Abort, so that one of them must come. Either gives the memory to the next decoder: about 100 KiB for gzip and deflate; for
// br and zstd the window that the body asks for, of at most 16 and 8 MiB, and up to half as much again.
func NewDecoder(c Coding) Decoder {
	if m := takeMachine(c); m != nil {
		return &decoder{m: m}
	}
	if c == Identity {
		return &plainDecoder{}
	}
	return &plainDecoder{err: errNoCoding}
}

type decoder struct {
	m   machine // nil once released
	err error
}

func (d *decoder) Decode(p []byte, sink func([]byte) error) error {
	if d.m == nil {
		return errReleased
	}
	if d.err != nil {
		return d.err
	}
	d.m.feed(p)
	for {
		plain, err := d.m.next()
		if err == nil && len(plain) > 0 {
			err = sink(plain)
		}
		if err != nil || len(plain) == 0 {
			d.err = err
			return err
		}
	}
}

func (d *decoder) Close(func([]byte) error) error {
	if d.m == nil {
		return errReleased
	}
	err := d.err
	if err == nil {
		err = d.m.finish()
	}
	d.Abort()
	return err
}

func (d *decoder) Abort() {
	if d.m != nil {
		d.m.release()
		d.m = nil
	}
}

// plainDecoder hands on what it gets.
type plainDecoder struct{ err error }

func (d *plainDecoder) Decode(p []byte, sink func([]byte) error) error {
	for len(p) > 0 && d.err == nil {
		n := min(len(p), piece)
		d.err = sink(p[:n])
		p = p[n:]
	}
	return d.err
}

func (d *plainDecoder) Close(func([]byte) error) error {
	err := d.err
	d.err = errReleased
	return err
}

func (d *plainDecoder) Abort() { d.err = errReleased }
