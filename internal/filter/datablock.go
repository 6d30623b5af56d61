package filter

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// isData says that a script element is a block of JSON for the page's own scripts, such as what a framework hydrates from
// or a search engine reads: its content is a document to the paths.
func (w *walker) isData(t *markup.Token) bool {
	if w.fields == nil {
		return false
	}
	kind := t.Attr("type")
	if kind == nil {
		return false
	}
	text := string(bytes.TrimSpace(w.decode(kind.Value)))
	return text != "" && MediaOf([]string{text}) == JSON
}

// data filters the content of a block of JSON. What is not JSON, or would be read otherwise as markup, is left out: a page
// works without what search engines read, and more often than not that is what is broken.
func (w *walker) data(content []byte) (out []byte, changed bool) {
	w.documents++
	document := content
	start, end := 0, len(content)
	if w.xml || w.held.foreign {
		document, start = insideSection(content)
		end = start + len(document)
		if start == 0 && bytes.ContainsAny(document, "<&") {
			return w.withhold()
		}
	}
	if leadingBlanks(document) == len(document) {
		return content, false
	}
	spec := BodySpec{Direction: rules.Response, Media: JSON, Elements: w.fields.Elements, InMarkup: true}
	b := w.fields.plan.Body(w.decision, spec, w.tally)
	defer b.Release()
	edited, err := b.Feed(document)
	if err == nil {
		w.block = append(append(w.block[:0], content[:start]...), edited...)
		edited, err = b.Close()
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Code != "malformed" {
		w.refuse(refusal.Code, "a block of data: "+refusal.Detail)
		return nil, true
	}
	if err != nil {
		return w.withhold()
	}
	w.block = append(append(w.block, edited...), content[end:]...)
	return w.block, !bytes.Equal(w.block, content)
}

// withhold leaves a block of data out.
func (w *walker) withhold() (out []byte, changed bool) {
	ruling := removal("the block of data is not JSON", w.fields.plan.paths[rules.Response].at)
	w.counts.add(otherKey{kind: Document, direction: rules.Response, ruling: ruling, action: rules.Remove}, 1)
	return nil, true
}

// insideSection gives what a CDATA section holds that is all of a content, and where that begins; else the content.
func insideSection(content []byte) (inside []byte, start int) {
	const open, shut = "<![CDATA[", "]]>"
	trimmed := bytes.TrimSpace(content)
	if len(trimmed) < len(open)+len(shut) || !bytes.HasPrefix(trimmed, []byte(open)) || !bytes.HasSuffix(trimmed, []byte(shut)) {
		return content, 0
	}
	inside = trimmed[len(open) : len(trimmed)-len(shut)]
	if bytes.Contains(inside, []byte(shut)) {
		return content, 0
	}
	return inside, bytes.Index(content, []byte(open)) + len(open)
}
