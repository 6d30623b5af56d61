// Package caddymodule is all that knows Caddy: it stands between client and upstream and calls the stages in order.
//
//	place → signals → Decide → request filters → upstream → response filters → trace, ledger
//
// # Why the app owns the policy and the handlers do not
//
// Every route asks the same policy, so the app `privacy` loads it once, watches its files and swaps a new one in
// atomically; an exchange keeps the one with which it began. A broken edit leaves the old policy running.
//
// # Why the response header waits
//
// A body that turns out unreadable must become a 502, and a header that has gone cannot be taken back. The writer
// therefore holds the final header until the first filtered byte is due: when the inner handler flushes, when
// heldOutput is full, or at the end. What is refused after that is cut, so that a broken body looks broken.
//
// # Why nothing is pooled until its reader is done
//
// A transport reads a request's body on goroutines of its own, even after the response has come. Rulings are collected
// under a lock, and a request filter goes back to its pool only when the transport closes or exhausts the body.
package caddymodule
