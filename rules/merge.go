package rules

import "fmt"

// merger joins policy files. Maps merge recursively and lists append; the same leaf twice is a problem, since nobody
// could tell which of the two holds.
type merger struct {
	problems Problems
}

// join merges b behind a. Path is the keys that lead there.
func (m *merger) join(a, b *node, path []string) *node {
	switch {
	case a.isEmpty():
		return b
	case b.isEmpty():
		return a
	case a.kind == mapNode && b.kind == mapNode && !isAtom(path):
		return zip(a, b, func(key string, a, b *node) *node { return m.join(a, b, append(path, key)) })
	case a.kind == listNode && b.kind == listNode:
		out := *a
		out.items = append(append([]*node(nil), a.items...), b.items...)
		return &out
	default:
		what := "the file is no map; its other half is"
		if len(path) > 0 {
			what = quoted(path[len(path)-1]) + " is"
		}
		m.problems = append(m.problems, Problem{
			At: b.at, What: fmt.Sprintf("%s already given at %s", what, a.at), Instead: "keep one of the two",
		})
		return a
	}
}

// maxSections is how many keys lead to an entry of the catalogue: its section and its id.
const maxSections = 2

// refine lays the policy over the catalogue: what the policy says replaces what the catalogue says, save that the
// marks by which a third party is recognised are added to.
func (m *merger) refine(under, over *node, path []string) *node {
	switch {
	case over.isEmpty():
		return under
	case under.isEmpty():
		return over
	case under.kind == mapNode && over.kind == mapNode && !isAtom(path):
		return zip(under, over, func(key string, under, over *node) *node { return m.refine(under, over, append(path, key)) })
	case under.kind == listNode && over.kind == listNode && isMark(path):
		out := *over
		out.items = append(append([]*node(nil), over.items...), under.items...)
		return &out
	case under.kind == mapNode && len(path) <= maxSections:
		// Without what is built in, much of the catalogue would be undeclared, and each line of it a problem.
		m.problems = append(m.problems, Problem{
			At: over.at, What: quoted(path[len(path)-1]) + " is " + over.kind.String(), Instead: "write a map of keys and values",
		})
		return under
	default:
		return over
	}
}

// zip merges two maps; entries of both are settled by both. An entry that b has too is b's by name and place.
func zip(a, b *node, both func(key string, a, b *node) *node) *node {
	out := &node{kind: mapNode, at: b.at, builtIn: b.builtIn, entries: make([]entry, 0, len(a.entries)+len(b.entries))}
	index := make(map[string]int, len(a.entries))
	for i, e := range a.entries {
		index[e.key.text] = i
		out.entries = append(out.entries, e)
	}
	for _, e := range b.entries {
		i, known := index[e.key.text]
		if !known {
			out.entries = append(out.entries, e)
			continue
		}
		if out.entries[i].key.builtIn || out.entries[i].value.isEmpty() {
			out.entries[i].key = e.key
		}
		out.entries[i].value = both(e.key.text, out.entries[i].value, e.value)
	}
	return out
}

// isAtom says that a map is one statement: half an action of one file and half of another would be a third.
func isAtom(path []string) bool {
	if len(path) < 3 || path[0] != "categories" {
		return false
	}
	return len(path) == 3 && path[2] == "otherwise" || len(path) == 4 && path[2] == "actions"
}

func isMark(path []string) bool {
	return len(path) == 4 && path[0] == "recipients" && path[2] == "embed"
}
