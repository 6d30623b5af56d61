package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// shapes are the keys of each map of the language that has fixed ones, by what the map is. The schema's definitions
// have the same names, and a test holds the two together.
//
//nolint:gochecknoglobals // a table, never written to
var shapes = map[string][]string{
	"policy": {
		"purposes", "categories", "recipients", "regimes", "cookies", "consent", "transfers", "third_parties", "minors",
		"controllers", "fields", "identifiers", "endpoints", "tests", "lists",
	},
	"purpose": {
		"title", "description", "basis", "default", "retention", "tcf", "gpc", "marketing", "objection", "reason", "restriction",
	},
	"category":    {"title", "purposes", "actions", "otherwise", "choice", "regime"},
	"recipient":   {"title", "country", "role", "purpose", "safeguards", "on_missing", "refused", "tcf_vendor", "embed"},
	"embed":       {"hosts", "urls", "snippets", "cookies", "params"},
	"safeguard":   {"adequacy", "dpf", "scc", "bcr", "idta", "code", "certification", "derogation", "covers", "signed", "listed", "expires"},
	"consent":     {"sources", "prompt", "conflicts", "renew_after"},
	"transfers":   {"undeclared", "on_missing"},
	"minors":      {"data"},
	"identifiers": {"client_address", "client_hints", "device_ids", "subscriber_ids"},
	"controller":  {"name", "laws", "contact"},
	"list":        {"file", "url", "purpose", "refresh"},
	"endpoint":    {"each", "request", "response", "query", "headers", "allow"},
	"each":        {"of", "subject", "residence"},
	"test":        {"name", "request", "given", "body", "response", "expect", "type"},
	"given":       {"purpose", "country", "recipient", "caller", "exporter", "grants", "refuses", "gpc", "minor", "today"},
	"action": {
		"keep", "remove", "nullify", "empty", "count", "mask", "replace", "pseudonymize", "coarsen", "generalize", "truncate_ip",
	},
	"empty":        {"type"},
	"mask":         {"keep_first", "keep_last", "with", "type"},
	"pseudonymize": {"type"},
	"coarsen":      {"digits"},
}

// fields are the entries of a map with fixed keys. A key that was not written gives nil.
type fields struct {
	at     Position
	of     map[string]entry
	unread bool // it is no map, which has been said
}

func (f fields) value(key string) *node { return f.of[key].value }

// at is where a key stands, or the map where it does not.
func (f fields) keyAt(key string) Position {
	if e, ok := f.of[key]; ok {
		return e.key.at
	}
	return f.at
}

// shaped reads a map with fixed keys; nothing written is an empty one.
func (l *loader) shaped(n *node, shape string) fields {
	f := fields{of: map[string]entry{}}
	if n == nil {
		return f
	}
	f.at = n.at
	f.unread = n.kind == scalarNode || n.kind == listNode
	keys := shapes[shape]
	for _, e := range l.entries(n, noun(shape)) {
		if !slices.Contains(keys, e.key.text) {
			l.wrong(e.key.at, fmt.Sprintf("%s is no key of %s", quoted(e.key.text), noun(shape)), suggest(e.key.text, keys, "its keys are"))
			continue
		}
		f.of[e.key.text] = e
	}
	return f
}

// missing says that a key which is needed was not written.
func (l *loader) missing(f fields, key string, p Problem) {
	if !f.unread && f.value(key) == nil {
		l.problems = append(l.problems, p)
	}
}

// entries reads a map; nothing written is an empty one.
func (l *loader) entries(n *node, what string) []entry {
	switch {
	case n.isEmpty():
		return nil
	case n.kind != mapNode:
		l.wrong(n.at, what+" is "+n.kind.String(), "write a map of keys and values")
		return nil
	default:
		return n.entries
	}
}

// items reads a list; nothing written is an empty one.
func (l *loader) items(n *node, what string) []*node {
	switch {
	case n.isEmpty():
		return nil
	case n.kind == scalarNode:
		l.wrong(n.at, what+" is a single value", "write a list: ["+n.text+"]")
		return nil
	case n.kind != listNode:
		l.wrong(n.at, what+" is "+n.kind.String(), "write a list: [one, two]")
		return nil
	default:
		return n.items
	}
}

func noun(shape string) string {
	switch {
	case shape == "identifiers": // there is one of them
	case strings.ContainsRune("aeiou", rune(shape[0])):
		return "an " + shape
	}
	switch shape {
	case "policy":
		return "the policy"
	case "consent", "transfers", "minors", "identifiers", "given", "coarsen", "empty", "pseudonymize":
		return quoted(shape)
	default:
		return "a " + shape
	}
}

// suggest names the nearest of the known words, or all of them.
func suggest(word string, known []string, all string) string {
	if near, ok := nearest(word, known); ok {
		return "did you mean " + near + "?"
	}
	if len(known) == 1 {
		return strings.TrimSuffix(all, " one of") + " " + known[0]
	}
	return all + " " + join(known)
}

// nearest finds the known word that a slip of the fingers may have turned into this one.
func nearest(word string, known []string) (string, bool) {
	best, found := 1+min(2, len(word)/3), ""
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), best); d < best {
			best, found = d, k
		}
	}
	return found, found != ""
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b, up to a limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// quoted shows a word of the policy in a message, bounded so that a message stays one line.
func quoted(word string) string {
	const bound = 60
	if runes := []rune(word); len(runes) > bound {
		word = string(runes[:bound]) + "…"
	}
	return strconv.Quote(word)
}
