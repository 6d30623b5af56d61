package view

import (
	"bytes"
	"strings"
)

// ahead looks for the tag behind a start tag: an end tag says that the element is a string. Where none stands within
// what is held, it is taken for one.
func (x *XML) ahead() (leaf, known bool) {
	b := x.buf[x.at:]
	for x.look < len(b) {
		rest := b[x.look:]
		if x.until != "" {
			n := bytes.Index(rest, []byte(x.until))
			if n < 0 {
				x.look = max(x.look, len(b)-len(x.until)+1)
				break
			}
			x.look += n + len(x.until)
			x.until = ""
			continue
		}
		n := bytes.IndexByte(rest, '<')
		if n < 0 {
			x.look = len(b)
			break
		}
		x.look += n
		ends, begun := pieceAt(b[x.look:])
		switch {
		case !begun:
			return true, x.behindLimit()
		case ends == "":
			return b[x.look+1] == '/' || x.behindLimit(), true
		}
		x.until = ends
		x.look += len(opening(ends))
	}
	return true, x.behindLimit()
}

func (x *XML) behindLimit() bool { return x.look-x.tag.size > x.limits.Held }

// The ends of the pieces that are no tags.
const (
	commentEnd     = "-->"
	sectionEnd     = "]]>"
	instructionEnd = "?>"
)

func opening(end string) string {
	switch end {
	case commentEnd:
		return "<!--"
	case sectionEnd:
		return "<![CDATA["
	default:
		return "<?"
	}
}

// pieceAt tells what the markup is that b begins with: one with an end of its own, or a tag. It is not begun where that
// cannot be known yet; what is none of them counts as a tag.
func pieceAt(b []byte) (end string, begun bool) {
	for _, end = range [...]string{instructionEnd, commentEnd, sectionEnd} {
		first := opening(end)
		if len(b) >= len(first) && string(b[:len(first)]) == first {
			return end, true
		}
		if len(b) < len(first) && strings.HasPrefix(first, string(b)) {
			return "", false
		}
	}
	return "", true
}
