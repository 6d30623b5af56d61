package filter

import (
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// forwardedFor is the field in which a proxy behind us will write where a connection comes from.
const forwardedFor = "x-forwarded-for"

// ClientAddress is what becomes of the address that a connection comes from: handlers behind us write it into
// X-Forwarded-For, so it is acted on as that field is. out is "" where it must not go further. labelled is false where no
// label is on the field, and the address stays.
func (p *Plan) ClientAddress(d *rules.Decision, address string, t *Tally) (out string, labelled bool) {
	labels := p.columns.header[forwardedFor]
	if len(labels) == 0 {
		return address, false
	}
	e := errand{plan: p, decision: d, direction: rules.Request, tally: t}
	out, gone := e.act(labels, "X-Forwarded-For", address)
	if gone || strings.ContainsAny(out, "[]%, ") { // which would be read as more than one thing
		return "", true
	}
	return out, true
}

// hints leaves out of a list what browsers are asked to send (RFC 8942 3.1, Accept-CH; Critical-CH) and what would not be
// passed on for this person anyhow.
func (e *errand) hints(line string) (out string, keep bool) {
	s := splice{text: line, separator: ','}
	for start := 0; start <= len(line); {
		end := partEnd(line, ',', start)
		if labels := e.hintLabels(line[start:end]); len(labels) > 0 {
			label, action := settleColumn(e.decision, rules.Request, labels)
			if action.Kind != rules.Keep {
				e.tally.field(fieldKey{decision: e.decision, label: label, direction: rules.Request, action: rules.Remove})
				s.drop(start)
				start = end + 1
				continue
			}
		}
		s.keep(start, end)
		start = end + 1
	}
	if !s.changed {
		return line, true
	}
	out = strings.TrimLeft(s.String(), " \t")
	return out, out != ""
}

// hintLabels are the labels of the field that one element of a list asks for.
func (e *errand) hintLabels(element string) []int {
	name, _, _ := strings.Cut(element, ";")
	var room [64]byte
	return e.plan.columns.header[string(appendFolded(room[:0], trimSpace(name)))]
}

// reachesHints says that a label is on a field that a list asks for.
func (e *errand) reachesHints(line string) bool {
	for element := range strings.SplitSeq(line, ",") {
		if len(e.hintLabels(element)) > 0 {
			return true
		}
	}
	return false
}
