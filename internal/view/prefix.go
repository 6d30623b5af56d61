package view

import (
	"bytes"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// prefixes are what servers put before JSON so that a page of another site cannot load it as a script.
//
//nolint:gochecknoglobals // a table, never written to
var prefixes = []string{")]}',\n", ")]}'\n", ")]}',\r\n", ")]}'\r\n", ")]}',", ")]}'", "while(1);", "while (1);", "for(;;);", "for (;;);", "throw 1;"}

// Guarded filters a JSON document behind a prefix that keeps it from running as a script. Without one it is JSON.
type Guarded struct {
	editor *jsonpath.Editor
	lead   []byte // what may be a prefix yet
	start  int64  // of the document in the body
	passed bool
	out    []byte
}

// MayBeGuarded says that a body may begin with such a prefix, by its first byte. It is false for any JSON that begins
// with a bracket, brace or quote, which need not be looked at further.
func MayBeGuarded(first byte) bool {
	return first == byteOrderMark[0] || slices.ContainsFunc(prefixes, func(p string) bool { return p[0] == first })
}

// NewGuarded begins a body that the editor, which has just been reset, will read.
func NewGuarded(editor *jsonpath.Editor) *Guarded { return &Guarded{editor: editor} }

// Feed implements Filter.
func (g *Guarded) Feed(p []byte) ([]byte, error) {
	if g.passed {
		out, err := g.editor.Feed(p)
		return out, placed("JSON", g.start, err)
	}
	g.lead = append(g.lead, p...)
	n, more := prefixOf(g.lead)
	if more {
		return nil, nil
	}
	return g.pass(n)
}

// pass lets the prefix of n bytes go, and the document behind it to the editor.
func (g *Guarded) pass(n int) ([]byte, error) {
	g.passed, g.start = true, int64(n)
	out, err := g.editor.Feed(g.lead[n:])
	if err != nil {
		return nil, placed("JSON", g.start, err)
	}
	g.out = append(append(g.out[:0], g.lead[:n]...), out...)
	return g.out, nil
}

// Close implements Filter.
func (g *Guarded) Close() ([]byte, error) {
	if g.passed {
		out, err := g.editor.Close()
		return out, placed("JSON", g.start, err)
	}
	n, _ := prefixOf(g.lead)
	before, err := g.pass(n)
	if err != nil {
		return nil, err
	}
	before = slices.Clone(before)
	rest, err := g.editor.Close()
	return append(before, rest...), placed("JSON", g.start, err)
}

// prefixOf gives the length of the prefix that a text begins with, its byte order mark included. More says that further
// bytes may make it longer.
func prefixOf(text []byte) (n int, more bool) {
	mark := 0
	if rest, found := bytes.CutPrefix(text, byteOrderMark); found {
		mark, text = len(byteOrderMark), rest
	} else if bytes.HasPrefix(byteOrderMark, text) {
		return 0, true
	}
	for _, prefix := range prefixes {
		if bytes.HasPrefix(text, []byte(prefix)) {
			n = max(n, len(prefix))
		} else if strings.HasPrefix(prefix, string(text)) {
			more = true
		}
	}
	if n > 0 {
		n += mark
	}
	return n, more
}
