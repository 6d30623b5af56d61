// Package filter compiles a decision into a plan and carries it out on headers, cookies and bodies; one file a format.
//
// # Filters ask, they do not know
//
// A filter holds no policy: it asks the Decision about each field, cookie and parameter it meets, does what the ruling
// says, and notes in a Tally what it did. It logs nothing, so that no value can reach a log from here.
//
// # Why plans are shared and decisions are not
//
// A Plan is mechanism: an automaton over the paths of the labels, and the constants the actions write. It depends on
// what a decision leads to, which is what Decision.ID names, so visitors with the same outcome share one. Why something
// happened differs from visitor to visitor; the Tally therefore keeps the decision beside the label's number.
//
// # What is held
//
// Bodies stream. Held are: a value that an action must see whole, an element of `each` (both up to Limits.Held), and a
// name whose member may yet be removed. Whatever exceeds its limit refuses the body; nothing passes unread.
package filter
