// Package signals is what a request says of choices (our cookie, GPC), as rules.Signals.
//
// # Where our cookie lives
//
// Its format is known to this package alone, reading and writing. Whoever answers the form that a person submits hands
// a Change over as plain ids and gets the cookie back as text, so that the stages need not import each other. What a
// choice leads to is found by reading that text again: a person is told what their next request will meet.
//
// # Why a refusal beats a grant among several cookies
//
// A browser that holds our cookie for two paths or domains sends both, in an order that proves nothing, and a sibling
// host may plant one. The cookie that refuses is the one that cannot harm.
//
// # Why a malformed cookie is silence, and as a whole
//
// Whatever we did not write was not said by a person to us. Taking the legible half of it would let a forged grant
// stand beside a broken refusal. It is counted, so that a fleet which writes cookies it cannot read shows.
//
// # Why ids of another policy are kept
//
// During a rollout two policies answer for one site, and a policy may be rolled back. An id that this policy does not
// have is ignored when read, yet written back until it expires or room is short: a refusal is not lost on the way.
//
// # Why the time stands beside each choice
//
// Choosing one thing anew must not renew the rest (a choice is to be asked for again after `renew_after`), and a
// restriction of processing (GDPR Art. 18) asks of each consent whether it came later.
package signals
