package coding

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestCompressedIsReadAsItWas(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", strings.Repeat("a page of many words, ", 500)} {
		for _, c := range []Coding{Gzip, Brotli} {
			coded, err := Compressed(c, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := io.ReadAll(NewReader(c, bytes.NewReader(coded))); err != nil || string(plain) != text {
				t.Errorf("%s gives %d bytes for %d (%v)", c, len(plain), len(text), err)
			}
		}
	}
	for _, c := range []Coding{0, Identity, Zstd, Deflate} {
		if coded, err := Compressed(c, []byte("a")); err == nil {
			t.Errorf("%s gives %d bytes", c, len(coded))
		}
	}
}
