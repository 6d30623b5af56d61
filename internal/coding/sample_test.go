package coding_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

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

type sample struct {
	name         string
	plain, coded []byte
}

// samples cover stored, fixed and dynamic blocks, long and overlapping matches, and windows that wrap.
func samples(t testing.TB) []sample {
	t.Helper()
	plains := []sample{
		{name: "empty"},
		{name: "one", plain: []byte("x")},
		{name: "short", plain: []byte("the same words, the same words, the same words")},
		{name: "page", plain: page(100_000)},
		{name: "noise", plain: noise(40_000)},
		{name: "run", plain: bytes.Repeat([]byte("a"), 200_000)},
		{name: "far", plain: bytes.Repeat(noise(32<<10), 3)},
		{name: "mixed", plain: bytes.Join([][]byte{page(40_000), noise(20_000), page(40_000)}, nil)},
	}
	var all []sample
	for _, s := range plains {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.BestCompression} {
			all = append(all, sample{fmt.Sprintf("%s/%d", s.name, level), s.plain, zip(t, level, s.plain)})
		}
		var b bytes.Buffer
		w := coding.NewWriter(coding.Gzip, &b)
		if _, err := w.Write(s.plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		all = append(all, sample{s.name + "/own", s.plain, b.Bytes()})
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
func decode(coded []byte, cuts []int) ([]byte, error) {
	var plain []byte
	sink := func(p []byte) error {
		plain = append(plain, p...)
		return nil
	}
	d := coding.NewDecoder(coding.Gzip)
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
