package graphql

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Trees keeps the trees of the requests made last, so that equal requests have the same *Tree and what was derived from it
// is found by that pointer. It is safe for concurrent use.
type Trees struct {
	mu    sync.Mutex
	trees *simplelru.LRU[asked, *Tree]
	bytes int
	most  int
}

// asked are the queries of a request. A batch has all of them in text.
type asked struct {
	text, operation string
	batch           bool
}

// NewTrees makes a cache of at most so many trees, which take about so many bytes together; one that takes more
// is kept alone. Both must be positive.
func NewTrees(entries, bytes int) (*Trees, error) {
	c := &Trees{most: bytes}
	trees, err := simplelru.NewLRU(entries, func(_ asked, t *Tree) { c.bytes -= t.weight })
	if err != nil {
		return nil, fmt.Errorf("making the cache of queries: %w", err)
	}
	c.trees = trees
	return c, nil
}

// Of gives the Tree of the responses to a request: nil, and no error, where its keys are no fields of GraphQL, since it is
// no such request or none of its queries is one. Where the fields cannot be told, the error is an *Error; the response is
// then not to be let through.
func (c *Trees) Of(r Request) (*Tree, error) {
	if r.Persisted {
		return nil, &Error{Kind: Stored}
	}
	if len(r.Queries) == 0 {
		return nil, nil
	}
	key := keyOf(r.Queries)
	if t := c.known(key); t != nil {
		return t, nil
	}
	queries := make([]Query, 0, len(r.Queries))
	for _, q := range r.Queries {
		if q.Text == "" && q.Hash != "" {
			return nil, &Error{Kind: Stored}
		}
		if executable(q.Text) {
			queries = append(queries, q)
		}
	}
	if len(queries) == 0 {
		return nil, nil
	}
	t, err := ParseAll(queries)
	if err != nil {
		return nil, err
	}
	return c.keep(key, t), nil
}

// keyOf leaves hashes out, since they tell nothing more. The lengths keep one batch from looking like another.
func keyOf(queries []Query) asked {
	if len(queries) == 1 {
		return asked{text: queries[0].Text, operation: queries[0].Operation}
	}
	var text []byte
	for _, q := range queries {
		for _, part := range []string{q.Text, q.Operation} {
			text = strconv.AppendInt(text, int64(len(part)), 10)
			text = append(append(text, ':'), part...)
		}
	}
	return asked{text: string(text), batch: true}
}

func (c *Trees) known(key asked) *Tree {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, _ := c.trees.Get(key)
	return t
}

// keep gives the tree that is kept, which another goroutine may have made meanwhile.
func (c *Trees) keep(key asked, t *Tree) *Tree {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.trees.Get(key); ok {
		return known
	}
	t.weight += len(key.text) + len(key.operation)
	c.trees.Add(key, t)
	c.bytes += t.weight
	for c.bytes > c.most && c.trees.Len() > 1 {
		c.trees.RemoveOldest()
	}
	return t
}
