package graphql

import (
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Store remembers the texts of queries by their hash (automatic persisted queries), the ones used last. Only a text whose
// hash is right is remembered, so nobody can plant one. It is safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	texts *simplelru.LRU[string, string]
	bytes int
	most  int
}

// NewStore makes a Store of at most so many texts, and so many bytes of them. Both must be positive.
func NewStore(entries, bytes int) (*Store, error) {
	s := &Store{most: bytes}
	texts, err := simplelru.NewLRU(entries, func(_, text string) { s.bytes -= len(text) })
	if err != nil {
		return nil, fmt.Errorf("making the store of queries: %w", err)
	}
	s.texts = texts
	return s, nil
}

// Resolve remembers the texts that came with their hash and fills in those of which only the hash came. Persisted remains
// where some text is not known.
func (s *Store) Resolve(r Request) Request {
	r.Queries = slices.Clone(r.Queries)
	missing := false
	for i := range r.Queries {
		q := &r.Queries[i]
		switch {
		case q.Hash == "":
		case q.Text != "":
			s.remember(q.Hash, q.Text)
		default:
			q.Text = s.text(q.Hash)
			missing = missing || q.Text == ""
		}
	}
	r.Persisted = missing || r.opaque
	return r
}

func (s *Store) text(hash string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, _ := s.texts.Get(hash)
	return text
}

func (s *Store) remember(hash, text string) {
	if s.text(hash) == text || len(text) > s.most || hashOf(text) != hash {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.texts.Contains(hash) {
		return
	}
	s.texts.Add(hash, text)
	s.bytes += len(text)
	for s.bytes > s.most {
		s.texts.RemoveOldest()
	}
}
