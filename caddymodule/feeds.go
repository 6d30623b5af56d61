package caddymodule

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/privet-gateway/privet/internal/subscription"
	"github.com/privet-gateway/privet/rules"
)

// feeds fetches the lists that a policy names by URL, beside the traffic. What is fetched anew is taken up by the
// watching of files: there, one reading follows the other.
type feeds struct {
	keeper *subscription.Keeper
	log    *zap.Logger
	fresh  atomic.Bool   // something was fetched that no reading has taken up
	tried  atomic.Bool   // something was tried that metrics do not show
	wake   chan struct{} // a reading found other lists

	mu    sync.Mutex
	lists []rules.List // with a URL, of the policy in force
	known map[string]*feed
}

// feed is one URL.
type feed struct {
	text     *rules.ListText // the last good one; nil where there is none
	sum      [sha256.Size]byte
	checked  time.Time
	next     time.Time // of the next try
	failures int       // in a row
	failure  string    // of the latest try
}

const (
	// fetchTimeout bounds one fetch with its waiting for others.
	fetchTimeout = 5 * time.Minute
	firstRetry   = time.Minute
	lastRetry    = 6 * time.Hour
	// noLists is how long nothing is due where no list has a URL.
	noLists = 24 * time.Hour
)

func newFeeds(storage subscription.Storage, log *zap.Logger) *feeds {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, MaxIdleConns: 4, IdleConnTimeout: 30 * time.Second,
	}
	return &feeds{keeper: subscription.New(storage, transport), log: log, wake: make(chan struct{}, 1), known: map[string]*feed{}}
}

func feedOf(list rules.List) subscription.Feed {
	return subscription.Feed{URL: list.URL, MaxAge: list.Refresh, Check: checkList}
}

// last is the text of a list that is there without a fetch: the latest one, or what the storage keeps.
func (f *feeds) last(list rules.List) (text *rules.ListText, checked time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.known[list.URL]
	if one == nil {
		one = &feed{next: time.Now()}
		f.known[list.URL] = one
		switch kept, err := f.keeper.Last(context.Background(), feedOf(list)); {
		case err == nil:
			one.take(list, kept)
		case !errors.Is(err, fs.ErrNotExist):
			f.log.Warn("the kept text of a list cannot be read; it is fetched again", zap.String("list", list.ID), zap.Error(err))
		}
	}
	return one.text, one.checked
}

// take notes a text that is current, and when it is to be looked at again: instances that started together shall not ask
// together for ever. It says whether the text is another one.
func (one *feed) take(list rules.List, text subscription.Text) (changed bool) {
	one.checked, one.failures, one.failure = text.Checked, 0, ""
	if sum := sha256.Sum256(text.Body); one.text == nil || sum != one.sum {
		one.text, one.sum, changed = rules.ReadList(text.Body), sum, true
	}
	one.next = text.Checked.Add(list.Refresh + rand.N(list.Refresh/10)) //nolint:gosec // no secret hangs on it
	return changed
}

// follow has the lists of a policy fetched from now on, and forgets others.
func (f *feeds) follow(lists []rules.List) {
	f.mu.Lock()
	f.lists = f.lists[:0:0]
	used := map[string]bool{}
	for _, list := range lists {
		if list.URL != "" {
			f.lists, used[list.URL] = append(f.lists, list), true
		}
	}
	for url := range f.known {
		if !used[url] {
			delete(f.known, url)
		}
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// run fetches what is due until it is stopped.
func (f *feeds) run(ctx context.Context) {
	for {
		list, wait := f.due(time.Now())
		if wait <= 0 {
			f.fetch(ctx, list)
			if ctx.Err() != nil {
				return
			}
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-f.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// due is the list that is to be fetched next, and how long that is away.
func (f *feeds) due(now time.Time) (next rules.List, wait time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wait = noLists
	for _, list := range f.lists {
		if one := f.known[list.URL]; one != nil && one.next.Sub(now) < wait {
			next, wait = list, one.next.Sub(now)
		}
	}
	return next, wait
}

func (f *feeds) fetch(ctx context.Context, list rules.List) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	text, err := f.keeper.Refresh(ctx, feedOf(list))
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.known[list.URL]
	switch {
	case one == nil, errors.Is(ctx.Err(), context.Canceled):
	case err != nil:
		if one.failures++; one.failures == 1 {
			f.log.Error("fetching a list failed; the last good text of it stays in force, if there is one", zap.String("list", list.ID), zap.Error(err))
		}
		one.failure = err.Error()
		retry := min(firstRetry<<min(one.failures-1, 16), lastRetry)
		one.next = time.Now().Add(retry + rand.N(retry/4)) //nolint:gosec // no secret hangs on it
	default:
		if one.take(list, text) {
			f.fresh.Store(true)
		}
	}
	f.tried.Store(true)
}

// stands says when a list was last known to be current, and why the latest try failed.
func (f *feeds) stands(list rules.List) (checked time.Time, failure string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one := f.known[list.URL]; one != nil {
		return one.checked, one.failure
	}
	return checked, failure
}
