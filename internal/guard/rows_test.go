package guard

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// standInRows are the rows of the table in standins.js: whose script brings which names.
func standInRows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("standins.js")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "const rows = {\n")
	table, _, _ = strings.Cut(table, "\n  };")
	rows := map[string][]string{}
	for line := range strings.Lines(table) {
		ids, words, ok := strings.Cut(strings.TrimSpace(line), ": '")
		if !ok {
			t.Fatalf("no row: %s", line)
		}
		for word := range strings.FieldsSeq(strings.TrimRight(words, "',")) {
			rows[strings.Trim(ids, `"`)] = append(rows[strings.Trim(ids, `"`)], regexp.MustCompile(`^[\w$]+`).FindString(word))
		}
	}
	return rows
}

func TestStandInsAreForRecipientsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	policy, problems := rules.Load()
	if policy == nil {
		t.Fatal(problems)
	}
	var known []string
	for _, r := range policy.Recipients() {
		known = append(known, r.ID)
	}
	rows := standInRows(t)
	if len(rows) < 20 {
		t.Fatalf("only %d rows", len(rows))
	}
	text := stripped(t)
	for _, match := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if match[1] != "use strict" && !slices.Contains(known, match[1]) {
			t.Errorf("%s is no recipient of the catalogue", match[1])
		}
	}
}

func TestStandInsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "standins.md"))
	if err != nil {
		t.Fatal(err)
	}
	for ids, names := range standInRows(t) {
		for _, name := range append(strings.Fields(ids), names...) {
			if !regexp.MustCompile("`" + regexp.QuoteMeta(name) + "[`.]").Match(text) {
				t.Errorf("docs/standins.md does not tell of %s", name)
			}
		}
	}
}
