package coding_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/privet-gateway/privet/internal/coding"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0x03, 0x02, 0}, uint16(11))
	f.Add([]byte{0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 255, 1, 0, 'e', 'n', 0, 'c', 0, 0, 0}, uint16(3))
	fuzzDecode(f, coding.Gzip)
}

func FuzzDeflate(f *testing.F) {
	f.Add([]byte{0x78, 0xbb, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1}, uint16(1))
	f.Add([]byte{3, 0, 0}, uint16(1))
	fuzzDecode(f, coding.Deflate)
}

func FuzzBrotli(f *testing.F) {
	f.Add([]byte{0x11, 0x1e, 0x06}, uint16(1))
	f.Add([]byte("\x0b\x02\x80{}\x03"), uint16(3))
	fuzzDecode(f, coding.Brotli)
}

func FuzzZstd(f *testing.F) {
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3, 2, 0, 16, 'x', 1, 0, 0}, uint16(7))
	f.Add([]byte{0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2}, uint16(7))
	fuzzDecode(f, coding.Zstd)
}

// fuzzDecode compares with a library's reader that gets all at once, at a split of the fuzzer's choice. The decoders come
// from pools, so that what one body leaves behind would show in the next.
func fuzzDecode(f *testing.F, c coding.Coding) {
	f.Helper()
	for _, s := range append(seeds(f), code(f, []sample{{plain: page(1500)}})...) {
		if s.c == c {
			f.Add(s.coded, uint16(len(s.coded)/2))
		}
	}
	f.Fuzz(func(t *testing.T, coded []byte, split uint16) {
		whole, wholeErr := decodeSome(c, coded, nil)
		parts, partsErr := decodeSome(c, coded, []int{int(split) % (len(coded) + 1)})
		if (wholeErr == nil) != (partsErr == nil) || !alike(c, wholeErr, whole, parts) {
			t.Fatalf("a split at %d changes %d bytes, %v to %d bytes, %v", split, len(whole), wholeErr, len(parts), partsErr)
		}
		if errors.Is(wholeErr, errEnough) {
			return
		}
		if wholeErr != nil && !errors.Is(wholeErr, coding.ErrMalformed) {
			t.Fatalf("an error of another kind: %v", wholeErr)
		}
		r := coding.NewReader(c, bytes.NewReader(coded))
		defer r.Close()
		pulled, err := io.ReadAll(io.LimitReader(r, enough))
		if (err == nil) != (wholeErr == nil) || !alike(c, err, pulled, whole) {
			t.Fatalf("pulled %d bytes, %v; pushed %d bytes, %v", len(pulled), err, len(whole), wholeErr)
		}

		want, err := oracles[c](coded)
		switch {
		case wholeErr == nil && (err != nil || !bytes.Equal(whole, want)):
			t.Fatalf("%d bytes are accepted; the oracle has %d, %v", len(whole), len(want), err)
		case wholeErr != nil && err == nil && !strict(wholeErr):
			t.Fatalf("refused (%v), and the oracle has %d bytes", wholeErr, len(want))
		}
	})
}

// alike says that two texts are equal or, of a body that brotli's reader refuses, that one begins with the other: what it
// has decoded it writes when its input ends, and not when an error comes first.
func alike(c coding.Coding, err error, a, b []byte) bool {
	if err != nil && c == coding.Brotli {
		return bytes.HasPrefix(a, b) || bytes.HasPrefix(b, a)
	}
	return bytes.Equal(a, b)
}

const enough = 4 << 20

var errEnough = errors.New("enough")

func decodeSome(c coding.Coding, coded []byte, cuts []int) ([]byte, error) {
	var plain []byte
	sink := func(p []byte) error {
		if len(plain)+len(p) > enough {
			return errEnough
		}
		plain = append(plain, p...)
		return nil
	}
	d := coding.NewDecoder(c)
	defer d.Abort()
	from := 0
	for _, to := range append(cuts, len(coded)) {
		if err := d.Decode(coded[from:to], sink); err != nil {
			return plain, err
		}
		from = to
	}
	return plain, d.Close(sink)
}

// oracles read a whole body. One of no bytes is none to the libraries.
var oracles = map[coding.Coding]func(coded []byte) ([]byte, error){
	coding.Gzip: func(coded []byte) ([]byte, error) {
		if len(coded) == 0 {
			return nil, nil
		}
		r, err := gzip.NewReader(bytes.NewReader(coded))
		if err != nil {
			return nil, err
		}
		return some(r)
	},
	coding.Deflate: func(coded []byte) ([]byte, error) {
		if len(coded) == 0 {
			return nil, nil
		}
		in := bytes.NewReader(coded)
		r, err := zlib.NewReader(in)
		if errors.Is(err, zlib.ErrHeader) {
			in.Reset(coded)
			r, err = flate.NewReader(in), nil
		}
		if err != nil {
			return nil, err
		}
		plain, err := some(r)
		if err == nil && in.Len() > 0 {
			err = errors.New("something follows")
		}
		return plain, err
	},
	coding.Brotli: func(coded []byte) ([]byte, error) {
		if len(coded) == 0 {
			return nil, nil
		}
		return some(brotli.NewReader(bytes.NewReader(coded)))
	},
	coding.Zstd: func(coded []byte) ([]byte, error) {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderMaxMemory(2*enough))
		if err != nil {
			return nil, err
		}
		defer d.Close()
		return d.DecodeAll(coded, nil)
	},
}

func some(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, enough)) }

// strict says that an error is of the kind which RFC 1952 section 2.3.1.2 asks for and the oracle does not raise, or that a
// dictionary was asked for, which to the oracle may be an empty one.
func strict(err error) bool {
	return strings.Contains(err.Error(), "reserved gzip flags") || strings.Contains(err.Error(), "dictionary")
}

// FuzzRoundTrip codes and decodes.
func FuzzRoundTrip(f *testing.F) {
	for i := range codings {
		f.Add([]byte("the same words, the same words"), uint16(7), uint8(i))
		f.Add(page(2000), uint16(900), uint8(i))
	}
	f.Fuzz(func(t *testing.T, plain []byte, split uint16, which uint8) {
		c := codings[int(which)%len(codings)]
		var coded bytes.Buffer
		w := coding.NewWriter(c, &coded)
		cut := int(split) % (len(plain) + 1)
		for _, err := range []error{second(w.Write(plain[:cut])), w.Flush(), second(w.Write(plain[cut:])), w.Close()} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got, err := decode(c, coded.Bytes(), []int{coded.Len() / 2}); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(plain), err)
		}
	})
}

func second(_ int, err error) error { return err }
