package rules

import "strings"

// CanonicalPath is the form of an escaped URL path on which endpoints are matched beside the path as received: escapes
// of unreserved characters are decoded once (RFC 3986 6.2.2.2), dot segments removed (5.2.4), runs of slashes merged.
// An escaped slash or backslash stays data. A path that is canonical already comes back as it is.
func CanonicalPath(path string) string {
	if isCanonical(path) {
		return path
	}
	var kept []string
	trailing := false
	for segment := range strings.SplitSeq(decodeUnreserved(path), "/") {
		trailing = false
		switch segment {
		case "":
			trailing = true
		case ".":
			trailing = true
		case "..":
			kept = kept[:max(0, len(kept)-1)]
			trailing = true
		default:
			kept = append(kept, segment)
		}
	}
	out := "/" + strings.Join(kept, "/")
	if trailing && len(kept) > 0 {
		out += "/"
	}
	return out
}

func isCanonical(path string) bool {
	return strings.HasPrefix(path, "/") && strings.IndexByte(path, '%') < 0 &&
		!strings.Contains(path, "//") && !strings.Contains(path, "/.")
}

func decodeUnreserved(path string) string {
	if strings.IndexByte(path, '%') < 0 {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			hi, lo := unhex(path[i+1]), unhex(path[i+2])
			if c := hi<<4 | lo; hi < 16 && lo < 16 && isUnreserved(c) {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	default:
		return 16
	}
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
