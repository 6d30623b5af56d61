package coding_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestDecodeAtAnySplit(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			check := func(how string, cuts []int) {
				t.Helper()
				if got, err := decode(s.coded, cuts); err != nil || !bytes.Equal(got, s.plain) {
					t.Fatalf("%s: %d bytes of %d, %v", how, len(got), len(s.plain), err)
				}
			}
			check("whole", nil)
			every := make([]int, len(s.coded))
			for i := range every {
				every[i] = i
			}
			check("byte by byte", every)
			for range 5 {
				cuts := make([]int, r.IntN(40))
				for i := range cuts {
					cuts[i] = r.IntN(len(s.coded) + 1)
				}
				slices.Sort(cuts)
				check("at random", cuts)
			}
		})
	}
}

func TestDecodeRealPages(t *testing.T) {
	t.Parallel()
	for i, coded := range corpusPages(t) {
		r, err := gzip.NewReader(bytes.NewReader(coded))
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(coded, []int{len(coded) / 3, len(coded) / 2}); err != nil || !bytes.Equal(got, want) {
			t.Errorf("page %d: %d bytes of %d, %v", i, len(got), len(want), err)
		}
	}
}

func TestTruncatedAtEveryByte(t *testing.T) {
	t.Parallel()
	for _, plain := range [][]byte{nil, []byte("x"), page(3000), noise(300)} {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestCompression} {
			coded := zip(t, level, plain)
			for end := 1; end < len(coded); end++ {
				got, err := decode(coded[:end], nil)
				if !errors.Is(err, coding.ErrMalformed) || !strings.Contains(err.Error(), "too early") {
					t.Fatalf("level %d cut at %d of %d: %v", level, end, len(coded), err)
				}
				if !bytes.HasPrefix(plain, got) {
					t.Fatalf("level %d cut at %d: what came out is no beginning of the text", level, end)
				}
				if end == len(coded)-8 && len(got) != len(plain) {
					t.Errorf("level %d: %d of %d bytes are out before the trailer", level, len(got), len(plain))
				}
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	good := zip(t, gzip.BestCompression, page(2000))
	change := func(at int, to byte) []byte {
		if at < 0 {
			at += len(good)
		}
		bad := slices.Clone(good)
		bad[at] ^= to
		return bad
	}
	member := func(deflate ...byte) []byte { return append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, deflate...) }
	for _, test := range []struct {
		name   string
		coded  []byte
		reason string
	}{
		{"no magic", []byte("{\"plain\": \"text\"}"), "no gzip header"},
		{"zlib", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1}, "no gzip header"},
		{"other method", change(2, 1), "no gzip header"},
		{"reserved flag", change(3, 0x20), "reserved"},
		{"header checksum", append([]byte{0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255, 1, 2}, good[10:]...), "header's checksum"},
		{"checksum", change(-8, 1), "checksum or length"},
		{"length", change(-1, 1), "checksum or length"},
		{"text after the end", append(slices.Clone(good), "garbage"...), "follows the last"},
		{"zero after the end", append(slices.Clone(good), 0), "follows the last"},
		{"reserved block", member(7), "not deflate"},
		{"stored length", member(1, 1, 0, 1, 0), "not deflate"},
		{"match before the beginning", member(0x03, 0x02, 0x00), "not deflate"},
		{"too many codes", member(0xfd, 0xff, 0xff), "not deflate"},
		{"match into the member before", append(slices.Clone(good), member(0x03, 0x02, 0x00)...), "not deflate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, cuts := range [][]int{nil, {1, 2, 3, 5, 8}} {
				_, err := decode(test.coded, cuts)
				if !errors.Is(err, coding.ErrMalformed) || !strings.Contains(err.Error(), test.reason) {
					t.Errorf("%v, want %q", err, test.reason)
				}
			}
		})
	}
}

func TestMembersAndHeaders(t *testing.T) {
	t.Parallel()
	text := page(50_000)
	var named bytes.Buffer
	w := gzip.NewWriter(&named)
	w.Name, w.Comment, w.Extra = strings.Repeat("n", 400), "a comment", []byte("extra")
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	empty := zip(t, 1, nil)
	header := []byte{0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255}
	sum := crc32.ChecksumIEEE(header)
	summed := slices.Concat(header, []byte{byte(sum), byte(sum >> 8)}, empty[10:])
	for name, test := range map[string]sample{
		"no body at all": {},
		"header fields":  {plain: text, coded: named.Bytes()},
		"header sum":     {coded: summed},
		"two members":    {plain: append(slices.Clone(text), "end"...), coded: append(slices.Clone(named.Bytes()), zip(t, 9, []byte("end"))...)},
		"empty members":  {coded: slices.Concat(empty, empty, empty)},
	} {
		every := make([]int, len(test.coded))
		for i := range every {
			every[i] = i
		}
		for _, cuts := range [][]int{nil, every} {
			if got, err := decode(test.coded, cuts); err != nil || !bytes.Equal(got, test.plain) {
				t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(test.plain), err)
			}
		}
	}
}

// An upstream that flushes an event must see it leave at once.
func TestFlushGoesThrough(t *testing.T) {
	t.Parallel()
	var coded, plain bytes.Buffer
	up := gzip.NewWriter(&coded)
	d := coding.NewDecoder(coding.Gzip)
	defer d.Abort()
	sink := func(p []byte) error {
		plain.Write(p)
		return nil
	}
	for i := range 1000 {
		event := page(3 + i)
		if _, err := up.Write(event); err != nil {
			t.Fatal(err)
		}
		if err := up.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := d.Decode(coded.Bytes(), sink); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain.Bytes(), event) {
			t.Fatalf("event %d: %d of %d bytes came out", i, plain.Len(), len(event))
		}
		coded.Reset()
		plain.Reset()
	}
}

// A block of the fixed code that has not ended: bytes leave with the last bit of their code, without any flush.
func TestEverySymbolLeavesAtOnce(t *testing.T) {
	t.Parallel()
	d := coding.NewDecoder(coding.Gzip)
	defer d.Abort()
	var got []byte
	sink := func(p []byte) error {
		got = append(got, p...)
		return nil
	}
	// Three bits of block header, then the eight bits of 'a' (0x91, its first bit first) again and again.
	stream := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0x4b, 0x4c, 0x4c, 0x4c, 0x4c}
	for i := range stream {
		if err := d.Decode(stream[i:i+1], sink); err != nil {
			t.Fatal(err)
		}
		if want := strings.Repeat("a", max(0, i-10)); string(got) != want {
			t.Fatalf("after %d bytes %d came out, want %d", i+1, len(got), len(want))
		}
	}
}

func TestPiecesAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []coding.Coding{coding.Gzip, coding.Identity} {
		plain := bytes.Repeat([]byte("a"), 1<<20)
		body := plain
		if c == coding.Gzip {
			body = zip(t, 9, plain)
		}
		d, total := coding.NewDecoder(c), 0
		sink := func(p []byte) error {
			if len(p) == 0 || len(p) > 64<<10 {
				t.Errorf("%s: a piece of %d bytes", c, len(p))
			}
			total += len(p)
			return nil
		}
		if err := errors.Join(d.Decode(body, sink), d.Close(sink)); err != nil || total != len(plain) {
			t.Errorf("%s: %d of %d bytes, %v", c, total, len(plain), err)
		}
	}
}

func TestBombInConstantMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a bomb takes a few seconds")
	}
	const size = 1 << 30
	zeros := make([]byte, 1<<20)
	var bomb bytes.Buffer
	w := coding.NewWriter(coding.Gzip, &bomb)
	for range size / len(zeros) {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	total := 0
	sink := func(p []byte) error {
		total += len(p)
		return nil
	}
	d := coding.NewDecoder(coding.Gzip)
	if err := errors.Join(d.Decode(bomb.Bytes(), sink), d.Close(sink)); err != nil || total != size {
		t.Fatalf("%d of %d bytes, %v", total, size, err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated for a bomb of %d", used, bomb.Len())
	}
}

func TestErrorsAreFinal(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	coded := zip(t, 9, page(100_000))
	for _, c := range []coding.Coding{coding.Gzip, coding.Identity} {
		d := coding.NewDecoder(c)
		calls := 0
		sink := func([]byte) error {
			calls++
			return refused
		}
		for range 3 {
			if err := d.Decode(coded, sink); !errors.Is(err, refused) || calls != 1 {
				t.Errorf("%s: %v after %d calls of the sink", c, err, calls)
			}
		}
		if err := d.Close(sink); !errors.Is(err, refused) {
			t.Errorf("%s: Close says %v", c, err)
		}
		d.Abort()
		if d.Decode(coded, sink) == nil || d.Close(sink) == nil || calls != 1 {
			t.Errorf("%s: a closed decoder goes on", c)
		}
	}
	var none coding.Coding
	if err := coding.NewDecoder(none).Decode([]byte("x"), func([]byte) error { return nil }); err == nil {
		t.Error("no coding reads a body")
	}
}

// Decoders in a pool must not mix bodies, and die without a trace.
func TestReuse(t *testing.T) { // not parallel: it counts goroutines
	secret, next := zip(t, 9, page(60_000)), zip(t, 9, noise(5000))
	before := runtime.NumGoroutine()
	for i := range 200 {
		d := coding.NewDecoder(coding.Gzip)
		if err := d.Decode(secret[:i*len(secret)/200], func([]byte) error { return nil }); err != nil {
			t.Fatal(err)
		}
		d.Abort()
		if got, err := decode(next, nil); err != nil || !bytes.Equal(got, noise(5000)) {
			t.Fatalf("after a body cut at %d: %d bytes, %v", i, len(got), err)
		}
	}
	if after := runtime.NumGoroutine(); after != before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}
