package coding_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		var coded bytes.Buffer
		w := coding.NewWriter(coding.Gzip, &coded)
		for at := 0; at < len(s.plain); at += 1000 {
			if _, err := w.Write(s.plain[at:min(len(s.plain), at+1000)]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(&coded)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, s.plain) {
			t.Errorf("%s: %d bytes of %d, %v", s.name, len(got), len(s.plain), err)
		}
	}
}

func TestWriteFlush(t *testing.T) {
	t.Parallel()
	var coded bytes.Buffer
	w := coding.NewWriter(coding.Gzip, &coded)
	defer w.Abort()
	if coded.Len() != 0 {
		t.Errorf("%d bytes before the first Write", coded.Len())
	}
	var got []byte
	d := coding.NewDecoder(coding.Gzip)
	defer d.Abort()
	for i := range 100 {
		event := page(10 + i)
		if _, err := w.Write(event); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got = got[:0]
		err := d.Decode(coded.Bytes(), func(p []byte) error {
			got = append(got, p...)
			return nil
		})
		if err != nil || !bytes.Equal(got, event) {
			t.Fatalf("event %d: %d bytes of %d, %v", i, len(got), len(event), err)
		}
		coded.Reset()
	}
}

// A body that was cut must not look whole.
func TestWriteAbort(t *testing.T) {
	t.Parallel()
	var coded bytes.Buffer
	w := coding.NewWriter(coding.Gzip, &coded)
	if _, err := w.Write(page(100_000)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if _, err := decode(coded.Bytes(), nil); !errors.Is(err, coding.ErrMalformed) {
		t.Errorf("the client sees %v", err)
	}
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("an aborted writer writes")
	}
	if w.Flush() == nil || w.Close() == nil {
		t.Error("an aborted writer goes on")
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
	w := coding.NewWriter(coding.Gzip, failing{})
	_, first := w.Write([]byte("x"))
	if err := errors.Join(first, w.Flush()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
	w.Abort()
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
