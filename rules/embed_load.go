package rules

import (
	"fmt"
	"strings"

	"github.com/privet-gateway/privet/internal/blocklist"
)

func (l *loader) embed(n *node) Embed {
	f := l.shaped(n, "embed")
	return Embed{
		Hosts:    l.marks(f.value("hosts"), "hosts", checked(blocklist.Host)),
		URLs:     l.marks(f.value("urls"), "urls", checked(blocklist.URL)),
		Snippets: l.marks(f.value("snippets"), "snippets", checked(blocklist.Snippet)),
		Cookies:  l.marks(f.value("cookies"), "cookies", checkName),
		Params:   l.marks(f.value("params"), "params", checkName),
	}
}

// nameInstead is how the mark of a cookie or a parameter is written.
const nameInstead = "write a name, in which * stands for any characters, and not * alone"

// check says what a mark should be; "" where it is that.
type check func(text string) (instead string)

func checked(kind blocklist.Kind) check {
	return func(text string) string {
		if err := blocklist.Check(kind, text); err != nil {
			return err.Error()
		}
		return ""
	}
}

func checkName(text string) string {
	if isNameGlob(text) {
		return ""
	}
	return nameInstead
}

func (l *loader) marks(n *node, what string, is check) []Mark {
	var marks []Mark
	for _, item := range l.items(n, what) {
		text := l.text(item, "a mark under "+what)
		if text == "" {
			continue
		}
		if instead := is(text); instead != "" {
			l.wrong(item.at, fmt.Sprintf("%s is no mark under %s", quoted(text), what), instead)
			continue
		}
		marks = append(marks, Mark{Name: text, At: item.at, builtIn: item.builtIn})
	}
	return marks
}

// isNameGlob allows what a cookie's name may hold (RFC 6265 4.1.1).
func isNameGlob(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("=;,", c) >= 0 {
			return false
		}
	}
	return strings.Trim(text, "*") != ""
}
