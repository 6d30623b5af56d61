package caddymodule

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// remembered are the few counters that a vector's children come to, by what they are counted by: finding one among the
// children hashes every label anew. Who looks one up takes no lock and allocates nothing. The zero value is ready.
type remembered[K comparable] struct {
	adding   sync.Mutex
	counters atomic.Pointer[map[K]prometheus.Counter]
}

// get finds a counter, or makes it the first time it is asked for.
func (r *remembered[K]) get(key K, first func() prometheus.Counter) prometheus.Counter {
	if known := r.counters.Load(); known != nil {
		if counter, ok := (*known)[key]; ok {
			return counter
		}
	}
	r.adding.Lock()
	defer r.adding.Unlock()
	next := make(map[K]prometheus.Counter)
	if known := r.counters.Load(); known != nil {
		maps.Copy(next, *known)
	}
	next[key] = first()
	r.counters.Store(&next)
	return next[key]
}
