package coding_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"fmt"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/privet-gateway/privet/internal/coding"
)

func BenchmarkDecode(b *testing.B) {
	for _, size := range []int{2 << 10, 64 << 10, 1 << 20} {
		plain := page(size)
		coded := zip(b, stdgzip.DefaultCompression, plain)
		b.Run(fmt.Sprintf("%dK/push", size>>10), func(b *testing.B) {
			sink := func([]byte) error { return nil }
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				d := coding.NewDecoder(coding.Gzip)
				for at := 0; at < len(coded); at += 16 << 10 {
					if err := d.Decode(coded[at:min(len(coded), at+16<<10)], sink); err != nil {
						b.Fatal(err)
					}
				}
				if err := d.Close(sink); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%dK/pull", size>>10), func(b *testing.B) {
			buf := make([]byte, 32<<10)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				r := coding.NewReader(coding.Gzip, bytes.NewReader(coded))
				drain(b, r, buf)
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
		// What the decoder replaces, with readers that are used again.
		b.Run(fmt.Sprintf("%dK/klauspost", size>>10), func(b *testing.B) {
			var r gzip.Reader
			buf := make([]byte, 32<<10)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Reset(bytes.NewReader(coded)); err != nil {
					b.Fatal(err)
				}
				drain(b, &r, buf)
			}
		})
		b.Run(fmt.Sprintf("%dK/std", size>>10), func(b *testing.B) {
			var r stdgzip.Reader
			buf := make([]byte, 32<<10)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Reset(bytes.NewReader(coded)); err != nil {
					b.Fatal(err)
				}
				drain(b, &r, buf)
			}
		})
	}
}

func drain(b *testing.B, r io.Reader, buf []byte) {
	b.Helper()
	for {
		if _, err := r.Read(buf); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeRealPages(b *testing.B) {
	pages := corpusPages(b)
	total := 0
	count := func(p []byte) error {
		total += len(p)
		return nil
	}
	push := func() {
		for _, coded := range pages {
			d := coding.NewDecoder(coding.Gzip)
			if err := d.Decode(coded, count); err != nil {
				b.Fatal(err)
			}
			d.Abort()
		}
	}
	push()
	size := int64(total)
	b.Run("push", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			push()
		}
	})
	b.Run("klauspost", func(b *testing.B) {
		var r gzip.Reader
		buf := make([]byte, 32<<10)
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, coded := range pages {
				if err := r.Reset(bytes.NewReader(coded)); err != nil {
					b.Fatal(err)
				}
				drain(b, &r, buf)
			}
		}
	})
}

// BenchmarkLevels is what the choice of a level rests on.
func BenchmarkLevels(b *testing.B) {
	plain := page(256 << 10)
	for level := 1; level <= 6; level++ {
		b.Run(fmt.Sprint(level), func(b *testing.B) {
			var coded bytes.Buffer
			w, err := gzip.NewWriterLevel(&coded, level)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			for b.Loop() {
				coded.Reset()
				w.Reset(&coded)
				if _, err := w.Write(plain); err != nil {
					b.Fatal(err)
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(100*float64(coded.Len())/float64(len(plain)), "%size")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	plain := page(64 << 10)
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	for b.Loop() {
		w := coding.NewWriter(coding.Gzip, io.Discard)
		if _, err := w.Write(plain); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
