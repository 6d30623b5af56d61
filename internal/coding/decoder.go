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

// NewDecoder makes a decoder. It owns no goroutine; Close or Abort gives its memory, about 100 KiB, to the next one.
func NewDecoder(c Coding) Decoder {
	switch c {
	case Identity:
		return &plainDecoder{}
	case Gzip:
		return &gzipDecoder{z: takeGunzipper()}
	default:
		return &plainDecoder{err: errNoCoding}
	}
}

type gzipDecoder struct {
	z   *gunzipper // nil once released
	err error
}

func (d *gzipDecoder) Decode(p []byte, sink func([]byte) error) error {
	if d.z == nil {
		return errReleased
	}
	if d.err != nil {
		return d.err
	}
	d.z.feed(p)
	for {
		plain, err := d.z.next()
		if err == nil && len(plain) > 0 {
			err = sink(plain)
		}
		if err != nil || len(plain) == 0 {
			d.err = err
			return err
		}
	}
}

func (d *gzipDecoder) Close(func([]byte) error) error {
	if d.z == nil {
		return errReleased
	}
	err := d.err
	if err == nil {
		err = d.z.finish()
	}
	d.Abort()
	return err
}

func (d *gzipDecoder) Abort() {
	if d.z != nil {
		d.z.release()
		d.z = nil
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
