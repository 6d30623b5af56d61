// Package ledger is consent records, choices, disclosures, behind one interface.
//
// In this version it holds one thing, what an account has on record of its subject, and reads it from one place, a YAML
// file. No proof of consent and no disclosure is recorded yet: a choice that a visitor makes stays in their browser.
//
// # Why one interface
//
// Whoever decides asks Choices for one subject and learns that something is on record, that nothing is, or that nobody
// can say. The third is an error and never silence: a store that is down would otherwise give back what people refused.
// A database answers the same three ways.
//
// # Why snapshots
//
// A list of a thousand people asks a thousand times while a file may be replaced under it. Of therefore reads one
// immutable map behind one pointer; Reload makes the next map beside it, and a file with an error in it changes nothing.
//
// # Why errors name places and no words
//
// Every key of the file is a person, and what stands beneath says what they refused. An error gives file:line:column
// and the name of a key of the format; the parser's own messages quote the text and are not passed on.
package ledger
