package blocklist

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync/atomic"
)

// expression is a regular expression of a list. Most are never asked, hence it is compiled when first it is. Matching
// takes time linear in the URL, since Go's engine never goes back.
type expression struct {
	source   string
	compiled *atomic.Pointer[regexp.Regexp]
	literals []string // in lower case, all of which a URL must hold
}

const (
	maxExpression = 4096 // bytes of source
	maxFactor     = 2000 // steps of the compiled program, which bound the time for a byte
)

// addExpression stores an expression, or names what is not supported: what looks ahead or behind or refers back cannot
// be matched in linear time.
func (l *List) addExpression(source string, fold bool) (number uint32, name string) {
	if len(source) > maxExpression {
		return 0, "length"
	}
	if fold {
		source = "(?i)" + source
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		if strings.Contains(source, "(?=") || strings.Contains(source, "(?!") || strings.Contains(source, "(?<") {
			return 0, "regular expression that looks around"
		}
		return 0, "regular expression"
	}
	if repeatsAssertion(tree) {
		return 0, "regular expression" // in the language of lists, which is JavaScript's
	}
	literals := appendLiterals(nil, tree)
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > maxFactor {
		return 0, "regular expression"
	}
	l.expressions = append(l.expressions, expression{source: source, compiled: &atomic.Pointer[regexp.Regexp]{}, literals: literals})
	return uint32(len(l.expressions)), ""
}

// repeatsAssertion says that what stands for no character is repeated, such as "^?".
func repeatsAssertion(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		switch tree.Sub[0].Op {
		case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
			return true
		default:
		}
	default:
	}
	return slices.ContainsFunc(tree.Sub, repeatsAssertion)
}

// matches compiles an expression at its first use. Two that do so at once come to the same.
func (e *expression) matches(text []byte) bool {
	compiled := e.compiled.Load()
	if compiled == nil {
		compiled = regexp.MustCompile(e.source) // it was parsed when the list was
		e.compiled.Store(compiled)
	}
	return compiled.Match(text)
}

// appendLiterals gives texts without which nothing matches, as far as a sequence and its groups show them.
func appendLiterals(dst []string, tree *syntax.Regexp) []string {
	pending := []*syntax.Regexp{tree}
	for len(pending) > 0 {
		node := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		switch node.Op {
		case syntax.OpLiteral:
			if text := string(node.Rune); isASCII(text) {
				dst = append(dst, lower(text))
			}
		case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
			pending = append(pending, node.Sub...)
		default:
		}
	}
	return dst
}
