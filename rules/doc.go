// Package rules is a privacy policy: load it, check it, ask it, explain its answers.
//
// It has never heard of Caddy or of net/http. A question goes through three nouns in this order:
//
//	Facts → Decide → Decision
//
// # Why a decision is about one data subject
//
// A page is about its visitor, but an API answers with many people to a caller who is none of them. Decide therefore
// never sees a request: it sees the facts of one data subject (where they are, what they chose) together with what the
// exchange is for and who receives it. A list of a thousand people asks a thousand times; as their facts are few, their
// decisions are few, and a warm cache answers without allocating.
//
// # Why Decide is pure
//
// Neither clock, nor storage, nor map order reaches a decision: the day is a fact like any other. That is what lets a
// decision be cached by its facts, tested as a table, and explained after the event from a trace.
//
// # Why positions travel
//
// Every verdict and ruling carries the line of YAML that produced it. A span, a failing test and `explain` then name
// the same line in the same words, and a developer who asks why a field vanished is shown the rule to change.
//
// # Why files become a tree of our own
//
// A decoder into structs would stop at its first error, lose the position of what it read, and turn 010 into 8 and NO
// into false. The loader takes the YAML parser's tokens and syntax tree, makes nodes that keep text and place, merges
// those over the catalogue, and reads the outcome once, so that every problem of every file is said in one pass. What
// makes that parser recurse or crawl is refused by its tokens alone, before it runs.
package rules
