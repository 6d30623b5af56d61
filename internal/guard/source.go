package guard

import (
	"embed"
	"strings"
)

// sources are the parts of the scripts. Each stands for itself on its lines: a comment has lines of its own, and no string
// goes over one.
//
//go:embed *.js
var sources embed.FS

// part gives a source without comments and indentation, or "" where there is no such file.
func part(name string) string {
	text, err := sources.ReadFile(name)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// literal writes text as a template literal of JavaScript, which may go over lines.
func literal(text string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(text) + "`"
}
