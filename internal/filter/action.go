package filter

import (
	"strconv"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// outcome is what an action comes to on one value. The zero outcome removes it.
type outcome uint8

const (
	removed outcome = iota
	unfit           // the action cannot apply to the value, which is removed therefore
	kept
	written // something else takes its place
	waiting // the action must see the whole value first
	inside  // it applies to the text of the element that the value is
)

// workbench carries out actions. A result is valid until the next call; the buffers are used again.
type workbench struct {
	tokens *Pseudonyms
	plain  []byte // text as it was
	text   []byte // text as it becomes
	out    []byte // JSON
	places places
}

// glance does what an action can do to a JSON value of which nothing is known but its kind.
func (w *workbench) glance(a *rules.Action, kind jsonpath.Kind) ([]byte, outcome) {
	switch a.Kind {
	case rules.Keep:
		return nil, kept
	case rules.Remove:
		return nil, removed
	case rules.Nullify:
		return w.constant("null")
	case rules.Empty:
		return w.constant(emptyOf(kind, a.KeepType))
	case rules.Replace:
		return w.constant(a.Value)
	default:
		switch {
		case w.needs(a, kind):
			return nil, waiting
		case a.KeepType && kind == jsonpath.Null:
			return w.constant("null")
		default:
			return nil, unfit
		}
	}
}

// constant knows that an empty text is no JSON value.
func (w *workbench) constant(text string) ([]byte, outcome) {
	if text == "" {
		return nil, unfit
	}
	w.out = append(w.out[:0], text...)
	return w.out, written
}

// emptyOf is "" where a kind has no empty value, or one only where the type must stay.
func emptyOf(kind jsonpath.Kind, keepType bool) string {
	switch {
	case kind == jsonpath.Array:
		return "[]"
	case kind == jsonpath.Object:
		return "{}"
	case kind == jsonpath.String:
		return `""`
	case !keepType:
		return ""
	case kind == jsonpath.Number:
		return "0"
	case kind == jsonpath.Null:
		return "null"
	default:
		return "false"
	}
}

// needs says that an action may apply to values of a kind, once it has read them.
func (w *workbench) needs(a *rules.Action, kind jsonpath.Kind) bool {
	text, number := kind == jsonpath.String, kind == jsonpath.Number
	switch a.Kind {
	case rules.Count:
		return kind == jsonpath.Array
	case rules.Pseudonymize:
		return w.tokens != nil && (text || number)
	case rules.Mask:
		return text || number && a.KeepType
	case rules.Generalize:
		return text || number
	case rules.TruncateIP:
		return text
	case rules.Coarsen:
		return text || number || kind == jsonpath.Array || kind == jsonpath.Object
	default:
		return false
	}
}

// valueOf is a JSON value that an action reads.
type valueOf struct {
	kind jsonpath.Kind
	name []byte // of the member it is; nil for elements and the root
	raw  []byte // the value as written, without white space around it
}

// apply does the rest for a value at which glance was waiting.
func (w *workbench) apply(a *rules.Action, v valueOf) ([]byte, outcome) {
	if !w.needs(a, v.kind) {
		return nil, unfit
	}
	var ok bool
	switch v.kind {
	case jsonpath.Array, jsonpath.Object:
		w.out, ok = w.container(w.out[:0], a, v)
	case jsonpath.Number:
		w.out, ok = w.number(w.out[:0], a, v)
	default:
		w.plain = unquote(w.plain[:0], v.raw)
		w.text, ok = w.rewrite(w.text[:0], a, v.name, w.plain)
		w.out = quote(w.out[:0], w.text)
	}
	if !ok {
		return nil, unfit
	}
	return w.out, written
}

func (w *workbench) container(dst []byte, a *rules.Action, v valueOf) ([]byte, bool) {
	if a.Kind == rules.Count {
		return strconv.AppendInt(dst, int64(lengthOf(v.raw)), 10), true
	}
	w.places.set(a)
	return w.places.top(dst, v)
}

// number reads a token's text from the number as written, so that "42" and 42 have one token.
func (w *workbench) number(dst []byte, a *rules.Action, v valueOf) ([]byte, bool) {
	switch a.Kind {
	case rules.Pseudonymize:
		if a.KeepType {
			return w.tokens.appendNumber(dst, v.raw), true
		}
		w.text = w.tokens.appendToken(w.text[:0], v.raw)
		return quote(dst, w.text), true
	case rules.Mask:
		return maskNumber(dst, a, v.raw)
	case rules.Generalize:
		return generalizeNumber(dst, a.Part, v.raw)
	default:
		w.places.set(a)
		return w.places.one(dst, v.name, v.raw)
	}
}

// rewrite carries out the actions that work on text. The name tells a latitude or a geohash.
func (w *workbench) rewrite(dst []byte, a *rules.Action, name, text []byte) ([]byte, bool) {
	switch a.Kind {
	case rules.Pseudonymize:
		if w.tokens == nil {
			return dst, false
		}
		return w.tokens.appendToken(dst, text), true
	case rules.Mask:
		return mask(dst, a, text), true
	case rules.Generalize:
		return generalize(dst, a.Part, text)
	case rules.TruncateIP:
		return truncateIP(dst, text)
	case rules.Coarsen:
		w.places.set(a)
		return w.places.point(dst, name, text)
	default:
		return dst, false
	}
}
