package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxMask   = 1000       // characters that mask keeps at either end
	maxDigits = 15         // decimal places that a double holds
	maxMetres = 20_037_508 // half the equator: a coarser distance says nothing more
)

// action reads a word, or a map of one word and its argument. What cannot be read removes, as the zero value does.
func (l *loader) action(n *node) Action {
	switch {
	case n.isEmpty():
		at := Position{}
		if n != nil {
			at = n.at
		}
		l.wrong(at, "an action is empty", "write one of "+join(shapes["action"]))
		return Action{At: at}
	case n.kind == mapNode:
		return l.actionWith(n)
	}
	word := l.word(n, "an action", shapes["action"]...)
	switch kind := actionOf(word); kind {
	case Replace, Coarsen, Generalize:
		l.wrong(n.at, word+" lacks its argument", argumentOf(kind))
	case Mask:
		return Action{Kind: Mask, With: "*", At: n.at}
	default:
		return Action{Kind: kind, At: n.at}
	}
	return Action{At: n.at}
}

// actionOf is Remove for a word that is no action.
func actionOf(word string) ActionKind {
	return ActionKind(max(0, slices.Index(actionNames[:], word)))
}

func argumentOf(kind ActionKind) string {
	switch kind {
	case Replace:
		return `write {replace: VALUE}`
	case Coarsen:
		return `write {coarsen: 1km} or {coarsen: {digits: 1}}`
	case Generalize:
		return `write {generalize: year}, month or day`
	case Empty, Pseudonymize:
		return fmt.Sprintf("write %[1]s alone, or {%[1]s: {type: keep}}", kind)
	default:
		return "write " + kind.String() + " alone"
	}
}

func (l *loader) actionWith(n *node) Action {
	a := Action{At: n.at}
	f := l.shaped(n, "action")
	if len(n.entries) != 1 {
		l.wrong(n.at, fmt.Sprintf("an action has %d words", len(n.entries)), "write one, such as {coarsen: 1km}")
		return a
	}
	e, known := f.of[n.entries[0].key.text]
	if !known {
		return a
	}
	a.Kind = actionOf(e.key.text)
	switch a.Kind {
	case Mask:
		l.mask(&a, e.value)
	case Empty, Pseudonymize:
		l.typed(&a, e)
	case Replace:
		a.Value = e.value.json()
		a.Text = a.Value
		if e.value.kind == scalarNode {
			a.Text = e.value.text
		}
	case Coarsen:
		l.coarsen(&a, e.value)
	case Generalize:
		word := l.word(e.value, "generalize", "year", "month", "day")
		a.Part = map[string]DatePart{"year": Year, "month": Month, "day": Day}[word]
		if e.value.isEmpty() {
			a.Kind = Remove
		}
	default:
		l.wrong(e.value.at, e.key.text+" takes no argument", argumentOf(a.Kind))
	}
	return a
}

func (l *loader) mask(a *Action, n *node) {
	f := l.shaped(n, "mask")
	a.KeepFirst = l.integer(f.value("keep_first"), "keep_first", interval{0, maxMask})
	a.KeepLast = l.integer(f.value("keep_last"), "keep_last", interval{0, maxMask})
	a.KeepType = l.word(f.value("type"), "type", "keep") != ""
	a.With = "*"
	if with := f.value("with"); with != nil {
		a.With = l.text(with, "with")
		if utf8.RuneCountInString(a.With) > 1 {
			l.wrong(with.at, "with is more than one character", `write one, such as "*"`)
		}
	}
}

// typed reads the argument of an action that has no other.
func (l *loader) typed(a *Action, e entry) {
	if e.value.kind != mapNode || len(e.value.entries) == 0 {
		l.wrong(e.value.at, e.key.text+" takes no argument but type", argumentOf(a.Kind))
		return
	}
	f := l.shaped(e.value, e.key.text)
	a.KeepType = l.word(f.value("type"), "type", "keep") != ""
}

func (l *loader) coarsen(a *Action, n *node) {
	if n.kind == mapNode {
		f := l.shaped(n, "coarsen")
		if f.value("digits") == nil {
			l.wrong(n.at, "coarsen lacks its argument", argumentOf(Coarsen))
		}
		a.ByDigits = true
		a.Digits = l.integer(f.value("digits"), "digits", interval{0, maxDigits})
		return
	}
	text := l.text(n, "coarsen")
	if text == "" {
		return
	}
	var number string
	unit := 1.0
	if n, ok := strings.CutSuffix(text, "km"); ok {
		number, unit = n, 1000
	} else if n, ok := strings.CutSuffix(text, "m"); ok {
		number = n
	}
	metres, err := strconv.ParseFloat(number, 64)
	metres *= unit
	if err != nil || strings.Trim(number, "0123456789.") != "" || metres <= 0 || metres > maxMetres {
		l.wrong(n.at, fmt.Sprintf("%s is no distance", quoted(text)), "write metres or kilometres, such as 500m or 1km")
		return
	}
	a.Metres = metres
}

func join(words []string) string { return strings.Join(words, ", ") }
