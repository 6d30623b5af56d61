package jsonpath

import (
	"encoding/json"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// examiner evaluates filters the way RFC 9535 tells it, on the tree, by recursion. It knows no repeated names.
type examiner struct {
	doc  []byte
	root *node
}

// nothing is the special result of section 2.4.1.
type nothing struct{}

func (x examiner) holds(e *expression, at *node) bool {
	switch e.kind {
	case isAnyOf:
		return slices.ContainsFunc(e.parts, func(part *expression) bool { return x.holds(part, at) })
	case isAllOf:
		return !slices.ContainsFunc(e.parts, func(part *expression) bool { return !x.holds(part, at) })
	case isNot:
		return !x.holds(e.parts[0], at)
	case isExistence:
		return len(x.nodes(e.query, at)) > 0
	case isMatch:
		return x.matches(e, at)
	default:
		return x.compares(e, at)
	}
}

func (x examiner) compares(e *expression, at *node) bool {
	a, b := x.value(e.left, at), x.value(e.right, at)
	switch e.op {
	case isEqual:
		return sameValue(a, b)
	case isUnequal:
		return !sameValue(a, b)
	case isLess:
		return lessValue(a, b)
	case isLessOrEqual:
		return lessValue(a, b) || sameValue(a, b)
	case isGreater:
		return lessValue(b, a)
	default:
		return lessValue(b, a) || sameValue(a, b)
	}
}

func (x examiner) nodes(q *query, at *node) []*node {
	if q.absolute {
		at = x.root
	}
	return x.walk(q.segments, at)
}

// matches translates a pattern by hand for the few characters in which the dialects differ.
func (x examiner) matches(e *expression, at *node) bool {
	text, ok := x.value(e.left, at).(string)
	pattern, also := x.value(e.right, at).(string)
	if !ok || !also || compilePattern([]byte(pattern), false).refused {
		return false
	}
	var out strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			out.WriteString(pattern[i : i+2])
			i++
		case c == '.' && !class:
			out.WriteString(`[^\n\r]`)
		case class && (c == '&' || c == '~' || c == '^' && pattern[i-1] != '['):
			out.WriteString(`\` + string(c))
		default:
			class = c == '[' || class && c != ']'
			out.WriteByte(c)
		}
	}
	source := out.String()
	if e.whole {
		source = "^(?:" + source + ")$"
	}
	return regexp.MustCompile(source).MatchString(text)
}

func (x examiner) value(o *operand, at *node) any {
	switch o.kind {
	case isLiteral:
		return decoded(o.literal)
	case isLength:
		switch v := x.value(o.of, at).(type) {
		case string:
			return big.NewRat(int64(utf8.RuneCountInString(v)), 1)
		case []any:
			return big.NewRat(int64(len(v)), 1)
		case map[string]any:
			return big.NewRat(int64(len(v)), 1)
		default:
			return nothing{}
		}
	case isCount:
		return big.NewRat(int64(len(x.nodes(o.query, at))), 1)
	default:
	}
	nodes := x.nodes(o.query, at)
	if len(nodes) != 1 {
		return nothing{}
	}
	return x.tree(nodes[0])
}

func (x examiner) tree(n *node) any {
	switch {
	case n.array:
		all := []any{}
		for _, c := range n.children {
			all = append(all, x.tree(c))
		}
		return all
	case n.object:
		all := map[string]any{}
		for _, c := range n.children {
			all[*c.name] = x.tree(c)
		}
		return all
	default:
		return decoded(x.doc[n.start:n.end])
	}
}

func decoded(raw []byte) any {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		panic("reference cannot read a value")
	}
	return exact(v)
}

func exact(v any) any {
	number, ok := v.(json.Number)
	if !ok {
		return v
	}
	r, ok := new(big.Rat).SetString(number.String())
	if !ok {
		panic("reference cannot read a number")
	}
	return r
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case *big.Rat:
		b, ok := b.(*big.Rat)
		return ok && a.Cmp(b) == 0
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, sameValue)
	default:
		switch b.(type) {
		case []any, map[string]any:
			return false
		}
		return a == b
	}
}

func lessValue(a, b any) bool {
	switch a := a.(type) {
	case *big.Rat:
		b, ok := b.(*big.Rat)
		return ok && a.Cmp(b) < 0
	case string:
		b, ok := b.(string)
		return ok && a < b
	default:
		return false
	}
}
