package coding_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, c := range codings {
		for _, plain := range [][]byte{nil, []byte("x"), page(100_000), noise(70_000), bytes.Repeat([]byte("a"), 1<<20)} {
			var coded bytes.Buffer
			w := coding.NewWriter(c, &coded)
			for at := 0; at < len(plain); at += 1000 {
				if _, err := w.Write(plain[at:min(len(plain), at+1000)]); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if coded.Len() == 0 {
				t.Errorf("%s: %d bytes make none", c, len(plain))
			}
			if got, err := oracles[c](coded.Bytes()); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s: %d bytes of %d, %v", c, len(got), len(plain), err)
			}
		}
	}
}

func TestWriteFlush(t *testing.T) {
	t.Parallel()
	for _, c := range codings {
		var coded bytes.Buffer
		w := coding.NewWriter(c, &coded)
		if coded.Len() != 0 {
			t.Errorf("%s: %d bytes before the first Write", c, coded.Len())
		}
		var got []byte
		d := coding.NewDecoder(c)
		for i := range 100 {
			event := page(10 + i)
			if i%10 == 0 {
				event = nil // a flush of nothing
			}
			if err := errors.Join(second(w.Write(event)), w.Flush()); err != nil {
				t.Fatal(err)
			}
			got = got[:0]
			err := d.Decode(coded.Bytes(), func(p []byte) error {
				got = append(got, p...)
				return nil
			})
			if err != nil || !bytes.Equal(got, event) {
				t.Fatalf("%s: event %d: %d bytes of %d, %v", c, i, len(got), len(event), err)
			}
			coded.Reset()
		}
		w.Abort()
		d.Abort()
	}
}

// A body that was cut must not look whole.
func TestWriteAbort(t *testing.T) {
	t.Parallel()
	plain := page(1_000_000)
	for _, c := range codings {
		for _, flushed := range []bool{true, false} {
			var coded bytes.Buffer
			w := coding.NewWriter(c, &coded)
			if _, err := w.Write(plain); err != nil {
				t.Fatal(err)
			}
			if flushed {
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			w.Abort()
			w.Abort()
			if _, err := decode(c, coded.Bytes(), nil); !errors.Is(err, coding.ErrMalformed) {
				t.Errorf("%s: the client sees %v", c, err)
			}
			if _, err := w.Write([]byte("x")); err == nil {
				t.Errorf("%s: an aborted writer writes", c)
			}
			if w.Flush() == nil || w.Close() == nil {
				t.Errorf("%s: an aborted writer goes on", c)
			}
			// The next one must have nothing of it.
			next := encode(t, c, []byte("next"))
			if got, err := decode(c, next, nil); err != nil || string(got) != "next" {
				t.Errorf("%s: the next body is %q, %v", c, got, err)
			}
		}
	}
}

func TestWriteIdentityAndNone(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := coding.NewWriter(coding.Identity, &b)
	if _, err := w.Write([]byte("plain")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Flush(), w.Close()); err != nil || b.String() != "plain" {
		t.Errorf("%q, %v", b.String(), err)
	}
	if _, err := w.Write([]byte("more")); err == nil || b.String() != "plain" {
		t.Errorf("a closed writer wrote %q, %v", b.String(), err)
	}
	var none coding.Coding
	if _, err := coding.NewWriter(none, &b).Write([]byte("x")); err == nil || b.String() != "plain" {
		t.Errorf("no coding wrote %q, %v", b.String(), err)
	}
}

func TestWriteErrorComesBack(t *testing.T) {
	t.Parallel()
	for _, c := range codings {
		w := coding.NewWriter(c, failing{})
		_, first := w.Write([]byte("x"))
		if err := errors.Join(first, w.Flush()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", c, err)
		}
		if w.Close() == nil {
			t.Errorf("%s: Close knows nothing of it", c)
		}
		w.Abort()
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
