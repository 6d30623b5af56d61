package guard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// A rulebook writes rules for list.js: a line for each key, with the rules under it behind tabs. A rule is a digit for its
// anchors, its pattern and, each after a blank, what else it says. A key is what a URL must have to match, and one letter
// says of what kind: "." a host, "=" four characters, "~" the page's host; none is a run of letters, digits and "%" with
// nothing of that kind beside it. Rules without a key stand under the empty one.
type rulebook struct{ rules []*entry }

// entry is a rule with the keys that it may be kept under, best first.
type entry struct {
	text string
	keys []string
	all  []string // keys under each of which it has to be kept, where it has no other
}

// expression is the bit of a rule's first digit, beside its anchors.
const expression = 16

func (b *rulebook) add(r *blocklist.Rule) {
	pattern := r.Pattern
	flags := int(r.Anchors)
	if r.Expression {
		flags |= expression
		pattern = strings.ReplaceAll(pattern, " ", `\x20`)
	}
	// No URL has such characters.
	if strings.ContainsAny(pattern, " \t\n") {
		return
	}
	var text strings.Builder
	text.WriteByte(byte('0' + flags))
	text.WriteString(pattern)
	if r.Types != blocklist.Usual {
		text.WriteString(" t" + strconv.Itoa(int(r.Types)))
	}
	for i, letter := range "31so" {
		if r.Party&(1<<i) != 0 {
			text.WriteString(" " + string(letter))
		}
	}
	if r.MatchCase {
		text.WriteString(" c")
	}
	if r.Important {
		text.WriteString(" !")
	}
	for _, domains := range []struct{ letter, value string }{{"f", r.From}, {"g", r.To}, {"d", r.Deny}} {
		if domains.value != "" {
			text.WriteString(" " + domains.letter + domains.value)
		}
	}
	e := &entry{text: text.String()}
	e.keys, e.all = keysOf(r)
	b.rules = append(b.rules, e)
}

// text writes the book, and the rules that stand under several keys. Of its keys a rule is kept under the one that fewest
// rules share.
func (b *rulebook) text() (book, shared string) {
	uses := map[string]int{}
	for _, e := range b.rules {
		for _, k := range e.keys {
			uses[k]++
		}
	}
	lines := map[string][]string{}
	var several []string
	for _, e := range b.rules {
		best := ""
		for _, k := range e.keys {
			if best == "" || cost(k)+uses[k] < cost(best)+uses[best] {
				best = k
			}
		}
		chosen := []string{best}
		if (best == "" || cost(best) >= commonCost) && len(e.all) > 0 {
			chosen = e.all
		}
		text := e.text
		if len(chosen) > 1 {
			text = "#" + strconv.Itoa(len(several))
			several = append(several, e.text)
		}
		for _, k := range chosen {
			lines[k] = append(lines[k], text)
		}
	}
	keys := make([]string, 0, len(lines))
	for k := range lines {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var out strings.Builder
	for i, k := range keys {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(k + "\t" + strings.Join(lines[k], "\t"))
	}
	return out.String(), strings.Join(several, "\n")
}
