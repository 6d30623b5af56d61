package jsonpath

import (
	"encoding/binary"
	"math/bits"
)

// walk goes on through the containers in which a path may select something, from index i on. It gives back
// len(p), or with atFailure the offending byte.
//
// This is the loop of documents that a descendant segment keeps in view throughout, so it reads names and
// scalars in place as skip does; whatever is rare stands in methods that say at which step to go on.
//
//nolint:gocognit // one loop over the grammar: a call for each token would halve its speed
func (e *Editor) walk(p []byte, i int) int {
	var (
		c     byte
		start int
		next  *state
		f     *frame
	)

resume:
	f = &e.frames[len(e.frames)-1]
	next = e.next
	switch e.at {
	case atMark:
		i = e.byteOrderMark(p, i)
		goto moved
	case atValue:
		goto value
	case atKept:
		goto kept
	case atFirstElement:
		goto firstElement
	case atFirstName:
		goto firstName
	case atName:
		goto name
	case atNameBody:
		i = e.finishName(p, i)
		goto moved
	case atColon:
		goto colon
	case atSkip:
		i = e.skip(p, i)
		goto moved
	case atAfter:
		goto after
	case atEnd:
		goto end
	default:
		return i
	}

moved:
	if e.at != atFailure && (i < len(p) || e.at == atAfter) {
		goto resume
	}
	return i

firstElement:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at = atFirstElement
		return i
	}
	if p[i] == ']' {
		goto closed
	}

element:
	next = f.other
	if f.st.last >= f.index || !f.st.cached {
		next = f.st.element(f.index, f.length)
	}
	f.index++
	if len(next.accept) > 0 {
		e.name = nil
	} else if f.kept {
		e.sep = -1
	}

value:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at, e.next = atValue, next
		return i
	}
	c = p[i]
	if e.sep >= 0 || len(next.accept) > 0 {
		if kindOf(c) == Invalid {
			return e.fail(Malformed, i)
		}
		if e.waiting(i) > e.limits.Token {
			return e.failWaiting(i)
		}
		if len(next.accept) > 0 {
			e.next = next
			if i = e.visit(p, i); e.at != atKept {
				goto moved
			}
			next = e.next
		} else {
			e.keep(p, i)
		}
	}

kept:
	c = p[i]
	switch c {
	case '"':
		start = i
		i++
		if i+wordBytes <= len(p) {
			if m := unplain(binary.LittleEndian.Uint64(p[i:])); m != 0 {
				i += bits.TrailingZeros64(m) / bitsPerByte
			} else {
				i = plain(p, i+wordBytes)
			}
			if i < len(p) && p[i] == '"' {
				i++
				goto after
			}
		}
		i = start
	case '{', '[':
		if !next.dead {
			e.next = next
			i = e.enter(p, i)
			f = &e.frames[len(e.frames)-1]
			if e.at == atFirstName {
				goto firstName
			}
			goto moved
		}
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if start = wholeNumber(p, i); start != 0 {
			i = start
			goto after
		}
	case 't', 'f', 'n':
		if start = wholeWord(p, i); start != 0 {
			i = start
			goto after
		}
	default:
		return e.fail(Malformed, i)
	}
	i = e.begin(taskFlow, p, i)
	goto moved

firstName:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at = atFirstName
		return i
	}
	if p[i] == '}' {
		goto closed
	}

name:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at = atName
		return i
	}
	if p[i] != '"' {
		return e.fail(Malformed, i)
	}
	i++
	start = i
	if i+wordBytes <= len(p) {
		if m := unplain(binary.LittleEndian.Uint64(p[i:])); m != 0 {
			i += bits.TrailingZeros64(m) / bitsPerByte
		} else {
			i = plain(p, i+wordBytes)
		}
	}
	if i >= len(p) || p[i] != '"' {
		i = e.beginName(p, start)
		goto moved
	}
	next = f.other
	if f.sieve&sieveBit(i-start, p[start], p[i-1]) != 0 {
		next = f.st.named(p[start:i])
	}
	i++
	if f.careful {
		switch {
		case len(next.accept) > 0:
			e.name = p[start : i-1]
		case f.kept && len(e.pend) == 0 && i-e.sep <= e.limits.Token:
			e.sep = -1
		default:
			if i = e.keepMember(p, i, start, i-1-start); e.at == atFailure {
				return i
			}
		}
	}

colon:
	if i < len(p) && p[i] == ':' {
		i++
		goto value
	}
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at, e.next = atColon, next
		return i
	}
	if p[i] != ':' {
		return e.fail(Malformed, i)
	}
	i++
	goto value

after:
	if f.st == nil {
		e.at = atEnd
		goto end
	}
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		e.at = atAfter
		return i
	}
	c = p[i]
	if c == ',' {
		if f.careful {
			e.sep = i
		}
		i++
		if f.object {
			goto name
		}
		goto element
	}
	if c != ']' && c != '}' || f.object != (c == '}') {
		return e.fail(Malformed, i)
	}

closed:
	if e.sep >= 0 {
		if e.waiting(i) > e.limits.Token {
			return e.failWaiting(i)
		}
		e.release()
	}
	i++
	e.leave()
	f = &e.frames[len(e.frames)-1]
	goto after

end:
	i = blank(p, i)
	if i < len(p) {
		return e.fail(Malformed, i)
	}
	return i
}
