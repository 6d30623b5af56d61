package jsonpath

// filter is the expression of a filter selector (section 2.3.5). It is immutable.
type filter struct {
	top     *expression
	text    string // in one spelling
	queries int    // in it, those of nested filters too
	rooted  bool   // one of them begins at the root
	bare    bool   // it asks for the value itself, so that one scalar differs from another
}

type expressionKind uint8

const (
	isAnyOf expressionKind = iota
	isAllOf
	isNot
	isComparison
	isExistence
	isMatch
)

// expression is a logical expression, or a function of that type.
type expression struct {
	kind        expressionKind
	parts       []*expression // of isAnyOf and isAllOf; the one that isNot denies
	op          comparison
	left, right *operand // of isComparison; the text and the pattern of isMatch
	query       *query   // of isExistence
	whole       bool     // the pattern must match the whole text: match, not search
}

type comparison uint8

const (
	isEqual comparison = iota
	isUnequal
	isLess
	isLessOrEqual
	isGreater
	isGreaterOrEqual
)

func (c comparison) String() string {
	return [...]string{"==", "!=", "<", "<=", ">", ">="}[c]
}

type operandKind uint8

const (
	isLiteral operandKind = iota
	isQuery               // a singular one
	isLength
	isCount
	isValue
)

// operand is what can be compared: a value or none (section 2.4.1, ValueType).
type operand struct {
	kind    operandKind
	literal []byte   // JSON text
	query   *query   // of isQuery, isCount and isValue
	of      *operand // of isLength
	pattern *pattern // of a literal that stands as one
}

// query is a path inside a filter.
type query struct {
	absolute bool // it begins at the root, not at the value that the filter asks about
	segments []segment
	singular bool
}

// appendTo writes an expression in one spelling; within is the kind it stands in.
func (x *expression) appendTo(text []byte, within expressionKind) []byte {
	switch x.kind {
	case isAnyOf, isAllOf:
		paren := within == isNot || within == isAllOf && x.kind == isAnyOf
		if paren {
			text = append(text, '(')
		}
		for n, part := range x.parts {
			if n > 0 {
				text = append(text, [...]string{isAnyOf: "||", isAllOf: "&&"}[x.kind]...)
			}
			text = part.appendTo(text, x.kind)
		}
		if paren {
			text = append(text, ')')
		}
		return text
	case isNot:
		text = append(text, '!')
		if part := x.parts[0]; part.kind == isNot || part.kind == isComparison {
			return append(part.appendTo(append(text, '('), isAnyOf), ')')
		}
		return x.parts[0].appendTo(text, isNot)
	case isComparison:
		text = append(x.left.appendTo(text), x.op.String()...)
		return x.right.appendTo(text)
	case isExistence:
		return x.query.appendTo(text)
	default:
		name := "search("
		if x.whole {
			name = "match("
		}
		text = append(x.left.appendTo(append(text, name...)), ',')
		return append(x.right.appendTo(text), ')')
	}
}

func (o *operand) appendTo(text []byte) []byte {
	switch o.kind {
	case isLiteral:
		switch kindOf(o.literal[0]) {
		case String:
			return appendQuoted(text, string(unescape(nil, o.literal[1:len(o.literal)-1])), '\'')
		case Number:
			return decimalOf(o.literal).appendTo(text, o.literal)
		default:
			return append(text, o.literal...)
		}
	case isQuery:
		return o.query.appendTo(text)
	case isLength:
		return append(o.of.appendTo(append(text, "length("...)), ')')
	case isCount:
		return append(o.query.appendTo(append(text, "count("...)), ')')
	default:
		return append(o.query.appendTo(append(text, "value("...)), ')')
	}
}

func (q *query) appendTo(text []byte) []byte {
	if q.absolute {
		return appendSegments(append(text, '$'), q.segments)
	}
	return appendSegments(append(text, '@'), q.segments)
}
