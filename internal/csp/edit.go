package csp

import (
	"cmp"
	"slices"
	"strings"
)

// edit is text that takes the place of a part of a line.
type edit struct {
	start, end int
	text       string
	later      bool // it goes behind others in the same place: it is a directive, and they are sources
}

// edit gives the lines with what is ours let in by each of their policies; nil where nothing changes.
func (g *Gate) edit(lines []line) (out []string) {
	var edits []edit
	for i, l := range lines {
		edits = edits[:0]
		for k := range l.policies {
			edits = g.extend(edits, &l.policies[k])
		}
		if len(edits) == 0 {
			continue
		}
		if out == nil {
			out = make([]string, len(lines))
			for k := range lines {
				out[k] = lines[k].text
			}
		}
		out[i] = apply(l.text, edits)
	}
	return out
}

func apply(text string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int {
		if order := cmp.Compare(a.start, b.start); order != 0 || a.later == b.later {
			return order
		}
		if a.later {
			return 1
		}
		return -1
	})
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	b.WriteString(text[at:])
	return b.String()
}

// extend adds what a policy needs.
func (g *Gate) extend(edits []edit, p *policy) []edit {
	for _, kind := range [...]Kind{Script, Sheet} {
		if kind == Script && (g.Idle || g.started) {
			continue
		}
		names := kind.directives()
		d := p.first(names[:]...)
		if d == nil {
			continue
		}
		var sources []string
		for i := range g.Files {
			f := &g.Files[i]
			if f.Kind != kind {
				continue
			}
			source := g.sourceFor(d, f)
			if source == "" || slices.Contains(sources, source) || p.inlined && isHash(source) {
				continue
			}
			sources = append(sources, source)
		}
		edits = p.put(edits, d, sources, names[1])
	}
	if d := p.first("trusted-types"); d != nil && g.Types != "" && !g.Idle && !g.started && !d.admitsType(g.Types) {
		edits = p.put(edits, d, []string{g.Types}, "")
	}
	return edits
}

// put puts sources into a directive. One that stands in for others is copied under the name of the one it stands in for,
// since it judges much else; but not where others read the text as other directives, to which the copy would belong.
func (p *policy) put(edits []edit, d *directive, sources []string, instead string) []edit {
	if len(sources) == 0 {
		return edits
	}
	text := strings.Join(sources, " ")
	switch {
	case p.ambiguous && len(d.sources) == 0 && d.end == p.end:
		return edits // to some the comma is a part of the name, and to others nothing runs
	case p.ambiguous: // in front, since to some the comma is a part of the last source
		return append(edits, edit{start: d.nameEnd, end: d.nameEnd, text: " " + text})
	case d.name == "default-src":
		copied := []string{";", instead}
		if d.none < 0 {
			copied = append(copied, d.sources...)
		}
		end := p.directives[len(p.directives)-1].end
		return append(edits, edit{start: end, end: end, text: strings.Join(append(copied, text), " "), later: true})
	case d.none >= 0:
		return append(edits, edit{start: d.none, end: d.end, text: text})
	default:
		return append(edits, edit{start: d.end, end: d.end, text: " " + text})
	}
}

// sourceFor is what a list lacks that lets a file in, and as little else as can be; "" where it lets it in already.
func (g *Gate) sourceFor(d *directive, f *File) string {
	if !g.isStopped(d, f) || f.Kind == Script && g.Nonce != "" && d.holds("'nonce-"+g.Nonce+"'") {
		return ""
	}
	host, port := splitHost(g.Host)
	switch byPath := isName(host) && isPort(port); {
	case byPath && (f.Kind == Sheet || !d.has("'strict-dynamic'")):
		return g.Host + f.Path
	case f.Kind == Script && !d.allowsInline(Script):
		g.Integrity = true
		if source := "'" + f.Integrity() + "'"; !d.holds(source) {
			return source
		}
		return ""
	default:
		return "'self'" // who may run scripts inline has no use for those of the site
	}
}

// isStopped says that a list lets a file through by its URL neither.
func (g *Gate) isStopped(d *directive, f *File) bool {
	return f.Kind == Script && d.has("'strict-dynamic'") || !g.admitsURL(d, f.Path)
}
