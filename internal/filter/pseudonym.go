package filter

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"sync"
)

const (
	// minSecret is the least a secret must have, in bytes.
	minSecret = 16
	// tokenBytes is how much of the HMAC a token shows: 128 bits, so that two inputs do not meet by chance.
	tokenBytes = 16
	// idLength is how many characters an id has that is made from the secret.
	idLength = 6
	// maxID is how many characters an id may have.
	maxID = 16
	// numberBits is how much of the HMAC a number shows: every such number is exact in a double (RFC 8259 section 6).
	numberBits = 53
)

//nolint:gochecknoglobals // an alphabet, never written to
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Key is a secret that tokens are made with.
type Key struct {
	ID     string // stands in front of each token: 1 to 16 letters and digits; "" makes one from the secret
	Secret []byte // at least 16 bytes
}

// Pseudonyms makes the tokens of `pseudonymize` (GDPR Art. 4(5)): "p_", the key's id, "_", and 26 characters of
// HMAC-SHA-256 (RFC 2104). One text has one token under one key. It is safe for concurrent use; nil makes no tokens,
// and what was to be pseudonymized is removed.
//
// A token that comes in is text as any other, and gets a token of its own: nothing in it proves that a key made it, so
// that whoever writes personal data in its form must not get it past.
//
// Where a number stays a number, its token is a whole one below 2^53, with no room for the key's id. Two of n numbers
// meet with a probability of about n²/2^54: 1 in 18,000 for a million of them, 1 in 2 for a hundred million.
type Pseudonyms struct {
	ids    []string // of the keys, newest first; the newest makes the tokens
	prefix string   // in front of each
	states sync.Pool
}

// keyed is an HMAC that has its key.
type keyed struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

var (
	errNoKey    = errors.New("no key; pseudonyms need one")
	errShortKey = fmt.Errorf("shorter than %d bytes", minSecret)
	errKeyID    = fmt.Errorf("its id is not 1 to %d letters and digits", maxID)
	errSameID   = errors.New("its id is that of a newer key")
)

// NewPseudonyms takes the keys, newest first. The newest makes the tokens; the others are named so that the ids of
// tokens that are about stay taken. An id that is made from a secret is the same wherever and whenever that secret is
// used. No error holds a secret.
func NewPseudonyms(keys []Key) (*Pseudonyms, error) {
	if len(keys) == 0 {
		return nil, errNoKey
	}
	seen := make(map[string]bool, len(keys))
	ids := make([]string, 0, len(keys))
	for i, key := range keys {
		id, err := key.check()
		if err == nil && seen[id] {
			err = errSameID
		}
		if err != nil {
			return nil, fmt.Errorf("key %d of %d: %w", i+1, len(keys), err)
		}
		seen[id] = true
		ids = append(ids, id)
	}
	secret := bytes.Clone(keys[0].Secret)
	p := &Pseudonyms{ids: ids, prefix: "p_" + ids[0] + "_"}
	p.states.New = func() any { return &keyed{mac: hmac.New(sha256.New, secret)} }
	return p, nil
}

// IDs are those of the keys, newest first. They stand in tokens, so they are no secret. Not to be changed.
func (p *Pseudonyms) IDs() []string { return p.ids }

// check gives the id under which the key's tokens go.
func (k Key) check() (string, error) {
	if len(k.Secret) < minSecret {
		return "", errShortKey
	}
	if k.ID == "" {
		mac := hmac.New(sha256.New, k.Secret)
		mac.Write([]byte("privet: id of a pseudonym key"))
		return tokenEncoding.EncodeToString(mac.Sum(nil))[:idLength], nil
	}
	if len(k.ID) > maxID {
		return "", errKeyID
	}
	for i := range len(k.ID) {
		if !isLetter(k.ID[i]) && !isDigit(k.ID[i]) {
			return "", errKeyID
		}
	}
	return k.ID, nil
}

// appendToken appends the token of a text.
func (p *Pseudonyms) appendToken(dst, text []byte) []byte {
	k := p.states.Get().(*keyed)
	dst = append(dst, p.prefix...)
	dst = tokenEncoding.AppendEncode(dst, k.of(text)[:tokenBytes])
	p.states.Put(k)
	return dst
}

// appendNumber appends the token of a number, as a number.
func (p *Pseudonyms) appendNumber(dst, text []byte) []byte {
	k := p.states.Get().(*keyed)
	dst = strconv.AppendUint(dst, binary.BigEndian.Uint64(k.of(text))>>(64-numberBits), 10)
	p.states.Put(k)
	return dst
}

func (k *keyed) of(text []byte) []byte {
	k.mac.Reset()
	k.mac.Write(text)
	return k.mac.Sum(k.sum[:0])
}
