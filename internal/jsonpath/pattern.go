package jsonpath

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// pattern is an I-Regexp (RFC 9485) ready to match in time linear to the text. One that is refused matches nothing.
type pattern struct {
	compiled *regexp.Regexp
	steps    int // of its program: what one character of a text may cost
	refused  bool
}

// compilePattern checks a pattern against the grammar of RFC 9485 and translates it to that of Go. More than 1000 repeats
// are beyond Go, and refused. Circumflex and dollar stay what they are to Go, anchors, as section 5.4 leaves them.
func compilePattern(text []byte, whole bool) *pattern {
	t := translation{text: string(text)}
	if !utf8.Valid(text) || !t.translate() {
		return &pattern{refused: true}
	}
	expression := t.out.String()
	if whole {
		expression = `\A(?:` + expression + `)\z`
	}
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return &pattern{refused: true}
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return &pattern{refused: true}
	}
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return &pattern{refused: true}
	}
	return &pattern{compiled: compiled, steps: len(program.Inst)}
}

// translation reads an I-Regexp. It counts parentheses instead of recursing, since a document may bring the pattern.
type translation struct {
	text  string
	at    int
	depth int
	atom  bool // a quantifier may follow
	out   strings.Builder
}

func (t *translation) translate() bool {
	for t.at < len(t.text) {
		if !t.piece() {
			return false
		}
	}
	return t.depth == 0
}

// piece reads one atom, quantifier or operator.
func (t *translation) piece() bool {
	c := t.text[t.at]
	switch c {
	case '(':
		t.depth++
		t.atom = false
		t.write("(?:")
	case ')':
		t.depth--
		t.atom = true
		t.write(")")
		return t.depth >= 0
	case '|':
		t.atom = false
		t.write("|")
	case '*', '+', '?':
		if !t.atom {
			return false
		}
		t.atom = false
		t.write(string(c))
	case '{':
		return t.atom && t.quantifier()
	case '.':
		t.atom = true
		t.write(`[^\n\r]`)
	case '[':
		t.atom = true
		return t.class()
	case '\\':
		t.atom = true
		return t.escape()
	case ']', '}':
		return false
	default:
		t.atom = true
		t.character()
	}
	return true
}

// write puts the translation of the byte at hand.
func (t *translation) write(text string) {
	t.out.WriteString(text)
	t.at++
}

func (t *translation) character() {
	_, size := utf8.DecodeRuneInString(t.text[t.at:])
	t.out.WriteString(t.text[t.at : t.at+size])
	t.at += size
}

// quantifier reads {n}, {n,} or {n,m}.
func (t *translation) quantifier() bool {
	start := t.at
	t.at++
	if !t.digits() {
		return false
	}
	if t.peek() == ',' {
		t.at++
		t.digits()
	}
	if t.peek() != '}' {
		return false
	}
	t.at++
	t.atom = false
	t.out.WriteString(t.text[start:t.at])
	return true
}

func (t *translation) digits() bool {
	start := t.at
	for isDigit(t.peek()) {
		t.at++
	}
	return t.at > start
}

func (t *translation) peek() byte {
	if t.at < len(t.text) {
		return t.text[t.at]
	}
	return 0
}

// escape reads \n, \., \p{Lu} and the like, within a class or not.
func (t *translation) escape() bool {
	if t.at+1 == len(t.text) {
		return false
	}
	switch c := t.text[t.at+1]; {
	case c == 'p' || c == 'P':
		end := strings.IndexByte(t.text[t.at:], '}')
		if end < 0 || !isCategory(t.text[t.at+2:t.at+end+1]) {
			return false
		}
		t.out.WriteString(t.text[t.at : t.at+end+1])
		t.at += end + 1
	case strings.IndexByte(`()*+-.?[\]^nrt{|}`, c) >= 0:
		t.out.WriteString(t.text[t.at : t.at+2])
		t.at += 2
	default:
		return false
	}
	return true
}

// isCategory tells the general categories of Unicode with their braces, such as {Lu}.
func isCategory(name string) bool {
	const ends = "Llmotu Mcen Ndlo Pcdefios Zlps Sckmo Ccfno"
	if len(name) != len("{L}") && len(name) != len("{Lu}") || name[0] != '{' {
		return false
	}
	for group := range strings.FieldsSeq(ends) {
		if group[0] == name[1] {
			return len(name) == len("{L}") || strings.IndexByte(group[1:], name[2]) >= 0
		}
	}
	return false
}

// class reads a bracket expression.
func (t *translation) class() bool {
	t.write("[")
	if t.peek() == '^' {
		t.write("^")
	}
	start := t.at
	for t.at < len(t.text) {
		switch t.text[t.at] {
		case ']':
			t.write("]")
			return t.at-1 > start
		case '-':
			// Only at either end does it stand for itself.
			if t.at > start && !strings.HasPrefix(t.text[t.at:], "-]") {
				return false
			}
			t.write(`\-`)
		default:
			if !t.member() {
				return false
			}
		}
	}
	return false
}

// member reads a character of a class, a range or a category.
func (t *translation) member() bool {
	if category := strings.HasPrefix(t.text[t.at:], `\p`) || strings.HasPrefix(t.text[t.at:], `\P`); category {
		return t.escape()
	}
	if !t.bound() {
		return false
	}
	if t.peek() != '-' || strings.HasPrefix(t.text[t.at:], "-]") {
		return true
	}
	t.write("-")
	return t.bound()
}

// bound reads one character of a class, plain or escaped.
func (t *translation) bound() bool {
	switch c := t.peek(); {
	case t.at == len(t.text) || c == '[' || c == ']' || c == '-':
		return false
	case c == '\\':
		return !strings.HasPrefix(t.text[t.at:], `\p`) && !strings.HasPrefix(t.text[t.at:], `\P`) && t.escape()
	case c == '^' || c == '&' || c == '~':
		t.out.WriteByte('\\')
		t.write(string(c))
		return true
	default:
		t.character()
		return true
	}
}
