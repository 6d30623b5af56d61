package filter

import (
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// overText does what an action can do to text that is no JSON and so has no type: the value of a query parameter, header,
// form field, column or element. Where a type must stay, and where text could not be what an action asks for but a number
// could, text that is written as a number of JSON counts as one. name is that of the parameter, header or column.
func (w *workbench) overText(a *rules.Action, name, text []byte) ([]byte, outcome) {
	ok := true
	switch a.Kind {
	case rules.Keep:
		return text, kept
	case rules.Remove:
		return nil, removed
	case rules.Nullify:
		w.text = w.text[:0]
	case rules.Empty:
		w.text = w.text[:0]
		if kind := kindOfText(text); a.KeepType && kind != jsonpath.String {
			w.text = append(w.text, emptyOf(kind, true)...)
		}
	case rules.Replace:
		w.text = append(w.text[:0], a.Text...)
	default:
		w.text, ok = w.overValue(w.text[:0], a, name, text)
	}
	if !ok {
		return nil, unfit
	}
	return w.text, written
}

// overValue carries out the actions that read a value.
func (w *workbench) overValue(dst []byte, a *rules.Action, name, text []byte) ([]byte, bool) {
	number := kindOfText(text) == jsonpath.Number
	switch {
	case number && a.KeepType && w.needs(a, jsonpath.Number):
		return w.number(dst, a, valueOf{jsonpath.Number, name, text})
	case number && a.Kind == rules.Generalize:
		return generalizeNumber(dst, a.Part, text)
	case a.Kind == rules.TruncateIP && isForwarded(name):
		return truncateForwarded(dst, text)
	default:
		return w.rewrite(dst, a, name, text)
	}
}

// kindOfText is Number, True or False where a text is written as JSON writes these, and String for every other.
func kindOfText(text []byte) jsonpath.Kind {
	switch kind := kindIn(text); kind {
	case jsonpath.Number:
		if _, ok := parseDecimal(text); ok {
			return kind
		}
	case jsonpath.True, jsonpath.False:
		if string(text) == "true" || string(text) == "false" {
			return kind
		}
	default:
	}
	return jsonpath.String
}

// applyText is overText for a single text; a format that has many keeps a workbench.
func (p *Plan) applyText(a rules.Action, name, text string) (out string, remove, misfit bool) {
	switch a.Kind { // most values are kept, and those that go need not be looked at
	case rules.Keep:
		return text, false, false
	case rules.Remove:
		return "", true, false
	default:
	}
	w := workbench{tokens: p.tokens}
	changed, what := w.overText(&a, []byte(name), []byte(text))
	if what != written {
		return "", true, what == unfit
	}
	return string(changed), false, false
}
