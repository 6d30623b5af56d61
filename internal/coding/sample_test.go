package coding_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/privet-gateway/privet/internal/coding"
)

// page is text of the kind that gateways see: repetitive mark-up around words that are not.
func page(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "<li class=\"entry\" id=\"entry-%d\"><a href=\"/article/%x\">", i, r.Uint64())
		for range 3 + r.IntN(20) {
			for range 2 + r.IntN(8) {
				b.WriteByte("etaoinshrdlucmfwypvbgkjqxz"[min(r.IntN(26), r.IntN(26))])
			}
			b.WriteByte(' ')
		}
		b.WriteString("</a></li>\n")
	}
	return b.Bytes()[:size]
}

func noise(size int) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func zip(t testing.TB, level int, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// variant is a way to code a body.
type variant struct {
	name string
	c    coding.Coding
	open func(w io.Writer) (flusher, error)
}

type flusher interface {
	io.WriteCloser
	Flush() error
}

var codings = []coding.Coding{coding.Gzip, coding.Brotli, coding.Zstd, coding.Deflate}

// variants are the libraries' encoders, whose kinds of blocks and headers differ, and the package's own.
var variants = func() (all []variant) {
	add := func(c coding.Coding, name string, open func(w io.Writer) (flusher, error)) {
		all = append(all, variant{c.String() + "/" + name, c, open})
	}
	for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.BestCompression} {
		add(coding.Gzip, fmt.Sprint(level), func(w io.Writer) (flusher, error) { return gzip.NewWriterLevel(w, level) })
	}
	for _, level := range []int{zlib.NoCompression, zlib.BestCompression} {
		add(coding.Deflate, fmt.Sprint("zlib", level), func(w io.Writer) (flusher, error) { return zlib.NewWriterLevel(w, level) })
		add(coding.Deflate, fmt.Sprint("bare", level), func(w io.Writer) (flusher, error) { return flate.NewWriter(w, level) })
	}
	for _, level := range []int{0, 1, 4, 9} {
		add(coding.Brotli, fmt.Sprint(level), func(w io.Writer) (flusher, error) { return brotli.NewWriterLevel(w, level), nil })
	}
	for _, checksum := range []bool{true, false} {
		add(coding.Zstd, fmt.Sprint("best", checksum), func(w io.Writer) (flusher, error) {
			return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderCRC(checksum),
				zstd.WithWindowSize(128<<10), zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
		})
	}
	for _, c := range codings {
		add(c, "own", func(w io.Writer) (flusher, error) { return coding.NewWriter(c, w), nil })
	}
	return all
}()

func (v variant) encode(t testing.TB, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := v.open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encode is the package's own way.
func encode(t testing.TB, c coding.Coding, plain []byte) []byte {
	t.Helper()
	return variants[slices.IndexFunc(variants, func(v variant) bool { return v.name == c.String()+"/own" })].encode(t, plain)
}

type sample struct {
	name         string
	c            coding.Coding
	plain, coded []byte
}

// samples cover stored, fixed and dynamic blocks, long and overlapping matches, and windows that wrap.
func samples(t testing.TB) []sample {
	t.Helper()
	sampling.Do(func() {
		sampled = code(t, []sample{
			{name: "page", plain: page(100_000)},
			{name: "noise", plain: noise(40_000)},
			{name: "run", plain: bytes.Repeat([]byte("a"), 200_000)},
			{name: "far", plain: bytes.Repeat(noise(32<<10), 3)},
			{name: "mixed", plain: bytes.Join([][]byte{page(40_000), noise(20_000), page(40_000)}, nil)},
		})
	})
	return append(seeds(t), sampled...)
}

var (
	sampling sync.Once
	sampled  []sample
)

// seeds are the short samples.
func seeds(t testing.TB) []sample {
	t.Helper()
	return code(t, []sample{
		{name: "empty"},
		{name: "one", plain: []byte("x")},
		{name: "short", plain: []byte("the same words, the same words, the same words")},
	})
}

func code(t testing.TB, plains []sample) (all []sample) {
	t.Helper()
	for _, s := range plains {
		for _, v := range variants {
			all = append(all, sample{s.name + "/" + v.name, v.c, s.plain, v.encode(t, s.plain)})
		}
	}
	return all
}

// corpusPages are real pages; without them a benchmark has its own text.
func corpusPages(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("PRIVET_CORPUS"), "pages", "*.html.gz"))
	if err != nil || os.Getenv("PRIVET_CORPUS") == "" || len(files) == 0 {
		t.Skip("PRIVET_CORPUS names no folder with pages")
	}
	var pages [][]byte
	for _, file := range files {
		coded, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, coded)
	}
	return pages
}

// decode pushes a body cut at the given places, and gathers what comes out.
func decode(c coding.Coding, coded []byte, cuts []int) ([]byte, error) {
	var plain []byte
	sink := func(p []byte) error {
		plain = append(plain, p...)
		return nil
	}
	d := coding.NewDecoder(c)
	from := 0
	for _, to := range append(cuts, len(coded)) {
		if err := d.Decode(coded[from:to], sink); err != nil {
			d.Abort()
			return plain, err
		}
		from = to
	}
	return plain, d.Close(sink)
}

// everywhere cuts a body at every byte.
func everywhere(coded []byte) []int {
	every := make([]int, len(coded))
	for i := range every {
		every[i] = i
	}
	return every
}
