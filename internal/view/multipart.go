package view

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// headLimit bounds the header of a part, in bytes.
const headLimit = 8 << 10

// PartKind is how a part of a multipart body is read. The zero kind is not at all.
type PartKind uint8

// The kinds of parts.
const (
	PartRefused   PartKind = iota
	PartText               // as a string
	PartJSON               // as the document that it is
	PartDocuments          // as documents of another format; the member is one value that no path looks into
	PartOpaque             // as one value that no path looks into
)

// Parts says how a part of a type is read, and for PartDocuments by which filter.
type Parts func(contentType string) (kind PartKind, begin func(Job) Filter)

// Multipart filters a body of multipart/form-data (RFC 7578, RFC 2046 5.1). Its view is one object of name to value, in the
// order written; a repeated name is a repeated member.
//
//   - A part without a type or of text/plain is a string.
//   - A part that declares JSON is that document, and a document of its own besides: $.order.phone and $.phone both match
//     in it, and a place that one path selects in both readings is acted on once.
//   - A part of another format that has a view is documents of its own. Its member is the value true, so that a label on
//     it may remove, nullify or replace it; an action that would have to read it removes it.
//   - Any other part is such a value, too. Where it begins with a brace or bracket it is read as JSON, and so is a file of
//     text/plain.
//
// A removed part goes with its header, and so with its filename, which otherwise stays. Where a part may change, the fields
// of its header that bear out its length or digest go. Preamble, epilogue and padding of the delimiters are dropped.
//
// Content streams, but for what a verdict must wait for: that has at most Limits.Held bytes. A header has at most 8 KiB.
// Where all of the form must be seen first, a part that is JSON is refused.
type Multipart struct {
	job       Job
	parts     Parts
	carrier   *carrier
	delimiter []byte // CRLF--boundary

	window  []byte // bytes at hand; those before pos are done
	pos     int
	offset  int64 // of window in the body
	at      multipartStep
	fresh   bool // nothing of the preamble or content has been read
	padded  bool // white space stood behind the delimiter
	scanned int  // bytes from pos on in which no header ends

	out     []byte
	view    []byte // scratch
	begun   bool   // the view is
	members bool   // it has one
	asked   bool   // what becomes of the whole form is known
	gone    bool   // it goes
	written bool   // a part has gone out

	wait  []byte // heads and contents that wait
	queue []part // the parts that are not done; the last may be at hand
	open  reader // of the part at hand
	tail  []byte // last bytes written of the part
}

// multipartStep is where the reader stands.
type multipartStep uint8

const (
	inPreamble multipartStep = iota
	behindDelimiter
	inHead
	inContent
	behindClose
	inEpilogue
)

// NewMultipart begins a body with a boundary of 1 to 70 bytes.
func NewMultipart(job Job, boundary string, parts Parts) *Multipart {
	return &Multipart{
		job: job, parts: parts, carrier: newCarrier(job), delimiter: []byte("\r\n--" + boundary), fresh: true,
	}
}

// Feed implements Filter.
func (m *Multipart) Feed(p []byte) ([]byte, error) {
	m.out = m.out[:0]
	m.window = append(m.window, p...)
	for {
		more, err := m.step()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	m.offset += int64(m.pos)
	m.window = append(m.window[:0], m.window[m.pos:]...)
	m.pos = 0
	return m.out, nil
}

// Close implements Filter.
func (m *Multipart) Close() ([]byte, error) {
	if m.at == inEpilogue || m.at == behindClose && len(m.window) == 0 {
		return nil, nil
	}
	return nil, m.failAt(jsonpath.Truncated, len(m.window), "")
}

// step reads on, and says whether there may be more to read.
func (m *Multipart) step() (more bool, err error) {
	rest := m.window[m.pos:]
	if len(rest) == 0 {
		return false, nil
	}
	switch m.at {
	case inPreamble, inContent:
		return m.scan(rest)
	case behindDelimiter:
		return m.behindDelimiter(rest)
	case inHead:
		return m.head(rest)
	case behindClose:
		return m.behindClose(rest)
	case inEpilogue:
		m.pos = len(m.window)
	}
	return false, nil
}

// scan looks for the next delimiter. What cannot belong to one is content.
func (m *Multipart) scan(rest []byte) (more bool, err error) {
	const bare = "a delimiter that no CRLF precedes"
	if m.fresh {
		dashes := m.delimiter[2:]
		if len(rest) < len(dashes) && bytes.HasPrefix(dashes, rest) {
			return false, nil
		}
		m.fresh = false
		if bytes.HasPrefix(rest, dashes) {
			if m.at == inContent {
				return false, m.failAt(jsonpath.Malformed, m.pos, bare)
			}
			m.pos += len(dashes)
			m.at, m.padded = behindDelimiter, false
			return true, nil
		}
	}
	i := bytes.Index(rest, m.delimiter[1:])
	if i == 0 || i > 0 && rest[i-1] != '\r' {
		return false, m.failAt(jsonpath.Malformed, m.pos+i, bare)
	}
	end := i - 1
	if i < 0 {
		if end = len(rest) - len(m.delimiter) + 1; end <= 0 {
			return false, nil
		}
	}
	if m.at == inContent {
		if err := m.content(rest[:end]); err != nil {
			return false, err
		}
	}
	m.pos += end
	if i < 0 {
		return false, nil
	}
	m.pos += len(m.delimiter)
	if m.at == inContent {
		if err := m.endPart(); err != nil {
			return false, err
		}
	}
	m.at, m.padded = behindDelimiter, false
	return true, nil
}

func (m *Multipart) behindDelimiter(rest []byte) (more bool, err error) {
	c := rest[0]
	switch {
	case c == ' ' || c == '\t':
		m.pos++
		m.padded = true
		return true, nil
	case c != '\r' && (c != '-' || m.padded):
	case len(rest) == 1:
		return false, nil
	case c == '\r' && rest[1] == '\n':
		m.pos += 2
		m.at, m.scanned = inHead, 0
		return true, nil
	case c == '-' && rest[1] == '-':
		m.pos += 2
		m.at = behindClose
		return true, m.end()
	}
	return false, m.failAt(jsonpath.Malformed, m.pos, "something behind the boundary")
}

func (m *Multipart) behindClose(rest []byte) (more bool, err error) {
	switch c := rest[0]; {
	case c == ' ' || c == '\t':
		m.pos++
		return true, nil
	case c != '\r':
	case len(rest) == 1:
		return false, nil
	case rest[1] == '\n':
		m.out = append(m.out, '\r', '\n')
		m.pos += 2
		m.at = inEpilogue
		return true, nil
	}
	return false, m.failAt(jsonpath.Malformed, m.pos, "something behind the boundary")
}

// head reads the header of a part, which ends in an empty line.
func (m *Multipart) head(rest []byte) (more bool, err error) {
	size := -1
	switch {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		size = 0
	default:
		if i := bytes.Index(rest[m.scanned:], []byte("\r\n\r\n")); i >= 0 {
			size = m.scanned + i + 2
		}
	}
	if size > headLimit || size < 0 && len(rest) > headLimit+2 {
		return false, m.failAt(jsonpath.TooLarge, m.pos, "the header of a part")
	}
	if size < 0 {
		m.scanned = max(0, len(rest)-3)
		return false, nil
	}
	h, fault, at := readHead(rest[:size])
	if fault != "" {
		return false, m.failAt(jsonpath.Malformed, m.pos+at, fault)
	}
	if err := m.beginPart(h, rest[:size]); err != nil {
		return false, err
	}
	m.pos += size + 2
	m.at, m.fresh = inContent, true
	return true, nil
}

// end closes the view, and what goes out.
func (m *Multipart) end() error {
	if err := m.tell([]byte{'}'}); err != nil {
		return err
	}
	if err := m.carrier.end(); err != nil {
		return m.placed(err)
	}
	if err := m.settle(); err != nil {
		return err
	}
	if m.written {
		m.out = append(m.out, '\r', '\n')
	}
	m.out = append(append(m.out, m.delimiter[2:]...), '-', '-')
	return nil
}

// failAt refuses the body because of a byte in window.
func (m *Multipart) failAt(kind jsonpath.ErrorKind, at int, what string) error {
	return m.fail(kind, m.offset+int64(at), what)
}

func (m *Multipart) fail(kind jsonpath.ErrorKind, offset int64, what string) error {
	return &Error{Format: "multipart", Kind: kind, Offset: offset, What: what}
}
