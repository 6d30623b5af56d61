package recall

import (
	"fmt"
	"sync"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Most is how many bytes a page may have, as it came and as it went, to be kept.
const Most = 96 << 10

// knownPerPage is how many keys are known beside each page that is kept: those met once, and those that keep changing.
const knownPerPage = 16

// Memory remembers pages by K, which says all that the reading of a page depends on beside its bytes. V is what reading it
// gave besides. Safe for concurrent use.
type Memory[K comparable, V any] struct {
	pages    *lru.Cache[K, *page[V]]
	known    *lru.Cache[K, sighting]
	readings sync.Pool
}

// page is a page as it came and what it came to. Nobody writes to it but to its count.
type page[V any] struct {
	in, out []byte
	points  []point
	with    V
	matched atomic.Uint32 // how often it came again
}

// point is how many bytes a page had come to when so many of it had come.
type point struct{ in, out int32 }

// sighting is what is known of a key without a page.
type sighting struct {
	changes uint8  // how often in a row a page was kept in vain
	rest    uint32 // how many times the key is passed over yet
}

const (
	// mostChanges bounds how long a key rests: 65,536 times.
	mostChanges = 16
	// paid is how often a page must have come again to have been worth keeping.
	paid = 4
)

// New makes a memory of so many pages, at least one.
func New[K comparable, V any](pages int) (*Memory[K, V], error) {
	kept, err := lru.New[K, *page[V]](pages)
	if err != nil {
		return nil, fmt.Errorf("making the memory of pages: %w", err)
	}
	known, err := lru.New[K, sighting](pages * knownPerPage)
	if err != nil {
		return nil, fmt.Errorf("making the memory of keys: %w", err)
	}
	m := &Memory[K, V]{pages: kept, known: known}
	m.readings.New = func() any { return &Reading[K, V]{memory: m} }
	return m, nil
}

// Begin begins a page. It is nil where the page is read as if there were no memory; else it must be released.
func (m *Memory[K, V]) Begin(key K) *Reading[K, V] {
	kept, ok := m.pages.Get(key)
	if !ok && !m.isTime(key) {
		return nil
	}
	r := m.readings.Get().(*Reading[K, V]) //nolint:forcetypeassert // the pool's own
	r.key, r.page = key, kept
	return r
}

// isTime says that the page of a key is worth keeping this time.
func (m *Memory[K, V]) isTime(key K) bool {
	s, known := m.known.Get(key)
	if known && s.rest == 0 {
		return true
	}
	if known {
		s.rest--
	}
	m.known.Add(key, s)
	return false
}

// forget lets a page go that has changed.
func (m *Memory[K, V]) forget(key K, kept *page[V]) {
	if now, ok := m.pages.Peek(key); ok && now == kept {
		m.pages.Remove(key)
	}
	s, _ := m.known.Get(key)
	switch {
	case kept.matched.Load() >= paid:
		s = sighting{}
	default:
		s.changes = min(s.changes+1, mostChanges)
		s.rest = 1 << s.changes
	}
	m.known.Add(key, s)
}
