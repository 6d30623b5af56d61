// Package coding is gzip, br, zstd, deflate, bounded: the content codings (RFC 9110 section 8.4) that filters can read.
//
// # Why decoders are machines
//
// A response is pushed: the upstream's bytes arrive in a Write, and all that they decode to must leave before that call
// returns, or a stream of events stalls. The decoders at hand pull from an io.Reader instead. One could pull in a
// goroutine of its own, but then each chunk costs two hand-overs, each request that dies has a goroutine to be joined, and
// what a decoder holds in its window when its reader blocks still waits for the next chunk. So each coding is a machine
// that stops wherever its input stops, and resumes there, in the caller's goroutine.
//
//   - gzip and deflate have an inflater of our own (RFC 1951), which goes on to the last symbol that is complete, and is
//     faster than the readers it replaces.
//   - br has the library's reader, which returns when its source has nothing, and can be asked again.
//   - zstd has the library's reader in a coroutine (iter.Pull), since it waits for a whole block, and the format hands over
//     nothing less. The last block of a frame waits for the frame's checksum also.
//
// # Why memory is bounded and ratio is not
//
// Plain text leaves in pieces of at most 64 KiB, out of one window, so that a bomb costs time and no memory; a limit on the
// ratio would cut bodies that are merely dull. The window is 64 KiB for gzip and deflate; for br and zstd the body chooses
// it, up to 16 MiB and 8 MiB (RFC 9659). Plain text is tentative until Close has seen the checksum, where there is one:
// br and bare deflate have none.
//
// # Why writing favours speed
//
// A gateway codes again what the upstream has coded once, on the way of every filtered response. See gzipLevel.
package coding
