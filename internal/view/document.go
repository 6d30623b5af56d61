package view

import (
	"sync"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// everywhere selects all that stands in a document, to carry edits to wherever they are.
var everywhere = sync.OnceValue(func() *jsonpath.Set { //nolint:gochecknoglobals // immutable to whoever uses it
	path, err := jsonpath.Parse("$..*")
	if err != nil {
		panic(err)
	}
	return jsonpath.Compile([]jsonpath.Path{path})
})

// nowhere selects nothing.
var nowhere = sync.OnceValue(func() *jsonpath.Set { return jsonpath.Compile(nil) }) //nolint:gochecknoglobals // as above

// replayer says of a document what a carrier was told of it as part of a view.
type replayer struct {
	carrier *carrier
	shift   int64 // from offsets of the document to those of the view
}

// Visit implements jsonpath.Visitor.
func (r *replayer) Visit(p jsonpath.Place) jsonpath.Verdict {
	e, value, found := r.carrier.editAt(p.Offset + r.shift)
	switch {
	case !found:
		return jsonpath.Verdict{Do: jsonpath.Descend}
	case e.replaced:
		return jsonpath.Verdict{Do: jsonpath.Replace, Value: value}
	default:
		return jsonpath.Verdict{Do: jsonpath.Remove}
	}
}

// Held implements jsonpath.Visitor.
func (r *replayer) Held(jsonpath.Place, []byte) jsonpath.Verdict { return jsonpath.Verdict{} }

// Leave implements jsonpath.Visitor.
func (r *replayer) Leave(jsonpath.Place) {}

// beginJSON readies a document: one editor checks it before any of it is told, lest it end the member that it is; another
// does to it what was said of the view.
func (m *Multipart) beginJSON() {
	r := &m.open
	r.mark = 0
	if string(r.lead[:min(len(r.lead), len(byteOrderMark))]) == string(byteOrderMark) {
		r.mark = int64(len(byteOrderMark))
	}
	r.skip = int(r.mark)
	limits := m.job.Limits
	limits.Token = m.job.held() // here all separators wait, also such as no verdict of the view can come to
	replays := &replayer{carrier: m.carrier, shift: m.carrier.told - r.mark}
	if r.check == nil {
		r.check = jsonpath.NewEditor(nowhere(), replays, limits)
		r.replay = jsonpath.NewEditor(everywhere(), replays, limits)
		return
	}
	r.check.Reset(nowhere(), replays, limits)
	r.replay.Reset(everywhere(), replays, limits)
}

// pieceOfJSON takes the next bytes of a document.
func (m *Multipart) pieceOfJSON(p *part, text []byte) error {
	if _, err := m.open.check.Feed(text); err != nil {
		return m.nested(err)
	}
	m.add(p, text)
	text = text[m.open.skip:]
	m.open.skip = 0
	return m.tell(text)
}

// releaseJSON edits a document as far as it is settled.
func (m *Multipart) releaseJSON(p *part, settled int64) error {
	r := &m.open
	// All of the content in wait has been told, up to what was told last.
	n := p.end - p.body
	if !p.whole {
		n -= int(m.carrier.told - settled)
	}
	if n > 0 {
		out, err := r.replay.Feed(m.wait[p.body : p.body+n])
		if err != nil {
			return m.nested(err)
		}
		p.body += n
		if err := m.guard(out); err != nil {
			return err
		}
	}
	if !p.whole {
		return nil
	}
	out, err := r.replay.Close()
	if err != nil {
		return m.nested(err)
	}
	return m.guard(out)
}
