package scan

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// ways are those that must agree with stepwise, the slowest and plainest.
func ways() map[string]func(s *State, dst []uint32, p []byte) int {
	return map[string]func(s *State, dst []uint32, p []byte) int{
		"Find":     (*State).Find,
		"portable": portableFind,
	}
}

// portableFind is Find on a processor that does not know the assembly.
func portableFind(s *State, dst []uint32, p []byte) int {
	whole := len(p) &^ (blockBytes - 1)
	n := s.portable(dst, p[:whole])
	return n + s.bytes(dst[n:], p[whole:], uint32(whole))
}

// found gives the bytes at which a way stops, when the text comes in pieces that end at cuts.
func found(way func(*State, []uint32, []byte) int, p []byte, cuts ...int) (all []int, end State) {
	from := 0
	for _, to := range append(cuts, len(p)) {
		room := make([]uint32, to-from+Slack)
		for _, at := range room[:way(&end, room, p[from:to])] {
			all = append(all, from+int(at))
		}
		from = to
	}
	return all, end
}

func stepwise(p []byte) (all []int, end State) {
	for i, c := range p {
		if end.step(c) {
			all = append(all, i)
		}
	}
	return all, end
}

// What the plainest way finds is written down here.
func TestStep(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []int
	}{
		{"members", `{"a": 12, "b":[true]}`, []int{0, 1, 3, 4, 6, 8, 10, 12, 13, 14, 15, 19, 20}},
		{"an escaped quote", `"a\"b"`, []int{0, 2, 5}},
		{"an escaped backslash", `"\\"1`, []int{0, 1, 3, 4}},
		{"bytes beyond ASCII", "\"a\u00e9\u00e8b\u00e9\"", []int{0, 2, 7, 9}},
		{"control characters", "\"a\nb\x00\"\n", []int{0, 2, 4, 5}},
		{"punctuation in a string", `"{}[]:,"`, []int{0, 7}},
		{"what is no JSON", "\x0c \x1a ab'", []int{0, 2, 4}},
	} {
		if got, _ := stepwise([]byte(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
}

// agree holds that all ways find the same in a text and end alike, in one piece and in three.
func agree(tb testing.TB, p []byte, one, two int) {
	tb.Helper()
	want, end := stepwise(p)
	one, two = min(one, two, len(p)), min(max(one, two), len(p))
	for name, way := range ways() {
		for _, cuts := range [][]int{nil, {one, two}} {
			got, state := found(way, p, cuts...)
			if !slices.Equal(got, want) || state != end {
				tb.Fatalf("%s, cut at %v: found %v and ended with %v, want %v and %v", name, cuts, got, state, want, end)
			}
		}
	}
}

func TestWaysAgree(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for _, alphabet := range []string{"\"\"\\\\\\{}[]:, \n\t12ab\x00\x01\x0c\x1a\x1f\u00e9\xff", "\"aaaaaaaaa", "\\\\\\\\\"", "a\u00e9\"\\ "} {
		for range 5000 {
			p := make([]byte, random.IntN(300))
			for i := range p {
				p[i] = alphabet[random.IntN(len(alphabet))]
			}
			agree(t, p, random.IntN(300), random.IntN(300))
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte(`{"name":"a\\\"b","list":[1,-2.5e3,true,null,"`+"\u00e9\x01"+`"]}`), 7, 20)
	f.Add(bytes.Repeat([]byte(`\`), 200), 63, 65)
	f.Add(bytes.Repeat([]byte(`"\`+"\x80\x0c"), 50), 64, 128)
	f.Fuzz(func(t *testing.T, p []byte, one, two int) {
		if one < 0 || two < 0 {
			t.Skip()
		}
		agree(t, p, one, two)
	})
}

func TestFindWantsRoom(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it wrote where there was no room")
		}
	}()
	var s State
	s.Find(make([]uint32, 64+Slack-1), make([]byte, 64))
}

// text is a document as an API sends it, of about so many bytes.
func text(size int) []byte {
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteString(`{"id":"cus_00af31","name":{"first":"Anna","last":"Jansen"},"amount":19.90,"active":true,"tags":["a","b"],` +
			`"note":"order shipped to the new address","address":{"line1":"Lange Stra` + "\u00df" + `e 12","city":"Berlin"}},`)
	}
	return b.Bytes()
}

func BenchmarkFind(b *testing.B) {
	p := text(32 << 10)
	dst := make([]uint32, len(p)+Slack)
	for name, way := range ways() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				var s State
				way(&s, dst, p)
			}
		})
	}
}
