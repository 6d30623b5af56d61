package view

import (
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

func TestTable(t *testing.T) {
	t.Parallel()
	rules := []rule{
		{path: "$[*].phone", do: jsonpath.Remove},
		{path: "$[*]['first name']", do: jsonpath.Hold, with: `"x, \"y\""`},
		{path: "$[2]", do: jsonpath.Remove},
		{path: "$[3]", do: jsonpath.Replace, with: "null"},
		{path: "$[*].n", do: jsonpath.Replace, with: "15"},
		{path: "$[*].f", do: jsonpath.Replace, with: `"=1"`},
		{path: "$[*].t", do: jsonpath.Hold, with: `"a\n"`},
		{path: "$[*].same", do: jsonpath.Replace, with: `"a b"`},
		{path: "$[*]['']", do: jsonpath.Remove},
	}
	const (
		bare  = "a quote in a cell that does not begin with one"
		after = "something behind a closing quote"
		long  = "a cell that no column names"
		sep   = "the first line has no comma, but a semicolon or tab; this type is separated by commas"
	)
	row := strings.Repeat("1,2\n", 20)
	try(t, map[string]trial{
		"cells":            {"id,phone,a\n1,2,3\r\n4,\"5\",6", "id,phone,a\n1,,3\r\n4,,6", ""},
		"untouched":        {"a,\"b\"\r\n\"1\",\"2\"\"3\"\n\"4\r\n5\",6", "a,\"b\"\r\n\"1\",\"2\"\"3\"\n\"4\r\n5\",6", ""},
		"quoted":           {"\"first name\",a\nAnna,1\n\"B\",2", "\"first name\",a\n\"x, \"\"y\"\"\",1\n\"x, \"\"y\"\"\",2", ""},
		"rows":             {"a,b\n1,2\n3,4\n5,6\n7,8\n9,0\n", "a,b\n1,2\n3,4\n,\n9,0\n", ""},
		"last row removed": {"a,b\n1,2\r\n3,4\r\n5,6", "a,b\n1,2\r\n3,4\r\n", ""},
		"last row empty":   {"a\n1\n3\n5\n6", "a\n1\n3\n\"\"", ""},
		"repeated name":    {"phone,a,phone\n1,2,3\n", "phone,a,phone\n,2,\n", ""},
		"empty name":       {",a\n1,2\n", ",a\n,2\n", ""},
		"short rows":       {"a,b,phone\n1\n1,2\n", "a,b,phone\n1\n1,2\n", ""},
		"one column":       {"phone\n1\n\"2\"\n", "phone\n\"\"\n\"\"\n", ""},
		"blank lines":      {"\r\n\na,phone\n\n1,2\n\r\n3,4\n\n", "\r\n\na,phone\n\n1,\n\r\n3,\n\n", ""},
		"blanks in cells":  {"a,phone\n ,\t\n", "a,phone\n ,\n", ""},
		"number":           {"n,m\n1,2\n\"3\",4\n", "n,m\n15,2\n\"15\",4\n", ""},
		"no formula":       {"a,f\n1,2\n3,+4\n5,\"=6\"\n", "a,f\n1,\n3,=1\n", ""},
		"line break":       {"a,t\n1,2\n", "a,t\n1,\"a\n\"\n", ""},
		"same text":        {"a,same\n1,\"a b\"\n1,a b\n1,x\n", "a,same\n1,\"a b\"\n1,a b\n", ""},
		"mark":             {"\xEF\xBB\xBF\"phone\",a\n1,2\n", "\xEF\xBB\xBF\"phone\",a\n,2\n", ""},
		"no mark":          {"\xEF\xBB\x80,a\n1,2\n", "\xEF\xBB\x80,a\n1,2\n", ""},
		"mark within":      {"a,b\n\xEF\xBB\xBF1,2\n", "", "CSV malformed at byte 4: a byte order mark that may come to stand at the begin"},
		"names only":       {"a,phone", "a,phone", ""},
		"nothing":          {"\n", "\n", ""},
		"semicolons":       {"a;phone\n1;2\n", "", "CSV malformed at byte 1: " + sep},
		"tabs":             {"a\tphone\n1\t2\n", "", "CSV malformed at byte 1: " + sep},
		"sep":              {"sep=,\na,phone\n1,2\n", "", "CSV malformed at byte 0: a line that names a separator, which some readers obey"},
		"quoted semicolon": {"\"a;b\"\n1\n", "\"a;b\"\n1\n", ""},
		"bare quote":       {"a,b\n1,2\"3\n", "", "CSV malformed at byte 7: " + bare},
		"space, quote":     {"a,b\n1, \"3\"\n", "", "CSV malformed at byte 7: " + bare},
		"behind quote":     {"a,b\n1,\"2\" \n", "", "CSV malformed at byte 9: " + after},
		"open quote":       {"a,b\n1,\"2\n", "", "CSV truncated at byte 9"},
		"CR":               {"a,b\r1,2\n", "", "CSV malformed at byte 3: CR without LF"},
		"CR at the end":    {"a,b\n1,2\r", "", "CSV malformed at byte 7: CR without LF"},
		"NUL":              {"a,b\n1,\x00\n", "", "CSV malformed at byte 6: NUL"},
		"NUL in quotes":    {"a,b\n1,\"\x00\"\n", "", "CSV malformed at byte 7: NUL"},
		"not UTF-8":        {"a,b\n1,\xff\n", "", "CSV not UTF-8 at byte 6"},
		"long row":         {"a,b\n1,2\n1,2,3\n", "", "CSV malformed at byte 12: " + long},
		"row too large":    {"a,b\n1,2\n1," + strings.Repeat("x", 200), "", "CSV value too large to hold at byte 8"},
		"view too large":   {"phone,b\n\"" + strings.Repeat("\x01", 30) + "\",1\n", "phone,b\n,1\n", ""},
		"many rows":        {"a,b\n1,2\n1,2\n1,2\n1,2\n" + row, "a,b\n1,2\n1,2\n,\n" + row, ""},
	}, func() Filter { return NewTable(jobOf(t, rules, jsonpath.Limits{Held: 100}), Columns{}) })
}

func TestTableWithoutNames(t *testing.T) {
	t.Parallel()
	rules := []rule{{path: "$[*][2]", do: jsonpath.Remove}, {path: "$[1]", do: jsonpath.Remove}, {path: "$[*][-2]", do: jsonpath.Replace, with: `"x"`}}
	try(t, map[string]trial{
		"rows":       {"1,2,3\n4\n\n5,6,7,8\n9,0\n", "1,x,\n\n5,6,,8\nx,0\n", ""},
		"semicolons": {"1;2\n", "", "CSV malformed at byte 1: the first line has no comma, but a semicolon or tab; this type is separated by commas"},
	}, func() Filter { return NewTable(jobOf(t, rules, jsonpath.Limits{}), Columns{Headless: true}) })
}

func TestTableOfTabs(t *testing.T) {
	t.Parallel()
	rules := []rule{{path: "$[*].phone", do: jsonpath.Remove}, {path: "$[*].t", do: jsonpath.Replace, with: `"a\tb,c"`}, {path: "$[*].q", do: jsonpath.Replace, with: `"\"a"`}}
	const broken = "a tab or line break in quotes, which this format does not have"
	try(t, map[string]trial{
		"cells":      {"a\tphone\n1,2\t3\n", "a\tphone\n1,2\t\n", ""},
		"tab":        {"a\tt\n1\t2\n", "a\tt\n1\t\"a b,c\"\n", ""},
		"quote":      {"a\tq\n1\t2\n", "a\tq\n1\t\"\"\"a\"\n", ""},
		"tab quoted": {"a\tb\n\"1\t2\"\t3\n", "", "TSV malformed at byte 6: " + broken},
		"commas":     {"a,phone\n1,2\n", "", "TSV malformed at byte 1: the first line has no tab, but a semicolon or comma; this type is separated by tabs"},
	}, func() Filter { return NewTable(jobOf(t, rules, jsonpath.Limits{}), Columns{Tabs: true}) })
}

func TestWholeTable(t *testing.T) {
	t.Parallel()
	const body = "a,b\n\n1,2\n3,4\n5,6\n"
	for name, c := range map[string]struct {
		rules []rule
		trial
	}{
		"removed":         {[]rule{{path: "$", do: jsonpath.Remove}}, trial{body, "a,b\n", ""}},
		"counted":         {[]rule{{path: "$", do: jsonpath.Hold, with: "3"}}, trial{body, "a,b\n", ""}},
		"still read":      {[]rule{{path: "$", do: jsonpath.Remove}}, trial{body + "\"", "", "CSV truncated at byte 18"}},
		"all rows":        {[]rule{{path: "$[*]", do: jsonpath.Remove}}, trial{body, "a,b\n\n", ""}},
		"from the end":    {[]rule{{path: "$[-1]", do: jsonpath.Remove}, {path: "$[-2].b", do: jsonpath.Remove}}, trial{body, "a,b\n\n1,2\n3,\n", ""}},
		"held, too large": {[]rule{{path: "$[-1].b", do: jsonpath.Remove}}, trial{body + strings.Repeat("7,8\n", 30), "", "CSV value too large to hold at byte 0"}},
		"held, blanks":    {[]rule{{path: "$[-1].b", do: jsonpath.Remove}}, trial{body + strings.Repeat("\n", 200), "", "CSV value too large to hold at byte 0"}},
		"rows held":       {[]rule{{path: "$[*]", do: jsonpath.Hold, with: "descend"}, {path: "$[*].b", do: jsonpath.Remove}}, trial{body, "a,b\n\n1,\n3,\n5,\n", ""}},
	} {
		try(t, map[string]trial{name: c.trial}, func() Filter { return NewTable(jobOf(t, c.rules, jsonpath.Limits{Held: 100}), Columns{}) })
	}
}

func TestTableTellsRows(t *testing.T) {
	t.Parallel()
	job := jobOf(t, []rule{{path: "$[*]", do: jsonpath.Hold, with: "descend"}}, jsonpath.Limits{})
	if _, err := feed(NewTable(job, Columns{}), []byte("a,\"b\"\"c\",a\n1,\"x\r\n\"\"y\",\\\n2\n")); err != nil {
		t.Fatal(err)
	}
	got := job.Visitor.(*rulebook)
	if want := `{"a":"1","b\"c":"x\r\n\"y","a":"\\"} {"a":"2"}`; strings.Join(got.seen, " ") != want || got.left != 2 {
		t.Errorf("the rows are %q, want %q", got.seen, want)
	}
}
