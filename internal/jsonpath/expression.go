package jsonpath

import "strings"

// maxNesting bounds parentheses, functions and filters within each other in one query.
const maxNesting = 100

// nest counts one more level of nesting.
func (p *parser) nest() error {
	if p.depth++; p.depth > maxNesting {
		return p.fail("expression nests more than 100 levels; write a flatter one")
	}
	return nil
}

// filter reads a filter selector (section 2.3.5); the next byte is its question mark.
func (p *parser) filter() (*filter, error) {
	outer := p.inside
	p.inside = &filter{}
	p.at++
	p.blank()
	top, err := p.logical()
	if err != nil {
		return nil, err
	}
	f := p.inside
	f.top = top
	f.text = string(top.appendTo(nil, isAnyOf))
	p.inside = outer
	if outer != nil {
		outer.queries += f.queries
		outer.rooted = outer.rooted || f.rooted
	}
	return f, nil
}

// logical reads alternatives.
func (p *parser) logical() (*expression, error) {
	if err := p.nest(); err != nil {
		return nil, err
	}
	x, err := p.joined(isAnyOf, "||", func() (*expression, error) { return p.joined(isAllOf, "&&", p.basic) })
	p.depth--
	return x, err
}

// joined reads one or more parts with the operator between them.
func (p *parser) joined(kind expressionKind, operator string, part func() (*expression, error)) (*expression, error) {
	x, err := part()
	if err != nil {
		return nil, err
	}
	whole := &expression{kind: kind}
	whole.add(x)
	for {
		end := p.at
		p.blank()
		if !p.takeText(operator) {
			p.at = end
			if len(whole.parts) == 1 {
				return whole.parts[0], nil
			}
			return whole, nil
		}
		p.blank()
		if x, err = part(); err != nil {
			return nil, err
		}
		whole.add(x)
	}
}

// add takes the parts of a part of the same kind as its own: parentheses around them say nothing.
func (x *expression) add(part *expression) {
	if part.kind == x.kind {
		x.parts = append(x.parts, part.parts...)
		return
	}
	x.parts = append(x.parts, part)
}

func (p *parser) takeText(text string) bool {
	if !strings.HasPrefix(p.text[p.at:], text) {
		return false
	}
	p.at += len(text)
	return true
}

// basic reads what stands between the logical operators.
func (p *parser) basic() (*expression, error) {
	if !p.take('!') {
		if p.peek() == '(' {
			return p.parenthesized()
		}
		return p.comparisonOrTest()
	}
	p.blank()
	var x *expression
	var err error
	if p.peek() == '(' {
		x, err = p.parenthesized()
	} else {
		x, err = p.test()
	}
	if err != nil {
		return nil, err
	}
	return &expression{kind: isNot, parts: []*expression{x}}, nil
}

func (p *parser) parenthesized() (*expression, error) {
	open := p.at
	p.at++
	p.blank()
	x, err := p.logical()
	if err != nil {
		return nil, err
	}
	p.blank()
	if p.at == len(p.text) {
		p.at = open
		return nil, p.fail("parenthesis is not closed; end it with )")
	}
	if !p.take(')') {
		return nil, p.fail("expression goes on in an unknown way; write ), && or ||")
	}
	return x, nil
}

func (p *parser) comparisonOrTest() (*expression, error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	end := p.at
	p.blank()
	op, found := p.operator()
	if !found {
		p.at = end
		return p.tested(left)
	}
	p.blank()
	right, err := p.term()
	if err != nil {
		return nil, err
	}
	x := &expression{kind: isComparison, op: op}
	if x.left, err = p.compared(left); err != nil {
		return nil, err
	}
	x.right, err = p.compared(right)
	return x, err
}

func (p *parser) operator() (comparison, bool) {
	// The longer ones come first.
	for _, op := range []comparison{isEqual, isUnequal, isLessOrEqual, isGreaterOrEqual, isLess, isGreater} {
		if p.takeText(op.String()) {
			return op, true
		}
	}
	return 0, false
}

// test reads what may stand behind an exclamation mark.
func (p *parser) test() (*expression, error) {
	t, err := p.term()
	if err != nil {
		return nil, err
	}
	return p.tested(t)
}

// tested makes a test of a term (section 2.3.5.1, test-expr).
func (p *parser) tested(t term) (*expression, error) {
	switch {
	case t.test != nil:
		return t.test, nil
	case t.query != nil:
		return &expression{kind: isExistence, query: t.query}, nil
	case t.value.kind == isLiteral:
		p.at = t.at
		return nil, p.fail("a literal alone is no test; compare it, as in @.name == 'text'")
	default:
		p.at = t.at
		return nil, p.fail("the result of this function is no test; compare it, as in count(@.*) > 1")
	}
}

// compared makes a side of a comparison of a term.
func (p *parser) compared(t term) (*operand, error) {
	switch {
	case t.test != nil:
		p.at = t.at
		return nil, p.fail("match and search cannot be compared; write them alone")
	case t.query == nil:
		return t.value, nil
	case !t.query.singular:
		p.at = t.at
		return nil, p.fail("a query that may select several places cannot be compared; use names and indices only, or count() or value()")
	default:
		return &operand{kind: isQuery, query: t.query}, nil
	}
}
