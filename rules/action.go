package rules

import (
	"fmt"
	"strconv"
)

// ActionKind is what happens to a field. The order is strictness: a smaller kind reveals less, the zero value removes.
type ActionKind uint8

// The actions, strictest first.
const (
	Remove       ActionKind = iota // the member, element, pair or header disappears
	Nullify                        // null takes its place
	Empty                          // [], {} or "" takes its place; 0 or false, too, where types are kept
	Count                          // an array becomes its length
	Replace                        // a constant takes its place
	Pseudonymize                   // a keyed token takes its place (GDPR Art. 4(5))
	Mask                           // some characters stay, the others are overwritten
	Coarsen                        // coordinates and numbers lose precision
	Generalize                     // dates lose precision
	TruncateIP                     // addresses lose their host part
	Keep                           // it stays as it is
)

var actionNames = [...]string{ //nolint:gochecknoglobals // the words of the language, never written to
	"remove", "nullify", "empty", "count", "replace", "pseudonymize", "mask", "coarsen", "generalize", "truncate_ip", "keep",
}

func (k ActionKind) String() string {
	if int(k) < len(actionNames) {
		return actionNames[k]
	}
	return "remove"
}

// rank groups kinds of equal strictness: coarsen, generalize and truncate_ip stand on one step.
func (k ActionKind) rank() int {
	switch k {
	case Generalize, TruncateIP:
		return int(Coarsen)
	default:
		return int(k)
	}
}

// DatePart is how much of a date generalize keeps.
type DatePart uint8

// The parts, coarsest first. The zero value keeps nothing, and the value is removed.
const (
	NoDate DatePart = iota
	Year
	Month
	Day
)

func (p DatePart) String() string { return [...]string{"none", "year", "month", "day"}[p] }

// Action is an ActionKind with its arguments. It is comparable; At is no part of what it does.
type Action struct {
	Kind ActionKind

	KeepFirst, KeepLast int    // mask: characters that stay at either end
	With                string // mask: what overwrites the others, "*" by default
	KeepType            bool   // empty, mask, pseudonymize: a number stays a number, and null stays null
	Value               string // replace: the constant as JSON text
	Text                string // replace: the constant as plain text, for queries and headers
	Metres              float64
	Digits              int  // coarsen: decimal places that stay, where ByDigits
	ByDigits            bool // coarsen by Digits instead of by Metres
	Part                DatePart

	At Position
}

// String is the action as the policy file writes it.
func (a Action) String() string {
	switch a.Kind {
	case Mask:
		text := fmt.Sprintf("mask(keep_first %d, keep_last %d, with %q", a.KeepFirst, a.KeepLast, a.With)
		if a.KeepType {
			text += ", type keep"
		}
		return text + ")"
	case Empty, Pseudonymize:
		if a.KeepType {
			return a.Kind.String() + "(type keep)"
		}
		return a.Kind.String()
	case Replace:
		return "replace"
	case Coarsen:
		if a.ByDigits {
			return "coarsen(digits " + strconv.Itoa(a.Digits) + ")"
		}
		return "coarsen(" + strconv.FormatFloat(a.Metres, 'f', -1, 64) + "m)"
	case Generalize:
		return "generalize(" + a.Part.String() + ")"
	default:
		return a.Kind.String()
	}
}

// same says that two actions do the same thing, wherever they are written.
func (a Action) same(b Action) bool {
	a.At, b.At = Position{}, Position{}
	return a == b
}

// Stricter is the one of two actions that reveals less. Two of one step that differ (in kind or in arguments) have no
// common ground, so their meeting is remove.
func Stricter(a, b Action) Action {
	switch ra, rb := a.Kind.rank(), b.Kind.rank(); {
	case ra < rb:
		return a
	case rb < ra:
		return b
	case a.same(b):
		return a
	default:
		return Action{Kind: Remove, At: a.At}
	}
}
