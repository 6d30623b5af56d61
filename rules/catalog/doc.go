// Package catalog is facts with dates and sources, embedded YAML in the policy language and plain tables: vendors,
// cookies, adequacy, regions; it imports nothing.
//
// # Why two forms
//
// What a policy may refine (purposes, categories, recipients) is written in the policy language itself, so that the
// built-in entry and the operator's are merged by one loader and both carry a position. What no policy may overrule
// (which states the EEA has, from when to when a decision held) is a Go table, checked by the compiler and by tests.
//
// # Why every fact has its days
//
// Adequacy decisions end, are renewed and are struck down. A row is therefore in force from its first day to its last,
// both included, and a question without a day is answered no. Nothing here reads a clock.
//
// # Why uncertain facts are left out
//
// A missing row asks an operator for a safeguard; a wrong one sends personal data where it must not go. Likewise a
// cookie name that a site may well use for its own session (fr, sb, SID) is in no vendor's marks: such names live on
// the vendor's own domain, where a foreign cookie needs an owner to pass anyhow.
package catalog
