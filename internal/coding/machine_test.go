package coding

import (
	"errors"
	"testing"
)

// A library that stumbles over a body must not take the process down, nor be used again.
func TestPanicIsMalformed(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]machine{"br": new(brotliMachine), "zstd": new(zstdMachine)} { // without a library's decoder
		d := &decoder{m: m}
		for range 2 {
			if err := d.Decode([]byte("x"), func([]byte) error { return nil }); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := d.Close(nil); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: Close says %v", name, err)
		}
	}
	if takeBrotliMachine().r == nil || takeZstdMachine().d == nil {
		t.Error("what broke went back to the pool")
	}
}
