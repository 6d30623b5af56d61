package filter

import (
	"sort"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// Kind is what a rule acted on.
type Kind uint8

// The kinds.
const (
	Field   Kind = iota // a labelled place of a body
	Query               // a labelled query parameter
	Header              // a labelled header field
	Cookie              // a cookie, by its name
	ClickID             // a click id in a query
	Element             // an element of `each`, for want of a safeguard
)

func (k Kind) String() string {
	return [...]string{"field", "query", "header", "cookie", "click_id", "element"}[k]
}

// Applied is a rule that acted: the ruling, what was done, and how often. It holds no value, and no name that a client
// or an upstream chose: Field is the pattern of the policy.
type Applied struct {
	Kind      Kind
	Direction rules.Direction
	Field     string // the JSONPath, parameter or header as the policy writes it; "" for cookies and click ids
	Ruling    rules.Ruling
	Action    rules.ActionKind // what was done: Remove where Unfit
	Unfit     bool             // the ruling's action could not apply to the value it met
	Count     int
}

// Tally collects what the filters of one exchange did. Request bodies are read on the transport's goroutines, so it
// locks. The zero value is ready.
type Tally struct {
	mu     sync.Mutex
	fields map[fieldKey]int
	others map[otherKey]int
}

type fieldKey struct {
	decision  *rules.Decision
	label     int
	direction rules.Direction
	action    rules.ActionKind
	unfit     bool
}

type otherKey struct {
	kind      Kind
	direction rules.Direction
	ruling    rules.Ruling
	action    rules.ActionKind
}

// field notes that a label of a decision acted.
func (t *Tally) field(k fieldKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fields == nil {
		t.fields = make(map[fieldKey]int)
	}
	t.fields[k]++
}

// other notes that something acted which no label names.
func (t *Tally) other(k otherKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.others == nil {
		t.others = make(map[otherKey]int)
	}
	t.others[k]++
}

// Applied lists what was done, keeps included, in the order of the rules' positions.
func (t *Tally) Applied() []Applied {
	t.mu.Lock()
	defer t.mu.Unlock()
	merged := make(map[Applied]int, len(t.fields)+len(t.others))
	for k, n := range t.fields {
		label := &k.decision.Labels().All()[k.label]
		a := Applied{Kind: kindOf(label.Part), Direction: k.direction, Field: label.Field, Action: k.action, Unfit: k.unfit}
		a.Ruling = k.decision.Ruling(k.direction, k.label)
		merged[a] += n
	}
	for k, n := range t.others {
		merged[Applied{Kind: k.kind, Direction: k.direction, Ruling: k.ruling, Action: k.action}] += n
	}
	out := make([]Applied, 0, len(merged))
	for a, n := range merged {
		a.Count = n
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].before(out[j]) })
	return out
}

func kindOf(part rules.Part) Kind {
	switch part {
	case rules.Query:
		return Query
	case rules.Header:
		return Header
	default:
		return Field
	}
}

func (a Applied) before(b Applied) bool {
	if a.Ruling.At != b.Ruling.At {
		return a.Ruling.At.Before(b.Ruling.At)
	}
	if a.Field != b.Field {
		return a.Field < b.Field
	}
	if a.Direction != b.Direction {
		return a.Direction < b.Direction
	}
	if a.Action != b.Action {
		return a.Action < b.Action
	}
	return a.Ruling.Reason < b.Ruling.Reason
}
