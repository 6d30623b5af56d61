package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// rule says what becomes of the places that a path selects.
type rule struct {
	path string
	do   jsonpath.Do // Hold: the value is seen whole, and then replaced by value, or removed where that is ""
	with string      // JSON text
}

// rulebook is a Visitor that does what the first rule at a place says.
type rulebook struct {
	rules []rule
	seen  []string // the values that were held
	left  int
}

func (b *rulebook) Visit(p jsonpath.Place) jsonpath.Verdict {
	r := b.rules[p.Paths[0]]
	return jsonpath.Verdict{Do: r.do, Value: []byte(r.with)}
}

func (b *rulebook) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	b.seen = append(b.seen, string(value))
	switch with := b.rules[p.Paths[0]].with; with {
	case "":
		return jsonpath.Verdict{Do: jsonpath.Remove}
	case "descend":
		return jsonpath.Verdict{Do: jsonpath.Descend}
	default:
		return jsonpath.Verdict{Do: jsonpath.Replace, Value: []byte(with)}
	}
}

func (b *rulebook) Leave(jsonpath.Place) { b.left++ }

// jobOf compiles rules.
func jobOf(tb testing.TB, rules []rule, limits jsonpath.Limits) Job {
	tb.Helper()
	var paths []jsonpath.Path
	for _, r := range rules {
		path, err := jsonpath.Parse(r.path)
		if err != nil {
			tb.Fatal(err)
		}
		paths = append(paths, path)
	}
	return Job{Set: jsonpath.Compile(paths), Visitor: &rulebook{rules: rules}, Limits: limits}
}

// feed gives a body to a filter in pieces that end at the given offsets.
func feed(f Filter, body []byte, cuts ...int) ([]byte, error) {
	var got []byte
	from := 0
	for _, to := range append(cuts, len(body)) {
		out, err := f.Feed(bytes.Clone(body[from:to]))
		if err != nil {
			return got, err
		}
		got = append(got, out...)
		from = to
	}
	out, err := f.Close()
	return append(got, out...), err
}

// everySplit feeds a body whole, byte by byte and at random places, and fails where the outcomes differ.
func everySplit(tb testing.TB, begin func() Filter, body []byte) ([]byte, error) {
	tb.Helper()
	whole, failed := feed(begin(), body)
	try := func(what string, cuts []int) {
		got, err := feed(begin(), body, cuts...)
		if (err == nil) != (failed == nil) || err != nil && err.Error() != failed.Error() {
			tb.Fatalf("%s: error %v, whole %v", what, err, failed)
		}
		if err == nil && !bytes.Equal(got, whole) {
			tb.Fatalf("%s: got %q, whole %q", what, got, whole)
		}
	}
	var each []int
	for i := 1; i < len(body); i++ {
		each = append(each, i)
	}
	try("byte by byte", each)
	for range 20 {
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 0))
		var cuts []int
		for at := 0; at < len(body); at += 1 + random.IntN(1+len(body)/3) {
			cuts = append(cuts, at)
		}
		try(fmt.Sprintf("seed %d", seed), cuts)
	}
	return whole, failed
}

// sameJSON compares JSON texts that may spell the same string in several ways.
func sameJSON(a, b string) bool {
	x, y := json.NewDecoder(strings.NewReader(a)), json.NewDecoder(strings.NewReader(b))
	for {
		left, err := x.Token()
		right, other := y.Token()
		if left != right || err != nil || other != nil {
			return left == right && errors.Is(err, io.EOF) && errors.Is(other, io.EOF)
		}
	}
}
