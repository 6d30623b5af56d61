package filter

import (
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// errand is a plan on its way through the headers of one message.
type errand struct {
	plan      *Plan
	decision  *rules.Decision
	direction rules.Direction
	tally     *Tally
	visit     *Visit     // of a request; nil where nobody counts lives
	host      string     // of a response's site; "" where it is not known
	judge     *judgement // of announced third parties; made when there is one
}

// act carries out what the labels of a column say on one text, and notes it. The name is that of the column.
func (e *errand) act(labels []int, name, text string) (out string, gone bool) {
	label, action := settleColumn(e.decision, e.direction, labels)
	out, gone, misfit := e.plan.applyText(action, name, text)
	if !gone && hasControl(out) {
		// Framing must not depend on what an action writes.
		out, gone, misfit = "", true, true
	}
	key := fieldKey{decision: e.decision, label: label, direction: e.direction, action: action.Kind, unfit: misfit}
	if gone {
		key.action = rules.Remove
	}
	e.tally.field(key)
	return out, gone
}

// note tells the tally what became of a cookie or a click id.
func (e *errand) note(kind Kind, ruling rules.Ruling, action rules.ActionKind) {
	e.tally.other(otherKey{kind: kind, direction: e.direction, ruling: ruling, action: action})
}

func hasControl(s string) bool {
	for i := range len(s) {
		if isControl(s[i]) && s[i] != '\t' {
			return true
		}
	}
	return false
}

// splice leaves parts out of a list with one-byte separators, or puts others in their place. It copies nothing until
// something changes, and each part that goes takes exactly one separator along.
type splice struct {
	text      string
	separator byte
	out       []byte
	parts     int // in the result so far
	changed   bool
}

// keep takes text[start:end], a whole part, as it is.
func (s *splice) keep(start, end int) {
	if s.changed {
		s.add(s.text[start:end])
		return
	}
	s.parts++
}

// put takes another text for the part that begins at start.
func (s *splice) put(start int, text string) {
	s.drop(start)
	s.add(text)
}

// drop leaves out the part that begins at start.
func (s *splice) drop(start int) {
	if !s.changed {
		s.changed = true
		s.out = append(make([]byte, 0, len(s.text)), s.text[:max(0, start-1)]...)
	}
}

func (s *splice) add(part string) {
	if s.parts > 0 {
		s.out = append(s.out, s.separator)
	}
	s.out = append(s.out, part...)
	s.parts++
}

func (s *splice) String() string {
	if !s.changed {
		return s.text
	}
	return string(s.out)
}

// partEnd is where the part that begins at start ends.
func partEnd(text string, separator byte, start int) int {
	if i := strings.IndexByte(text[start:], separator); i >= 0 {
		return start + i
	}
	return len(text)
}
