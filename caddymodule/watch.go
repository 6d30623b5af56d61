package caddymodule

import (
	"context"
	"maps"
	"sync"
	"time"

	"go.uber.org/zap"
)

// watchEvery leaves room within the two seconds in which an edit must take effect. Contents are compared, not times:
// editors, git and mounted ConfigMaps each change files in their own way, and a policy is small.
//
// An edit is read when two looks in a row have found the same: an editor that writes a file in place empties it first,
// and half a policy is a laxer policy.
const watchEvery = 250 * time.Millisecond

// listsEvery is how many looks at the other files fall on one at the lists, which are large.
const listsEvery = 4

// The sources that are watched, as messages name them.
const (
	policyFiles    = "policy"
	descriptorSets = "descriptor sets"
	storedChoices  = "stored choices"
)

// health is what became of the latest reading of each source. It is shown on the admin endpoint.
type health struct {
	mu       sync.Mutex
	loadedAt time.Time
	refused  map[string]refusedEdit // by source: a good edit of one does not mend another
}

// refusedEdit is why a source in the files is not the one in force.
type refusedEdit struct {
	why string
	at  time.Time
}

// note records one reading of a source, and says whether all sources are in force now.
func (h *health) note(source string, err error) (healthy bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.loadedAt = time.Now()
		delete(h.refused, source)
		return len(h.refused) == 0
	}
	if h.refused == nil {
		h.refused = make(map[string]refusedEdit)
	}
	h.refused[source] = refusedEdit{why: err.Error(), at: time.Now()}
	return false
}

// watch swaps an edited policy in. A broken one leaves the old one running and is reported once for each edit.
func (a *App) watch(ctx context.Context) {
	defer close(a.watching)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var policy, descriptors, store, files sighting
	for look := 0; ; look++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := hashes(a.Policy); policy.settled(now, a.read) {
			a.read = now
			a.reload(policyFiles, a.load)
		}
		if now := hashes(a.Descriptors); descriptors.settled(now, a.sets) {
			a.sets = now
			a.reload(descriptorSets, a.loadDescriptors)
		}
		if look%listsEvery == 0 {
			now := streamed(listFiles(a.engine.Load().policy))
			if files.settled(now, a.listed) || a.lists.feeds.fresh.Swap(false) {
				a.listed = now
				a.reload(policyFiles, a.load)
			}
			if a.lists.feeds.tried.Swap(false) {
				a.showLists()
			}
		}
		if a.file == nil {
			continue
		}
		if now := hashes([]string{a.Store.File}); store.settled(now, a.stored) {
			a.stored = now
			a.reload(storedChoices, a.file.Reload)
		}
	}
}

// sighting is what the latest look found that is not yet taken up.
type sighting struct{ found map[string]string }

// settled says that what is there now differs from what was read, and did not change since the latest look.
func (e *sighting) settled(now, read map[string]string) bool {
	before := e.found
	e.found = now
	return !maps.Equal(now, read) && before != nil && maps.Equal(now, before)
}

func (a *App) reload(source string, load func() error) {
	err := load()
	a.publish(source, err)
	if err != nil {
		a.metrics.reloadFailures.Inc()
		a.log.Error("edited "+source+" refused; the old one goes on", zap.Error(err))
		return
	}
	a.log.Info("edited " + source + " taken up")
}

// publish makes the outcome of a reading visible.
func (a *App) publish(source string, err error) {
	up := 0.0
	if a.health.note(source, err) {
		up = 1
	}
	a.metrics.policyUp.Set(up)
}
