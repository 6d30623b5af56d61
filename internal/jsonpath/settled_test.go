package jsonpath

import (
	"math/rand/v2"
	"testing"
)

// witness notes the offsets of verdicts and answers by script.
type witness struct {
	script
	last int64 // the smallest offset of a verdict since it was cleared
}

func (w *witness) see(p Place) { w.last = min(w.last, p.Offset) }
func (w *witness) Visit(p Place) Verdict {
	w.see(p)
	return w.script.Visit(p)
}

func (w *witness) Held(p Place, value []byte) Verdict {
	w.see(p)
	return w.script.Held(p, value)
}

func (w *witness) Leave(p Place) {
	w.see(p)
	w.script.Leave(p)
}

// TestSettled sees that no verdict comes before the settled offset, at every split into two and byte by byte, and that
// the offset lags behind what was fed for held values only.
func TestSettled(t *testing.T) {
	t.Parallel()
	docs := []string{
		`{"a":1,"b":[1,{"a":[2,3]},{"a":{"b":"x"}}],"a":{"a":3}}`, ` [ [ 1 , 2 ] , [ 3 ] , {"a" : 1.5 } ] `, byteOrderMark + `{"a":12}`, "12", `"text"`,
	}
	sets := [][]string{{"$..a"}, {"$..[-1]"}, {"$..[?@.a]", "$.b"}, {"$..[?@.a==$.a]"}, {"$"}, {"$.none"}}
	for _, doc := range docs {
		for _, queries := range sets {
			for _, only := range [][]Do{{Hold, Descend}, {Descend}, {Remove, Replace, Hold, Descend}} {
				set := compile(t, queries...)
				ways := [][]int{byteWise(len(doc))}
				for n := range doc {
					ways = append(ways, []int{n, len(doc) - n})
				}
				for _, way := range ways {
					checkSettled(t, set, &witness{script: script{seed: rand.Uint64(), only: only}}, doc, way)
				}
			}
		}
	}
}

func checkSettled(t *testing.T, set *Set, w *witness, doc string, way []int) {
	t.Helper()
	e := NewEditor(set, w, Limits{})
	before, fed := int64(0), int64(0)
	settled := func() {
		t.Helper()
		now := e.Settled()
		if w.last < before || now < before || now > fed {
			t.Fatalf("%s %v: settled %d, then a verdict at %d and settled %d of %d", doc, way, before, w.last, now, fed)
		}
		if now < fed && e.at != atSkip {
			t.Fatalf("%s %v: settled %d of %d, and nothing is held", doc, way, now, fed)
		}
		before, w.last = now, int64(len(doc))
	}
	w.last = int64(len(doc))
	for _, n := range way {
		fed += int64(n)
		if _, err := e.Feed([]byte(doc[fed-int64(n) : fed])); err != nil {
			t.Fatal(err)
		}
		settled()
	}
	if _, err := e.Close(); err != nil {
		t.Fatal(err)
	}
	settled()
	if e.Settled() != int64(len(doc)) {
		t.Fatalf("%s: settled %d at the end", doc, e.Settled())
	}
}
