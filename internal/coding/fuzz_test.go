package coding_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

// FuzzDecode compares with the standard library's reader, at a split of the fuzzer's choice.
func FuzzDecode(f *testing.F) {
	for _, s := range samples(f) {
		if len(s.coded) < 4096 {
			f.Add(s.coded, uint16(len(s.coded)/2))
		}
	}
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0x03, 0x02, 0}, uint16(11))
	f.Add([]byte{0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 255, 1, 0, 'e', 'n', 0, 'c', 0, 0, 0}, uint16(3))
	f.Fuzz(func(t *testing.T, coded []byte, split uint16) {
		whole, wholeErr := decodeSome(coded, nil)
		parts, partsErr := decodeSome(coded, []int{int(split) % (len(coded) + 1)})
		if !bytes.Equal(whole, parts) || (wholeErr == nil) != (partsErr == nil) {
			t.Fatalf("a split at %d changes %d bytes, %v to %d bytes, %v", split, len(whole), wholeErr, len(parts), partsErr)
		}
		if errors.Is(wholeErr, errEnough) {
			return
		}
		if wholeErr != nil && !errors.Is(wholeErr, coding.ErrMalformed) {
			t.Fatalf("an error of another kind: %v", wholeErr)
		}
		pulled, err := io.ReadAll(io.LimitReader(coding.NewReader(coding.Gzip, bytes.NewReader(coded)), enough))
		if !bytes.Equal(pulled, whole) || (err == nil) != (wholeErr == nil) {
			t.Fatalf("pulled %d bytes, %v; pushed %d bytes, %v", len(pulled), err, len(whole), wholeErr)
		}

		want, err := oracle(coded)
		switch {
		case wholeErr == nil && (err != nil || !bytes.Equal(whole, want)):
			t.Fatalf("%d bytes are accepted; the oracle has %d, %v", len(whole), len(want), err)
		case wholeErr != nil && err == nil && !strict(wholeErr):
			t.Fatalf("refused (%v), and the oracle has %d bytes", wholeErr, len(want))
		}
	})
}

const enough = 4 << 20

var errEnough = errors.New("enough")

func decodeSome(coded []byte, cuts []int) ([]byte, error) {
	var plain []byte
	sink := func(p []byte) error {
		if len(plain)+len(p) > enough {
			return errEnough
		}
		plain = append(plain, p...)
		return nil
	}
	d := coding.NewDecoder(coding.Gzip)
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

func oracle(coded []byte) ([]byte, error) {
	if len(coded) == 0 {
		return nil, nil // an empty body is no gzip file to the library
	}
	r, err := gzip.NewReader(bytes.NewReader(coded))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, enough))
}

// strict says that an error is of the kind which RFC 1952 section 2.3.1.2 asks for and the oracle does not raise.
func strict(err error) bool {
	return bytes.Contains([]byte(err.Error()), []byte("reserved gzip flags"))
}

// FuzzRoundTrip codes and decodes.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("the same words, the same words"), uint16(7))
	f.Add(page(2000), uint16(900))
	f.Fuzz(func(t *testing.T, plain []byte, split uint16) {
		var coded bytes.Buffer
		w := coding.NewWriter(coding.Gzip, &coded)
		cut := int(split) % (len(plain) + 1)
		for _, err := range []error{second(w.Write(plain[:cut])), w.Flush(), second(w.Write(plain[cut:])), w.Close()} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got, err := decode(coded.Bytes(), []int{coded.Len() / 2}); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes of %d, %v", len(got), len(plain), err)
		}
	})
}

func second(_ int, err error) error { return err }
