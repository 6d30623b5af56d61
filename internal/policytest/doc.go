// Package policytest runs a policy's tests and explains one exchange, without Caddy.
//
// It is what `privet privacy test` and `privet privacy explain` print, as a library: the same decision, the same
// filters and the same rulings as on the wire, so that a policy that passes here does there what the test says. Stored
// choices of elements come through a Decider of the caller's making; without one every element is silent.
package policytest
