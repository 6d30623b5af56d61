package subscription

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

// Storage keeps values by their keys; certmagic's storages are such.
type Storage interface {
	// Load gives an error that is fs.ErrNotExist where there is no value.
	Load(ctx context.Context, key string) ([]byte, error)
	Store(ctx context.Context, key string, value []byte) error
	// Lock waits until nobody else has the lock of that name.
	Lock(ctx context.Context, name string) error
	Unlock(ctx context.Context, name string) error
}

// Keeper fetches texts and keeps them. It is safe for concurrent use.
type Keeper struct {
	storage Storage
	client  *http.Client
	now     func() time.Time
}

// New makes a keeper. Fetches go through transport.
func New(storage Storage, transport http.RoundTripper) *Keeper {
	return &Keeper{storage: storage, client: &http.Client{Transport: transport, Timeout: maxTime, CheckRedirect: stayPrivate}, now: time.Now}
}

// Text is what was fetched last.
type Text struct {
	Body    []byte
	Checked time.Time // when its publisher last said that it is current
	etag    string
	changed string // the Last-Modified field
}

// Feed is a text that is fetched.
type Feed struct {
	URL    string
	MaxAge time.Duration           // how long it is current once it was fetched
	Check  func(body []byte) error // what is no text of this kind is not kept; its error must hold nothing of the text
}

var errBroken = errors.New("the kept text is broken")

// Last is the text that was fetched last, whatever its age; fs.ErrNotExist where there is none.
func (k *Keeper) Last(ctx context.Context, f Feed) (Text, error) {
	value, err := k.storage.Load(ctx, f.key())
	if err != nil {
		return Text{}, err
	}
	return decode(value)
}

// Refresh gives the current text: the kept one as long as that is current, or what its publisher has now. On an error the
// kept text stands.
func (k *Keeper) Refresh(ctx context.Context, f Feed) (t Text, err error) {
	// Of a fleet that shares its storage one fetches, and the others find what it has fetched.
	if err := k.storage.Lock(ctx, f.key()); err != nil {
		return Text{}, fmt.Errorf("waiting for others that fetch it: %w", err)
	}
	defer func() { err = errors.Join(err, k.storage.Unlock(context.WithoutCancel(ctx), f.key())) }()
	last, err := k.Last(ctx, f)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errBroken):
		last = Text{}
	case err != nil:
		return Text{}, fmt.Errorf("reading what is kept: %w", err)
	case k.now().Sub(last.Checked) < f.MaxAge && !last.Checked.After(k.now()):
		return last, nil
	}
	t, err = k.fetch(ctx, f, last)
	if err != nil {
		return Text{}, err
	}
	t.Checked = k.now().UTC().Truncate(time.Second)
	if err := k.storage.Store(ctx, f.key(), t.encode()); err != nil {
		return Text{}, fmt.Errorf("keeping it: %w", err)
	}
	return t, nil
}

// key is where a text lies. A URL may hold what a storage takes for a path.
func (f Feed) key() string {
	sum := sha256.Sum256([]byte(f.URL))
	return "privacy/lists/" + hex.EncodeToString(sum[:16])
}

// head stands before a kept text, on a line of its own.
type head struct {
	Checked  time.Time `json:"checked"`
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"last_modified,omitempty"`
	SHA256   string    `json:"sha256"` // of the text
}

func (t Text) encode() []byte {
	line, err := json.Marshal(head{t.Checked, t.etag, t.changed, digest(t.Body)})
	if err != nil {
		panic("subscription: a struct of texts and a time does not encode")
	}
	return append(append(line, '\n'), t.Body...)
}

func decode(value []byte) (Text, error) {
	line, body, found := bytes.Cut(value, []byte{'\n'})
	var h head
	if err := json.Unmarshal(line, &h); err != nil || !found || h.SHA256 != digest(body) {
		return Text{}, errBroken
	}
	return Text{Body: body, Checked: h.Checked, etag: h.ETag, changed: h.Modified}, nil
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
