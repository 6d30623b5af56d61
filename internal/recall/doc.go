// Package recall remembers pages that come again as they were, with what they came to: whoever reads the same bytes under
// the same circumstances would come to the same, and need only compare.
//
// A page is kept when its key is met for the second time, since most are never met again, and let go when it comes with
// other bytes. Each time it was kept in vain, twice as many go by until it is tried again, so that pages which are another
// for everybody cost next to nothing. Every byte is compared; nothing rests on a hash.
//
// A Memory holds New's count of pages, each of at most Most bytes as it came and of Most bytes that it came to.
package recall
