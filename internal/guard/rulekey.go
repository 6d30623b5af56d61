package guard

import (
	"strings"

	"github.com/privet-gateway/privet/internal/blocklist"
)

const (
	commonCost = 5000 // what nearly every URL has
	shortCost  = 300
	gramCost   = 40
)

// cost weighs a key by what it costs to be looked for, and by how many URLs have it.
func cost(key string) int {
	switch key {
	case "http", "https", "www", "com", "net", "org", "js", "php", "html", "png", "gif", "jpg", "css", "min", "static", "assets",
		"images", "img", "cdn", "api", "wp", "content", "uploads", "themes", "plugins", "includes", "v1", "v2", "id", "1", "2", "0",
		"=http", "=ttps", "=tps:", "=ps:/", "=s://", "=://w", "=//ww", "=/www", "=www.", "=.com", "=com/", "=ttp:", "=tp:/", "=p://":
		return commonCost
	}
	switch {
	case key[0] == '.':
		return 0
	case key[0] == '=':
		return gramCost
	case len(key) < 3:
		return shortCost
	}
	return 0
}

// keysOf gives the keys of a rule's pattern, any of which will do, and those of its pages, which are for want of one.
func keysOf(r *blocklist.Rule) (keys, pages []string) {
	pages = pageKeys(r.From)
	if r.Expression {
		for _, text := range r.Literals {
			keys = appendGrams(keys, text)
		}
		return keys, pages
	}
	pattern := strings.ToLower(r.Pattern)
	if r.Anchors&blocklist.HostAlone != 0 {
		return []string{"." + pattern}, pages
	}
	if r.Anchors&blocklist.AtLabel != 0 {
		if end := strings.IndexAny(pattern, "^/:?*"); end > 0 && pattern[end] != '*' && isName(pattern[:end]) {
			keys = append(keys, "."+pattern[:end])
		}
	}
	for start := 0; start < len(pattern); start++ {
		end := start
		for end < len(pattern) && isToken(pattern[end]) {
			end++
		}
		left := start > 0 && pattern[start-1] != '*' || start == 0 && r.Anchors&(blocklist.AtStart|blocklist.AtLabel) != 0
		right := end < len(pattern) && pattern[end] != '*' || end == len(pattern) && r.Anchors&blocklist.AtEnd != 0
		if end > start && left && right {
			keys = append(keys, pattern[start:end])
		}
		start = end
	}
	for _, piece := range strings.FieldsFunc(pattern, func(c rune) bool { return c == '*' || c == '^' }) {
		keys = appendGrams(keys, piece)
	}
	return keys, pages
}

// pageKeys gives a key for each domain of which a page must be, where the list of them is closed.
func pageKeys(from string) (keys []string) {
	if from == "" {
		return nil
	}
	for domain := range strings.SplitSeq(from, "|") {
		switch {
		case strings.HasSuffix(domain, ".*"):
			return nil
		case domain[0] != '~':
			keys = append(keys, "~"+domain)
		}
	}
	return keys
}

func appendGrams(dst []string, text string) []string {
	for i := 0; i+4 <= len(text); i++ {
		if gram := text[i : i+4]; !strings.ContainsAny(gram, "\t\n") {
			dst = append(dst, "="+gram)
		}
	}
	return dst
}

func isToken(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '%' }

// isName knows hosts that nothing in a pattern makes ambiguous.
func isName(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isToken(c) && c != '-' && c != '_' && c != '.' || c == '%' {
			return false
		}
	}
	return text[0] != '.' && text[len(text)-1] != '.'
}
