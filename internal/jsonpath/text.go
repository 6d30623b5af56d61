package jsonpath

import "unicode/utf8"

// What is left of an escape when a chunk ends; 1 to 4 are hex digits.
const (
	noEscape   = 0
	hexDigits  = 4
	escapeByte = 5
)

// text goes on inside a string. It gives back the index behind the closing quote with atEnd, len(p) with
// atString where the chunk ends first, or the offending byte with atFailure.
func (s *scanner) text(p []byte, i int) int {
	s.at = atString
	if s.tailLen > 0 {
		if i = s.finishCharacter(p, i); s.at == atFailure {
			return i
		}
	}
	for i < len(p) {
		if s.escape != noEscape {
			if i = s.finishEscape(p, i); s.at == atFailure {
				return i
			}
			continue
		}
		i = plain(p, i)
		if i == len(p) {
			return i
		}
		switch c := p[i]; {
		case c == '"':
			s.at = atEnd
			return i + 1
		case c == '\\':
			s.escape = escapeByte
			i++
		case c < ' ':
			return s.fail(Malformed, i)
		default:
			if i = s.beyondASCII(p, i); s.at == atFailure {
				return i
			}
		}
	}
	return i
}

// finishEscape reads on behind a backslash.
func (s *scanner) finishEscape(p []byte, i int) int {
	if s.escape == escapeByte {
		switch p[i] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			s.escape = noEscape
		case 'u':
			s.escape = hexDigits
		default:
			return s.fail(Malformed, i)
		}
		i++
	}
	for ; s.escape != noEscape && i < len(p); i++ {
		if hexValue(p[i]) < 0 {
			return s.fail(Malformed, i)
		}
		s.escape--
	}
	return i
}

// beyondASCII checks the run of text that begins at i; a character cut by the chunk's end is kept for the next.
func (s *scanner) beyondASCII(p []byte, i int) int {
	end := spelled(p, i)
	whole := end
	if end == len(p) {
		whole = end - unfinished(p[i:end])
		s.tailLen = copy(s.tail[:], p[whole:end])
	}
	if utf8.Valid(p[i:whole]) {
		return end
	}
	s.tailLen = 0
	for {
		r, size := utf8.DecodeRune(p[i:whole])
		if r == utf8.RuneError && size <= 1 {
			return s.fail(Encoding, i)
		}
		i += size
	}
}

// unfinished counts the bytes of a begun but incomplete character at the end of p.
func unfinished(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if c := p[len(p)-n]; utf8.RuneStart(c) {
			if c < utf8.RuneSelf || utf8.FullRune(p[len(p)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// finishCharacter completes the character that the last chunk cut.
func (s *scanner) finishCharacter(p []byte, i int) int {
	begun := s.tailLen
	from := i
	for i < len(p) && !utf8.FullRune(s.tail[:s.tailLen]) {
		s.tail[s.tailLen] = p[i]
		s.tailLen++
		i++
	}
	if !utf8.FullRune(s.tail[:s.tailLen]) {
		return i
	}
	r, size := utf8.DecodeRune(s.tail[:s.tailLen])
	if r == utf8.RuneError && size <= 1 {
		s.fail(Encoding, from)
		s.shift = begun
		return from
	}
	s.tailLen = 0
	return i
}
