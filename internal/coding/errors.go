package coding

import (
	"errors"
	"fmt"
)

// ErrMalformed is a body that is not what its coding claims. Errors that wrap it carry no byte of the body.
var ErrMalformed = errors.New("malformed content coding")

var (
	errHeader    = fmt.Errorf("%w: no gzip header", ErrMalformed)
	errReserved  = fmt.Errorf("%w: reserved gzip flags are set", ErrMalformed)
	errHeaderSum = fmt.Errorf("%w: the gzip header's checksum differs", ErrMalformed)
	errChecksum  = fmt.Errorf("%w: the gzip checksum or length differs", ErrMalformed)
	errTruncated = fmt.Errorf("%w: it ends too early", ErrMalformed)
	errTrailing  = fmt.Errorf("%w: something follows its end", ErrMalformed)
	errDeflate   = fmt.Errorf("%w: not deflate", ErrMalformed)

	errZlibSum    = fmt.Errorf("%w: the zlib checksum differs", ErrMalformed)
	errDictionary = fmt.Errorf("%w: it needs a dictionary, which no content coding brings", ErrMalformed)

	errBrotli = fmt.Errorf("%w: not brotli, or something follows its end", ErrMalformed)

	errZstd       = fmt.Errorf("%w: not zstd, or something follows its last frame", ErrMalformed)
	errZstdSum    = fmt.Errorf("%w: the zstd checksum differs", ErrMalformed)
	errZstdWindow = fmt.Errorf("%w: its zstd window is larger than 8 MiB", ErrMalformed)

	errNoCoding = errors.New("no content coding was chosen")
	errReleased = errors.New("the coder was closed before")
)

// UnsupportedError is a Content-Encoding that cannot be read here.
type UnsupportedError struct {
	// Token is the coding's registered name; "" where it has none, since a header may carry anything.
	Token string
	// Stacked says that several codings were applied, one upon the other.
	Stacked bool
}

func (e *UnsupportedError) Error() string {
	what := "an unknown content coding"
	switch {
	case e.Stacked:
		what = "several content codings"
	case e.Token != "":
		what = "content coding " + e.Token
	}
	return what + " cannot be read; a request is refused with 415 and Accept-Encoding: gzip, br, zstd, deflate, a response with 502"
}
