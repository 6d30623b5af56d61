package graphql

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func ask(t *testing.T, body string) Request {
	t.Helper()
	r, err := Queries(jsonType, "", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func byHash(text string) string {
	return `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hashOf(text) + `"}}}`
}

func withHash(text string) string { return fmt.Sprintf(`{"query":%q,`, text) + byHash(text)[1:] }

func TestStore(t *testing.T) {
	t.Parallel()
	s, err := NewStore(10, 100)
	if err != nil {
		t.Fatal(err)
	}
	missed := s.Resolve(ask(t, byHash("{ a }")))
	if body, ok := missed.NotFound(); !missed.Persisted || !ok || body != PersistedQueryNotFound {
		t.Errorf("a miss: %s, %q", summary(missed, nil), body)
	}
	sent := s.Resolve(ask(t, withHash("{ a }")))
	if _, ok := sent.NotFound(); sent.Persisted || ok {
		t.Errorf("with its text: %s", summary(sent, nil))
	}
	asked := ask(t, byHash("{ a }"))
	found := s.Resolve(asked)
	if _, ok := found.NotFound(); found.Persisted || ok || found.Queries[0].Text != "{ a }" {
		t.Errorf("a hit: %s", summary(found, nil))
	}
	if asked.Queries[0].Text != "" {
		t.Error("the request was changed")
	}
	batch := s.Resolve(ask(t, "["+byHash("{ a }")+","+byHash("{ b }")+"]"))
	body, ok := batch.NotFound()
	if want := "[" + PersistedQueryNotFound + "," + PersistedQueryNotFound + "]"; !batch.Persisted || !ok || body != want || !json.Valid([]byte(body)) {
		t.Errorf("a batch: %s, %q", summary(batch, nil), body)
	}
	for _, request := range []string{`{"documentId":"x"}`, `{"id":1,"variables":{}}`, `[` + byHash("{ a }") + `,{"documentId":"x"}]`} {
		r := s.Resolve(ask(t, request))
		if _, ok := r.NotFound(); !r.Persisted || ok {
			t.Errorf("%s: %s", request, summary(r, nil))
		}
	}
}

func TestTold(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"documentId":"x"}`:                                   "",
		`{"id":1,"query":"{ a }"}`:                             "graphql [{ a }|]",
		`[{"documentId":"x"},` + byHash("{ a }") + `]`:         "graphql persisted batch of 2 [||" + hashOf("{ a }")[:4] + "]",
		`[{"documentId":"x"},{"query":"{ a }"},{"id":"noop"}]`: "graphql batch of 3 [{ a }|]",
	} {
		r := ask(t, body)
		if !r.Opaque() {
			t.Errorf("%s is not opaque", body)
		}
		told := r.Told()
		if got := summary(told, nil); strings.TrimSpace(got) != want || told.Batched() != (body[0] == '[') && want != "" {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestStoreTrustsNoHash(t *testing.T) {
	t.Parallel()
	s, _ := NewStore(10, 100)
	s.Resolve(Request{Queries: []Query{{Text: "{ b }", Hash: hashOf("{ a }")}}})
	if r := s.Resolve(ask(t, byHash("{ a }"))); !r.Persisted {
		t.Errorf("planted: %s", summary(r, nil))
	}
}

func TestStoreIsBounded(t *testing.T) {
	t.Parallel()
	s, _ := NewStore(3, 30)
	for i := range 10 {
		s.Resolve(ask(t, withHash(fmt.Sprintf("{ a%d }", i))))
	}
	if s.texts.Len() != 3 || s.bytes != 18 {
		t.Errorf("%d texts of %d bytes", s.texts.Len(), s.bytes)
	}
	s.Resolve(ask(t, withHash("{ "+strings.Repeat("b", 20)+" }")))
	if s.texts.Len() != 2 || s.bytes != 30 {
		t.Errorf("%d texts of %d bytes", s.texts.Len(), s.bytes)
	}
	s.Resolve(ask(t, withHash("{ "+strings.Repeat("b", 40)+" }")))
	if s.texts.Len() != 2 {
		t.Error("one that has no room drove others out")
	}
	if _, err := NewStore(0, 1); err == nil {
		t.Error("a store of nothing")
	}
}

func TestTrees(t *testing.T) {
	t.Parallel()
	c, err := NewTrees(10, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	get := func(body string) *Tree {
		t.Helper()
		tree, err := c.Of(ask(t, body))
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	one := get(`{"query":"query A { x: a } query B { x: b }","operationName":"A","variables":{"v":1}}`)
	if one == nil || get(`{"query":"query A { x: a } query B { x: b }","operationName":"A","variables":{"v":2}}`) != one {
		t.Error("equal requests have two trees")
	}
	if get(`{"query":"query A { x: a } query B { x: b }","operationName":"B"}`) == one {
		t.Error("another operation has the same tree")
	}
	batch := get(`[{"query":"{ x: a }"},{"query":"{ x: b }"}]`)
	if got := outlineOf(batch); got != "x=a|b" {
		t.Errorf("batch: %s", got)
	}
	if get(`[{"query":"{ x: a }"},{"query":"{ x: b }"},{"query":"{ x: b }"}]`) != batch {
		t.Error("equal batches have two trees")
	}
	if got := outlineOf(get(`[{"query":"{ x: a }"},{"query":"words"}]`)); got != "x=a" {
		t.Errorf("beside words: %s", got)
	}
	for _, body := range []string{`{"query":"words"}`, `{"a":1}`, `[]`} {
		if tree := get(body); tree != nil {
			t.Errorf("%s has a tree", body)
		}
	}
}

func TestTreesRefuse(t *testing.T) {
	t.Parallel()
	c, _ := NewTrees(10, 1<<20)
	for body, kind := range map[string]Kind{
		byHash("{ a }"):                       Stored,
		`{"documentId":"x"}`:                  Stored,
		`{"query":"{ a"}`:                     Malformed,
		`{"query":"{ ...F }"}`:                Undefined,
		`[{"query":"{ a"},{"query":"{ a }"}]`: Malformed,
	} {
		tree, err := c.Of(ask(t, body))
		var refused *Error
		if tree != nil || !errors.As(err, &refused) || refused.Kind != kind {
			t.Errorf("%s: %v, %v", body, tree, err)
		}
	}
	if tree, err := c.Of(Request{Queries: []Query{{Hash: hashA}}}); tree != nil || err == nil {
		t.Errorf("a hash alone: %v, %v", tree, err)
	}
	if _, err := NewTrees(0, 1); err == nil {
		t.Error("a cache of nothing")
	}
}

func TestTreesAreBounded(t *testing.T) {
	t.Parallel()
	c, _ := NewTrees(100, 5000)
	for i := range 50 {
		if _, err := c.Of(ask(t, fmt.Sprintf(`{"query":"{ a%d { b c } }"}`, i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.trees.Len(); n < 2 || n > 20 || c.bytes > 5000 {
		t.Errorf("%d trees of %d bytes", n, c.bytes)
	}
}

func TestTreesAtOnce(t *testing.T) {
	t.Parallel()
	c, _ := NewTrees(10, 1<<20)
	s, _ := NewStore(10, 1<<20)
	request := ask(t, withHash("{ x: a }"))
	var group sync.WaitGroup
	trees := make([]*Tree, 8)
	for i := range trees {
		group.Go(func() {
			trees[i], _ = c.Of(s.Resolve(request))
		})
	}
	group.Wait()
	for _, tree := range trees {
		if tree == nil || tree != trees[0] {
			t.Fatal("one request has two trees")
		}
	}
}

func BenchmarkKnownRequest(b *testing.B) {
	c, _ := NewTrees(10, 1<<20)
	s, _ := NewStore(10, 1<<20)
	body := []byte(`{"operationName":"Q","variables":{"id":"4711","list":[1,2,3]},"query":"query Q($id: ID!) { u: user(id: $id) { id mail: email } }"}`)
	var r Recorder
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(jsonType, "")
		r.Feed(body)
		request, err := r.Close()
		if err != nil {
			b.Fatal(err)
		}
		if tree, err := c.Of(s.Resolve(request)); tree == nil || err != nil {
			b.Fatal(err)
		}
	}
}
