package recall

import (
	"bytes"
	"slices"
)

// Reading is one page on its way. It either compares the page with the one that is kept, or copies it to keep it. Not safe
// for concurrent use.
type Reading[K comparable, V any] struct {
	memory  *Memory[K, V]
	key     K
	page    *page[V] // that it has been like so far; nil while it is copied
	like    int      // bytes
	given   int      // bytes of what it came to
	passed  int      // points
	in, out []byte
	points  []point
	large   bool
}

// Compares says that the page has been like the one that is kept, so far.
func (r *Reading[K, V]) Compares() bool { return r.page != nil }

// Like says that the next bytes are those of the page that is kept. What is unlike is no part of Sofar.
func (r *Reading[K, V]) Like(p []byte) bool {
	if !bytes.HasPrefix(r.page.in[r.like:], p) {
		return false
	}
	r.like += len(p)
	return true
}

// Sofar are the bytes that were alike. They must not be written to.
func (r *Reading[K, V]) Sofar() []byte { return r.page.in[:r.like] }

// Due gives what the bytes that were alike came to, less what was given before; all is false where a little of it, at the
// end, is not known. It must not be written to.
func (r *Reading[K, V]) Due() (out []byte, all bool) {
	due, in := r.given, 0
	if r.passed > 0 {
		in = int(r.page.points[r.passed-1].in)
	}
	for ; r.passed < len(r.page.points) && int(r.page.points[r.passed].in) <= r.like; r.passed++ {
		in, due = int(r.page.points[r.passed].in), int(r.page.points[r.passed].out)
	}
	given := r.given
	r.given = due
	return r.page.out[given:due], in == r.like
}

// Given is how many bytes Due has given in all.
func (r *Reading[K, V]) Given() int { return r.given }

// Whole says that the page that is kept has no more bytes, and gives the rest of what it came to, which must not be written
// to.
func (r *Reading[K, V]) Whole() (rest []byte, with V, whole bool) {
	if r.like != len(r.page.in) {
		return nil, with, false
	}
	r.page.matched.Add(1)
	return r.page.out[r.given:], r.page.with, true
}

// Unlike gives the kept page up: the one at hand is another.
func (r *Reading[K, V]) Unlike() { r.memory.forget(r.key, r.page) }

// Came copies bytes of the page as it comes.
func (r *Reading[K, V]) Came(p []byte) { r.in = r.copied(r.in, p) }

// Went copies bytes that it comes to.
func (r *Reading[K, V]) Went(p []byte) { r.out = r.copied(r.out, p) }

// Settled says that what has gone is what all that has come comes to so far: where Due will be able to give it. Between, it
// gives what was settled before.
func (r *Reading[K, V]) Settled() {
	if !r.large {
		r.points = append(r.points, point{int32(len(r.in)), int32(len(r.out))})
	}
}

func (r *Reading[K, V]) copied(dst, p []byte) []byte {
	if r.large = r.large || len(dst)+len(p) > Most; r.large {
		r.points = r.points[:0]
		return dst[:0]
	}
	return append(dst, p...)
}

// Keep keeps the page that was copied, which is whole, with what else came of it.
func (r *Reading[K, V]) Keep(with V) {
	if r.large {
		r.memory.known.Add(r.key, sighting{changes: mostChanges, rest: 1 << mostChanges})
		return
	}
	r.memory.pages.Add(r.key, &page[V]{in: slices.Clone(r.in), out: slices.Clone(r.out), points: slices.Clone(r.points), with: with})
}

// Release gives the reading back. Neither it nor its Sofar may be used afterwards.
func (r *Reading[K, V]) Release() {
	var none K
	*r = Reading[K, V]{memory: r.memory, key: none, in: r.in[:0], out: r.out[:0], points: r.points[:0]}
	r.memory.readings.Put(r)
}
