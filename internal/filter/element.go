package filter

import (
	"errors"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

var (
	errNoDecider = errors.New("no decisions are made about elements")
	errForeign   = errors.New("the decision about an element has other labels")
)

// enter asks for the decision about an element, once for each `each` that selects it. It says no where the element must
// not go to whoever receives it, and where there is no decision.
func (j *judge) enter(paths []int, value []byte) bool {
	for _, path := range paths {
		d, err := j.ask(&j.paths.each[path-len(j.paths.labels)-j.paths.allow], value)
		if err != nil {
			j.fault = err
			return false
		}
		if receiver := d.Receiver(j.direction); receiver.Blocks() {
			action := rules.Action{Kind: rules.Remove, At: receiver.At}
			ruling := rules.Ruling{Action: action, Reason: receiver.Reason, At: receiver.At}
			j.tally.other(otherKey{kind: Element, direction: j.direction, ruling: ruling, action: rules.Remove})
			return false
		}
		j.decided = append(j.decided, d)
	}
	return true
}

func (j *judge) ask(e *element, value []byte) (*rules.Decision, error) {
	if j.elements == nil {
		return nil, errNoDecider
	}
	var subject, residence string
	if e.hasSubject {
		subject = j.lookUp(e.subject, value)
	}
	if e.hasResidence {
		residence = j.lookUp(e.residence, value)
	}
	d, err := j.elements.Element(subject, residence)
	if err != nil {
		return nil, err
	}
	if d == nil || d.Labels() != j.decided[0].Labels() {
		return nil, errForeign
	}
	return d, nil
}

// lookUp gives the text of a string or number in an element, and "" for anything else: absent, repeated, of another
// kind.
func (j *judge) lookUp(path jsonpath.Path, value []byte) string {
	var names *jsonpath.Names
	if j.names != nil {
		names = j.names.Names()
	}
	raw, ok := path.LookupUnder(value, names)
	if !ok {
		return ""
	}
	switch kindIn(raw) {
	case jsonpath.String:
		j.plain = unquote(j.plain[:0], raw)
		return string(j.plain)
	case jsonpath.Number:
		return string(raw)
	default:
		return ""
	}
}
