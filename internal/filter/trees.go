package filter

import (
	"sync"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// mostTrees is how many types of messages the paths of one plan are kept for. A plan belongs to few endpoints, and each
// of them to one method.
const mostTrees = 128

// trees are the paths of a plan under the names of messages.
type trees struct {
	mu   sync.Mutex
	sets map[*jsonpath.Names]*jsonpath.Set
}

// under gives the labelled places of documents whose members have other names too. nil stands for those that have none.
func (b *bodyPaths) under(names *jsonpath.Names) *jsonpath.Set {
	if names == nil {
		return b.set
	}
	b.trees.mu.Lock()
	defer b.trees.mu.Unlock()
	if set, ok := b.trees.sets[names]; ok {
		return set
	}
	if b.trees.sets == nil || len(b.trees.sets) >= mostTrees {
		b.trees.sets = map[*jsonpath.Names]*jsonpath.Set{}
	}
	set := b.set.Under(names)
	b.trees.sets[names] = set
	return set
}
