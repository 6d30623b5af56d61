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
		cuttings := [][]int{nil, everywhere(s.coded)}
		for range 5 {
			cuts := make([]int, r.IntN(40))
			for i := range cuts {
				cuts[i] = r.IntN(len(s.coded) + 1)
			}
			slices.Sort(cuts)
			cuttings = append(cuttings, cuts)
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for i, cuts := range cuttings {
				if got, err := decode(s.c, s.coded, cuts); err != nil || !bytes.Equal(got, s.plain) {
					t.Fatalf("%s: %d bytes of %d, %v", [...]string{"whole", "byte by byte", "at random"}[min(i, 2)], len(got), len(s.plain), err)
				}
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
		if got, err := decode(coding.Gzip, coded, []int{len(coded) / 3, len(coded) / 2}); err != nil || !bytes.Equal(got, want) {
			t.Errorf("page %d: %d bytes of %d, %v", i, len(got), len(want), err)
		}
	}
}

func TestTruncatedAtEveryByte(t *testing.T) {
	t.Parallel()
	trailer := map[coding.Coding]int{coding.Gzip: 8, coding.Deflate: 4}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, plain := range [][]byte{nil, []byte("x"), page(3000), noise(300)} {
				coded := v.encode(t, plain)
				for end := 1; end < len(coded); end++ {
					got, err := decode(v.c, coded[:end], nil)
					if !errors.Is(err, coding.ErrMalformed) || !strings.Contains(err.Error(), "too early") {
						t.Fatalf("cut at %d of %d: %v", end, len(coded), err)
					}
					if !bytes.HasPrefix(plain, got) {
						t.Fatalf("cut at %d: what came out is no beginning of the text", end)
					}
					bare := strings.Contains(v.name, "bare")
					if end == len(coded)-trailer[v.c] && !bare && len(got) != len(plain) {
						t.Errorf("%d of %d bytes are out before the trailer", len(got), len(plain))
					}
				}
			}
		})
	}
}

// A bit that flips on the way is an error or, where a coding has no checksum, at least no panic.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	plain := page(700)
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			coded := v.encode(t, plain)
			checked := v.c != coding.Brotli && !strings.Contains(v.name, "bare") && !strings.Contains(v.name, "false")
			for bit := range 8 * len(coded) {
				bad := slices.Clone(coded)
				bad[bit/8] ^= 1 << (bit % 8)
				got, err := decode(v.c, bad, nil)
				if err != nil && !errors.Is(err, coding.ErrMalformed) {
					t.Fatalf("bit %d: %v", bit, err)
				}
				if err == nil && checked && !bytes.Equal(got, plain) {
					t.Fatalf("bit %d: another text is accepted", bit)
				}
			}
		})
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
	type body struct {
		name   string
		coded  []byte
		reason string
	}
	own := func(c coding.Coding, after ...byte) []byte { return append(encode(t, c, page(2000)), after...) }
	zlibbed, zstandard := own(coding.Deflate), own(coding.Zstd)
	for c, bodies := range map[coding.Coding][]body{
		coding.Gzip: {
			{"no magic", []byte("{\"plain\": \"text\"}"), "no gzip header"},
			{"zlib", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1}, "no gzip header"},
			{"other method", change(2, 1), "no gzip header"},
			{"reserved flag", change(3, 0x20), "reserved"},
			{"header checksum", append([]byte{0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255, 1, 2}, good[10:]...), "header's checksum"},
			{"checksum", change(-8, 1), "checksum or length"},
			{"length", change(-1, 1), "checksum or length"},
			{"text after the end", append(slices.Clone(good), "garbage"...), "follows its end"},
			{"zero after the end", append(slices.Clone(good), 0), "follows its end"},
			{"reserved block", member(7), "not deflate"},
			{"stored length", member(1, 1, 0, 1, 0), "not deflate"},
			{"match before the beginning", member(0x03, 0x02, 0x00), "not deflate"},
			{"too many codes", member(0xfd, 0xff, 0xff), "not deflate"},
			{"match into the member before", append(slices.Clone(good), member(0x03, 0x02, 0x00)...), "not deflate"},
		},
		coding.Deflate: {
			{"plain text", []byte("{\"plain\": \"text\"}"), "not deflate"},
			{"gzip", good, "not deflate"},
			{"checksum", append(slices.Clone(zlibbed[:len(zlibbed)-1]), zlibbed[len(zlibbed)-1]^1), "zlib checksum"},
			{"dictionary", []byte{0x78, 0xbb, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1}, "dictionary"},
			{"zero after the end", own(coding.Deflate, 0), "follows its end"},
			{"another stream", own(coding.Deflate, zlibbed...), "follows its end"},
			{"zero after a bare end", []byte{3, 0, 0}, "follows its end"},
			{"match before the beginning", []byte{0x78, 0x9c, 0x03, 0x02, 0x00}, "not deflate"},
			{"bare match before the beginning", []byte{0x03, 0x02, 0x00}, "not deflate"},
		},
		coding.Brotli: {
			{"plain text", []byte("{\"plain\": \"text\"}"), "not brotli"},
			{"large window", []byte{0x11, 0x1e, 0x06}, "not brotli"},
			{"zero after the end", own(coding.Brotli, 0), "not brotli"},
			{"another stream", own(coding.Brotli, own(coding.Brotli)...), "not brotli"},
		},
		coding.Zstd: {
			{"plain text", []byte("{\"plain\": \"text\"}"), "not zstd"},
			{"text after the end", own(coding.Zstd, []byte("garbage")...), "not zstd"},
			{"zero after the end", own(coding.Zstd, 0), "too early"},
			{"checksum", append(slices.Clone(zstandard[:len(zstandard)-1]), zstandard[len(zstandard)-1]^1), "zstd checksum"},
			{"window of 9 MiB", []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 13<<3 | 1, 1, 0, 0}, "window"},
			{"one segment of 8 MiB and a byte", []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 1, 0, 128, 0, 1, 0, 0}, "window"},
			{"dictionary", []byte{0x28, 0xb5, 0x2f, 0xfd, 1, 0, 7, 1, 0, 0}, "dictionary"},
			{"reserved block", []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0, 7, 0, 0}, "not zstd"},
			{"magic of version 0.7", []byte{0x27, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0}, "not zstd"},
		},
	} {
		for _, test := range bodies {
			t.Run(c.String()+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				for _, cuts := range [][]int{nil, {1, 2, 3}, everywhere(test.coded)} {
					_, err := decode(c, test.coded, cuts)
					if !errors.Is(err, coding.ErrMalformed) || !strings.Contains(err.Error(), test.reason) {
						t.Errorf("%v, want %q", err, test.reason)
					}
				}
			})
		}
	}
}

// Several frames are one body, and the skippable ones among them hold none of it (RFC 8878 section 3.1).
func TestFrames(t *testing.T) {
	t.Parallel()
	text := page(50_000)
	frame, empty := encode(t, coding.Zstd, text), encode(t, coding.Zstd, nil)
	skipped := append([]byte{0x5a, 0x2a, 0x4d, 0x18, 0x20, 0x4e, 0, 0}, noise(20_000)...)
	for name, test := range map[string]sample{
		"no body at all": {},
		"two frames":     {plain: append(slices.Clone(text), text...), coded: slices.Concat(frame, frame)},
		"empty frames":   {coded: slices.Concat(empty, empty, empty)},
		"skipped frames": {plain: text, coded: slices.Concat(skipped, frame, skipped, skipped)},
		"only skipped":   {coded: skipped},
		"8 MiB window":   {coded: []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3, 1, 0, 0}},
	} {
		for _, cuts := range [][]int{nil, everywhere(test.coded)} {
			if got, err := decode(coding.Zstd, test.coded, cuts); err != nil || !bytes.Equal(got, test.plain) {
				t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(test.plain), err)
			}
		}
	}
}

func TestNoBodyAtAll(t *testing.T) {
	t.Parallel()
	for _, c := range codings {
		if got, err := decode(c, nil, []int{0, 0}); err != nil || len(got) != 0 {
			t.Errorf("%s: %q, %v", c, got, err)
		}
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
		for _, cuts := range [][]int{nil, everywhere(test.coded)} {
			if got, err := decode(coding.Gzip, test.coded, cuts); err != nil || !bytes.Equal(got, test.plain) {
				t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(test.plain), err)
			}
		}
	}
}

// An upstream that flushes an event must see it leave at once.
func TestFlushGoesThrough(t *testing.T) {
	t.Parallel()
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			var coded, plain bytes.Buffer
			up, err := v.open(&coded)
			if err != nil {
				t.Fatal(err)
			}
			d := coding.NewDecoder(v.c)
			defer d.Abort()
			sink := func(p []byte) error {
				plain.Write(p)
				return nil
			}
			for i := range 300 {
				event := page(3 + i)
				if i%3 == 0 {
					event = noise(1 + i)
				}
				if i%100 == 99 {
					event = page(150_000)
				}
				if _, err := up.Write(event); err != nil {
					t.Fatal(err)
				}
				if err := up.Flush(); err != nil {
					t.Fatal(err)
				}
				for _, chunk := range [][]byte{coded.Bytes()[:coded.Len()/2], coded.Bytes()[coded.Len()/2:]} {
					if err := d.Decode(chunk, sink); err != nil {
						t.Fatal(err)
					}
				}
				if !bytes.Equal(plain.Bytes(), event) {
					t.Fatalf("event %d: %d of %d bytes came out", i, plain.Len(), len(event))
				}
				coded.Reset()
				plain.Reset()
			}
		})
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
	for _, c := range append(slices.Clone(codings), coding.Identity) {
		plain := bytes.Repeat([]byte("a"), 1<<20)
		body := plain
		if c != coding.Identity {
			body = encode(t, c, plain)
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

// bomb is 1 GiB of zeros without an end, from repetitions of what encoders make of 1 MiB; for zstd they are blocks of one
// byte and a length, in the largest window.
func bomb(t *testing.T, c coding.Coding) []byte {
	t.Helper()
	if c == coding.Zstd {
		return append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3}, bytes.Repeat([]byte{2, 0, 16, 0}, 1<<13)...)
	}
	zeros := make([]byte, 1<<20)
	var coded bytes.Buffer
	w := coding.NewWriter(c, &coded)
	defer w.Abort()
	var sizes [3]int
	for i := range sizes {
		if err := errors.Join(second(w.Write(zeros)), w.Flush()); err != nil {
			t.Fatal(err)
		}
		sizes[i] = coded.Len()
	}
	return append(coded.Bytes()[:sizes[1]:sizes[1]], bytes.Repeat(coded.Bytes()[sizes[1]:], 1<<10-2)...)
}

func TestBombInConstantMemory(t *testing.T) { // not parallel: it counts what is allocated
	const most = 128 << 20
	enough := errors.New("enough")
	for c, limit := range map[coding.Coding]uint64{coding.Gzip: 1 << 20, coding.Deflate: 1 << 20, coding.Brotli: 2 << 20, coding.Zstd: 10 << 20} {
		coded := bomb(t, c)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		total, calls := 0, 0
		d := coding.NewDecoder(c)
		err := d.Decode(coded, func(p []byte) error {
			calls++
			if total += len(p); total >= most {
				return enough
			}
			return nil
		})
		runtime.ReadMemStats(&after)
		if !errors.Is(err, enough) || total >= most+64<<10 {
			t.Errorf("%s: %d bytes in %d pieces, %v", c, total, calls, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > limit {
			t.Errorf("%s: %d bytes were allocated for a bomb of %d", c, used, len(coded))
		}
		d.Abort()
	}
}

func TestErrorsAreFinal(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for _, c := range append(slices.Clone(codings), coding.Identity) {
		coded := page(100_000)
		if c != coding.Identity {
			coded = encode(t, c, coded)
		}
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
	before := runtime.NumGoroutine()
	refused := errors.New("refused")
	for _, v := range variants {
		secret, next := v.encode(t, page(60_000)), v.encode(t, noise(5000))
		for i := range 30 {
			d := coding.NewDecoder(v.c)
			cut := i * len(secret) / 30
			if err := d.Decode(secret[:cut], func([]byte) error { return nil }); err != nil {
				t.Fatal(err)
			}
			switch i % 3 {
			case 0: // as it is
			case 1:
				if err := d.Decode(noise(9000), func([]byte) error { return nil }); err != nil && !errors.Is(err, coding.ErrMalformed) {
					t.Fatal(err)
				}
			default:
				if err := d.Decode(secret[cut:], func([]byte) error { return refused }); err != nil && !errors.Is(err, refused) {
					t.Fatal(err)
				}
			}
			d.Abort()
			if got, err := decode(v.c, next, nil); err != nil || !bytes.Equal(got, noise(5000)) {
				t.Fatalf("%s, after a body cut at %d: %d bytes, %v", v.name, cut, len(got), err)
			}
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}
