package coding

import "strings"

// Coding is one content coding. The zero value is none chosen, and refuses every byte.
type Coding uint8

// The codings.
const (
	_        Coding = iota
	Identity        // plain text
	Gzip            // RFC 1952; also called x-gzip (RFC 9110 section 8.4.1.3)
	Brotli          // br, RFC 7932
	Zstd            // RFC 8878, in a window of at most 8 MiB (RFC 9659)
	Deflate         // zlib, RFC 1950; when reading also the bare deflate of RFC 1951
)

// String is the coding's registered name, or "none".
func (c Coding) String() string {
	switch c {
	case Identity:
		return "identity"
	case Gzip:
		return "gzip"
	case Brotli:
		return "br"
	case Zstd:
		return "zstd"
	case Deflate:
		return "deflate"
	default:
		return "none"
	}
}

// Known says that a token of Content-Encoding or Accept-Encoding, in any case, names a coding that can be read here.
func Known(token string) bool {
	_, ok := named(token)
	return ok
}

// Parse reads the values of Content-Encoding: one coding, or Identity where there is none. Anything else is an
// *UnsupportedError.
func Parse(contentEncoding []string) (Coding, error) {
	found := Identity
	for token := range tokens(contentEncoding) {
		c, ok := named(token)
		switch {
		case !ok:
			return 0, &UnsupportedError{Token: registered(token)}
		case c == Identity:
		case found != Identity:
			return 0, &UnsupportedError{Stacked: true}
		default:
			found = c
		}
	}
	return found, nil
}

func named(token string) (Coding, bool) {
	switch strings.ToLower(token) {
	case "identity":
		return Identity, true
	case "gzip", "x-gzip":
		return Gzip, true
	case "br":
		return Brotli, true
	case "zstd":
		return Zstd, true
	case "deflate":
		return Deflate, true
	default:
		return 0, false
	}
}

// registered is a token that cannot be read here where it is in the IANA registry of content codings, so that an error may
// show it.
func registered(token string) string {
	switch token = strings.ToLower(token); token {
	case "compress", "x-compress", "dcb", "dcz", "aes128gcm", "exi", "pack200-gzip":
		return token
	default:
		return ""
	}
}

// tokens yields the elements of a list header, without the empty ones (RFC 9110 section 5.6.1.2).
func tokens(values []string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, value := range values {
			for token := range strings.SplitSeq(value, ",") {
				if token = strings.Trim(token, " \t"); token != "" && !yield(token) {
					return
				}
			}
		}
	}
}
