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
// name whose member may yet be removed. Whatever exceeds its limit refuses the body; nothing passes unread. Of a page
// these are a tag, and a script, style sheet or noscript, which are judged as a whole.
//
// # Why pages are skimmed
//
// Nearly all of a page is text and tags that no rule can act on. What is written in the plainest way is passed over before
// the tokenizer sees it; whatever is written otherwise, obfuscation first of all, is not. A test holds that pages come out
// the same when nothing is passed over.
//
// # Why a guard stands in front of scripts
//
// What a script asks for cannot be told from its text: it builds URLs, and does other things besides. So a page whose
// scripts run gets a script of ours in front of the first thing that runs one, and inline scripts stay. It stands there
// and nowhere else, so that a page without scripts is untouched, and never where it would not run: in a template, a
// noscript, MathML or a frameset. What cannot be told for sure errs to in front, and a fragment, which has no guard of its
// own, has its scripts judged by what they name.
//
// # Why messages are documents of their own
//
// A message of gRPC is read as JSON by the operator's descriptor set, edited as any document is, and written again: one
// automaton serves all formats. Its fields go by two names, and paths by either, so the plan's paths are put under the
// names of each type of message once and kept. What an action wrote that the field cannot hold is an absent field, which
// the tally counts as unfit without knowing whose label it was.
//
// # Why some places are read twice
//
// Without a tree, and for browsers with and without scripts alike, it cannot be known whether the content of a noscript,
// or of a title within SVG, is text or markup. Such a place is judged as markup, and ends where it ends as text; what
// would go on as markup behind that end, an open tag or comment, is cut off, so that all readers see the same page.
package filter
