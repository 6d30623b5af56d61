// Package subscription fetches texts over HTTP that others publish and change, and keeps the last good one of each.
//
// # Why the last good one
//
// Who is blocked must not hang on whether somebody else's server answers. So what was fetched is kept in a storage that
// outlives the process and that a fleet may share; it is there at once when a process starts, and no failure takes it
// away. It is kept as one value, with the digest of its text: half a list would let through whom it does not name.
package subscription
