package graphql

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// The paths of places that are looked at, by number. Names are compared by the Visitor, which folds them.
const (
	pathRoot = iota
	pathElement
	pathMember
	pathElementMember
)

//nolint:gochecknoglobals // immutable, made at first use
var places = sync.OnceValue(func() *jsonpath.Set {
	queries := []string{pathRoot: "$", pathElement: "$[0:]", pathMember: "$.*", pathElementMember: "$[0:].*"}
	paths := make([]jsonpath.Path, len(queries))
	for i, query := range queries {
		p, err := jsonpath.Parse(query)
		if err != nil {
			panic(err) // they are constant
		}
		paths[i] = p
	}
	return jsonpath.Compile(paths)
})

// members notes the parameters in a JSON document: an object or an array of such. Its editor edits nothing; it holds a
// parameter at a time.
type members struct {
	recorder *Recorder
	editor   *jsonpath.Editor
	said     statement // of the element at hand
}

func (m *members) begin() {
	limits := jsonpath.Limits{Held: maxWritten}
	if m.editor == nil {
		m.editor = jsonpath.NewEditor(places(), m, limits)
	} else {
		m.editor.Reset(places(), m, limits)
	}
	m.said.reset()
}

func (m *members) feed(p []byte) error {
	_, err := m.editor.Feed(p)
	return err
}

func (m *members) end() error {
	_, err := m.editor.Close()
	m.recorder.settle(&m.said)
	return err
}

// Visit implements jsonpath.Visitor.
func (m *members) Visit(p jsonpath.Place) jsonpath.Verdict {
	switch {
	case slices.Contains(p.Paths, pathRoot):
		m.recorder.request.batched = m.recorder.request.batched || p.Kind == jsonpath.Array
	case slices.Contains(p.Paths, pathElement):
		m.recorder.settle(&m.said)
		m.recorder.request.size++
	case p.Name != nil:
		is := memberOf(p.Name)
		if p.Kind == jsonpath.Null && (is == memberDocument || is == memberID) {
			break
		}
		text := is == memberQuery || is == memberOperation || is == memberDocument
		if text && p.Kind == jsonpath.String || is == memberExtensions && p.Kind == jsonpath.Object {
			return jsonpath.Verdict{Do: jsonpath.Hold}
		}
		m.said.present(is)
	}
	return jsonpath.Verdict{Do: jsonpath.Descend}
}

// Held implements jsonpath.Visitor.
func (m *members) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	goOn := jsonpath.Verdict{Do: jsonpath.Descend}
	is := memberOf(p.Name)
	if is == memberExtensions {
		m.said.extensions(string(value))
		return goOn
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		m.recorder.fail(Unread, err)
		return goOn
	}
	if m.recorder.keep(len(text)) {
		m.said.text(is, text)
	}
	return goOn
}

// Leave implements jsonpath.Visitor.
func (m *members) Leave(jsonpath.Place) {}
