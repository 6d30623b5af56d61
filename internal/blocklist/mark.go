package blocklist

import (
	"errors"
	"slices"
	"strings"
)

// Kind is what a mark names.
type Kind uint8

// The kinds.
const (
	Host    Kind = iota // "example.com", "*.example.com" or "example.*"
	URL                 // HOST/PATH, HOST/PATH?name=value&name=value; HOST may be "*"
	Snippet             // text of an inline script
)

// Mark is one sign of a recipient.
type Mark struct {
	Kind  Kind
	Text  string
	Owner int // the caller's number for what the mark stands for
}

var (
	errHost    = errors.New("write a host such as cdn.example.com, *.example.com or example.*, without scheme and port")
	errURL     = errors.New("write HOST/PATH, or HOST/PATH?name=value, such as www.example.com/pixel*, without scheme and port")
	errSnippet = errors.New("write at least five characters of the tag's own script, such as tag('init'")
)

// Check says whether the text of a mark is well formed, and what would be.
func Check(kind Kind, text string) error {
	switch kind {
	case Host:
		if !isHost(text) {
			return errHost
		}
	case URL:
		host, rest, ok := strings.Cut(text, "/")
		if !ok || host != "*" && !isHost(host) || !isTarget(rest) {
			return errURL
		}
		if path, _, _ := strings.Cut(rest, "?"); strings.Trim(path, "*/") == "" {
			return errURL // every page of the host, which is what a host mark says
		}
	default:
		written := normal(nil, []byte(text))
		if len(written) < minSnippet || !slices.ContainsFunc(written, isWord) {
			return errSnippet
		}
	}
	return nil
}

// minSnippet keeps a mark from standing in every other script.
const minSnippet = 5

// isHost allows a star as the first or the last label. A star alone would own every host.
func isHost(text string) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(text, "*."), ".*")
	if name == "" || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return false
	}
	for i := range len(name) {
		c := name[i] | 0x20
		if (c < 'a' || c > 'z') && (name[i] < '0' || name[i] > '9') && strings.IndexByte("-_.", name[i]) < 0 {
			return false
		}
	}
	return strings.Contains(name, ".") || strings.HasSuffix(text, ".*")
}

// isTarget wants what a URL may hold behind its host. A fragment is never sent, so it can be no mark.
func isTarget(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || c == '#' {
			return false
		}
	}
	return true
}
