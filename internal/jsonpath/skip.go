package jsonpath

import (
	"encoding/binary"
	"math/bits"
)

// skip checks the value that start announced, from index i on. It gives back the index behind the value with
// atEnd, len(p) where the chunk ends first, or the offending byte with atFailure.
//
// Every byte that no path can reach passes here, so tokens that lie whole in the chunk are read in place; the
// scanner's other methods take over for escapes, characters beyond ASCII and cuts.
//
//nolint:gocognit // one loop over the grammar: a call for each token would halve its speed
func (s *scanner) skip(p []byte, i int) int {
	var (
		c      byte
		end    int
		naming bool // the string at hand is a name
		object = s.depth > 0 && s.inObject()
	)
	switch s.at {
	case atValue:
		goto value
	case atFirstElement:
		goto firstElement
	case atFirstName:
		goto firstName
	case atName:
		goto name
	case atColon:
		goto colon
	case atAfter:
		goto after
	case atNameBody:
		naming = true
		goto text
	case atString:
		goto text
	case atNumber:
		i = s.digits(p, i)
		goto scalar
	case atLiteral:
		i = s.word(p, i)
		goto scalar
	default:
		return i
	}

firstElement:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		s.at = atFirstElement
		return i
	}
	if p[i] == ']' {
		goto closed
	}

value:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		s.at = atValue
		return i
	}
	c = p[i]
	switch c {
	case '"':
		i++
		naming = false
		goto quoted
	case '{', '[':
		object = c == '{'
		if !s.open(object) {
			return s.fail(TooDeep, i)
		}
		i++
		if object {
			goto firstName
		}
		goto firstElement
	case 't', 'f', 'n':
		if end = wholeWord(p, i); end != 0 {
			i = end
			goto after
		}
		s.literal = wordOf(c)
		i = s.word(p, i)
		goto scalar
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if end = wholeNumber(p, i); end != 0 {
			i = end
			goto after
		}
		s.number = firstOfNumber(c)
		i = s.digits(p, i+1)
		goto scalar
	default:
		return s.fail(Malformed, i)
	}

firstName:
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		s.at = atFirstName
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
		s.at = atName
		return i
	}
	if p[i] != '"' {
		return s.fail(Malformed, i)
	}
	i++
	naming = true

quoted:
	if i+wordBytes <= len(p) {
		if m := unplain(binary.LittleEndian.Uint64(p[i:])); m != 0 {
			i += bits.TrailingZeros64(m) / bitsPerByte
		} else {
			i = plain(p, i+wordBytes)
		}
		if i < len(p) && p[i] == '"' {
			i++
			if naming {
				goto colon
			}
			goto after
		}
	}

text:
	i = s.text(p, i)
	if s.at == atEnd {
		if naming {
			goto colon
		}
		goto after
	}
	if naming && s.at == atString {
		s.at = atNameBody
	}
	return i

colon:
	if i < len(p) && p[i] == ':' {
		i++
		goto value
	}
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		s.at = atColon
		return i
	}
	if p[i] != ':' {
		return s.fail(Malformed, i)
	}
	i++
	goto value

scalar:
	if s.at != atEnd {
		return i
	}

after:
	if s.depth == 0 {
		s.at = atEnd
		return i
	}
	if i < len(p) && p[i] <= ' ' {
		i = blank(p, i)
	}
	if i >= len(p) {
		s.at = atAfter
		return i
	}
	c = p[i]
	if c == ',' {
		i++
		if object {
			goto name
		}
		goto value
	}
	if c != ']' && c != '}' || object != (c == '}') {
		return s.fail(Malformed, i)
	}

closed:
	i++
	s.depth--
	if s.depth > 0 {
		object = s.inObject()
	}
	goto after
}
