package consent

import (
	"fmt"
	"strings"
)

// maxReturn bounds the path that a form leads back to, in bytes.
const maxReturn = 2048

// target is where a form leads back to: `return` where it is a path of this site, else the site's root.
func (f *form) target() string {
	if len(f.back) != 1 {
		return "/"
	}
	return local(f.back[0])
}

// local is a path of this site as a field line may hold it, or the site's root.
func local(path string) string {
	if !isLocal(path) {
		return "/"
	}
	return escape(path)
}

// isLocal accepts what no browser reads as another host. URL parsers take "\" for "/", and drop tabs and line ends
// before they look (WHATWG URL, "basic URL parser"), so neither may stand anywhere. Nor may a dot segment, which leaves
// "//" in front when somebody on the way removes it.
func isLocal(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || len(path) > maxReturn {
		return false
	}
	for i := range len(path) {
		if c := path[i]; c < ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	end := strings.IndexAny(path, "?#")
	if end < 0 {
		end = len(path)
	}
	for segment := range strings.SplitSeq(path[:end], "/") {
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case ".", "..":
			return false
		}
	}
	return true
}

// escape writes the bytes that have no place in a field line as a URL does.
func escape(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>^`+"`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(path[i])
	}
	return b.String()
}
