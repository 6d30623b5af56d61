package grpc

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/privet-gateway/privet/internal/coding"
)

// Options say what a stream is, and what becomes of it. A zero Protocol and a nil Message refuse every byte.
type Options struct {
	Protocol Protocol
	// Coding is what the protocol's EncodingHeader declares. Where it is the zero value or Identity, a compressed message is
	// refused.
	Coding coding.Coding
	// Limit is in bytes of one message, as it comes and decompressed; 4 MiB.
	Limit int
	// Message is given each message, decompressed, and gives what goes out in its place. What it is given is valid until it
	// returns, what it gives until it is called again.
	Message func(message []byte) ([]byte, error)
	// Trailer is given each trailer that stands in the body, and says what its value becomes, or that it goes. nil keeps all.
	// StatusDetails goes without being asked.
	Trailer func(name, value string) (now string, keep bool)
}

// Stream filters one body. It holds one message, up to three times its limit: as it came, decompressed, and as it goes out.
// It is not safe for concurrent use. The zero Stream refuses every byte.
type Stream struct {
	options Options
	err     error
	ended   bool  // the frame that ends the stream has been
	begin   int64 // of the frame in hand
	at      int64

	prefix [prefixLength]byte
	have   int // bytes of the prefix
	left   int // bytes of the frame that are still to come
	held   []byte

	plain []byte // a message, decompressed
	out   []byte

	group   [4]byte // base64 that the end of a chunk cut
	grouped int
	decoded []byte
	encoded []byte
}

// NewStream begins a body.
func NewStream(o Options) *Stream {
	s := new(Stream)
	s.Reset(o)
	return s
}

// Reset makes the stream ready for another body. What it has allocated stays with it.
func (s *Stream) Reset(o Options) {
	if o.Limit <= 0 {
		o.Limit = 4 << 20
	}
	s.options, s.err, s.ended, s.begin, s.at, s.have, s.left, s.grouped = o, nil, false, 0, 0, 0, 0, 0
	if o.Protocol == 0 || o.Message == nil {
		s.err = errNoFilter
	}
	s.held, s.out = s.held[:0], s.out[:0]
}

// Feed takes the next bytes of the body and gives those that may go out, which are valid until the next call. An error is
// an *Error or one of Message, and final; nothing goes out with it.
func (s *Stream) Feed(p []byte) (out []byte, err error) {
	switch {
	case s.err != nil:
	case s.options.Protocol == 0:
		s.err = errNoFilter
	case s.options.Protocol == WebText:
		if s.err = s.decode(p); s.err == nil {
			s.err = s.frames(s.decoded)
		}
	case s.options.Protocol == Whole:
		if len(s.held)+len(p) > s.options.Limit {
			s.err = &Error{Kind: TooLarge}
		} else {
			s.held = append(s.held, p...)
		}
	default:
		s.err = s.frames(p)
	}
	return s.take()
}

// Close ends the body and gives what is left of it.
func (s *Stream) Close() (out []byte, err error) {
	switch {
	case s.err != nil:
	case s.options.Protocol == Whole:
		var message []byte
		if message, s.err = s.options.Message(s.held); s.err == nil {
			s.out = append(s.out, message...)
		}
	case s.have > 0 || s.grouped > 0 || s.options.Protocol == 0:
		s.err = &Error{Truncated, s.begin}
	}
	return s.take()
}

// take gives what may go out.
func (s *Stream) take() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	out := s.out
	s.out = s.out[:0]
	if s.options.Protocol == WebText && len(out) > 0 {
		s.encoded = base64.StdEncoding.AppendEncode(s.encoded[:0], out)
		return s.encoded, nil
	}
	return out, nil
}

// frames goes on within a frame, and from frame to frame.
func (s *Stream) frames(p []byte) error {
	for len(p) > 0 {
		if s.have < prefixLength {
			n := copy(s.prefix[s.have:], p)
			if s.have += n; s.have < prefixLength {
				s.at += int64(n)
				return s.orderly()
			}
			p = p[n:]
			s.at += int64(n)
			if err := s.beginFrame(); err != nil {
				return err
			}
		}
		n := min(len(p), s.left)
		s.at += int64(n)
		s.left -= n
		body := p[:n]
		p = p[n:]
		if s.left > 0 || len(s.held) > 0 {
			s.held = append(s.held, body...)
			body = s.held
		}
		if s.left > 0 {
			return nil
		}
		if err := s.endFrame(body); err != nil {
			return err
		}
	}
	return nil
}

// orderly refuses a frame by its first byte, though the rest of its prefix may never come.
func (s *Stream) orderly() error {
	flags := s.prefix[0]
	if s.ended || flags&^(compressed|s.options.Protocol.last()) != 0 {
		return &Error{Malformed, s.begin}
	}
	return nil
}

func (s *Stream) beginFrame() error {
	if err := s.orderly(); err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(s.prefix[1:])
	if int64(length) > int64(s.options.Limit) {
		return &Error{TooLarge, s.begin}
	}
	s.left = int(length)
	s.held = s.held[:0]
	return nil
}

func (s *Stream) endFrame(body []byte) error {
	filter := s.options.Message
	if s.prefix[0]&s.options.Protocol.last() != 0 {
		s.ended = true
		filter = s.trailers
		if s.options.Protocol == Connect {
			filter = s.endOfStream
		}
	}
	if err := s.message(body, filter); err != nil {
		return err
	}
	s.have, s.begin = 0, s.at
	s.held = s.held[:0]
	return nil
}
