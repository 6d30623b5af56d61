package jsonpath

// numberStep is where in the grammar of a number the next byte stands (RFC 8259 section 6).
type numberStep uint8

const (
	numberSign numberStep = iota // behind -
	numberZero                   // behind a leading 0
	numberInt
	numberDot // behind .
	numberFraction
	numberE     // behind e
	numberESign // behind its sign
	numberExponent
)

// complete reports whether the number may end here.
func (n numberStep) complete() bool {
	return n == numberZero || n == numberInt || n == numberFraction || n == numberExponent
}

// firstOfNumber gives the step behind the first byte of a number.
func firstOfNumber(c byte) numberStep {
	switch c {
	case '-':
		return numberSign
	case '0':
		return numberZero
	default:
		return numberInt
	}
}

// digits goes on inside a number, with results like text's. That a number has ended shows in the byte behind it.
func (s *scanner) digits(p []byte, i int) int {
	s.at = atNumber
	for ; i < len(p); i++ {
		next, ok := s.number.after(p[i])
		if ok {
			s.number = next
			continue
		}
		if !s.number.complete() {
			return s.fail(Malformed, i)
		}
		s.at = atEnd
		return i
	}
	return i
}

// after gives the step behind one more byte, and false where the number cannot go on with it.
func (n numberStep) after(c byte) (numberStep, bool) {
	digit := isDigit(c)
	switch n {
	case numberSign:
		return firstOfNumber(c), digit
	case numberInt, numberZero:
		switch {
		case digit:
			return numberInt, n == numberInt
		case c == '.':
			return numberDot, true
		default:
			return numberE, c|0x20 == 'e'
		}
	case numberDot:
		return numberFraction, digit
	case numberFraction:
		if digit {
			return numberFraction, true
		}
		return numberE, c|0x20 == 'e'
	case numberE:
		if c == '+' || c == '-' {
			return numberESign, true
		}
		return numberExponent, digit
	default:
		return numberExponent, digit
	}
}

// wholeNumber gives the index behind the number that begins at i, or 0 where p does not tell or it is broken.
func wholeNumber(p []byte, i int) int {
	if p[i] == '-' {
		i++
	}
	start := i
	i = digitsEnd(p, i)
	if i >= len(p) || i == start || p[start] == '0' && i > start+1 {
		return 0
	}
	if p[i] == '.' {
		start = i + 1
		i = digitsEnd(p, start)
		if i >= len(p) || i == start {
			return 0
		}
	}
	if p[i]|0x20 != 'e' {
		return i
	}
	i++
	if i < len(p) && (p[i] == '+' || p[i] == '-') {
		i++
	}
	start = i
	i = digitsEnd(p, i)
	if i >= len(p) || i == start {
		return 0
	}
	return i
}

// word goes on inside true, false or null.
func (s *scanner) word(p []byte, i int) int {
	s.at = atLiteral
	for i < len(p) && s.literal != "" {
		if p[i] != s.literal[0] {
			return s.fail(Malformed, i)
		}
		s.literal = s.literal[1:]
		i++
	}
	if s.literal == "" {
		s.at = atEnd
	}
	return i
}

// wholeWord gives the index behind the literal that begins at i, or 0 where p does not tell or it is broken.
func wholeWord(p []byte, i int) int {
	word := wordOf(p[i])
	if len(p)-i > len(word) && string(p[i:i+len(word)]) == word {
		return i + len(word)
	}
	return 0
}

func wordOf(c byte) string {
	switch c {
	case 't':
		return "true"
	case 'f':
		return "false"
	case 'n':
		return "null"
	default:
		return ""
	}
}
