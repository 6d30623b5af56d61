package websocket

import (
	"bytes"
	"errors"
	"math"
	"unicode/utf8"
)

// Side is one of the two ends of a connection.
type Side uint8

// The sides. The zero value is neither, and nothing it sends is right.
const (
	Client Side = iota + 1 // masks its frames
	Server                 // does not
)

const (
	defaultLimit = 1 << 20
	// maxHeaders is what the headers of one message's frames may come to: a message may be cut into many empty ones.
	maxHeaders = 64 << 10
	// kept is the most that a buffer keeps for the next message.
	kept = 64 << 10
)

// Config says how one direction of a connection is read.
type Config struct {
	// From is the side that sends. The zero value refuses every frame.
	From Side
	// Filter gets the whole payload of one text message, in UTF-8, which it must not change, and gives what is sent in its
	// place; that may be part of what it got and is not kept. It ends the connection with an error: with the Code and
	// Detail of an *Error, else as Policy. nil refuses every message.
	Filter func(message []byte) ([]byte, error)
	// Limit is the most bytes that the payload of a message has; 0 means 1 MiB. Headers of its frames may come to 64 KiB
	// beyond that.
	Limit int
}

// Stream filters the text messages of one direction. It is not safe for concurrent use. While a message is held it holds
// up to twice the limit; between messages 128 KiB at most, beside what it gave out last.
type Stream struct {
	from   Side
	filter func([]byte) ([]byte, error)
	limit  uint64

	at      int64 // of the next byte
	frameAt int64
	head    [maxHeader]byte
	headLen int
	frame   header // once the head is whole
	inside  bool   // the frame
	done    uint64 // bytes of its payload

	control [maxHeader + maxControl]byte
	// text is the payload of the message so far, raw the frames that it came in.
	text, raw []byte
	headers   int
	messageAt int64
	open      bool // a message has begun
	closed    bool // a close frame has passed
	err       error
	out       []byte
}

// New begins a direction.
func New(c Config) *Stream {
	s := &Stream{from: c.From, filter: c.Filter, limit: uint64(max(c.Limit, 0))}
	if c.Limit == 0 {
		s.limit = defaultLimit
	}
	return s
}

// Feed takes the next bytes and gives the frames that may go out, which are valid until the next call. What comes with an
// error was right and may go out, too. An error is an *Error and final. Bytes behind a close frame are dropped, as an
// endpoint does (RFC 6455 section 1.4).
func (s *Stream) Feed(p []byte) (out []byte, err error) {
	s.out = emptied(s.out)
	for len(p) > 0 && s.err == nil && !s.closed {
		if !s.inside {
			p = p[s.takeHead(p):]
			continue
		}
		p = p[s.takePayload(p):]
	}
	return s.out, s.err
}

// Closed says that a close frame has passed, behind which nothing may be sent.
func (s *Stream) Closed() bool { return s.closed }

// Between says that what has gone out ends with a frame. It always does.
func (s *Stream) Between() bool { return true }

// emptied makes room for other content, and lets go of what is large.
func emptied(b []byte) []byte {
	if cap(b) > kept {
		return nil
	}
	return b[:0]
}

func (s *Stream) fail(at int64, code Code, detail string) {
	s.err = &Error{Code: code, At: at, Detail: detail}
	s.text, s.raw = nil, nil // nobody asks for them any more
}

// takeHead takes what belongs to a frame's header.
func (s *Stream) takeHead(p []byte) int {
	if s.headLen == 0 {
		s.frameAt = s.at
	}
	n := 0
	for n < len(p) {
		size := headerSize(s.head[:s.headLen])
		if s.headLen == size {
			break
		}
		m := copy(s.head[s.headLen:size], p[n:])
		s.headLen += m
		n += m
	}
	s.at += int64(n)
	if s.headLen < 2 || s.headLen < headerSize(s.head[:s.headLen]) {
		return n
	}
	s.frame = parseHeader(s.head[:s.headLen])
	s.inside, s.done = true, 0
	if code, wrong := s.check(); wrong != "" {
		s.fail(s.frameAt, code, wrong)
		return n
	}
	s.begin()
	return n
}

// check holds a frame's header against RFC 6455 sections 5.1 to 5.5.
func (s *Stream) check() (Code, string) {
	f := &s.frame
	switch {
	case s.from != Client && s.from != Server:
		return ProtocolError, "neither side sends this"
	case f.reserved:
		return ProtocolError, "a frame has a reserved bit set, and no extension was agreed"
	case !f.opcode.isKnown():
		return ProtocolError, "a frame has a reserved opcode"
	case f.masked != (s.from == Client):
		return ProtocolError, "a frame is masked where it must not be, or not where it must"
	case f.opcode.isControl():
		return s.checkControl()
	case !f.minimal:
		return ProtocolError, "the length of a frame is written in more bytes than it needs"
	case f.length > math.MaxInt64:
		return ProtocolError, "the length of a frame has its first bit set"
	case f.opcode == binaryData:
		return Unsupported, "a message is binary"
	case f.opcode == continuation && !s.open:
		return ProtocolError, "a frame continues no message"
	case f.opcode == text && s.open:
		return ProtocolError, "a message begins within another"
	case f.length > s.limit || uint64(len(s.text)) > s.limit-f.length:
		return TooBig, "a message is over the limit"
	case s.headers+s.headLen > maxHeaders:
		return TooBig, "a message has too many frames"
	default:
		return 0, ""
	}
}

func (s *Stream) checkControl() (Code, string) {
	switch {
	case !s.frame.final:
		return ProtocolError, "a control frame is fragmented"
	case s.frame.length > maxControl, !s.frame.minimal:
		return ProtocolError, "a control frame is longer than 125 bytes"
	default:
		return 0, ""
	}
}

// begin takes a frame in whose header is right.
func (s *Stream) begin() {
	if s.frame.opcode.isControl() {
		copy(s.control[:], s.head[:s.headLen])
	} else {
		if !s.open {
			s.open, s.messageAt = true, s.frameAt
		}
		s.headers += s.headLen
		s.raw = append(s.raw, s.head[:s.headLen]...)
	}
	if s.frame.length == 0 {
		s.end()
	}
}

// takePayload takes what belongs to a frame's payload.
func (s *Stream) takePayload(p []byte) int {
	n := int(min(uint64(len(p)), s.frame.length-s.done))
	p = p[:n]
	if s.frame.opcode.isControl() {
		copy(s.control[s.headLen+int(s.done):], p)
	} else {
		s.raw = append(s.raw, p...)
		start := len(s.text)
		s.text = append(s.text, p...)
		if s.frame.masked {
			applyMask(s.text[start:], s.frame.mask, s.done)
		}
	}
	s.done += uint64(n)
	s.at += int64(n)
	if s.done == s.frame.length {
		s.end()
	}
	return n
}

// end comes behind the last byte of a frame.
func (s *Stream) end() {
	switch {
	case s.frame.opcode.isControl():
		s.endControl()
	case s.frame.final:
		s.endMessage()
	}
	s.inside, s.headLen = false, 0
}

func (s *Stream) endControl() {
	frame := s.control[:s.headLen+int(s.frame.length)]
	if s.frame.opcode == closing {
		var content [maxControl]byte
		payload := content[:copy(content[:], frame[s.headLen:])]
		if s.frame.masked {
			applyMask(payload, s.frame.mask, 0)
		}
		if code, wrong := checkClose(payload); wrong != "" {
			s.fail(s.frameAt, code, wrong)
			return
		}
		s.closed = true
		s.text, s.raw = nil, nil
	}
	s.out = append(s.out, frame...)
}

func (s *Stream) endMessage() {
	s.open, s.headers = false, 0
	defer func() { s.text, s.raw = emptied(s.text), emptied(s.raw) }()
	if !utf8.Valid(s.text) {
		s.fail(s.messageAt, Malformed, "a text message is not UTF-8")
		return
	}
	if s.filter == nil {
		s.fail(s.messageAt, Policy, "no filter reads messages")
		return
	}
	filtered, err := s.filter(s.text)
	if err != nil {
		failure := &Error{Code: Policy, At: s.messageAt, Detail: "a message was refused", Err: err}
		if cause, ok := errors.AsType[*Error](err); ok {
			failure.Code, failure.Detail = cause.Code, cause.Detail
		}
		s.err = failure
		return
	}
	if bytes.Equal(filtered, s.text) {
		s.out = append(s.out, s.raw...)
		return
	}
	s.out = appendFrame(s.out, s.from, text, filtered)
}
