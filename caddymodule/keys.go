package caddymodule

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"

	"github.com/caddyserver/caddy/v2"

	"github.com/privet-gateway/privet/internal/filter"
)

// keyPath is where the key lies in Caddy's storage, which a fleet shares.
const keyPath = "privacy/pseudonym.key"

// It names no placeholder: a secret with braces in it would be taken for one.
var errEmptyKey = errors.New("empty; an environment variable or file that it names may be missing")

// pseudonyms takes the operator's keys, or the one that Caddy's storage keeps, making it first.
func (a *App) pseudonyms(ctx caddy.Context) (*filter.Pseudonyms, error) {
	var keys []filter.Key
	repl := caddy.NewReplacer()
	for i, text := range a.Keys {
		secret, err := repl.ReplaceOrErr(text, true, true)
		if err != nil || secret == "" {
			return nil, fmt.Errorf("key %d of %d: %w", i+1, len(a.Keys), errEmptyKey)
		}
		keys = append(keys, filter.Key{Secret: []byte(secret)})
	}
	if len(keys) == 0 {
		secret, err := storedKey(ctx)
		if err != nil {
			return nil, fmt.Errorf("keeping a key for pseudonyms: %w", err)
		}
		keys = []filter.Key{{Secret: secret}}
	}
	return filter.NewPseudonyms(keys)
}

func storedKey(ctx caddy.Context) ([]byte, error) {
	storage := ctx.Storage()
	if secret, err := storage.Load(ctx, keyPath); err == nil {
		return secret, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	// Two instances that start together must not make two keys.
	if err := storage.Lock(ctx, keyPath); err != nil {
		return nil, err
	}
	defer storage.Unlock(context.WithoutCancel(ctx), keyPath) //nolint:errcheck // a lock that stays expires by itself
	if secret, err := storage.Load(ctx, keyPath); err == nil {
		return secret, nil
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	return secret, storage.Store(ctx, keyPath, secret)
}
