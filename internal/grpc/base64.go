package grpc

import (
	"bytes"
	"encoding/base64"
)

// decode reads base64 into s.decoded. Each part of it may end with its own padding, as servers that flush write it.
func (s *Stream) decode(p []byte) error {
	s.decoded = s.decoded[:0]
	if bytes.IndexByte(p, '\n') >= 0 || bytes.IndexByte(p, '\r') >= 0 { // the library would skip them
		return &Error{Malformed, s.begin}
	}
	for len(p) > 0 {
		whole := len(p) &^ 3
		if s.grouped > 0 || whole == 0 {
			n := copy(s.group[s.grouped:], p)
			p = p[n:]
			if s.grouped += n; s.grouped < len(s.group) {
				return nil
			}
			s.grouped = 0
			if err := s.decodeGroups(s.group[:]); err != nil {
				return err
			}
			continue
		}
		if padding := bytes.IndexByte(p[:whole], '='); padding >= 0 {
			whole = padding&^3 + 4
		}
		if err := s.decodeGroups(p[:whole]); err != nil {
			return err
		}
		p = p[whole:]
	}
	return nil
}

// decodeGroups takes groups of four, of which the last may be padded.
func (s *Stream) decodeGroups(groups []byte) (err error) {
	if s.decoded, err = base64.StdEncoding.AppendDecode(s.decoded, groups); err != nil {
		return &Error{Malformed, s.begin}
	}
	return nil
}
