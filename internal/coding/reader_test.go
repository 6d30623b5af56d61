package coding_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		for how, r := range map[string]io.Reader{
			"whole":          bytes.NewReader(s.coded),
			"byte by byte":   iotest.OneByteReader(bytes.NewReader(s.coded)),
			"data with EOF":  iotest.DataErrReader(bytes.NewReader(s.coded)),
			"half of chunks": iotest.HalfReader(bytes.NewReader(s.coded)),
		} {
			plain := coding.NewReader(coding.Gzip, r)
			got, err := io.ReadAll(plain)
			if err != nil || !bytes.Equal(got, s.plain) {
				t.Errorf("%s, %s: %d bytes of %d, %v", s.name, how, len(got), len(s.plain), err)
			}
			if n, err := plain.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Errorf("%s, %s: after the end %d, %v", s.name, how, n, err)
			}
			if err := errors.Join(plain.Close(), plain.Close()); err != nil {
				t.Errorf("%s, %s: %v", s.name, how, err)
			}
		}
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	coded := zip(t, 9, page(50_000))
	broken := errors.New("broken")
	bad := bytes.Clone(coded)
	bad[len(bad)-8] ^= 1
	var none coding.Coding
	for _, test := range []struct {
		name   string
		r      io.ReadCloser
		want   error
		reason string
	}{
		{"truncated", coding.NewReader(coding.Gzip, bytes.NewReader(coded[:len(coded)-1])), coding.ErrMalformed, "too early"},
		{"checksum", coding.NewReader(coding.Gzip, bytes.NewReader(bad)), coding.ErrMalformed, "checksum"},
		{"plain", coding.NewReader(coding.Gzip, strings.NewReader(`{"a":1}`)), coding.ErrMalformed, "no gzip header"},
		{"reader", coding.NewReader(coding.Gzip, io.MultiReader(bytes.NewReader(coded[:900]), iotest.ErrReader(broken))), broken, "broken"},
		{"no progress", coding.NewReader(coding.Gzip, idle{}), io.ErrNoProgress, "no data"},
		{"no coding", coding.NewReader(none, bytes.NewReader(coded)), nil, "no content coding"},
	} {
		_, err := io.ReadAll(test.r)
		if err == nil || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v, want %q", test.name, err, test.reason)
		}
		if _, again := test.r.Read(make([]byte, 1)); again == nil || again.Error() != err.Error() {
			t.Errorf("%s: first %v, then %v", test.name, err, again)
		}
		if err := test.r.Close(); err != nil {
			t.Errorf("%s: Close says %v", test.name, err)
		}
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// A transport closes a body that another goroutine still reads. What Read uses must not go to another request.
func TestCloseDuringRead(t *testing.T) {
	t.Parallel()
	coded, text := zip(t, 9, page(50_000)), page(50_000)
	for range 20 {
		in, out := io.Pipe()
		r := coding.NewReader(coding.Gzip, in)
		done := make(chan []byte)
		go func() {
			buf := make([]byte, 1000)
			n, err := io.ReadFull(r, buf)
			if err != nil {
				n = 0
			}
			done <- buf[:n]
		}()
		if _, err := out.Write(coded[:5]); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := decode(coded, nil); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("another body: %d bytes, %v", len(got), err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		if got := <-done; len(got) != 0 {
			t.Fatal("a closed reader read on")
		}
		if _, err := r.Read(make([]byte, 1)); err == nil {
			t.Fatal("a closed reader reads")
		}
	}
}

func TestReadIdentity(t *testing.T) {
	t.Parallel()
	r := coding.NewReader(coding.Identity, strings.NewReader("plain"))
	if got, err := io.ReadAll(r); err != nil || string(got) != "plain" {
		t.Errorf("%q, %v", got, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
