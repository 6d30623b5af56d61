package guard

import (
	"embed"
	"strings"
)

// sources are the parts of the scripts. They are written for what part does to them: a comment has lines of its own, strings
// have double quotes and stay on their line, and regular expressions hold no blanks.
//
//go:embed *.js
var sources embed.FS

// tight are the signs that need no blank beside them. Plus and minus are none, since two of them are another sign.
const tight = "=*/%<>!?:&|,{}()[];^"

// part gives a source without comments, indentation and blanks beside signs, or "" where there is no such file.
func part(name string) string {
	text, err := sources.ReadFile(name)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			squeeze(&b, line)
		}
	}
	return b.String()
}

// squeeze writes a line without the blanks that say nothing. What stands in strings stays.
func squeeze(b *strings.Builder, line string) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			b.WriteByte(c)
			i++
		case c == ' ' && !quoted && (strings.IndexByte(tight, line[i-1]) >= 0 || strings.IndexByte(tight, line[i+1]) >= 0):
			continue
		}
		b.WriteByte(line[i])
	}
	b.WriteByte('\n')
}

// literal writes text as a template literal of JavaScript, which may go over lines.
func literal(text string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(text) + "`"
}
