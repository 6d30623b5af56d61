package filter

import (
	"net/http"
	"strings"
)

// VariantSpec is what makes a response a variant.
type VariantSpec struct {
	Variant      string   // letters and digits: what decided on the content, and with which key; "" leaves no ETag
	Vary         []string // request headers that were read beside Cookie and Sec-GPC
	NoValidators bool     // the content depends on more than the decision (`each`): no tag or date may confirm it
}

// everyVariant are the request headers that every decision hangs on.
//
//nolint:gochecknoglobals // a table, never written to
var everyVariant = [...]string{"Cookie", "Sec-GPC"}

// Variant mends the header of a response whose content or header depends on who asks: consent and country are in no
// shared cache's key. Untouched variants are mended alike, or a cache would give them to everybody.
func Variant(h http.Header, v VariantSpec) {
	makePrivate(h)
	addVary(h, everyVariant[:], v.Vary)
	if v.NoValidators {
		h.Del("ETag")
		h.Del("Last-Modified")
		return
	}
	lines := h["Etag"]
	if len(lines) == 0 {
		return
	}
	if tag, ok := variantTag(trimSpace(lines[0]), v.Variant); ok && len(lines) == 1 {
		h["Etag"] = []string{tag}
		return
	}
	h.Del("ETag")
}

// makePrivate takes away all that lets a shared cache store a response. Expires stays: private goes before it in shared
// caches (RFC 9111 5.3), and a person's own cache still needs it.
func makePrivate(h http.Header) {
	for key := range h {
		if isSharedOnly(key) {
			delete(h, key)
		}
	}
	if len(h["Cache-Control"]) == 0 {
		h["Cache-Control"] = []string{"private"}
		return
	}
	directives := []string{"private"}
	for _, line := range h["Cache-Control"] {
		for directive := range splitQuoted(line) {
			name, _, _ := strings.Cut(directive, "=")
			switch strings.ToLower(trimSpace(name)) {
			case "", "public", "private", "s-maxage", "proxy-revalidate":
			default:
				directives = append(directives, directive)
			}
		}
	}
	h["Cache-Control"] = []string{strings.Join(directives, ", ")}
}

// isSharedOnly knows the fields that only caches between upstream and browser obey, above Cache-Control: targeted ones
// (RFC 9213, which names them after the cache) and those that CDNs and servers had before.
func isSharedOnly(key string) bool {
	switch len(key) { // nearly every field is told apart by that
	case len("Surrogate-Control"), len("Edge-Control"), len("X-Accel-Expires"), len("CF-Edge-Cache"):
		for _, name := range [...]string{"Surrogate-Control", "Edge-Control", "X-Accel-Expires", "CF-Edge-Cache"} {
			if strings.EqualFold(key, name) {
				return true
			}
		}
	}
	return hasSuffixFold(key, "-Cache-Control")
}

// splitQuoted gives the members of a comma-separated list without the white space around them. A comma within quotes
// separates nothing; quotes that do not end reach to the end.
func splitQuoted(line string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, quoted := 0, false
		for i := 0; i <= len(line); i++ {
			switch {
			case i == len(line) || line[i] == ',' && !quoted:
				if !yield(trimSpace(line[start:i])) {
					return
				}
				start = i + 1
			case line[i] == '"':
				quoted = !quoted
			case line[i] == '\\' && quoted:
				i++
			}
		}
	}
}

// addVary adds names to those that are there, each once. A "*" says it all already.
func addVary(h http.Header, names ...[]string) {
	var room [16]string
	all := room[:0]
	for _, line := range h["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if trimSpace(name) == "*" {
				return
			}
			all = addName(all, trimSpace(name))
		}
	}
	for _, list := range names {
		for _, name := range list {
			all = addName(all, name)
		}
	}
	h["Vary"] = []string{strings.Join(all, ", ")}
}

// addName adds a name that is not listed yet. Lists are short, so they are searched.
func addName(listed []string, name string) []string {
	if name == "" {
		return listed
	}
	for _, other := range listed {
		if strings.EqualFold(other, name) {
			return listed
		}
	}
	return append(listed, name)
}

// Changed removes what is no longer true of a body that may have changed; it does the same for trailers under
// http.TrailerPrefix. Last-Modified stays, as the content is no older; Want-* stay, as they ask.
func Changed(h http.Header) {
	signed := coversContent(h) // asked before anything goes: the two fields of a signature tell only together
	for key := range h {
		name := strings.TrimPrefix(key, http.TrailerPrefix)
		if isOfContent(name) || signed && signs(name) {
			delete(h, key)
		}
	}
}

// ofContent are the fields that a changed body makes false.
//
//nolint:gochecknoglobals // a table, never written to
var ofContent = [...]string{
	"Content-Length", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Unencoded-Digest", "Accept-Ranges",
}

func isOfContent(name string) bool {
	for _, other := range ofContent {
		if len(name) == len(other) && strings.EqualFold(name, other) {
			return true
		}
	}
	return false
}

func signs(name string) bool {
	return strings.EqualFold(name, "Signature") || strings.EqualFold(name, "Signature-Input")
}

// coversContent says that a signature (RFC 9421, or the drafts before it) is over a field that a changed body changes.
func coversContent(h http.Header) bool {
	for key, lines := range h {
		if !signs(strings.TrimPrefix(key, http.TrailerPrefix)) {
			continue
		}
		for _, line := range lines {
			line = strings.ToLower(line)
			for _, field := range []string{"digest", "content-length", "content-md5", "etag", "accept-ranges"} {
				if strings.Contains(line, field) {
					return true
				}
			}
		}
	}
	return false
}
