package jsonpath

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// maxEscape is the most bytes that one byte of a name can take as written: \u0065.
const maxEscape = 6

// beginName reads a name that holds an escape or a character beyond ASCII, or is cut by the chunk's end.
func (e *Editor) beginName(p []byte, i int) int {
	e.at = atNameBody
	e.scan.escape, e.scan.tailLen = noEscape, 0
	e.raw, e.long = e.raw[:0], false
	return e.finishName(p, i)
}

// finishName goes on inside such a name and, where it ends, settles what its value's state is.
func (e *Editor) finishName(p []byte, i int) int {
	f := &e.frames[len(e.frames)-1]
	end := e.scan.text(p, i)
	if e.scan.at == atFailure {
		e.at = atFailure
		return end
	}
	if e.scan.at == atString {
		return e.cutName(p, i, f)
	}
	e.at = atColon
	if e.long {
		e.next = f.other
		return end
	}
	e.name = p[i : end-1]
	if len(e.raw) > 0 {
		e.raw = append(e.raw, e.name...)
		e.name = e.raw
	}
	written := len(e.name)
	if bytes.IndexByte(e.name, '\\') >= 0 {
		e.room = unescape(e.room[:0], e.name)
		e.name = e.room
	}
	e.next = f.st.named(e.name)
	if f.careful && len(e.next.accept) == 0 {
		return e.keepMember(p, end, end-1-written, written)
	}
	return end
}

// cutName stores the part of a name that the chunk holds. Beyond the longest name that a path asks for it need
// not be known, unless any name is asked for.
func (e *Editor) cutName(p []byte, i int, f *frame) int {
	if e.long {
		return len(p)
	}
	e.raw = append(e.raw, p[i:]...)
	if len(e.raw) <= maxEscape*f.st.longest || len(f.other.accept) > 0 {
		return len(p)
	}
	e.long = true
	if f.careful {
		return e.keepMember(p, len(p), len(p)-len(e.raw), len(e.raw))
	}
	return len(p)
}

// keepMember lets go what waits up to end, since no path selects the member whose name, of size bytes as written,
// begins at start. How much may wait must not depend on the chunks, so it counts as though each byte were one.
func (e *Editor) keepMember(p []byte, end, start, size int) int {
	f := &e.frames[len(e.frames)-1]
	if len(f.other.accept) == 0 {
		size = min(size, maxEscape*f.st.longest)
	}
	if e.waiting(start)+size > e.limits.Token {
		return e.failWaiting(start + size)
	}
	e.keep(p, end)
	return end
}

// unescape appends the characters of a JSON string. A lone surrogate gets its three bytes as though it were a
// character, so that it equals no name of a path; a broken escape ends the name.
func unescape(to, raw []byte) []byte {
	for len(raw) > 0 {
		n := bytes.IndexByte(raw, '\\')
		if n < 0 {
			return append(to, raw...)
		}
		if n+1 == len(raw) {
			return to
		}
		to = append(to, raw[:n]...)
		c := raw[n+1]
		raw = raw[n+2:]
		switch c {
		case 'b':
			to = append(to, '\b')
		case 'f':
			to = append(to, '\f')
		case 'n':
			to = append(to, '\n')
		case 'r':
			to = append(to, '\r')
		case 't':
			to = append(to, '\t')
		case 'u':
			to, raw = unescapeUnit(to, raw)
		default:
			to = append(to, c)
		}
	}
	return to
}

// unescapeUnit is unescape behind \u.
func unescapeUnit(to, raw []byte) ([]byte, []byte) {
	if len(raw) < hexDigits {
		return to, nil
	}
	r := hexUnit(raw)
	raw = raw[hexDigits:]
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(to, r), raw
	}
	if len(raw) >= maxEscape && raw[0] == '\\' && raw[1] == 'u' {
		if pair := utf16.DecodeRune(r, hexUnit(raw[2:])); pair != utf8.RuneError {
			return utf8.AppendRune(to, pair), raw[maxEscape:]
		}
	}
	return append(to, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F|0x80, 0x80|byte(r)&0x3F), raw
}

func hexUnit(raw []byte) rune {
	var r rune
	for _, c := range raw[:hexDigits] {
		r = r<<4 | rune(hexValue(c))
	}
	return r
}
