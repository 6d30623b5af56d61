// Package coding is gzip, br, zstd, deflate, bounded: the content codings (RFC 9110 section 8.4) that filters can read.
// This version reads gzip.
//
// # Why the inflater is our own
//
// A response is pushed: the upstream's bytes arrive in a Write, and all that they decode to must leave before that call
// returns, or a stream of events stalls. Every inflater at hand pulls from an io.Reader instead. It could pull in a
// goroutine of its own, but then each chunk costs two hand-overs, each request that dies has a goroutine to be joined, and
// what a decoder holds in its window when its reader blocks still waits for the next chunk. So inflate (RFC 1951) is
// written as a machine that stops wherever its input stops, after the last symbol that is complete, and resumes
// there. It runs in the caller's goroutine, owns none, and is faster than the readers it replaces.
//
// # Why memory is bounded and ratio is not
//
// Plain text leaves in pieces of at most 64 KiB, out of one window of that size, so that a bomb costs time and no memory; a
// limit on the ratio would cut bodies that are merely dull. Plain text is tentative until Close has seen the checksum.
//
// # Why writing favours speed
//
// A gateway codes again what the upstream has coded once, on the way of every filtered response. See gzipLevel.
package coding
