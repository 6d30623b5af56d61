package jsonpath

import (
	"slices"
	"strings"
)

// term is a literal, a query or a function; one of its fields is set.
type term struct {
	value *operand    // a literal, or a function that gives a value
	query *query      // a query, whose type depends on where it stands
	test  *expression // a function that gives true or false
	at    int
}

func (p *parser) term() (term, error) {
	start := p.at
	switch c := p.peek(); {
	case c == '@' || c == '$':
		q, err := p.inner()
		return term{query: q, at: start}, err
	case c == '\'' || c == '"':
		text, err := p.literal("text")
		return term{value: &operand{literal: appendQuoted(nil, text, '"')}, at: start}, err
	case c == '-' || isDigit(c):
		err := p.number()
		return term{value: &operand{literal: []byte(p.text[start:p.at])}, at: start}, err
	case 'a' <= c && c <= 'z':
		return p.word()
	default:
		return term{}, p.fail("no expression here; write a query such as @.name, a literal or a function")
	}
}

// inner reads a query inside a filter.
func (p *parser) inner() (*query, error) {
	q := &query{absolute: p.text[p.at] == '$', singular: true}
	p.inside.queries++
	p.inside.rooted = p.inside.rooted || q.absolute
	p.at++
	for {
		end := p.at
		p.blank()
		if c := p.peek(); c != '.' && c != '[' {
			p.at = end
			break
		}
		s, err := p.segment()
		if err != nil {
			return nil, err
		}
		q.segments = append(q.segments, s)
	}
	q.singular = singular(q.segments)
	p.inside.bare = p.inside.bare || !q.absolute && len(q.segments) == 0
	return q, nil
}

// number reads a literal, which differs from a JSON number in nothing.
func (p *parser) number() error {
	start := p.at
	step := firstOfNumber(p.text[p.at])
	for p.at++; p.at < len(p.text); p.at++ {
		next, ok := step.after(p.text[p.at])
		if !ok {
			break
		}
		step = next
	}
	if step.complete() && !isDigit(p.peek()) {
		return nil
	}
	p.at = start
	return p.fail("broken number; write one as in JSON, such as -1.5e3")
}

// word reads true, false, null or a function.
func (p *parser) word() (term, error) {
	start := p.at
	for c := p.peek(); 'a' <= c && c <= 'z' || c == '_' || isDigit(c); c = p.peek() {
		p.at++
	}
	name := p.text[start:p.at]
	if p.peek() == '(' {
		return p.function(name, start)
	}
	if slices.Contains([]string{"true", "false", "null"}, name) {
		return term{value: &operand{literal: []byte(name)}, at: start}, nil
	}
	p.at = start
	if rest := p.text[start+len(name):]; slices.Contains(functions, name) && strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), "(") {
		p.at += len(name)
		return term{}, p.fail("white space behind the name of a function; write ( at once")
	}
	return term{}, p.fail("unknown word; write true, false, null, a function, or text in quotes")
}

//nolint:gochecknoglobals // a table, never written to
var functions = []string{"length", "count", "match", "search", "value"}

// function reads the arguments of a function and sees that they are of its types (section 2.4.3).
func (p *parser) function(name string, start int) (term, error) {
	if !slices.Contains(functions, name) {
		p.at = start
		return term{}, p.fail("unknown function; use length, count, match, search or value")
	}
	if err := p.nest(); err != nil {
		return term{}, err
	}
	arguments, err := p.arguments()
	if err != nil {
		return term{}, err
	}
	p.depth--
	end := p.at
	want := 1
	if name == "match" || name == "search" {
		want = 2
	}
	if len(arguments) != want {
		p.at = start
		return term{}, p.fail("wrong number of arguments; length, count and value take one, match and search two")
	}
	t, err := p.applied(name, arguments)
	if err != nil {
		return term{}, err
	}
	p.at, t.at = end, start
	return t, nil
}

// arguments reads what stands in the parentheses of a function; the next byte opens them.
func (p *parser) arguments() ([]term, error) {
	open := p.at
	p.at++
	p.blank()
	if p.take(')') {
		return nil, nil
	}
	var arguments []term
	for {
		if c := p.peek(); c == '!' || c == '(' {
			return nil, p.fail("no function takes a test; write a query, a literal or a function")
		}
		t, err := p.term()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, t)
		p.blank()
		switch {
		case p.take(')'):
			return arguments, nil
		case p.take(','):
			p.blank()
		case p.at == len(p.text):
			p.at = open
			return nil, p.fail("parenthesis is not closed; end it with )")
		default:
			return nil, p.fail("argument goes on in an unknown way; write , and another one, or )")
		}
	}
}

func (p *parser) applied(name string, arguments []term) (term, error) {
	first := arguments[0]
	if name == "count" || name == "value" {
		if first.query == nil {
			p.at = first.at
			return term{}, p.fail("count and value take a query; write one, such as @.*")
		}
		kind := isCount
		if name == "value" {
			kind = isValue
		}
		return term{value: &operand{kind: kind, query: first.query}}, nil
	}
	of, err := p.valued(first)
	if err != nil {
		return term{}, err
	}
	if name == "length" {
		return term{value: &operand{kind: isLength, of: of}}, nil
	}
	x := &expression{kind: isMatch, left: of, whole: name == "match"}
	if x.right, err = p.valued(arguments[1]); err != nil {
		return term{}, err
	}
	if x.right.kind == isLiteral && kindOf(x.right.literal[0]) == String {
		text := unescape(nil, x.right.literal[1:len(x.right.literal)-1])
		if x.right.pattern = compilePattern(text, x.whole); x.right.pattern.refused {
			p.at = arguments[1].at
			return term{}, p.fail("pattern is no I-Regexp of RFC 9485; write one without look-around, \\d and the like, and with at most 1000 repeats")
		}
	}
	return term{test: x}, nil
}

// valued makes an argument of the type ValueType of a term.
func (p *parser) valued(t term) (*operand, error) {
	switch {
	case t.test != nil:
		p.at = t.at
		return nil, p.fail("no function takes the result of match and search; write a query, a literal or another function")
	case t.query == nil:
		return t.value, nil
	case !t.query.singular:
		p.at = t.at
		return nil, p.fail("a query that may select several places is no single value; use names and indices only, or value()")
	default:
		return &operand{kind: isQuery, query: t.query}, nil
	}
}
