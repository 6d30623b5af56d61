package view

import (
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// verdicts is a table of bodies of one format, and what rules make of them.
type verdicts map[string]struct{ body, want, fails string }

func (table verdicts) run(t *testing.T, begin func() Filter) {
	t.Helper()
	for name, test := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := everySplit(t, begin, []byte(test.body))
			switch {
			case test.fails != "":
				if err == nil || err.Error() != test.fails {
					t.Errorf("error %v, want %s", err, test.fails)
				}
			case err != nil:
				t.Error(err)
			case string(got) != test.want:
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// documentRules act on a phone, a mail and a whole document that is blocked.
func documentRules() []rule {
	return []rule{
		{path: "$.phone", do: jsonpath.Remove},
		{path: "$.mail", do: jsonpath.Hold, with: `"x"`},
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	verdicts{
		"each line":        {"{\"phone\":1,\"a\":2}\n{\"a\":3,\"phone\":4}\n", "{\"a\":2}\n{\"a\":3}\n", ""},
		"no last line end": {"{\"mail\":\"a\"}\n{\"mail\":\"b\"}", "{\"mail\":\"x\"}\n{\"mail\":\"x\"}", ""},
		"blank lines":      {"\n \r\n{\"a\": 1 }\r\n\n", "\n \r\n{\"a\": 1 }\r\n\n", ""},
		"scalars":          {"1\n\"a\"\nnull\n", "1\n\"a\"\nnull\n", ""},
		"nothing":          {"", "", ""},
		"malformed":        {"{\"a\":1}\n{\"a\":}\n", "", "NDJSON malformed at byte 13"},
		"cut off":          {"{\"a\":1}\n{\"a\":1", "", "NDJSON truncated at byte 14"},
		"two on a line":    {"{} {}\n", "", "NDJSON malformed at byte 3"},
	}.run(t, func() Filter { return NewLines(jobOf(t, documentRules(), jsonpath.Limits{})) })
}

func TestSequence(t *testing.T) {
	t.Parallel()
	verdicts{
		"each record":         {"\x1e{\"phone\":1,\"a\":2}\n\x1e {\"mail\":\"a\"}\n", "\x1e{\"a\":2}\n\x1e {\"mail\":\"x\"}\n", ""},
		"records of nothing":  {"\x1e\x1e\n\x1e{}\n", "\x1e\x1e\n\x1e{}\n", ""},
		"a number that ended": {"\x1e12\n\x1etrue\n", "\x1e12\n\x1etrue\n", ""},
		"a number cut off":    {"\x1e12\x1etrue\n", "", "JSON sequence truncated at byte 3"},
		"a word cut off":      {"\x1etrue", "", "JSON sequence truncated at byte 5"},
		"no separator":        {"{}\n", "", "JSON sequence malformed at byte 0: no record separator stands before the first document"},
		"malformed":           {"\x1e{}\n\x1e{]\n", "", "JSON sequence malformed at byte 6"},
		"nothing":             {"", "", ""},
	}.run(t, func() Filter { return NewSequence(jobOf(t, documentRules(), jsonpath.Limits{})) })
}

func TestRemovedDocumentsLeaveNothing(t *testing.T) {
	t.Parallel()
	// A document is held; what is 7 is let through.
	blocked := func() Job {
		job := jobOf(t, []rule{{path: "$", do: jsonpath.Hold}}, jsonpath.Limits{})
		job.Visitor = seven{}
		return job
	}
	verdicts{
		"lines": {"1\n 7\n{\"a\":[1]} \r\n\n7", " 7\n\n7", ""},
	}.run(t, func() Filter { return NewLines(blocked()) })
	verdicts{
		"records": {"\x1e1\n\x1e7\n\x1e[2]\n", "\x1e7\n", ""},
	}.run(t, func() Filter { return NewSequence(blocked()) })
	verdicts{
		"events": {"id: 1\ndata: 1\n\ndata: 7\n\n:c\n\ndata: 2\r\n\r\n", "data: 7\n\n:c\n\n", ""},
	}.run(t, func() Filter { return NewEvents(blocked()) })
}

// seven removes every document but the number.
type seven struct{}

func (seven) Visit(jsonpath.Place) jsonpath.Verdict { return jsonpath.Verdict{Do: jsonpath.Hold} }
func (seven) Leave(jsonpath.Place)                  {}
func (seven) Held(_ jsonpath.Place, value []byte) jsonpath.Verdict {
	if string(value) == "7" {
		return jsonpath.Verdict{Do: jsonpath.Descend}
	}
	return jsonpath.Verdict{Do: jsonpath.Remove}
}

func TestGuarded(t *testing.T) {
	t.Parallel()
	verdicts{
		"a prefix":            {")]}'\n{\"phone\":1,\"a\":2}", ")]}'\n{\"a\":2}", ""},
		"with a comma":        {")]}',\n{\"mail\":\"a\"}", ")]}',\n{\"mail\":\"x\"}", ""},
		"a loop":              {"for (;;);{\"phone\":1}", "for (;;);{}", ""},
		"behind a mark":       {"\xef\xbb\xbf)]}'\n{\"phone\":1}", "\xef\xbb\xbf)]}'\n{}", ""},
		"none":                {"{\"phone\":1}", "{}", ""},
		"none behind a mark":  {"\xef\xbb\xbf{\"phone\":1}", "\xef\xbb\xbf{}", ""},
		"a word":              {"false", "false", ""},
		"malformed behind it": {")]}'\n{]", "", "JSON malformed at byte 6"},
		"unknown":             {")]}{\"phone\":1}", "", "JSON malformed at byte 0"},
		"part of one":         {")]", "", "JSON malformed at byte 0"},
		"nothing behind it":   {")]}'\n", "", "JSON truncated at byte 5"},
	}.run(t, func() Filter {
		job := jobOf(t, documentRules(), jsonpath.Limits{})
		return NewGuarded(jsonpath.NewEditor(job.Set, job.Visitor, job.Limits))
	})
}

func TestPadded(t *testing.T) {
	t.Parallel()
	const notACall = "JSONP malformed at byte 0: the script is no call of a function with a document"
	verdicts{
		"a call":             {"cb({\"phone\":1,\"a\":2});", "cb({\"a\":2});", ""},
		"guarded":            {"/**/ typeof a.b === 'function' && a.b({\"mail\":\"a\"});\n", "/**/ typeof a.b === 'function' && a.b({\"mail\":\"x\"});\n", ""},
		"brackets in text":   {"jQuery[0] ( [\"a);\"] ) ; \n", "jQuery[0] ( [\"a);\"] ) ; \n", ""},
		"no call":            {"var a = {\"phone\":1};", "", notACall},
		"another is tested":  {"typeof a === 'function' && b({})", "", notACall},
		"two documents":      {"cb({},{});", "", "JSONP malformed at byte 5"},
		"two calls":          {"cb({});cb({\"phone\":1});", "", "JSONP malformed at byte 5"},
		"code behind it":     {"cb({}).then(1);", "", "JSONP malformed at byte 5"},
		"no end":             {"cb({}", "", "JSONP truncated at byte 3: the call does not end"},
		"an object of words": {"cb({a:1})", "", "JSONP malformed at byte 4"},
		"nothing":            {"cb", "", notACall},
	}.run(t, func() Filter { return NewPadded(jobOf(t, documentRules(), jsonpath.Limits{}), nil) })
	verdicts{
		"one that is looked for": {"cb({\"phone\":1});", "cb({});", ""},
		"another":                {"define([\"a\"],function(){});", "define([\"a\"],function(){});", ""},
		"no call":                {"var a = cb({\"phone\":1});", "var a = cb({\"phone\":1});", ""},
		"a beginning":            {"cb", "cb", ""},
	}.run(t, func() Filter { return NewPadded(jobOf(t, documentRules(), jsonpath.Limits{}), []string{"cb"}) })
}
