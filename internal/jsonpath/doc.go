// Package jsonpath is JSONPath (RFC 9535) parsed, compiled, and matched while the document streams by.
//
// Many paths are joined in one automaton, so that a document is read once however many there are. An Editor
// carries the automaton over the bytes and asks a Visitor about every place that some path selects; the
// Visitor may remove, replace or hold it. Why it is built as it is:
//
//   - Nothing is decoded and encoded again. Bytes that no edit touches go out as they came in, so numbers
//     beyond 2^53, escapes, order and white space survive, and an unedited chunk is handed on uncopied.
//   - What no path can reach is skipped by its own loop, yet still checked against RFC 8259: a receiver that
//     repairs broken JSON may otherwise see a member where this package saw none.
//   - Every occurrence of a repeated name matches, after unescaping, since readers differ in which one they take.
//   - A removed place is dropped with the comma before it, or, where nothing is kept before it, with the one
//     after it. Hence a separator and a name are held back until the fate of their value is known.
//   - States of the automaton are made when first met and kept up to a bound; beyond it they are made anew each
//     time. The subsets of many descendant paths are exponential, and the document chooses which are met.
//   - Counting from the end needs the length: only such arrays are held, up to the limit, and never passed unread.
//   - A filter is asked about a child that is held, the smallest value that it can be told of, and matching goes on
//     inside with the state that its answer gives. Where it asks for the root, the document is held. A scalar is not
//     held for a filter that only looks inside values.
//   - Filters read bytes as they came, in loops and not by recursion: numbers are compared by their digits, and where a
//     name is repeated a filter is true if any occurrence makes it so, under a negation too. A descendant query is one
//     pass however many nodes it comes to, since the pass counts the ways to a place instead of listing them.
//   - A hold inside a hold reads its bytes again, so the work of re-reading is bounded for each outermost hold. What
//     filters read is bounded by the limit and by what came; a document that makes them read more is refused.
//   - A strict set selects the places besides the named ones too, for those who let out only what is named. Under a
//     tree of names a member is matched by each name it is known by. Both are but part of what makes a state.
//   - A tape of the bytes to look at, found by AVX2 in blocks of 64, was tried in both loops and left out: with five rules
//     a list of 100 kB took 1.04 to 1.14 of the time, since most of it goes to names, states and verdicts and little to
//     finding bytes. Only what no path reaches gained where it was long: 0.82 to 0.85 for a record with a long history.
package jsonpath
