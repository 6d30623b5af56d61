package blocklist

import "bytes"

// canonical decodes escapes of a path and merges its slashes, as servers do before they look for what is meant. Dot
// segments are gone already.
func canonical(path []byte) []byte {
	path = unescape(path)
	if !bytes.Contains(path, []byte("//")) {
		return path
	}
	merged := make([]byte, 0, len(path))
	for i, c := range path {
		if c != '/' || i == 0 || path[i-1] != '/' {
			merged = append(merged, c)
		}
	}
	return merged
}

// unescape decodes what is percent-encoded (RFC 3986 2.1). It copies only where something is.
func unescape(text []byte) []byte {
	if bytes.IndexByte(text, '%') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			high, ok := digit(text[i+1])
			low, also := digit(text[i+2])
			if ok && also {
				out = append(out, high<<4|low)
				i += 2
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}

// digit is the value of a hexadecimal digit.
func digit(c byte) (value byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	default:
		return 0, false
	}
}
