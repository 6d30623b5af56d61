package coding_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

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

// BenchmarkCodings sets each coding beside the library's reader, used again and with all at once.
func BenchmarkCodings(b *testing.B) {
	plain := page(256 << 10)
	sink := func([]byte) error { return nil }
	brotliReader, buf := new(brotli.Reader), make([]byte, 32<<10)
	zstdReader, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		b.Fatal(err)
	}
	library := map[coding.Coding]func(coded []byte) (io.Reader, error){
		coding.Gzip: func(coded []byte) (io.Reader, error) { return stdgzip.NewReader(bytes.NewReader(coded)) },
		coding.Brotli: func(coded []byte) (io.Reader, error) {
			return brotliReader, brotliReader.Reset(bytes.NewReader(coded))
		},
		coding.Zstd: func(coded []byte) (io.Reader, error) {
			return zstdReader, zstdReader.Reset(struct{ io.Reader }{bytes.NewReader(coded)}) // a bytes.Reader it would decode at once
		},
		coding.Deflate: func(coded []byte) (io.Reader, error) { return zlib.NewReader(bytes.NewReader(coded)) },
	}
	for _, c := range codings {
		coded := encode(b, c, plain)
		for _, chunk := range []int{1 << 10, 16 << 10} {
			b.Run(fmt.Sprintf("%s/push/%dK", c, chunk>>10), func(b *testing.B) {
				b.SetBytes(int64(len(plain)))
				b.ReportAllocs()
				for b.Loop() {
					d := coding.NewDecoder(c)
					for at := 0; at < len(coded); at += chunk {
						if err := d.Decode(coded[at:min(len(coded), at+chunk)], sink); err != nil {
							b.Fatal(err)
						}
					}
					if err := d.Close(sink); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(c.String()+"/library", func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := library[c](coded)
				if err != nil {
					b.Fatal(err)
				}
				drain(b, r, buf)
			}
		})
	}
}

// BenchmarkLevels is what the choice of levels rests on: on the pages of the corpus where there is one.
func BenchmarkLevels(b *testing.B) {
	type encoder interface {
		io.WriteCloser
		Reset(w io.Writer)
	}
	type level struct {
		name string
		open func() (encoder, error)
	}
	var levels []level
	for n := 1; n <= 6; n++ {
		levels = append(levels, level{fmt.Sprint("gzip/", n), func() (encoder, error) { return gzip.NewWriterLevel(io.Discard, n) }})
	}
	for _, n := range []zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedDefault} {
		for _, window := range []int{128 << 10, 256 << 10, 1 << 20} {
			levels = append(levels, level{fmt.Sprintf("zstd/%s/%dK", n, window>>10), func() (encoder, error) {
				return zstd.NewWriter(io.Discard, zstd.WithEncoderLevel(n), zstd.WithWindowSize(window),
					zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
			}})
		}
	}
	for n := range 6 {
		for _, window := range []int{18, 22} {
			levels = append(levels, level{fmt.Sprintf("br/%d/%dK", n, 1<<window>>10), func() (encoder, error) {
				return brotli.NewWriterOptions(io.Discard, brotli.WriterOptions{Quality: n, LGWin: window}), nil
			}})
		}
	}
	plains := plainPages(b)
	total := 0
	for _, plain := range plains {
		total += len(plain)
	}
	for _, l := range levels {
		b.Run(l.name, func(b *testing.B) {
			var coded bytes.Buffer
			w, err := l.open()
			if err != nil {
				b.Fatal(err)
			}
			size := 0
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				size = 0
				for _, plain := range plains {
					coded.Reset()
					w.Reset(&coded)
					if err := errors.Join(second(w.Write(plain)), w.Close()); err != nil {
						b.Fatal(err)
					}
					size += coded.Len()
				}
			}
			b.ReportMetric(100*float64(size)/float64(total), "%size")
		})
	}
}

func plainPages(b *testing.B) [][]byte {
	b.Helper()
	if os.Getenv("PRIVET_CORPUS") == "" {
		return [][]byte{page(256 << 10)}
	}
	var plains [][]byte
	for _, coded := range corpusPages(b) {
		plain, err := decode(coding.Gzip, coded, nil)
		if err != nil {
			b.Fatal(err)
		}
		plains = append(plains, plain)
	}
	return plains
}

func BenchmarkEncode(b *testing.B) {
	plain := page(64 << 10)
	for _, c := range codings {
		b.Run(c.String(), func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			for b.Loop() {
				w := coding.NewWriter(c, io.Discard)
				if err := errors.Join(second(w.Write(plain)), w.Close()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
