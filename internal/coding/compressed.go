package coding

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
)

// Compressed codes a text that is served again and again: as small as the coding makes it, which takes some hundred times
// as long as NewWriter. It knows Gzip and Brotli; any other coding is an error.
func Compressed(c Coding, text []byte) ([]byte, error) {
	var b bytes.Buffer
	var w io.WriteCloser
	switch c {
	case Brotli:
		w = brotli.NewWriterLevel(&b, brotli.BestCompression)
	case Gzip:
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return nil, fmt.Errorf("compressing with gzip: %w", err)
		}
		w = z
	default:
		return nil, fmt.Errorf("compressing with %s: %w", c, errNoCoding)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("compressing with %s: %w", c, err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing with %s: %w", c, err)
	}
	return b.Bytes(), nil
}
