package grpc

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/privet-gateway/privet/internal/coding"
)

// message filters what a frame holds and writes the frame.
func (s *Stream) message(body []byte, filter func([]byte) ([]byte, error)) error {
	plain := body
	coded := s.prefix[0]&compressed != 0
	if coded {
		if s.options.Coding == 0 || s.options.Coding == coding.Identity {
			return &Error{Undeclared, s.begin}
		}
		if err := s.decompress(body); err != nil {
			return err
		}
		plain = s.plain
	}
	now, err := filter(plain)
	if err != nil {
		return err
	}
	from := len(s.out)
	s.out = append(s.out, s.prefix[:]...)
	switch {
	case bytes.Equal(now, plain):
		s.out = append(s.out, body...)
	case coded:
		if err = s.compress(now); err != nil {
			return err
		}
	default:
		s.out = append(s.out, now...)
	}
	binary.BigEndian.PutUint32(s.out[from+1:], uint32(len(s.out)-from-prefixLength))
	return nil
}

var errBeyond = errors.New("beyond the limit")

// decompress fills s.plain. An empty frame is an empty message, whatever its flag says.
func (s *Stream) decompress(body []byte) error {
	s.plain = s.plain[:0]
	if len(body) == 0 {
		return nil
	}
	decoder := coding.NewDecoder(s.options.Coding)
	defer decoder.Abort()
	sink := func(plain []byte) error {
		if len(s.plain)+len(plain) > s.options.Limit {
			return errBeyond
		}
		s.plain = append(s.plain, plain...)
		return nil
	}
	err := decoder.Decode(body, sink)
	if err == nil {
		err = decoder.Close(sink)
	}
	switch {
	case errors.Is(err, errBeyond):
		return &Error{TooLarge, s.begin}
	case err != nil:
		return &Error{Damaged, s.begin}
	default:
		return nil
	}
}

// compress writes a message behind what goes out.
func (s *Stream) compress(message []byte) error {
	w := coding.NewWriter(s.options.Coding, (*tail)(s))
	defer w.Abort()
	if _, err := w.Write(message); err != nil {
		return err
	}
	return w.Close()
}

// tail appends to what goes out.
type tail Stream

func (t *tail) Write(p []byte) (int, error) {
	t.out = append(t.out, p...)
	return len(p), nil
}
