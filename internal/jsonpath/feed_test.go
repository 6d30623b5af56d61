package jsonpath

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// splits gives ways to cut size bytes; the last ones are random.
func splits(tb testing.TB, size int) map[string][]int {
	tb.Helper()
	ways := map[string][]int{"whole": {size}, "halves": {size / 2, size - size/2}}
	if size <= 1<<16 {
		ways["bytes"] = slices.Repeat([]int{1}, size)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for name, most := range map[string]int{"to 4": 4, "to 40": 40, "to 4000": 4000} {
		var way []int
		for left := size; left > 0; {
			n := min(left, random.IntN(most)+1)
			way = append(way, n)
			left -= n
		}
		ways["random "+name] = way
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("seed of the random splits: %d", seed)
		}
	})
	return ways
}

// feed gives the document to the Editor in the pieces of way. Each piece is a slice of its own, which is broken
// afterwards, so that nothing may lean on it.
func feed(e *Editor, doc []byte, way []int) ([]byte, error) {
	var out []byte
	for _, n := range way {
		piece := bytes.Clone(doc[:n])
		doc = doc[n:]
		o, err := e.Feed(piece)
		if err != nil {
			if o != nil {
				return out, errors.New("output with an error")
			}
			if _, again := e.Feed([]byte(" ")); !errors.Is(again, err) {
				return out, errors.New("another error after the first")
			}
			return out, err
		}
		out = append(out, o...)
		for i := range piece {
			piece[i] = '!'
		}
	}
	o, err := e.Close()
	return append(out, o...), err
}

func run(set *Set, v Visitor, doc []byte, way []int) ([]byte, error) {
	return feed(NewEditor(set, v, Limits{}), doc, way)
}

func wantError(t *testing.T, err error, kind ErrorKind, offset int64) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("error %v, want *Error", err)
	}
	if refused.Kind != kind || refused.Offset != offset {
		t.Fatalf("refused as %s at %d, want %s at %d", refused.Kind, refused.Offset, kind, offset)
	}
}

// checkEdits compares the Editor with the reference at all kinds of splits.
func checkEdits(tb testing.TB, paths []Path, doc []byte, only []Do) {
	tb.Helper()
	root := parseTree(doc)
	compareEdits(tb, Compile(paths), selections(paths, root), root, only)
}

// compareEdits compares the Editor with the reference, which knows what is selected in the tree.
func compareEdits(tb testing.TB, set *Set, found map[*node][]int, root *node, only []Do) {
	tb.Helper()
	doc := root.doc
	seeds := uint64(3)
	if len(doc) > 1<<14 {
		seeds = 1
	}
	for seed := range seeds {
		want := reference{script: &script{seed: seed, only: only, doc: doc}, found: found}
		text := want.edit(root)
		if text == nil {
			text = []byte("null")
		}
		for name, way := range splits(tb, len(doc)) {
			got := &script{seed: seed, only: only, doc: doc}
			out, err := run(set, got, doc, way)
			if err != nil {
				tb.Fatalf("%s, seed %d: %v", name, seed, err)
			}
			if !slices.Equal(got.trace, want.trace) {
				tb.Fatalf("%s, seed %d: asked\n%q\nwant\n%q", name, seed, got.trace, want.trace)
			}
			if compact := compactTree(out, parseTree(out)); !bytes.Equal(compact, text) {
				tb.Fatalf("%s, seed %d: edited to\n%s\nwant\n%s", name, seed, compact, text)
			}
		}
	}
}
