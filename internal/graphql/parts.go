package graphql

import (
	"bufio"
	"bytes"
	"mime"
	"net/textproto"
	"strings"
)

const (
	maxHead  = 8 << 10 // bytes of the header of a part
	maxBlank = 256     // bytes behind a boundary
)

// parts notes the parameters in a multipart body (RFC 7578; RFC 2046 section 5.1). Readers differ in where they see a
// boundary: some want CRLF around it, some take LF. Here LF is enough, so that no part stays unseen, and since no JSON
// has a line that begins with a boundary, none is cut by that. What else may be a boundary and may be none is refused.
type parts struct {
	recorder *Recorder
	boundary []byte // with the line feed and the dashes in front
	at       inParts
	rest     []byte // fed and not dealt with, since what follows decides
	lead     bool   // the line feed before the content at hand is not part of it
	is       member // of the part, where it is a parameter
	document bool   // the part is `operations`
	value    []byte // of a parameter
	closed   bool
}

type inParts uint8

const (
	inContent inParts = iota // of a part, or before the first one or behind the last
	inBlank                  // behind a boundary
	inHead
)

func (b *parts) begin(boundary string) {
	if boundary == "" {
		b.recorder.fail(Unread, errPart)
	}
	b.boundary = append(append(b.boundary[:0], "\n--"...), boundary...)
	b.at, b.lead, b.is, b.document, b.closed = inContent, true, memberNone, false, false
	b.value = b.value[:0]
	// A boundary may stand at the very beginning.
	b.rest = append(b.rest[:0], '\n')
}

func (b *parts) feed(p []byte) {
	if len(b.rest) > 0 {
		b.rest = append(b.rest, p...)
		p = b.rest
	}
	for more := true; more && b.recorder.err == nil; {
		var used int
		switch b.at {
		case inContent:
			used, more = b.content(p)
		case inBlank:
			used, more = b.blank(p)
		case inHead:
			used, more = b.head(p)
		}
		p = p[used:]
	}
	b.rest = append(b.rest[:0], p...)
}

// content passes content up to the next boundary, or up to what may be the beginning of one. It gives the bytes it has
// used, and whether there is more to do with the others.
func (b *parts) content(p []byte) (used int, more bool) {
	at := bytes.Index(p, b.boundary)
	if at < 0 {
		used = len(p) - b.tail(p)
		b.pass(p[:used])
		return used, false
	}
	// Where CR stands before LF, it belongs to the boundary.
	b.pass(bytes.TrimSuffix(p[:at], []byte("\r")))
	b.endPart()
	b.at = inBlank
	return at + len(b.boundary), true
}

// tail counts the bytes at the end that may be the beginning of a boundary.
func (b *parts) tail(p []byte) int {
	for size := min(len(p), len(b.boundary)); size > 0; size-- {
		end := p[len(p)-size:]
		if bytes.HasPrefix(b.boundary, end) || end[0] == '\r' && bytes.HasPrefix(b.boundary, end[1:]) {
			return size
		}
	}
	return 0
}

func (b *parts) pass(p []byte) {
	if len(p) == 0 {
		return
	}
	if b.lead {
		b.lead = false
		p = p[1:]
	}
	switch {
	case b.document:
		b.recorder.check(b.recorder.json.feed(p))
	case b.is != memberNone && b.is != memberVariables:
		if len(b.value)+len(p) > maxText {
			b.recorder.fail(TooLarge, nil)
			return
		}
		b.value = append(b.value, p...)
	}
}

func (b *parts) endPart() {
	switch {
	case b.document:
		b.recorder.check(b.recorder.json.end())
	case b.is != memberNone:
		b.recorder.parameter(b.is, string(b.value))
	}
	b.is, b.document, b.value = memberNone, false, b.value[:0]
}

// blank passes the rest of a boundary's line.
func (b *parts) blank(p []byte) (used int, more bool) {
	end := bytes.IndexByte(p[:min(len(p), maxBlank)], '\n')
	if end < 0 && len(p) < maxBlank {
		return 0, false
	}
	line, last := bytes.CutPrefix(p[:max(end, 0)], []byte("--"))
	if end < 0 || len(bytes.TrimSpace(line)) > 0 {
		b.recorder.fail(Unread, errPart)
		return 0, false
	}
	if last {
		// The line feed may begin another boundary, which some readers would go on with.
		b.at, b.lead, b.closed = inContent, true, true
		return end, true
	}
	b.at, b.closed = inHead, false
	return end + 1, true
}

// head reads the header of a part, up to the empty line.
func (b *parts) head(p []byte) (used int, more bool) {
	within := p[:min(len(p), maxHead)]
	for used < len(within) {
		end := bytes.IndexByte(within[used:], '\n')
		if end < 0 {
			break
		}
		line := bytes.TrimSuffix(p[used:used+end], []byte("\r"))
		used += end + 1
		if bytes.HasPrefix(line, b.boundary[1:]) {
			b.recorder.fail(Unread, errPart)
			return 0, false
		}
		if len(line) == 0 {
			b.beginPart(p[:used])
			b.at, b.lead = inContent, true
			return used - 1, true
		}
	}
	if len(p) >= maxHead {
		b.recorder.fail(Unread, errPart)
	}
	return 0, false
}

// beginPart finds out what part has this header.
func (b *parts) beginPart(header []byte) {
	fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(header))).ReadMIMEHeader()
	if err != nil || len(fields["Content-Disposition"]) > 1 {
		b.recorder.fail(Unread, errPart)
		return
	}
	_, parameters, err := mime.ParseMediaType(fields.Get("Content-Disposition"))
	if err != nil && fields.Get("Content-Disposition") != "" {
		b.recorder.fail(Unread, errPart)
		return
	}
	b.document = strings.EqualFold(parameters["name"], "operations")
	b.is = memberOf([]byte(parameters["name"]))
	if !b.document && b.is == memberNone {
		return
	}
	switch strings.ToLower(fields.Get("Content-Transfer-Encoding")) {
	case "", "7bit", "8bit", "binary":
	default:
		b.recorder.fail(Unread, errPart)
		return
	}
	if contentType := fields.Get("Content-Type"); contentType != "" {
		b.recorder.understand(contentType)
	}
	if b.document {
		b.recorder.json.begin()
	}
}

// end ends the body. The boundary that closes it may lack the end of its line; the body may not lack that boundary.
func (b *parts) end() {
	if b.at == inBlank {
		b.feed([]byte("\n"))
	}
	if !b.closed {
		b.recorder.fail(Unread, errEnd)
	}
}
