package jsonpath

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query, normalized string
		singular          bool
	}{
		{"$", "$", true},
		{"$.a.b", "$['a']['b']", true},
		{`$["a"] [ 'b' ][0][-1]`, "$['a']['b'][0][-1]", true},
		{"$..a", "$..['a']", false},
		{"$.*", "$[*]", false},
		{"$..[*]", "$..[*]", false},
		{"$[1:2]", "$[1:2]", false},
		{"$[ : : -1 ]", "$[::-1]", false},
		{"$[1:2:1]", "$[1:2]", false},
		{"$[::0]", "$[::0]", false},
		{"$['a','b']", "$['a','b']", false},
		{`$["\u0041\uD834\uDD1E\/\"'\\\n\u0001"]`, `$['A𝄞/"\'\\\n\u0001']`, true},
		{"$.日本_1", "$['日本_1']", true},
		{"$[9007199254740991]", "$[9007199254740991]", true},
		{"$..location['lat','lon']", "$..['location']['lat','lon']", false},
	}
	for _, test := range tests {
		p, err := Parse(test.query)
		if err != nil {
			t.Errorf("%s: %v", test.query, err)
			continue
		}
		if p.String() != test.query || p.Normalized() != test.normalized || p.Singular() != test.singular {
			t.Errorf("%s: %s, %s, singular %t", test.query, p, p.Normalized(), p.Singular())
		}
		again, err := Parse(p.Normalized())
		if err != nil || again.Normalized() != p.Normalized() {
			t.Errorf("%s: normalized text does not come back: %v", test.query, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query  string
		offset int
		msg    string
	}{
		{"", 0, "query does not begin with the root; begin with $"},
		{"a", 0, "query does not begin with the root; begin with $"},
		{"$ ", 1, "white space after the query; end without it"},
		{"$a", 1, "no segment begins here; write .name, ..name or [selector]"},
		{"$.", 2, "no name after the dot; write a name, * or, for other characters, ['name']"},
		{"$.1", 2, "no name after the dot; write a name, * or, for other characters, ['name']"},
		{"$...a", 3, "no name after the dot; write a name, * or, for other characters, ['name']"},
		{"$.x-y", 3, "no segment begins here; write .name, ..name or [selector]"},
		{"$[]", 2, "no selector here; write 'name', *, an index, a slice or ?filter"},
		{"$[a]", 2, "no selector here; write 'name', *, an index, a slice or ?filter"},
		{"$[0", 3, "selector is not closed; write , and another selector, or ]"},
		{"$[-]", 3, "no digit after the sign; write an integer"},
		{"$[01]", 2, "integer with a leading zero or a negative zero; write 0 or begin with 1 to 9"},
		{"$[1:-0]", 4, "integer with a leading zero or a negative zero; write 0 or begin with 1 to 9"},
		{"$[9007199254740992]", 2, "integer out of range; stay within -(2^53-1) and 2^53-1"},
		{"$['a", 2, "name is not closed; end it with the quote it begins with"},
		{"$['a\n']", 4, "control character in a name; write it as an escape, such as \\n or \\u000a"},
		{`$['a\x']`, 4, `unknown escape; write \b \f \n \r \t \/ \\ \uXXXX or the escaped quote`},
		{`$['a\`, 4, `unknown escape; write \b \f \n \r \t \/ \\ \uXXXX or the escaped quote`},
		{`$['\ud800']`, 3, `broken \u escape; write four hex digits, and a high surrogate with its low one`},
		{`$['\u00']`, 3, `broken \u escape; write four hex digits, and a high surrogate with its low one`},
		{"$.a\xff", 3, "query is not UTF-8; write it in UTF-8"},
	}
	for _, test := range tests {
		_, err := Parse(test.query)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != test.offset || syntax.Msg != test.msg {
			t.Errorf("%q: %v; want byte %d: %s", test.query, err, test.offset, test.msg)
		}
	}
}

func TestZeroPath(t *testing.T) {
	t.Parallel()
	var p Path
	if _, ok := p.Lookup([]byte(`1`)); ok || p.Singular() || p.String() != "" || p.Normalized() != "" {
		t.Error("the zero path selects")
	}
	out, err := run(Compile([]Path{p}), remover{}, []byte(`{"a":1}`), []int{7})
	if err != nil || string(out) != `{"a":1}` {
		t.Errorf("the zero path edits: %q, %v", out, err)
	}
}
