package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Scalars keep their text (YAML 1.2 without types), and say where they stand.
func TestScalars(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]node{
		"NO":           {text: "NO", plain: true, exact: true},
		"010":          {text: "010", plain: true, exact: true},
		"0o17":         {text: "0o17", plain: true, exact: true},
		"1_000":        {text: "1_000", plain: true, exact: true},
		"+1.50":        {text: "+1.50", plain: true, exact: true},
		".inf":         {text: ".inf", plain: true, exact: true},
		"2024-05-01":   {text: "2024-05-01", plain: true, exact: true},
		"1km":          {text: "1km", plain: true, exact: true},
		"on":           {text: "on", plain: true, exact: true},
		"True":         {text: "True", plain: true, exact: true},
		"12:30":        {text: "12:30", plain: true, exact: true},
		`"NO"`:         {text: "NO", exact: true},
		`'it''s'`:      {text: "it's"},
		`"\u00e9\t"`:   {text: "é\t"},
		"|\n  a\n  b":  {text: "a\nb\n"},
		">-\n  a\n  b": {text: "a b"},
		"a\n  b":       {text: "a b", plain: true},
	} {
		root, problems := parse(File{"a.yaml", []byte("é: " + written)}, false)
		if len(problems) > 0 {
			t.Errorf("%q: %v", written, problems)
			continue
		}
		got := root.entries[0].value
		want.kind, want.at = scalarNode, Position{"a.yaml", 1, 5}
		if diff := cmp.Diff(want, *got, cmp.AllowUnexported(node{}, entry{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", written, diff)
		}
	}
	for _, written := range []string{"", "~", "null", "NULL"} {
		root, problems := parse(File{"a.yaml", []byte("a: " + written)}, false)
		if len(problems) > 0 || root.entries[0].value.kind != nullNode {
			t.Errorf("%q is not nothing: %v", written, problems)
		}
	}
}

func TestFilesOfOtherSystems(t *testing.T) {
	t.Parallel()
	text := "purposes:\n  service: {basis: contract}\nfields:\n  $.été.a: email\n  \"$.b\": email # end\n"
	for name, text := range map[string]string{
		"BOM": "\ufeff" + text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "no last line break": strings.TrimSuffix(text, "\n"),
		"directive": "%YAML 1.2\n---\n" + text, "end": text + "...\n",
	} {
		p := mustLoad(t, text)
		shift := 0
		if name == "directive" {
			shift = 2
		}
		labels := p.Match(Exchange{"GET", "", []string{"/"}}).All()
		if len(labels) != 2 || labels[0].Field != "$.été.a" || labels[1].FieldAt != (Position{"a.yaml", 5 + shift, 4}) || labels[0].At != (Position{"a.yaml", 4 + shift, 3}) {
			t.Errorf("%s: %+v", name, labels)
		}
	}
}

func TestNothingIsAPolicy(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# only this\n", "---\n", "~", "{}", "fields:\nendpoints: {}\ntests: []\n", "purposes: ~"} {
		mustLoad(t, text)
	}
}

// What is built to exhaust a reader is refused, and soon.
func TestBounds(t *testing.T) {
	t.Parallel()
	const size = 250_000
	for name, c := range map[string]struct{ text, want string }{
		"size":         {strings.Repeat("# comment\n", maxText/10+1), "the file is larger than"},
		"lists":        {"a: " + strings.Repeat("[", size), "nest deeper than 64"},
		"closed lists": {"a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "nest deeper than 64"},
		"maps":         {"a: " + strings.Repeat("{a: ", size/4), "nest deeper than 64"},
		"dashes":       {strings.Repeat("- ", size/2), "nest deeper than 64"},
		"questions":    {strings.Repeat("? ", size/2), ""},
		"indents":      {steps(700), "nest deeper than 64"},
		"aliases":      {"a: &a [x]\nb: [" + strings.Repeat("*a, ", size/4) + "]", "aliases are no part"},
		"anchors":      {"a: " + strings.Repeat("&a ", size/3), "anchors are no part"},
		"tags":         {"a: " + strings.Repeat("!a ", size/3), "tags are no part"},
		"paths":        {"fields: {" + strings.Repeat("$.a[*]: x,", size/10) + "}", "must be quoted"},
		"quotes":       {"a: " + strings.Repeat("'", size|1), "is not closed"},
		"accents":      {"fields: {" + strings.Repeat("é: ö, ", size/8), ""},
		"entries":      {"categories: {" + strings.Repeat("a: {}, ", size/7) + "}", "is written twice"},
		"words":        {"fields: {" + numbered(size/40) + "}", "is no JSONPath"},
		"documents":    {strings.Repeat("---\na: b\n", size/10), "a second document"},
		"trailing":     {"a:\n" + strings.Repeat(" - b # x\n", size/10), "is no key"},
		"lines":        {strings.Repeat("a\n", size/2), ""},
		"colons":       {strings.Repeat("a: ", size/3), "inside a value without quotes"},
		"keys":         {strings.Repeat("a:\n", size/3), "more than 2000 entries"},
		"siblings":     {strings.Repeat("b:\n"+strings.Repeat(" a: x\n", maxSiblings), size/14100), "is written twice"},
		"commas":       {"a: [" + strings.Repeat(",", size), ""},
		"literal":      {"a: |\n" + strings.Repeat("  x\n", size/4), `"a" is no key`},
		"folded":       {"a: >\n" + strings.Repeat("  x\n\n", size/5), `"a" is no key`},
		"plain":        {"a: x\n" + strings.Repeat("  x\n", size/4), `"a" is no key`},
		"double":       {"a: \"" + strings.Repeat("  x\n", size/4) + "\"", `"a" is no key`},
		"comments":     {strings.Repeat("# x\n", size/4) + "a: x", `"a" is no key`},
	} {
		start := time.Now()
		p, problems := Load(File{"a.yaml", []byte(c.text)})
		if p != nil || !strings.Contains(problems.Error(), c.want) {
			t.Errorf("%s: %d problems, none of them %q", name, len(problems), c.want)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %s", name, took)
		} else {
			t.Logf("%s: %s, %d problems", name, took, len(problems))
		}
	}
}

// steps are maps within maps, each on a line of its own.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("f" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + time.Duration(i).String() + ": emial, ")
	}
	return b.String()
}
