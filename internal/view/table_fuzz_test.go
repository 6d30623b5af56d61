package view

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// cellRules are what is done to tables with names, and without.
func cellRules(headless bool) []rule {
	if headless {
		return []rule{{path: "$[*][1]", do: jsonpath.Remove}, {path: "$[2]", do: jsonpath.Remove}, {path: "$[*][-1]", do: jsonpath.Hold, with: `"x,\"y\""`}}
	}
	return []rule{{path: "$[*].gone", do: jsonpath.Remove}, {path: "$[2]", do: jsonpath.Remove}, {path: "$[*].held", do: jsonpath.Hold, with: `"x,\"y\""`}}
}

// tableOf reads a table by the standard library. It is not ok where that fails, and where this package must be stricter.
func tableOf(body []byte, columns Columns) (rows [][]string, ok bool) {
	body = bytes.TrimPrefix(body, byteOrderMark)
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return nil, false
	}
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord = -1
	if columns.Tabs {
		r.Comma = '\t'
	}
	rows, err := r.ReadAll()
	if err != nil || len(rows) > 0 && !columns.Headless && slices.ContainsFunc(rows[1:], func(row []string) bool { return len(row) > len(rows[0]) }) {
		return nil, false
	}
	return rows, true
}

// editedTable does to rows what cellRules say.
func editedTable(rows [][]string, headless bool) [][]string {
	var names []string
	var out [][]string
	if !headless && len(rows) > 0 {
		names, rows = rows[0], rows[1:]
		out = append(out, names)
	}
	for i, row := range rows {
		if i == 2 {
			continue
		}
		row = slices.Clone(row)
		for j := range row {
			switch {
			case headless && j == 1, !headless && names[j] == "gone":
				row[j] = ""
			case headless && j == len(row)-1, !headless && names[j] == "held":
				row[j] = `x,"y"`
			}
		}
		out = append(out, row)
	}
	return out
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,gone,held\n1,2,3\r\n4,\"5\n\"\"\",6\n7,8,9\n1", "gone\n1\n\"\"\n", "\n\nheld,held\n\n1,2\n", "\xEF\xBB\xBF\"gone\",a\n1", "a;b\n1;2", "a\tgone\n1\t2",
		"sep=,\na,b", "a,b\r1,2", "a,\"b\"c\n", "a,b\n1,2,3", "\"a", " \"a\"", "1\n2\n\xEF\xBB\xBF3",
	} {
		f.Add([]byte(seed), uint8(0), false, false)
		f.Add([]byte(seed), uint8(3), true, false)
		f.Add([]byte(strings.ReplaceAll(seed, ",", "\t")), uint8(3), false, true)
	}
	f.Fuzz(func(t *testing.T, body []byte, size uint8, headless, tabs bool) {
		columns := Columns{Headless: headless, Tabs: tabs}
		begin := func() Filter { return NewTable(jobOf(t, cellRules(headless), jsonpath.Limits{}), columns) }
		out, err := cutAnywhere(t, begin, body, size)
		if err != nil {
			return
		}
		in, ok := tableOf(body, columns)
		if !ok {
			t.Fatalf("%q passed, and another reader refuses it", body)
		}
		got, ok := tableOf(out, columns)
		want := editedTable(in, headless)
		if !ok || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("%q became %q: %q, want %q", body, out, got, want)
		}
	})
}
