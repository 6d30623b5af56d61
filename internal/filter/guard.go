package filter

import (
	"bytes"
	"strings"

	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// A guard is script of our own that holds back in the browser what the scripts of a page ask for. It must run before any
// of them, and stands in no page that runs none, or may run none by its policies of content. Where it is, inline scripts, event handlers and javascript: URLs are not
// judged by what their text names: they stay, and what they ask for is held back.

// sentry waits for the first thing in a document that runs a script, and puts the guard in front of it.
type sentry struct {
	tags     func(dst, nonce []byte) []byte
	gate     *csp.Gate
	own      csp.Gate // where none is given
	host     string   // set once a base element has changed where paths lead to
	document bool     // it is a document to be shown, not a fragment for a script
	pending  bool     // the guard is not in the page yet
	rooted   bool     // the first tag has come
	root     bool     // it is the tag at hand
	behind   bool     // it goes behind the tag at hand
	inert    int      // templates that are open: what is in them runs only when a script has cloned it
	nonce    []byte   // of the script that the guard stands in front of
	given    []byte   // scratch: the tags as they were given
}

func (g *sentry) begin(spec *PageSpec) {
	nonce, given := g.nonce[:0], g.given[:0]
	*g = sentry{
		tags: spec.Guard, gate: spec.Gate, pending: true, document: spec.Navigated || spec.XML, nonce: nonce, given: given,
	}
	if g.gate == nil {
		g.gate = &g.own
	}
}

// lookAt is told of a start tag before it is judged.
func (w *walker) lookAt(t *markup.Token, foreign bool) {
	w.withheld = ""
	if w.scripted = false; w.guard != nil && w.guard.pending {
		w.scripted = w.guard.looksAt(t, foreign, w.xml)
		w.guarded = w.guard.admits(t)
	}
}

// looksAt takes a start tag while the guard waits, and says what the tag tells by its name alone: that it runs a script, or
// leads to a place where one might run and the guard would not.
func (g *sentry) looksAt(t *markup.Token, foreign, xml bool) (runs bool) {
	g.root, g.rooted = xml && !g.rooted, true
	switch string(t.Name) {
	case "html", "head", "body":
		g.document = true
	case "template":
		// Which template with a shadow root is one after all, and which within SVG is none, cannot be told.
		if foreign || t.Attr("shadowrootmode") != nil {
			return true
		}
		g.inert++
	case "iframe":
		return t.Attr("srcdoc") != nil || t.Attr("src") == nil
	case "math", "frameset":
		return !xml // no script of ours would run within
	}
	return false
}

// admits says that the page has the guard, or gets it in front of a tag. A fragment for a script of another page gets none,
// nor does XML where there is no place within the root.
func (g *sentry) admits(t *markup.Token) bool {
	return g.document && (!g.root || !t.SelfClosing && string(t.Name) != "script" && string(t.Name) != "style")
}

// leaves is told of an end tag.
func (g *sentry) leaves(name []byte) {
	if g.inert > 0 && string(name) == "template" {
		g.inert--
	}
}

// post puts the guard in front of a start tag, where it is the first that runs a script; in XML behind it, where it is the root.
func (w *walker) post(s *splicer, t *markup.Token, at int) {
	g := w.guard
	if g == nil || !g.pending || !w.scripted || !w.guarded || g.inert > 0 {
		return
	}
	g.nonce = g.nonce[:0]
	if a := t.Attr("nonce"); a != nil && string(t.Name) == "script" {
		g.nonce = append(g.nonce, w.decode(a.Value)...)
	}
	if g.root {
		g.behind = true
		return
	}
	s.keep(at)
	g.put(s, w.xml, w.around || w.foreign.inside())
}

// put writes the guard's tags as they run in this place: HTML, XML of any kind, or what may be SVG within HTML.
func (g *sentry) put(s *splicer, xml, foreign bool) {
	g.pending, g.behind = false, false
	if g.gate.Idle {
		return
	}
	g.gate.Start()
	if g.gate.Nonce != "" {
		g.nonce = append(g.nonce[:0], g.gate.Nonce...)
	}
	if !isNonce(g.nonce) {
		g.nonce = g.nonce[:0]
	}
	g.given = g.tags(g.given[:0], g.nonce)
	s.flush()
	s.changed = true
	rest := g.given
	for {
		const opening = "<script "
		n := bytes.Index(rest, []byte(opening)) + len(opening)
		if n < len(opening) {
			break
		}
		s.out, rest = append(s.out, rest[:n]...), rest[n:]
		s.out, rest = g.appendSource(s.out, rest, foreign && !xml)
		if xml {
			s.out = append(s.out, `xmlns="http://www.w3.org/1999/xhtml" `...)
		}
	}
	s.out = append(s.out, rest...)
}

// appendSource appends the attribute src that a tag begins with as it has to be, and what goes with it. A page whose guard
// does not come must not go on without it.
func (g *sentry) appendSource(dst, tag []byte, foreign bool) (out, rest []byte) {
	const src = `src="`
	if !bytes.HasPrefix(tag, []byte(src)) {
		return dst, tag
	}
	length := bytes.IndexByte(tag[len(src):], '"')
	if length < 0 {
		return dst, tag
	}
	url, rest := tag[len(src):len(src)+length], tag[len(src)+length+1:]
	for _, name := range [...]string{src, `href="`} {
		dst = append(dst, name...)
		if g.host != "" {
			dst = appendEscaped(append(dst, "//"...), []byte(g.host))
		}
		dst = append(append(dst, url...), `" `...)
		if !foreign {
			break // in SVG a script has its URL in href, and in HTML nobody looks there
		}
	}
	if !g.gate.NoHandlers {
		dst = append(dst, `onerror="window.stop()" `...)
	}
	return dst, bytes.TrimLeft(rest, " ")
}

// isNonce knows what a policy may state as one (CSP3 2.3.1, base64-value). Nothing else is written into a tag.
func isNonce(text []byte) bool {
	for _, c := range text {
		if !isLetter(c) && !isDigit(c) && strings.IndexByte("+/-_=", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}

// mayImport says that a text may load modules, which no script can hold back.
func mayImport(text []byte) bool { return bytes.Contains(text, []byte("import")) }

// imports replaces the URLs of modules in a script that are of somebody who is not let through: what follows `import` or
// `from` as a string. What imports nowhere fails as it does where a browser refuses to fetch.
func (j *judgement) imports(script []byte) (out []byte, changed bool) {
	if !mayImport(script) {
		return script, false
	}
	s := splicer{buf: script}
	for i := 0; i < len(script); {
		n := bytes.IndexAny(script[i:], `'"`+"`")
		if n < 0 {
			break
		}
		i += n
		end := stringEnd(script, i)
		if importsString(script[:i]) {
			if _, blocked := j.blocks(scriptText(script[i+1:min(end, len(script))]), rules.ToScript); blocked {
				s.keep(i + 1)
				s.write([]byte(nowhere))
				s.drop(end)
			}
			i = min(end+1, len(script))
			continue
		}
		i++
	}
	s.keep(len(script))
	return s.finish(), s.changed
}

// importsString says that a string behind a text names a module.
func importsString(before []byte) bool {
	for {
		before = bytes.TrimRight(before, " \t\r\n\f(")
		if !bytes.HasSuffix(before, []byte("*/")) {
			break
		}
		start := bytes.LastIndex(before, []byte("/*"))
		if start < 0 {
			return false
		}
		before = before[:start]
	}
	return bytes.HasSuffix(before, []byte("import")) || bytes.HasSuffix(before, []byte("from"))
}
