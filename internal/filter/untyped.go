package filter

import (
	"slices"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// manner is how the values of a format are read. The zero manner is that of JSON.
type manner uint8

const (
	asJSON   manner = iota
	asText          // every value is text; what counts as a number is written as one
	asMarkup        // the same, and actions on text apply to that of an element with attributes, too
)

// untyped asks a judge about a format in which every value is text.
type untyped struct{ *judge }

// Visit implements jsonpath.Visitor.
func (u untyped) Visit(p jsonpath.Place) jsonpath.Verdict {
	u.manner = asText
	v := u.judge.Visit(p)
	u.manner = asJSON
	return v
}

// Held implements jsonpath.Visitor.
func (u untyped) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	u.manner = asText
	v := u.judge.Held(p, value)
	u.manner = asJSON
	return v
}

// elements asks a judge about XML, where an element of text alone becomes an object by its first attribute. An action on
// text then applies to the '#text' of that object, and attributes stay, unless they have labels of their own. The set is
// that of bodyPaths.beside.
type elements struct{ *judge }

// Visit implements jsonpath.Visitor.
func (e elements) Visit(p jsonpath.Place) jsonpath.Verdict {
	v := jsonpath.Verdict{Do: jsonpath.Descend}
	e.manner = asMarkup
	if p = e.within(p); len(p.Paths) > 0 {
		v = e.judge.Visit(p)
	}
	e.manner = asJSON
	return v
}

// Held implements jsonpath.Visitor.
func (e elements) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	e.manner = asMarkup
	v := e.judge.Held(e.within(p), value)
	e.manner = asJSON
	return v
}

// within gives '#text' the labels and the name of the element that it stands for. Otherwise the paths to '#text' that each
// label brings along, behind those of the elements, select nothing. What nothing names stands behind them, and is given the
// number that it has without them.
func (e elements) within(p jsonpath.Place) jsonpath.Place {
	known := len(e.paths.labels) + e.paths.allow + len(e.paths.each)
	end, rest := len(p.Paths), -1
	if end > 0 && p.Paths[end-1] >= known+len(e.paths.labels) {
		end--
		rest = p.Paths[end] - len(e.paths.labels)
	}
	n := end
	for n > 0 && p.Paths[n-1] >= known {
		n--
	}
	if n == len(p.Paths) {
		return p
	}
	brought := p.Paths[n:end]
	e.merged = append(e.merged[:0], p.Paths[:n]...)
	if e.standsIn > 0 && len(brought) > 0 {
		for _, path := range brought {
			if label := path - known; !slices.Contains(p.Paths[:n], label) {
				e.merged = append(e.merged, label)
			}
		}
		slices.Sort(e.merged)
		p.Name = e.element
	}
	if rest >= 0 {
		e.merged = append(e.merged, rest)
	}
	p.Paths = e.merged
	return p
}

// mayRead says that an action may apply to a value of a kind for other reasons than in JSON.
func (j *judge) mayRead(a *rules.Action, kind jsonpath.Kind) bool {
	switch kind {
	case jsonpath.String:
		return j.manner != asJSON && isEmptyOfType(a)
	case jsonpath.Object:
		return j.manner == asMarkup && (isOnText(a.Kind) || isEmptyOfType(a))
	default:
		return false
	}
}

func isEmptyOfType(a *rules.Action) bool { return a.Kind == rules.Empty && a.KeepType }

// isOnText says that an action reads text.
func isOnText(kind rules.ActionKind) bool {
	switch kind {
	case rules.Pseudonymize, rules.Mask, rules.Coarsen, rules.Generalize, rules.TruncateIP:
		return true
	default:
		return false
	}
}

// read carries out an action that reads a value.
func (j *judge) read(a *rules.Action, v valueOf) ([]byte, outcome) {
	switch {
	case j.manner != asJSON && v.kind == jsonpath.String:
		j.plain = unquote(j.plain[:0], v.raw)
		text, what := j.overText(a, v.name, j.plain)
		if what == written {
			j.out = quote(j.out[:0], text)
			text = j.out
		}
		return text, what
	case !j.mayRead(a, v.kind):
		return j.apply(a, v)
	case isText(v.raw):
		j.element = append(j.element[:0], v.name...)
		return nil, inside
	case isEmptyOfType(a):
		return j.glance(a, v.kind)
	default:
		return nil, unfit
	}
}

// isText says that an object of XML's view is an element that holds text alone, beside attributes.
func isText(object []byte) bool {
	texts := 0
	for c := childrenOf(object); ; {
		name, _, more := c.next()
		switch {
		case !more:
			return texts == 1
		case string(name) == `"#text"`:
			texts++
		case len(name) < 2 || name[1] != '@':
			return false
		}
	}
}

// beside is the set of the same paths and of those to the text of an element, one for each label, which XML alone needs.
func (b *bodyPaths) beside() *jsonpath.Set {
	b.once.Do(func() { b.xml = b.compile(b.toText) })
	return b.xml
}

// textOf is the path to the text of the elements that a path selects.
func textOf(path jsonpath.Path) (jsonpath.Path, error) {
	return jsonpath.Parse(path.String() + "['#text']")
}
