package blocklist

import (
	"bytes"
	"strings"
)

// parameter is the value of removeparam.
type parameter struct {
	kind       parameterKind
	name       span
	expression uint32 // its number, counted from one
}

type parameterKind uint8

const (
	noParameter     parameterKind = iota
	anyParameter                  // of any name
	thisParameter                 // of that name
	otherParameter                // "~name": of any other
	likeParameter                 // "/expression/" of name and value
	unlikeParameter               // "~/expression/"
)

func (l *List) addParameter(value string) (p parameter, name string) {
	value, negated := strings.CutPrefix(value, "~")
	switch {
	case value == "" && negated:
		return p, "removeparam value"
	case value == "":
		p.kind = anyParameter
		return p, ""
	case value[0] == '/':
		end := endOfExpression(value)
		if end == 0 || strings.Trim(value[end+1:], "i") != "" {
			return p, "removeparam value"
		}
		p.kind = likeParameter
		if p.expression, name = l.addExpression(value[1:end], value[end+1:] != ""); name != "" {
			return p, name
		}
	default:
		p.kind = thisParameter
	}
	if negated {
		p.kind++
	}
	p.name = l.keep(value)
	return p, ""
}

// names says whether a piece of a query, "name=value", is one of those that a rule removes or spares.
func (l *List) names(p *parameter, piece []byte) bool {
	switch p.kind {
	case anyParameter:
		return true
	case thisParameter, otherParameter:
		name, _, _ := bytes.Cut(piece, []byte{'='})
		wanted := l.piece(p.name)
		same := bytes.Equal(name, wanted) || bytes.IndexByte(name, '%') >= 0 && bytes.Equal(unescape(name), wanted)
		return same == (p.kind == thisParameter)
	case likeParameter, unlikeParameter:
		return l.expressions[p.expression-1].matches(piece) == (p.kind == likeParameter)
	default:
		return false
	}
}
