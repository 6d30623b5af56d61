package filter

import (
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// sorted are the paths that select a place, by what they are.
type sorted struct {
	labels   []int
	elements []int
	rest     bool // nothing names the place, and nothing inside can be named
}

// sort tells apart the paths that select a place, which are ascending.
func (b *bodyPaths) sort(paths []int) (at sorted) {
	n := len(paths)
	if last := paths[n-1]; b.allow > 0 && last >= len(b.labels)+b.allow+len(b.each) {
		at.rest = last == len(b.labels)+b.allow+len(b.each)
		n--
	}
	first := 0
	for first < n && paths[first] < len(b.labels) {
		first++
	}
	at.labels = paths[:first]
	for first < n && paths[first] < len(b.labels)+b.allow {
		first++
	}
	at.elements = paths[first:n]
	return at
}

// visitOther answers for a place that is an element, that `allow` lists, or that nothing names.
func (j *judge) visitOther(p jsonpath.Place) jsonpath.Verdict {
	at := j.paths.sort(p.Paths)
	switch {
	case len(at.elements) > 0:
		return jsonpath.Verdict{Do: jsonpath.Hold}
	case len(at.labels) > 0:
		return j.visitLabelled(at.labels, p.Kind)
	case at.rest:
		j.undeclared++
		return jsonpath.Verdict{Do: jsonpath.Remove}
	default:
		return jsonpath.Verdict{Do: jsonpath.Descend}
	}
}

// report moves what was counted into the tally.
func (j *judge) report() {
	j.tally.take(&j.fields)
	if j.undeclared == 0 {
		return
	}
	ruling := removal("nothing names the field, and allow lets out only what is labelled or listed", j.decided[0].Labels().Allow()[0].At)
	j.tally.several(otherKey{Undeclared, j.direction, ruling, rules.Remove, "", false}, j.undeclared)
	j.undeclared = 0
}

// removal is the ruling of what is removed for a reason that no label gives.
func removal(reason string, at rules.Position) rules.Ruling {
	return rules.Ruling{Action: rules.Action{Kind: rules.Remove, At: at}, Reason: reason, At: at}
}
