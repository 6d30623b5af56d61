package filter

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table of actions in docs/formats.md")

const (
	formatsPage  = "../../docs/formats.md"
	matrixBegins = "<!-- The test rewrites this table: go test ./internal/filter -run TestFormatMatrix -update -->\n\n"
	matrixEnds   = "\n<!-- The table ends here. -->\n"
)

// matrixPage is the table of actions on the page, and what it should be.
type matrixPage struct {
	before, after string // it on the page
	shown, ran    [][]string
}

func newMatrixPage(t *testing.T) *matrixPage {
	t.Helper()
	text, err := os.ReadFile(formatsPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), matrixBegins)
	table, after, ends := strings.Cut(rest, matrixEnds)
	if !begins || !ends {
		t.Fatal("the page has no table of actions between its marks")
	}
	p := &matrixPage{before: before + matrixBegins, after: matrixEnds + after}
	for line := range strings.Lines(table) {
		p.shown = append(p.shown, strings.Split(line, " | "))
	}
	head := []string{"| Action", "Meets"}
	for _, c := range matrixColumns() {
		head = append(head, c.name)
	}
	p.ran = [][]string{head, slices.Repeat([]string{"---"}, len(head))}
	p.ran[1][0] = "| ---"
	for _, row := range matrixActions() {
		p.ran = append(p.ran, append([]string{"| `" + row.action + "`", "`" + row.name + ": " + row.value + "`"}, make([]string, len(matrixColumns()))...))
	}
	return p
}

// compare takes what came of an action in a column.
func (p *matrixPage) compare(t *testing.T, action int, column, cell string) {
	t.Helper()
	at := slices.Index(p.ran[0], column)
	switch row := p.ran[action+2]; {
	case row[at] == "":
		row[at] = cell
	case row[at] != cell:
		t.Errorf("%s of %s is %s, and %s for others of %s", row[0], row[1], cell, row[at], column)
	}
}

// write compares the tables, and rewrites that on the page where it is told to.
func (p *matrixPage) write(t *testing.T) {
	t.Helper()
	var table strings.Builder
	for i, row := range p.ran {
		row[len(row)-1] += " |\n"
		table.WriteString(strings.Join(row, " | "))
		if !*update && (i >= len(p.shown) || !slices.Equal(row, p.shown[i])) {
			t.Errorf("the page should say: %s", strings.Join(row, " | "))
		}
	}
	if *update {
		if err := os.WriteFile(formatsPage, []byte(p.before+table.String()+p.after), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if len(p.shown) != len(p.ran) {
		t.Errorf("the page's table has %d lines, want %d", len(p.shown), len(p.ran))
	}
}

// shownOf is how the page shows what stands in a place: the separator left off, "…" for the header of a part.
func shownOf(cell string, applied []string) string {
	if head, content, found := strings.Cut(cell, "\r\n\r\n"); found && strings.HasPrefix(head, "--b") {
		cell = "…" + content
	}
	cell = strings.TrimSpace(strings.TrimRight(cell, ",&\r\n"))
	word := ""
	switch {
	case strings.HasSuffix(applied[0], "!"):
		word = "unfit"
	case strings.Contains(applied[0], " remove "):
		word = "gone"
	case cell == "":
		word = "empty"
	}
	if cell == "" {
		return word
	}
	if cell = "`" + cell + "`"; word != "" {
		return word + ", " + cell
	}
	return cell
}
