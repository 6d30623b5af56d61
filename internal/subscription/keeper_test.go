package subscription

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is a storage that forgets with the test. Its lock is counted.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
	held   int
	fails  error
}

func (m *memory) Load(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return nil, m.fails
	}
	value, ok := m.values[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return bytes.Clone(value), nil
}

func (m *memory) Store(_ context.Context, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string][]byte{}
	}
	m.values[key] = bytes.Clone(value)
	return nil
}

func (m *memory) Lock(context.Context, string) error { m.held++; return nil }

func (m *memory) Unlock(context.Context, string) error { m.held--; return nil }

// publisher serves one text on loopback.
type publisher struct {
	*httptest.Server
	answer http.HandlerFunc
	asked  []http.Header
}

func publish(t *testing.T) *publisher {
	t.Helper()
	p := &publisher{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked = append(p.asked, r.Header.Clone())
		p.answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// sends answers with a text and its validators, or with 304 to whoever has it.
func sends(body, tag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(body))
	}
}

var errNone = errors.New("no rule")

// fixture is a keeper with a clock of its own, and the feed that it fetches.
type fixture struct {
	*Keeper
	storage *memory
	feed    Feed
	at      time.Time
}

func newFixture(t *testing.T, url string) *fixture {
	t.Helper()
	f := &fixture{storage: &memory{}, at: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	f.feed = Feed{URL: url, MaxAge: time.Hour, Check: func(body []byte) error {
		if bytes.HasPrefix(body, []byte("<")) {
			return errNone
		}
		return nil
	}}
	f.restart()
	return f
}

func (f *fixture) restart() {
	f.Keeper = New(f.storage, http.DefaultTransport)
	f.now = func() time.Time { return f.at }
}

// refresh fetches, and fails the test unless this comes out; an error is told by a piece of its text.
func (f *fixture) refresh(t *testing.T, body, failure string) {
	t.Helper()
	text, err := f.Refresh(t.Context(), f.feed)
	switch {
	case failure == "" && err != nil:
		t.Errorf("refreshing: %v", err)
	case failure != "" && (err == nil || !strings.Contains(err.Error(), failure)):
		t.Errorf("refreshing: %v, want %q", err, failure)
	case string(text.Body) != body:
		t.Errorf("refreshed %q, want %q", text.Body, body)
	}
	if f.storage.held != 0 {
		t.Errorf("the lock is held %d times", f.storage.held)
	}
}

// last fails the test unless this is kept.
func (f *fixture) last(t *testing.T, body string) {
	t.Helper()
	if text, err := f.Last(t.Context(), f.feed); err != nil || string(text.Body) != body {
		t.Errorf("kept: %q, %v, want %q", text.Body, err, body)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	p := publish(t)
	f := newFixture(t, p.URL)
	if _, err := f.Last(t.Context(), f.feed); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before the first fetch: %v", err)
	}
	p.answer = sends("||a.example^", `"1"`)
	f.refresh(t, "||a.example^", "")
	f.refresh(t, "||a.example^", "")
	if len(p.asked) != 1 || p.asked[0].Get("If-None-Match") != "" {
		t.Errorf("a current text was asked for %d times", len(p.asked))
	}
	f.at = f.at.Add(2 * time.Hour)
	f.refresh(t, "||a.example^", "") // 304
	if asked := p.asked[1]; asked.Get("If-None-Match") != `"1"` || asked.Get("If-Modified-Since") == "" {
		t.Errorf("asked again with %v", asked)
	}
	if text, _ := f.Last(t.Context(), f.feed); !text.Checked.Equal(f.at) {
		t.Errorf("checked at %v, want %v", text.Checked, f.at)
	}
	f.at = f.at.Add(2 * time.Hour)
	p.answer = sends("||b.example^", `"2"`)
	f.refresh(t, "||b.example^", "")
	f.restart()
	f.last(t, "||b.example^")
	f.refresh(t, "||b.example^", "")
	if len(p.asked) != 3 {
		t.Errorf("asked %d times", len(p.asked))
	}
}

// Whatever goes wrong, the last good text stays.
func TestRefreshFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		failure string
	}{
		"an error":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "status 502"},
		"nothing there": {http.NotFound, "status 404"},
		"a page":        {sends("<html>secret-word", `"x"`), "no rule"},
		"too large":     {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "33554433") }, "32 MiB"},
		"without end":   {endless, "32 MiB"},
		"cut off":       {cutOff, "EOF"},
		"to plain http": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, "no https"},
		"a false 304":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, ""},
		"partial answer": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPartialContent) }, "status 206"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := publish(t)
			f := newFixture(t, p.URL+"/?token=secret-word")
			p.answer = sends("||a.example^", `"1"`)
			f.refresh(t, "||a.example^", "")
			f.at = f.at.Add(2 * time.Hour)
			p.answer = c.answer
			if c.failure == "" {
				f.refresh(t, "||a.example^", "")
			} else {
				f.refresh(t, "", c.failure)
			}
			f.last(t, "||a.example^")
			if _, err := f.Refresh(t.Context(), f.feed); err != nil && strings.Contains(err.Error(), "secret-word") {
				t.Errorf("the error says too much: %v", err)
			}
		})
	}
}

func endless(w http.ResponseWriter, _ *http.Request) {
	line := bytes.Repeat([]byte("||a.example^\n"), 5000)
	for range MaxBody/len(line) + 1 {
		if _, err := w.Write(line); err != nil {
			return
		}
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte("||b.example^"))
	panic(http.ErrAbortHandler)
}

func TestRefreshWithoutAServer(t *testing.T) {
	t.Parallel()
	p := publish(t)
	f := newFixture(t, p.URL)
	p.answer = sends("||a.example^", `"1"`)
	f.refresh(t, "||a.example^", "")
	p.Close()
	f.at = f.at.Add(2 * time.Hour)
	f.refresh(t, "", "refused")
	f.last(t, "||a.example^")
}

// What the storage has is not trusted: half a list would let through whom it does not name.
func TestRefreshOfABrokenValue(t *testing.T) {
	t.Parallel()
	p := publish(t)
	p.answer = sends("||a.example^\n||b.example^", `"1"`)
	for name, damage := range map[string]func([]byte) []byte{
		"cut":     func(v []byte) []byte { return v[:len(v)-3] },
		"changed": func(v []byte) []byte { v[len(v)-1] = '$'; return v },
		"empty":   func([]byte) []byte { return nil },
		"no head": func(v []byte) []byte { return v[bytes.IndexByte(v, '\n'):] },
	} {
		f := newFixture(t, p.URL)
		f.refresh(t, "||a.example^\n||b.example^", "")
		f.storage.values[f.feed.key()] = damage(f.storage.values[f.feed.key()])
		if text, err := f.Last(t.Context(), f.feed); !errors.Is(err, errBroken) || text.Body != nil {
			t.Errorf("%s: %q, %v", name, text.Body, err)
		}
		f.refresh(t, "||a.example^\n||b.example^", "")
		if p.asked[len(p.asked)-1].Get("If-None-Match") != "" {
			t.Errorf("%s: a broken text is asked about by its tag", name)
		}
	}
}

func TestRefreshWithoutStorage(t *testing.T) {
	t.Parallel()
	p := publish(t)
	f := newFixture(t, p.URL)
	f.storage.fails = errors.New("the disk is gone")
	f.refresh(t, "", "the disk is gone")
	if len(p.asked) != 0 {
		t.Error("it was fetched, and could not have been kept")
	}
}
