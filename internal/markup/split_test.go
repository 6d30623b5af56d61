package markup

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func same(a, b token) bool {
	return a.kind == b.kind && a.raw == b.raw && a.name == b.name && slices.Equal(a.attrs, b.attrs) &&
		a.selfClosing == b.selfClosing && a.bogus == b.bogus
}

// token is a whole token that outlives its buffer.
type token struct {
	kind               Kind
	raw, name          string
	attrs              []attr
	selfClosing, bogus bool
}

type attr struct {
	name, value string
	hasValue    bool
	quote       byte
	span        [4]int
}

// splitter says how many bytes come next, behind those that have come.
type splitter func(have int) int

func every(n int) splitter { return func(int) int { return n } }

func cutAt(n int) splitter {
	return func(have int) int {
		if have < n {
			return n - have
		}
		return 1 << 30
	}
}

func random(seed uint64) splitter {
	r := rand.New(rand.NewPCG(seed, 0))
	return func(int) int { return r.IntN(12) }
}

// collect feeds input in pieces as a filter would, joins the pieces of tokens, and checks what Next promises.
func collect(t testing.TB, z *Tokenizer, input string, split splitter, seen func(*Token)) []token {
	t.Helper()
	var out []token
	var raw strings.Builder
	open, text := false, []byte(input)
	have, from, begin := 0, 0, 0
	for last := false; !last; {
		have = min(len(input), have+split(have))
		last = have == len(input)
		buf := text[from:have]
		if len(buf) < 1000 {
			buf = bytes.Clone(buf) // the bytes are elsewhere each time
		}
		for {
			tok, ok := z.Next(buf, last)
			if !ok {
				break
			}
			if seen != nil {
				seen(&tok)
			}
			raw.Write(tok.Raw)
			buf = buf[len(tok.Raw):]
			from += len(tok.Raw)
			one := whole(t, &tok)
			if open {
				previous := &out[len(out)-1]
				if previous.kind != one.kind || previous.bogus != one.bogus {
					t.Fatalf("%q: a piece of kind %d follows an open one of kind %d", input, one.kind, previous.kind)
				}
			} else {
				if one.raw == "" {
					t.Fatalf("%q: an empty token of kind %d", input, one.kind)
				}
				out = append(out, one)
				begin = raw.Len() - len(tok.Raw)
			}
			open = !tok.Final
			if tok.Final {
				out[len(out)-1].raw = raw.String()[begin:]
			}
		}
		if last && len(buf) > 0 {
			t.Fatalf("%q: %q is left", input, buf)
		}
	}
	if raw.String() != input {
		t.Fatalf("%q came out as %q", input, raw.String())
	}
	if open {
		t.Fatalf("%q: the last token is open", input)
	}
	return out
}

func whole(t testing.TB, tok *Token) token {
	t.Helper()
	one := token{kind: tok.Kind, raw: string(tok.Raw), name: string(tok.Name), selfClosing: tok.SelfClosing, bogus: tok.Bogus}
	for _, a := range tok.Attrs {
		if string(tok.Raw[a.ValueStart:a.ValueEnd]) != string(a.Value) || !a.HasValue && len(a.Value) > 0 {
			t.Fatalf("%q: the value %q is not at %d:%d", tok.Raw, a.Value, a.ValueStart, a.ValueEnd)
		}
		if a.Start >= a.End || a.ValueStart > a.ValueEnd || a.ValueEnd > a.End || a.ValueStart < a.Start {
			t.Fatalf("%q: spans %v", tok.Raw, a)
		}
		if a.Quote != 0 && (tok.Raw[a.ValueStart-1] != a.Quote || tok.Raw[a.ValueEnd] != a.Quote || a.End != a.ValueEnd+1) {
			t.Fatalf("%q: no quotes about %q", tok.Raw, a.Value)
		}
		if name := fold(tok.Raw[a.Start:]); !strings.HasPrefix(name, string(a.Name)) || len(a.Name) == 0 {
			t.Fatalf("%q: %q is not at %d", tok.Raw, a.Name, a.Start)
		}
		one.attrs = append(one.attrs, attr{string(a.Name), string(a.Value), a.HasValue, a.Quote, [4]int{a.Start, a.End, a.ValueStart, a.ValueEnd}})
	}
	return one
}

func fold(b []byte) string { return nulls(lowerASCII(string(b))) }

// checkSplits compares tokens across splits, with their names guessed by the package.
func checkSplits(t testing.TB, input string, cdata bool, seed uint64) []token {
	t.Helper()
	run := func(s splitter) []token { return collect(t, &Tokenizer{CDATA: cdata}, input, s, nil) }
	want := run(cutAt(len(input)))
	ways := map[string]splitter{"byte by byte": every(1), fmt.Sprintf("random, seed %d", seed): random(seed)}
	if len(input) < 100 {
		for i := range len(input) {
			ways[fmt.Sprintf("cut at %d", i)] = cutAt(i)
		}
	}
	for way, s := range ways {
		if got := run(s); !slices.EqualFunc(got, want, same) {
			t.Fatalf("%q %s:\n%v\nwhole:\n%v", input, way, got, want)
		}
	}
	return want
}

// TestLinear feeds long constructs byte by byte: each must cost what its length says.
func TestLinear(t *testing.T) {
	t.Parallel()
	const n = 1 << 18
	for name, input := range map[string]string{
		"value":     `<a href="` + strings.Repeat("x", n) + `">`,
		"bare":      `<a href=` + strings.Repeat("x", n) + `>`,
		"name":      "<" + strings.Repeat("x", n) + ">",
		"attribute": "<a " + strings.Repeat("x", n) + ">",
		"unclosed":  "<a " + strings.Repeat(`x="`, n/3),
		"names":     "<a " + strings.Repeat("x ", n/2) + ">",
		"values":    "<a " + strings.Repeat(`x="" `, n/5) + ">",
		"spaces":    "<a " + strings.Repeat(" ", n) + ">",
		"doctype":   "<!doctype " + strings.Repeat(" ", n) + ">",
		"comment":   "<!--" + strings.Repeat("-", n) + ">",
		"stray":     strings.Repeat("<", n),
		"script":    "<script><!--" + strings.Repeat("<", n),
		"cdata":     "<![CDATA[" + strings.Repeat("]", n),
	} {
		for what, chunk := range map[string]int{"byte by byte": 1, "whole": len(input)} {
			z := Tokenizer{CDATA: true}
			text := []byte(input)
			start, from := time.Now(), 0
			for have := chunk; have <= len(input); have += chunk {
				for {
					tok, ok := z.Next(text[from:have:have], have == len(input))
					if !ok {
						break
					}
					from += len(tok.Raw)
				}
				if chunk == 1 && have%4096 == 0 && time.Since(start) > 20*time.Second {
					t.Fatalf("%s %s: %v for %d bytes", name, what, time.Since(start), have)
				}
			}
			if from != len(input) {
				t.Errorf("%s %s: %d of %d bytes", name, what, from, len(input))
			}
		}
	}
}
