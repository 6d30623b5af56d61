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
)

// workbench carries out actions. A result is valid until the next call; the buffers are used again.
type workbench struct {
	tokens *Pseudonyms
	plain  []byte      // text as it was
	text   []byte      // text as it becomes
	out    []byte      // JSON
	grids  [2]struct { // by axis: the latest, since the documents of a route have one distance
		metres float64
		grid   grid
		ok     bool
	}
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
		return w.constant(emptyOf(kind))
	case rules.Replace:
		return w.constant(a.Value)
	default:
		if w.needs(a, kind) {
			return nil, waiting
		}
		return nil, unfit
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

func emptyOf(kind jsonpath.Kind) string {
	switch kind {
	case jsonpath.Array:
		return "[]"
	case jsonpath.Object:
		return "{}"
	case jsonpath.String:
		return `""`
	default:
		return ""
	}
}

// needs says that an action may apply to values of a kind, once it has read them.
func (w *workbench) needs(a *rules.Action, kind jsonpath.Kind) bool {
	switch a.Kind {
	case rules.Count:
		return kind == jsonpath.Array
	case rules.Pseudonymize:
		return w.tokens != nil && (kind == jsonpath.String || kind == jsonpath.Number)
	case rules.Mask, rules.Generalize, rules.TruncateIP:
		return kind == jsonpath.String
	case rules.Coarsen:
		return kind == jsonpath.Number || !a.ByDigits && (kind == jsonpath.Array || kind == jsonpath.Object)
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
	case jsonpath.Array:
		w.out, ok = array(w.out[:0], a, v.raw)
	case jsonpath.Object:
		w.out, ok = coarsenMembers(w.out[:0], a.Metres, v.raw)
	case jsonpath.Number:
		w.out, ok = w.number(w.out[:0], a, v)
	default:
		w.plain = unquote(w.plain[:0], v.raw)
		w.text, ok = w.rewrite(w.text[:0], a, w.plain)
		w.out = quote(w.out[:0], w.text)
	}
	if !ok {
		return nil, unfit
	}
	return w.out, written
}

func array(dst []byte, a *rules.Action, raw []byte) ([]byte, bool) {
	if a.Kind == rules.Count {
		return strconv.AppendInt(dst, int64(lengthOf(raw)), 10), true
	}
	return coarsenPosition(dst, a.Metres, raw)
}

// number reads a token's text from the number as written, so that "42" and 42 have one token.
func (w *workbench) number(dst []byte, a *rules.Action, v valueOf) ([]byte, bool) {
	if a.Kind == rules.Pseudonymize {
		w.text = w.tokens.appendToken(w.text[:0], v.raw)
		return quote(dst, w.text), true
	}
	if a.ByDigits {
		return roundDigits(dst, a.Digits, v.raw)
	}
	x := axisOf(v.name)
	latest := &w.grids[x]
	if latest.metres != a.Metres {
		latest.metres = a.Metres
		latest.grid, latest.ok = gridOf(a.Metres, x, lowLatitude)
	}
	if !latest.ok {
		return dst, false
	}
	return latest.grid.snap(dst, v.raw)
}

// rewrite carries out the actions that work on text.
func (w *workbench) rewrite(dst []byte, a *rules.Action, text []byte) ([]byte, bool) {
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
	default:
		return dst, false
	}
}

// applyText carries out an action on text that is no JSON: the value of a query parameter or header. What is unfit is
// to be removed, too. The name tells a latitude.
func (p *Plan) applyText(a rules.Action, name, text string) (out string, remove, misfit bool) {
	switch a.Kind {
	case rules.Keep:
		return text, false, false
	case rules.Remove:
		return "", true, false
	case rules.Nullify, rules.Empty:
		return "", false, false
	case rules.Replace:
		return a.Text, false, false
	case rules.Coarsen:
		changed, ok := coarsen(nil, &a, axisOf([]byte(name)), []byte(text))
		return fitting(changed, ok)
	default:
		w := workbench{tokens: p.tokens}
		changed, ok := w.rewrite(nil, &a, []byte(text))
		return fitting(changed, ok)
	}
}

func fitting(changed []byte, ok bool) (out string, remove, misfit bool) {
	if !ok {
		return "", true, true
	}
	return string(changed), false, false
}
