package rules

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
)

// syntax puts a parser's error into the words of a policy's author. A path that needs quotes is named before all else:
// what the parser says of one is of no help.
func (d *document) syntax(err error) {
	if d.unquoted(0) {
		return
	}
	at := Position{d.file.Name, 1, 1}
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		d.wrong(at, "the file cannot be read as YAML", "check its indentation, quotes and brackets")
		return
	}
	at = d.position(syntax.Token)
	what, instead := d.reword(syntax.Message, at)
	d.wrong(at, what, instead)
}

// unquoted names the paths that need quotes, on one line or (0) in the whole file.
func (d *document) unquoted(line int) bool {
	found := false
	if !d.looked {
		d.paths, d.looked = unquotedPaths(d.lines), true
	}
	for _, p := range d.paths {
		if line != 0 && p.line != line {
			continue
		}
		found = true
		if at := (Position{d.file.Name, p.line, p.column}); !d.named[at] {
			d.named[at] = true
			d.wrong(at, "a path that holds "+p.holds+" must be quoted", `write "$…" around it`)
		}
	}
	return found
}

// rewording is what a message of the parser means to an author.
type rewording struct {
	fragment string // of the parser's message
	what     string
	instead  string
}

//nolint:gochecknoglobals // a table, never written to
var rewordings = []rewording{
	{"sequence end token", "a list that begins here is not closed", "end it with ]"},
	{"flow mapping end token", "a map that begins here is not closed", "end it with }"},
	{"',' or '}' must be", "an entry of this map is not ended", "write a comma between entries, and } at the end"},
	{"',' or ']' must be", "an item of this list is not ended", "write a comma between items, and ] at the end"},
	{"expected sequence element", "a comma stands where an item should", "write an item between commas"},
	{"flow map content", "a map in braces holds something that is no entry", "write key: value, separated by commas, and quote what holds a bracket"},
	{"could not find map value", "a key has no value", "write key: value"},
	{"double-quoted", "a quoted text that begins here is not closed", `end it with "`},
	{"single-quoted", "a quoted text that begins here is not closed", "end it with '"},
	{"mapping value is not allowed", "`: ` stands inside a value without quotes", "quote the value, or begin a line for the key"},
	{"invalid key for this map", "this cannot be the key of an entry", "quote a key that holds brackets, braces or commas"},
	{"reserved character", "@ and ` cannot begin a value", "quote it"},
	{"directive", "% cannot begin a value", "quote it"},
	{"escape", "a text in double quotes has an escape that YAML does not know", `write \\ for a backslash, or use single quotes`},
	{"non-map value is specified", "a line without a key stands among entries", "write key: value, or indent it deeper than its key"},
	{"unexpected key name", "a line without a colon stands among entries", "write key: value"},
	{"block sequence entries are not allowed", "a list begins on the line of its key", "begin it on the next line, or write [a, b]"},
	{"document separator", "a value stands on the line of a document separator", "begin it on the next line"},
	{"value is not allowed in this context", "this does not fit what stands around it", "align it with its siblings, and close each bracket once"},
}

func (d *document) reword(message string, at Position) (what, instead string) {
	line := d.lines[at.Line-1]
	if indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; strings.Contains(indent, "\t") || strings.Contains(message, "cannot start any token") {
		return "a tab stands where YAML wants spaces", "indent with spaces"
	}
	for _, r := range rewordings {
		if strings.Contains(message, r.fragment) {
			return r.what, r.instead
		}
	}
	return "this cannot be read as YAML", "check its indentation, quotes and brackets"
}
