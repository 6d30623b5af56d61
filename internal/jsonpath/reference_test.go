package jsonpath

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// node is a value of the slow reference: a tree of the document with its offsets.
type node struct {
	start, end int
	name       *string // of a member
	rawName    string
	location   string // normalized path
	object     bool
	array      bool
	children   []*node
	doc        []byte   // the document,
	top        *node    // and its root
	fields     []string // what it is called beside its name
}

// parseTree reads a valid document.
func parseTree(doc []byte) *node {
	p := treeParser{doc: doc}
	if bytes.HasPrefix(doc, []byte(byteOrderMark)) {
		p.at = len(byteOrderMark)
	}
	root := p.value("$")
	root.settle(doc, root)
	return root
}

func (n *node) settle(doc []byte, root *node) {
	n.doc, n.top = doc, root
	for _, c := range n.children {
		c.settle(doc, root)
	}
}

type treeParser struct {
	doc []byte
	at  int
}

func (p *treeParser) blank() {
	for p.at < len(p.doc) && strings.IndexByte(" \t\r\n", p.doc[p.at]) >= 0 {
		p.at++
	}
}

func (p *treeParser) value(location string) *node {
	p.blank()
	n := &node{start: p.at, location: location}
	switch p.doc[p.at] {
	case '{', '[':
		n.object = p.doc[p.at] == '{'
		n.array = !n.object
		p.container(n)
	case '"':
		p.text()
	default:
		for p.at < len(p.doc) && strings.IndexByte(" \t\r\n,]}", p.doc[p.at]) < 0 {
			p.at++
		}
	}
	n.end = p.at
	return n
}

func (p *treeParser) text() string {
	start := p.at
	for p.at++; p.doc[p.at] != '"'; p.at++ {
		if p.doc[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	return string(p.doc[start:p.at])
}

func (p *treeParser) container(n *node) {
	p.at++
	for {
		p.blank()
		if c := p.doc[p.at]; c == '}' || c == ']' {
			p.at++
			return
		}
		if p.doc[p.at] == ',' {
			p.at++
			p.blank()
		}
		if n.array {
			n.children = append(n.children, p.value(fmt.Sprintf("%s[%d]", n.location, len(n.children))))
			continue
		}
		raw := p.text()
		var name string
		if err := json.Unmarshal([]byte(raw), &name); err != nil {
			panic("reference cannot read a name")
		}
		p.blank()
		p.at++
		child := p.value(n.location + "[" + string(appendQuoted(nil, name, '\'')) + "]")
		child.name, child.rawName = &name, raw
		n.children = append(n.children, child)
	}
}

// selects evaluates a path the way RFC 9535 tells it, node list by node list.
func selects(p Path, root *node) []*node {
	if p.text == "" {
		return nil
	}
	return examiner{doc: root.doc, root: root}.walk(p.segments, root)
}

func (x examiner) walk(segments []segment, from *node) []*node {
	nodes := []*node{from}
	for _, s := range segments {
		var next []*node
		for _, n := range nodes {
			if s.descendant {
				next = append(next, x.descendants(n, s)...)
			} else {
				next = append(next, x.children(n, s)...)
			}
		}
		nodes = next
	}
	return nodes
}

func (x examiner) descendants(n *node, s segment) []*node {
	found := x.children(n, s)
	for _, c := range n.children {
		found = append(found, x.descendants(c, s)...)
	}
	return found
}

func (x examiner) children(n *node, s segment) []*node {
	var found []*node
	for _, sel := range s.selectors {
		switch sel.kind {
		case selectWildcard:
			found = append(found, n.children...)
		case selectName:
			for _, c := range n.children {
				if c.name != nil && (*c.name == sel.name || slices.Contains(c.fields, sel.name)) {
					found = append(found, c)
				}
			}
		case selectIndex:
			i := sel.index
			if i < 0 {
				i += int64(len(n.children))
			}
			if n.array && i >= 0 && i < int64(len(n.children)) {
				found = append(found, n.children[i])
			}
		case selectSlice:
			if n.array {
				found = append(found, sliced(n.children, sel.slice)...)
			}
		case selectFilter:
			for _, c := range n.children {
				if x.holds(sel.filter.top, c) {
					found = append(found, c)
				}
			}
		}
	}
	return found
}

// sliced is the loop of section 2.3.4.2.2.
func sliced(nodes []*node, s slice) []*node {
	length := int64(len(nodes))
	start, end := int64(0), length
	if s.step < 0 {
		start, end = length-1, -length-1
	}
	if s.hasStart {
		start = s.start
	}
	if s.hasEnd {
		end = s.end
	}
	if start < 0 {
		start += length
	}
	if end < 0 {
		end += length
	}
	var found []*node
	switch {
	case s.step > 0:
		for i := max(start, 0); i < min(end, length) && i >= 0; i += min(s.step, math.MaxInt32) {
			found = append(found, nodes[i])
		}
	case s.step < 0:
		for i := min(start, length-1); i > max(end, -1) && i >= 0; i += max(s.step, -math.MaxInt32) {
			found = append(found, nodes[i])
		}
	}
	return found
}

// selections maps each selected node to the ascending numbers of its paths.
func selections(paths []Path, root *node) map[*node][]int {
	found := map[*node][]int{}
	for i, p := range paths {
		for _, n := range selects(p, root) {
			if !slices.Contains(found[n], i) {
				found[n] = append(found[n], i)
			}
		}
	}
	for _, numbers := range found {
		sort.Ints(numbers)
	}
	return found
}

// script decides by offset and seed, and records what it is asked.
type script struct {
	seed  uint64
	only  []Do // the answers it may give
	doc   []byte
	trace []string
}

var replacement = []byte(`{"new":[1, 2]}`)

func (s *script) pick(offset int64, round uint64) Verdict {
	h := (uint64(offset)+1)*0x9E3779B97F4A7C15 ^ (s.seed+round)*0xBF58476D1CE4E5B9
	h ^= h >> 29
	h *= 0x94D049BB133111EB
	h ^= h >> 32
	return Verdict{Do: s.only[h%uint64(len(s.only))], Value: replacement}
}

func (s *script) note(what string, p Place) {
	s.trace = append(s.trace, fmt.Sprintf("%s %d %v %d %q %t", what, p.Offset, p.Paths, p.Kind, p.Name, p.Name != nil))
}

func (s *script) Visit(p Place) Verdict {
	s.note("visit", p)
	return s.pick(p.Offset, 0)
}

func (s *script) Held(p Place, value []byte) Verdict {
	s.note("held "+string(value), p)
	return s.pick(p.Offset, 1)
}

func (s *script) Leave(p Place) { s.note("leave", p) }

// reference carries the script out on the tree and gives the edited document without white space.
type reference struct {
	*script
	found map[*node][]int
}

func (r *reference) place(n *node) Place {
	p := Place{Paths: r.found[n], Kind: kindOf(r.doc[n.start]), Offset: int64(n.start)}
	if n.name != nil {
		p.Name = []byte(*n.name)
	}
	return p
}

// edit gives nil where the value is removed.
func (r *reference) edit(n *node) []byte {
	if len(r.found[n]) == 0 {
		return r.inside(n)
	}
	p := r.place(n)
	v := r.Visit(p)
	if v.Do == Hold {
		v = r.Held(p, r.doc[n.start:n.end])
		if v.Do == Descend {
			text := r.inside(n)
			r.Leave(p)
			return text
		}
	}
	switch v.Do {
	case Replace:
		return compactTree(v.Value, parseTree(v.Value))
	case Descend:
		return r.inside(n)
	default:
		return nil
	}
}

func (r *reference) inside(n *node) []byte {
	if !n.object && !n.array {
		return r.doc[n.start:n.end]
	}
	var parts [][]byte
	for _, c := range n.children {
		text := r.edit(c)
		if text == nil {
			continue
		}
		if n.object {
			text = append([]byte(c.rawName+":"), text...)
		}
		parts = append(parts, text)
	}
	return wrapTree(n, parts)
}

func wrapTree(n *node, parts [][]byte) []byte {
	inner := bytes.Join(parts, []byte(","))
	if n.object {
		return []byte("{" + string(inner) + "}")
	}
	return []byte("[" + string(inner) + "]")
}

// compactTree writes a document without white space, its tokens as they are.
func compactTree(doc []byte, n *node) []byte {
	keep := reference{script: &script{doc: doc}}
	return keep.inside(n)
}
