package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// Decider decides about an element of `each` by its own subject and residence ("" where the element does not say). The
// decision is made with the labels of the exchange. Its errors hold no subject.
type Decider interface {
	Element(subject, residence string) (*rules.Decision, error)
}

// judge answers the editor of one JSON document, place by place.
type judge struct {
	workbench
	paths     *bodyPaths
	direction rules.Direction
	elements  Decider
	tally     *Tally
	names     named // of the members of elements; nil where they have no others
	inMarkup  bool
	fields    counts[fieldKey] // not yet in tally, which locks

	decided  []*rules.Decision // the route's, and those of the elements that are open, outermost first
	opened   []int             // how many each descended element added to decided
	manner   manner            // of the place at hand
	standsIn int               // how many were open, itself counted, once '#text' stood in for an element; 0 where none does
	element  []byte            // the name of that
	merged   []int             // the labels of such a text

	undeclared int          // removed for want of a name
	met        rules.Action // what several labels or decisions at one place came to
	spelled    []byte       // what withoutTags made
	fault      error        // what the Decider failed with; nothing may go out any more
}

// Visit implements jsonpath.Visitor. An element waits for its own subject before anything is said of it.
func (j *judge) Visit(p jsonpath.Place) jsonpath.Verdict {
	if j.fault != nil {
		return jsonpath.Verdict{Do: jsonpath.Remove}
	}
	if p.Paths[len(p.Paths)-1] >= len(j.paths.labels) {
		return j.visitOther(p)
	}
	return j.visitLabelled(p.Paths, p.Kind)
}

// visitLabelled answers for a place of which labels alone speak.
func (j *judge) visitLabelled(own []int, kind jsonpath.Kind) jsonpath.Verdict {
	action := j.settle(own)
	out, what := j.glance(action, kind)
	if what == waiting || j.mayRead(action, kind) {
		return jsonpath.Verdict{Do: jsonpath.Hold}
	}
	return j.conclude(own, action, out, what)
}

// Held implements jsonpath.Visitor.
func (j *judge) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	if j.fault != nil {
		return jsonpath.Verdict{Do: jsonpath.Remove}
	}
	at := j.paths.sort(p.Paths)
	before := len(j.decided)
	verdict := jsonpath.Verdict{Do: jsonpath.Remove}
	if j.enter(at.elements, value) {
		switch {
		case len(at.labels) > 0:
			verdict = j.act(p, at.labels, value)
		case at.rest:
			j.undeclared++
		default:
			verdict.Do = jsonpath.Descend
		}
	}
	if verdict.Do != jsonpath.Descend {
		j.decided = j.decided[:before]
		return verdict
	}
	j.opened = append(j.opened, len(j.decided)-before)
	return verdict
}

// Leave implements jsonpath.Visitor.
func (j *judge) Leave(jsonpath.Place) {
	last := len(j.opened) - 1
	if j.standsIn == len(j.opened) {
		j.standsIn = 0
	}
	j.decided = j.decided[:len(j.decided)-j.opened[last]]
	j.opened = j.opened[:last]
}

// act carries out on a held value what its labels come to.
func (j *judge) act(p jsonpath.Place, own []int, value []byte) jsonpath.Verdict {
	action := j.settle(own)
	out, what := j.glance(action, p.Kind)
	if what == waiting || j.mayRead(action, p.Kind) {
		out, what = j.read(action, valueOf{p.Kind, p.Name, value})
	}
	if what == inside {
		j.standsIn = len(j.opened) + 1
		return jsonpath.Verdict{Do: jsonpath.Descend}
	}
	return j.conclude(own, action, out, what)
}

// conclude notes what was done and tells the editor.
func (j *judge) conclude(own []int, action *rules.Action, out []byte, what outcome) jsonpath.Verdict {
	j.note(own, action.Kind, what)
	switch what {
	case kept:
		return jsonpath.Verdict{Do: jsonpath.Descend}
	case written:
		if j.inMarkup {
			out = j.withoutTags(out)
		}
		return jsonpath.Verdict{Do: jsonpath.Replace, Value: out}
	default:
		return jsonpath.Verdict{Do: jsonpath.Remove}
	}
}

// withoutTags spells "<" so that no reader of markup takes what was written for a tag.
func (j *judge) withoutTags(json []byte) []byte {
	if bytes.IndexByte(json, '<') < 0 {
		return json
	}
	j.spelled = append(j.spelled[:0], bytes.ReplaceAll(json, []byte("<"), []byte(`\u003c`))...)
	return j.spelled
}

// withhold hears that an event is left out whose data is not JSON. What its document has opened is closed.
func (j *judge) withhold() {
	j.decided, j.opened, j.standsIn = j.decided[:1], j.opened[:0], 0
	j.tally.other(otherKey{Document, j.direction, removal("the data of the event is not JSON", j.paths.at), rules.Remove, "", false})
}
