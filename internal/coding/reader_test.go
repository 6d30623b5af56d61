package coding_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		if !strings.HasSuffix(s.name, "/own") {
			continue // the decoder's tests have them
		}
		for how, r := range map[string]io.Reader{
			"whole":          bytes.NewReader(s.coded),
			"byte by byte":   iotest.OneByteReader(bytes.NewReader(s.coded)),
			"data with EOF":  iotest.DataErrReader(bytes.NewReader(s.coded)),
			"half of chunks": iotest.HalfReader(bytes.NewReader(s.coded)),
		} {
			plain := coding.NewReader(s.c, r)
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
	type body struct {
		name   string
		r      io.ReadCloser
		want   error
		reason string
	}
	bodies := []body{
		{"checksum", coding.NewReader(coding.Gzip, bytes.NewReader(bad)), coding.ErrMalformed, "checksum"},
		{"plain", coding.NewReader(coding.Gzip, strings.NewReader(`{"a":1}`)), coding.ErrMalformed, "no gzip header"},
		{"no coding", coding.NewReader(none, bytes.NewReader(coded)), nil, "no content coding"},
	}
	for _, c := range codings {
		coded := encode(t, c, page(50_000))
		bodies = append(bodies,
			body{"truncated " + c.String(), coding.NewReader(c, bytes.NewReader(coded[:len(coded)-1])), coding.ErrMalformed, "too early"},
			body{"reader of " + c.String(), coding.NewReader(c, io.MultiReader(bytes.NewReader(coded[:900]), iotest.ErrReader(broken))), broken, "broken"},
			body{"plain " + c.String(), coding.NewReader(c, strings.NewReader(`{"a":1}`)), coding.ErrMalformed, ""},
			body{"no progress " + c.String(), coding.NewReader(c, idle{}), io.ErrNoProgress, "no data"},
		)
	}
	for _, test := range bodies {
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
	text := page(50_000)
	for _, c := range codings {
		coded := encode(t, c, text)
		for i := range 40 {
			in, out := io.Pipe()
			r := coding.NewReader(c, in)
			done := make(chan []byte)
			go func() {
				got, err := io.ReadAll(r)
				if err == nil {
					t.Error("a closed reader reads to an end")
				}
				done <- got
			}()
			if _, err := out.Write(coded[:5+i*100]); err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if got, err := decode(c, coded, nil); err != nil || !bytes.Equal(got, text) {
				t.Fatalf("%s, another body: %d bytes, %v", c, len(got), err)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			if got := <-done; !bytes.HasPrefix(text, got) {
				t.Fatalf("%s: a closed reader read something else", c)
			}
			if _, err := r.Read(make([]byte, 1)); err == nil {
				t.Fatalf("%s: a closed reader reads", c)
			}
		}
	}
}

// Close may come from another goroutine than the reads did, between two of them.
func TestCloseElsewhere(t *testing.T) { // not parallel: it counts goroutines
	before := runtime.NumGoroutine()
	for _, c := range codings {
		coded := encode(t, c, page(500_000))
		r := coding.NewReader(c, bytes.NewReader(coded[:len(coded)/2]))
		if _, err := io.ReadFull(r, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- r.Close() }()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for range 100 { // the goroutines that closed are on their way out
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
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
