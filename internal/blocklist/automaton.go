package blocklist

import "strings"

// literal is text that the automaton looks for.
type literal struct {
	text   string
	owners []int // of a snippet; nil for a host, where what stands around it tells whose it is
}

// hostLiteral is what stands in a script of any host that a mark covers.
func hostLiteral(host string) literal {
	host = strings.TrimPrefix(strings.ToLower(host), "*.")
	return literal{text: strings.TrimSuffix(host, "*")}
}

// automaton finds all literals of a text in one pass (Aho and Corasick, 1975), over classes of bytes: what is passed over
// has a class of its own, which stays where it is.
type automaton struct {
	classes [256]uint8
	stride  int
	next    []uint32 // by state and class; the state is the row's beginning, with found in its lowest bit
	found   map[uint32][]literal
}

// hit marks a state in which literals end. Rows are even, so the bit is free.
const hit = 1

func compileTexts(literals []literal) automaton {
	a := automaton{found: map[uint32][]literal{}}
	if len(literals) == 0 {
		return a
	}
	a.classify(literals)
	t := trie{a: &a}
	t.node()
	for _, l := range literals {
		t.insert(l)
	}
	t.link()
	return a
}

const (
	classOther uint8 = iota // in no literal
	classBlank              // passed over
	classFirst
)

func (a *automaton) classify(literals []literal) {
	classes := classFirst
	seen := map[byte]uint8{}
	for _, l := range literals {
		for i := range len(l.text) {
			c := l.text[i]
			if _, known := seen[c]; !known && !isBlank(c) {
				seen[c] = classes
				classes++
			}
		}
	}
	for i := range a.classes {
		c := byte(i)
		if isBlank(c) || c == '\\' {
			a.classes[i] = classBlank
		} else {
			a.classes[i] = seen[fold(c)]
		}
	}
	a.stride = int(classes+1) &^ 1
}

// trie is the automaton while it is built.
type trie struct {
	a    *automaton
	kids []map[uint8]int
	ends [][]literal
	fail []int
}

func (t *trie) node() int {
	t.kids = append(t.kids, map[uint8]int{})
	t.ends = append(t.ends, nil)
	t.fail = append(t.fail, 0)
	return len(t.kids) - 1
}

func (t *trie) insert(l literal) {
	at := 0
	for i := range len(l.text) {
		if isBlank(l.text[i]) {
			continue
		}
		class := t.a.classes[l.text[i]]
		kid, ok := t.kids[at][class]
		if !ok {
			kid = t.node()
			t.kids[at][class] = kid
		}
		at = kid
	}
	for i := range t.ends[at] {
		if known := &t.ends[at][i]; known.text == l.text && (known.owners == nil) == (l.owners == nil) {
			known.owners = append(known.owners, l.owners...)
			return
		}
	}
	t.ends[at] = append(t.ends[at], l)
}

// link fills the rows in the order of their depth, so that the row to fall back to is there already.
func (t *trie) link() {
	a := t.a
	rows := make([][]int, len(t.kids))
	order := []int{0}
	for n := 0; n < len(order); n++ {
		at := order[n]
		row := make([]int, a.stride)
		for class := range row {
			fallback := 0
			if at != 0 {
				fallback = rows[t.fail[at]][class]
			}
			kid, ok := t.kids[at][uint8(class)]
			if !ok {
				row[class] = fallback
				continue
			}
			row[class] = kid
			t.fail[kid] = fallback
			t.ends[kid] = append(t.ends[kid], t.ends[fallback]...)
			order = append(order, kid)
		}
		row[classBlank] = at
		rows[at] = row
	}
	a.next = make([]uint32, len(rows)*a.stride)
	for at, row := range rows {
		for class, to := range row {
			state := uint32(to * a.stride)
			if len(t.ends[to]) > 0 && class != int(classBlank) {
				state |= hit
			}
			a.next[at*a.stride+class] = state
		}
		if len(t.ends[at]) > 0 {
			a.found[uint32(at*a.stride)] = t.ends[at]
		}
	}
}
