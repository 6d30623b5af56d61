package scan

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// reader checks a JSON text by what Find gives alone, as a filter would: it shows that nothing else has to be looked at
// but numbers, words and escapes. It is plain, not fast: one that means speed takes the answers in its loop, without a call.
type reader struct {
	text  []byte
	ahead int // how much of the text Find has seen
	base  int // where the piece at hand begins
	state State
	found [piece + Slack]uint32
	k, n  int
	kinds [32]uint64 // a bit for each open container: it is an object
}

// piece is small enough for its answers to stay in the processor's nearest cache.
const piece = 4 << 10

// next gives the next place to look at; len(text) behind the last.
func (r *reader) next() int {
	for r.k == r.n {
		if r.ahead == len(r.text) {
			return len(r.text)
		}
		r.base = r.ahead
		r.ahead += min(piece, len(r.text)-r.ahead)
		r.k, r.n = 0, r.state.Find(r.found[:], r.text[r.base:r.ahead])
	}
	r.k++
	return r.base + int(r.found[r.k-1])
}

// at is the byte at a place, 0 at the end.
func (r *reader) at(i int) byte {
	if i < len(r.text) {
		return r.text[i]
	}
	return 0
}

func (r *reader) valid(text []byte) bool {
	r.text, r.ahead, r.k, r.n, r.state = text, 0, 0, 0, State{}
	depth, object := 0, false
	i := r.next()
value:
	switch c := r.at(i); c {
	case '"':
		if !r.closes() {
			return false
		}
	case '{', '[':
		if depth++; depth == 64*len(r.kinds) {
			return false
		}
		object = c == '{'
		r.kinds[depth>>6] &^= 1 << (depth & 63)
		i = r.next()
		if object {
			r.kinds[depth>>6] |= 1 << (depth & 63)
			if r.at(i) != '}' {
				goto name
			}
		} else if r.at(i) != ']' {
			goto value
		}
		goto closed
	default:
		if !endsScalar(text, scalarEnd(text, i)) {
			return false
		}
	}
after:
	i = r.next()
	switch c := r.at(i); {
	case depth == 0:
		return i == len(text)
	case c == ',':
		i = r.next()
		if !object {
			goto value
		}
	case c == '}' && object, c == ']' && !object:
		goto closed
	default:
		return false
	}
name:
	if r.at(i) != '"' || !r.closes() || r.at(r.next()) != ':' {
		return false
	}
	i = r.next()
	goto value
closed:
	depth--
	object = r.kinds[depth>>6]>>(depth&63)&1 != 0
	goto after
}

// closes goes to the quote that ends a string.
func (r *reader) closes() bool {
	for {
		i := r.next()
		switch c := r.at(i); {
		case c == '"':
			return true
		case c == '\\':
			if !json.Valid(append(append([]byte{'"'}, r.text[i:escapeEnd(r.text, i)]...), '"')) {
				return false
			}
		case c < 0x80: // a control character, or the end
			return false
		default:
			for ; r.at(i) >= 0x80; i++ {
				size := 0
				if _, size = utf8.DecodeRune(r.text[i:]); size == 1 {
					return false
				}
				i += size - 1
			}
		}
	}
}

func escapeEnd(text []byte, i int) int {
	if i+1 < len(text) && text[i+1] == 'u' {
		return min(i+6, len(text))
	}
	return min(i+2, len(text))
}

// scalarEnd gives where a number or a word ends, 0 where none begins at i.
func scalarEnd(text []byte, i int) int {
	for _, word := range []string{"true", "false", "null"} {
		if len(text)-i >= len(word) && string(text[i:i+len(word)]) == word {
			return i + len(word)
		}
	}
	if i < len(text) && text[i] == '-' {
		i++
	}
	digits := func(i int) int {
		for i < len(text) && text[i]-'0' < 10 {
			i++
		}
		return i
	}
	end := digits(i)
	if end == i {
		return 0
	}
	if text[i] == '0' {
		end = i + 1
	}
	if end < len(text) && text[end] == '.' {
		from := end + 1
		if end = digits(from); end == from {
			return 0
		}
	}
	if end < len(text) && text[end]|0x20 == 'e' {
		from := end + 1
		if from < len(text) && (text[from] == '+' || text[from] == '-') {
			from++
		}
		if end = digits(from); end == from {
			return 0
		}
	}
	return end
}

// endsScalar holds that nothing clings to a number or a word: Find tells its first byte only.
func endsScalar(text []byte, end int) bool {
	if end == 0 || end == len(text) {
		return end > 0
	}
	switch text[end] {
	case ',', ']', '}', ' ', '\n', '\t', '\r':
		return true
	default:
		return false
	}
}

func TestFindSufficesToValidate(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	var r reader
	whole := append(append([]byte{'['}, text(9000)...), "1.5e3]"...)
	valid := 0
	for range 4000 {
		p := append([]byte(nil), whole...)
		for range random.IntN(3) {
			p[random.IntN(len(p))] = "\"\\{}[]:,0e.-tn \n\x01\xc3\x9f"[random.IntN(19)]
		}
		want := json.Valid(p) && utf8.Valid(p)
		if want {
			valid++
		}
		if got := r.valid(p); got != want {
			t.Fatalf("valid: %t, want %t", got, want)
		}
	}
	if valid < 100 || valid > 3900 {
		t.Errorf("%d of 4000 were valid, which tests little", valid)
	}
}

func TestFindOnCorpus(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("PRIVET_CORPUS")
	if corpus == "" {
		t.Skip("PRIVET_CORPUS is not set")
	}
	files, err := filepath.Glob(filepath.Join(corpus, "json", "jsontestsuite", "[yn]_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var r reader
	for _, name := range files {
		p, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Base(name)[0] == 'y'; r.valid(p) != want {
			t.Errorf("%s: valid: %t, want %t", filepath.Base(name), !want, want)
		}
	}
}
