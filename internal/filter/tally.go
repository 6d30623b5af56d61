package filter

import (
	"slices"
	"sort"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// Kind is what a rule acted on.
type Kind uint8

// The kinds.
const (
	Field      Kind = iota // a labelled place of a body
	Query                  // a labelled query parameter
	Header                 // a labelled header field
	Cookie                 // a cookie, by its name
	ClickID                // a click id in a query
	Element                // an element of `each`, for want of a safeguard
	Tag                    // a reference of a page or header to a third party, or a script that loads it
	Undeclared             // a place of a body that nothing names, where only what is named may leave
	Document               // one of many in a body, withheld since it is not JSON
)

func (k Kind) String() string {
	return [...]string{"field", "query", "header", "cookie", "click_id", "element", "tag", "undeclared", "document"}[k]
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
	Recipient string           // whose a tag is; "" for everything else
	Count     int
}

// Tally collects what the filters of one exchange did. Request bodies are read on the transport's goroutines, so it
// locks. The zero value is ready.
//
// An exchange meets few rules, each of them often: short lists that are searched from the last hit on are several times
// faster than maps here. A list that `each` makes long (a decision for every kind of person) gets an index.
type Tally struct {
	mu     sync.Mutex
	fields counts[fieldKey]
	others counts[otherKey]
	room   [8]counted[fieldKey] // of fields: most exchanges meet no more rules
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
	recipient string // of a tag
	unfit     bool
}

// counts are keys with how often each was met.
type counts[K comparable] struct {
	list  []counted[K]
	last  int       // the latest hit
	index map[K]int // of list, once it is long
}

type counted[K comparable] struct {
	key K
	n   int
}

// short is how long a list may be without an index.
const short = 16

func (c *counts[K]) add(key K, n int) {
	if c.last < len(c.list) && c.list[c.last].key == key {
		c.list[c.last].n += n
		return
	}
	at, known := c.find(key)
	if !known {
		at = len(c.list)
		c.list = append(c.list, counted[K]{key: key})
		if c.index != nil {
			c.index[key] = at
		}
	}
	c.list[at].n += n
	c.last = at
}

func (c *counts[K]) reset() {
	clear(c.list)
	c.list, c.last, c.index = c.list[:0], 0, nil
}

func (c *counts[K]) find(key K) (int, bool) {
	if len(c.list) <= short {
		for i := range c.list {
			if c.list[i].key == key {
				return i, true
			}
		}
		return 0, false
	}
	if c.index == nil {
		c.index = make(map[K]int, 2*short)
		for i := range c.list {
			c.index[c.list[i].key] = i
		}
	}
	at, known := c.index[key]
	return at, known
}

// field notes that a label of a decision acted.
func (t *Tally) field(k fieldKey) {
	t.mu.Lock()
	t.furnish()
	t.fields.add(k, 1)
	t.mu.Unlock()
}

// furnish lets the list of fields begin in the room that the tally brings along.
func (t *Tally) furnish() {
	if t.fields.list == nil {
		t.fields.list = t.room[:0]
	}
}

// take moves what a filter has counted for itself into the tally.
func (t *Tally) take(fields *counts[fieldKey]) {
	if len(fields.list) == 0 {
		return
	}
	t.mu.Lock()
	t.furnish()
	for _, c := range fields.list {
		t.fields.add(c.key, c.n)
	}
	t.mu.Unlock()
	fields.reset()
}

// Add counts what another tally has counted, which stays as it is.
func (t *Tally) Add(other *Tally) {
	other.mu.Lock()
	defer other.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.furnish()
	for _, c := range other.fields.list {
		t.fields.add(c.key, c.n)
	}
	t.others.list = slices.Grow(t.others.list, len(other.others.list))
	for _, c := range other.others.list {
		t.others.add(c.key, c.n)
	}
}

// other notes that something acted which no label names.
func (t *Tally) other(k otherKey) { t.several(k, 1) }

// several notes that it acted so often.
func (t *Tally) several(k otherKey, n int) {
	t.mu.Lock()
	t.others.add(k, n)
	t.mu.Unlock()
}

// Sum is what a metric tells of rules that acted. Every part is from a closed set.
type Sum struct {
	Kind      Kind
	Direction rules.Direction
	Category  string
	Action    rules.ActionKind
	Recipient string // of a tag
}

// Sums hands over how often rules acted, keeps included; one sum may come in several parts.
func (t *Tally) Sums(each func(Sum, int)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.fields.list {
		k := &t.fields.list[i].key
		label := &k.decision.Labels().All()[k.label]
		each(Sum{kindOf(label.Part), k.direction, label.Category, k.action, ""}, t.fields.list[i].n)
	}
	for i := range t.others.list {
		k := &t.others.list[i].key
		each(Sum{k.kind, k.direction, k.ruling.Category, k.action, k.recipient}, t.others.list[i].n)
	}
}

// Applied lists what was done, keeps included, in the order of the rules' positions.
func (t *Tally) Applied() []Applied {
	t.mu.Lock()
	defer t.mu.Unlock()
	merged := make(map[Applied]int, len(t.fields.list)+len(t.others.list))
	for i := range t.fields.list {
		k := &t.fields.list[i].key
		label := &k.decision.Labels().All()[k.label]
		a := Applied{Kind: kindOf(label.Part), Direction: k.direction, Field: label.Field, Action: k.action, Unfit: k.unfit}
		a.Ruling = k.decision.Ruling(k.direction, k.label)
		merged[a] += t.fields.list[i].n
	}
	for i := range t.others.list {
		k := &t.others.list[i].key
		a := Applied{Kind: k.kind, Direction: k.direction, Ruling: k.ruling, Action: k.action, Recipient: k.recipient, Unfit: k.unfit}
		merged[a] += t.others.list[i].n
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
	if a.Recipient != b.Recipient {
		return a.Recipient < b.Recipient
	}
	return a.Ruling.Reason < b.Ruling.Reason
}
