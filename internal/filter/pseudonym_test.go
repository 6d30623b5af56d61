package filter

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

func TestTokenIsKeyedHMAC(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{7}, 32)
	p, err := NewPseudonyms([]Key{{ID: "A1", Secret: secret}, {ID: "old", Secret: bytes.Repeat([]byte{8}, 16)}})
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("anna@example.com"))
	sum := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:16])
	want := "p_A1_" + strings.ToLower(sum)
	for range 3 { // the state is used again
		if got := string(p.appendToken(nil, []byte("anna@example.com"))); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}

func TestOneTextHasOneToken(t *testing.T) {
	t.Parallel()
	w := &workbench{tokens: testTokens(t)}
	a := rules.Action{Kind: rules.Pseudonymize}
	want, _ := carryOut(w, a, "", `42`)
	if !regexp.MustCompile(`^"p_k1_[a-z2-7]{26}"$`).MatchString(want) {
		t.Errorf("the token is %s", want)
	}
	for _, raw := range []string{`"42"`, `"\u0034\u0032"`} {
		if got, _ := carryOut(w, a, "", raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
	if got, _ := carryOut(w, a, "", want); got == want {
		t.Error("a token that comes in again is taken for one of ours, which nothing proves")
	}
}

func TestPseudonymizeWithoutKeysRemoves(t *testing.T) {
	t.Parallel()
	w := &workbench{}
	for _, raw := range []string{`"a"`, `1`} {
		if got, what := carryOut(w, rules.Action{Kind: rules.Pseudonymize}, "", raw); what != unfit {
			t.Errorf("%s: got %q, outcome %d; want unfit", raw, got, what)
		}
	}
	if _, remove, misfit := (&Plan{}).applyText(rules.Action{Kind: rules.Pseudonymize}, "", "a"); !remove || !misfit {
		t.Errorf("text: removed %t, misfit %t; want both", remove, misfit)
	}
}

func TestNumbersStayNumbers(t *testing.T) {
	t.Parallel()
	w := &workbench{tokens: testTokens(t)}
	a := rules.Action{Kind: rules.Pseudonymize, KeepType: true}
	mac := hmac.New(sha256.New, bytes.Repeat([]byte("s"), 32))
	mac.Write([]byte("42"))
	want := new(big.Int).SetBytes(mac.Sum(nil))
	want.Rsh(want, 256-53) // the first 53 bits
	seen := map[string]bool{}
	for range 3 {
		if got, what := carryOut(w, a, "", `42`); got != want.String() || what != written {
			t.Errorf("got %s, outcome %d; want %s", got, what, want)
		}
	}
	const many = 20_000
	for i := range many {
		got, _ := carryOut(w, a, "", strconv.Itoa(i))
		n, err := strconv.ParseUint(got, 10, 64)
		if err != nil || n >= 1<<53 || n != uint64(float64(n)) {
			t.Fatalf("the token of %d is %s (%v)", i, got, err)
		}
		seen[got] = true
	}
	if len(seen) != many { // two meet once in forty million runs
		t.Errorf("%d numbers have %d tokens", many, len(seen))
	}
	if got, _ := carryOut(w, a, "", `"42"`); got != `"`+string(w.tokens.appendToken(nil, []byte("42")))+`"` {
		t.Errorf("a text became %s", got)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old, recent := Key{Secret: bytes.Repeat([]byte("a"), 32)}, Key{Secret: bytes.Repeat([]byte("b"), 32)}
	with := func(keys ...Key) *Pseudonyms {
		p, err := NewPseudonyms(keys)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	before, after, back := with(old), with(recent, old), with(old, recent)
	if ids := after.IDs(); len(ids) != 2 || ids[0] != with(recent).IDs()[0] || ids[1] != before.IDs()[0] || ids[0] == ids[1] {
		t.Errorf("the ids are %v", ids)
	}
	token := string(before.appendToken(nil, []byte("anna")))
	rotated := string(after.appendToken(nil, []byte("anna")))
	if token == rotated || !strings.HasPrefix(rotated, "p_"+after.IDs()[0]+"_") || !strings.HasPrefix(token, "p_"+after.IDs()[1]+"_") {
		t.Errorf("the tokens are %s and %s", token, rotated)
	}
	if again := string(back.appendToken(nil, []byte("anna"))); again != token {
		t.Errorf("the old key makes %s, and made %s", again, token)
	}
}

func TestKeysAreChecked(t *testing.T) {
	t.Parallel()
	long := []byte("long-enough-secret")
	tests := []struct {
		name string
		keys []Key
		want error
	}{
		{"none", nil, errNoKey},
		{"short", []Key{{Secret: long[:15]}}, errShortKey},
		{"an old one that is short", []Key{{ID: "a", Secret: long}, {ID: "b", Secret: long[:15]}}, errShortKey},
		{"an id with a quote", []Key{{ID: `a"`, Secret: long}}, errKeyID},
		{"an id with the separator", []Key{{ID: `a_b`, Secret: long}}, errKeyID},
		{"a long id", []Key{{ID: strings.Repeat("a", 17), Secret: long}}, errKeyID},
		{"one id twice", []Key{{ID: "a", Secret: long}, {ID: "a", Secret: bytes.ToUpper(long)}}, errSameID},
		{"one secret twice", []Key{{Secret: long}, {Secret: long}}, errSameID},
	}
	for _, test := range tests {
		p, err := NewPseudonyms(test.keys)
		if p != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
		if err != nil && strings.Contains(strings.ToLower(err.Error()), "secret") {
			t.Errorf("%s: the error quotes the secret", test.name)
		}
	}
}

func TestIDFromSecret(t *testing.T) {
	t.Parallel()
	first, err := NewPseudonyms([]Key{{Secret: bytes.Repeat([]byte("a"), 16)}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := NewPseudonyms([]Key{{Secret: bytes.Repeat([]byte("b"), 16)}})
	if err != nil {
		t.Fatal(err)
	}
	shape := regexp.MustCompile(`^p_[a-z2-7]{6}_$`)
	if !shape.MatchString(first.prefix) || !shape.MatchString(second.prefix) || first.prefix == second.prefix {
		t.Errorf("got %s and %s", first.prefix, second.prefix)
	}
}

func TestTokensAtOnce(t *testing.T) {
	t.Parallel()
	p := testTokens(t)
	want := string(p.appendToken(nil, []byte("x")))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				if got := string(p.appendToken(nil, []byte("x"))); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	group.Wait()
}

func BenchmarkToken(b *testing.B) {
	p := testTokens(b)
	text := []byte("anna@example.com")
	var room [64]byte
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		p.appendToken(room[:0], text)
	}
}
