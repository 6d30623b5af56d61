package view

import (
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// trial is a body with what should come of it: the bytes that go out, or the error.
type trial struct{ body, want, fails string }

// try filters the body of each trial at all kinds of splits.
func try(t *testing.T, trials map[string]trial, begin func() Filter) {
	t.Helper()
	for name, c := range trials {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := everySplit(t, begin, []byte(c.body))
			switch {
			case c.fails != "":
				if err == nil || err.Error() != c.fails {
					t.Errorf("error %v, want %s", err, c.fails)
				}
			case err != nil:
				t.Error(err)
			case string(got) != c.want:
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	rules := []rule{
		{path: "$.phone", do: jsonpath.Remove},
		{path: "$['contact[mail]']", do: jsonpath.Hold, with: `"ä b&\u00e9*"`},
		{path: "$.n", do: jsonpath.Replace, with: "1.50"},
		{path: "$.none", do: jsonpath.Replace, with: "null"},
		{path: "$.same", do: jsonpath.Replace, with: `"a b"`},
		{path: "$['']", do: jsonpath.Remove},
	}
	const semicolon = "a bare semicolon, which some take for a separator"
	try(t, map[string]trial{
		"untouched":        {"a=1&b=%41+b&c&=&d==", "a=1&b=%41+b&c&d==", ""},
		"removed first":    {"phone=1&a=2", "a=2", ""},
		"removed between":  {"a=1&phone=2&b=3", "a=1&b=3", ""},
		"removed last":     {"a=1&phone=2", "a=1", ""},
		"removed all":      {"phone=1&phone&ph%6fne=", "", ""},
		"empty pairs":      {"&&a=1&&phone=1&&b=2&", "&&a=1&&&b=2&", ""},
		"only empty pairs": {"&&", "&&", ""},
		"empty pair stays": {"phone=1&", "", ""},
		"bracketed name":   {"contact[mail]=x&contact%5Bmail%5D=y", "contact[mail]=%C3%A4+b%26%C3%A9*&contact%5Bmail%5D=%C3%A4+b%26%C3%A9*", ""},
		"number":           {"n=12&n", "n=1.50&n=1.50", ""},
		"null":             {"none=12&none", "none=&none", ""},
		"same text":        {"same=a%20b&same=%61+b", "same=a%20b&same=%61+b", ""},
		"empty name":       {"=x&a=1&", "a=1&", ""},
		"mark":             {"\xEF\xBB\xBFphone=1&a=1", "\xEF\xBB\xBFa=1", ""},
		"no mark":          {"\xEF\xBB\x80=1&a=1", "\xEF\xBB\x80=1&a=1", ""},
		"mark within":      {"phone=1&\xEF\xBB\xBFphone=1", "", "form malformed at byte 8: a byte order mark that may come to stand at the begin"},
		"line break":       {"a=1\r\n&phone=2", "a=1\r\n", ""},
		"raw text":         {"ä=ö&phone=ü", "ä=ö", ""},
		"semicolon":        {"a=1;phone=2", "", "form malformed at byte 3: " + semicolon},
		"semicolon, name":  {"a=1&;phone=2", "", "form malformed at byte 4: " + semicolon},
		"escape cut":       {"a=1&b=%4", "", "form malformed at byte 6: broken escape"},
		"escape no hex":    {"a=1&%zzb=4&c=1", "", "form malformed at byte 4: broken escape"},
		"NUL":              {"a=\x00", "", "form malformed at byte 2: NUL"},
		"NUL escaped":      {"a=b&c%00=1", "", "form malformed at byte 5: NUL"},
		"not UTF-8":        {"a=b&c=d%ff", "", "form not UTF-8 at byte 6"},
		"half a character": {"a=%C3&c=%A4", "", "form not UTF-8 at byte 2"},
		"long pair":        {"a=1&b=" + strings.Repeat("x", 200), "", "form value too large to hold at byte 4"},
		"long name":        {"a=1&" + strings.Repeat("x", 200) + "=1&a=1", "", "form value too large to hold at byte 4"},
		"many pairs":       {strings.Repeat("a=1&", 200), strings.Repeat("a=1&", 200), ""},
	}, func() Filter { return NewForm(jobOf(t, rules, jsonpath.Limits{Held: 100})) })
}

func TestWholeForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules []rule
		trial
	}{
		"removed":          {[]rule{{path: "$", do: jsonpath.Remove}}, trial{"a=1&b=2", "", ""}},
		"still read":       {[]rule{{path: "$", do: jsonpath.Remove}}, trial{"a=1&b=2;", "", "form malformed at byte 7: a bare semicolon, which some take for a separator"}},
		"replaced":         {[]rule{{path: "$", do: jsonpath.Replace, with: "{}"}}, trial{"a=1&b=2", "", ""}},
		"held, removed":    {[]rule{{path: "$", do: jsonpath.Hold}}, trial{"a=1&&b=2", "", ""}},
		"held, kept":       {[]rule{{path: "$", do: jsonpath.Hold, with: "descend"}, {path: "$.b", do: jsonpath.Remove}}, trial{"a=1&&b=2&c=3&", "a=1&&c=3&", ""}},
		"held, too large":  {[]rule{{path: "$", do: jsonpath.Hold, with: "descend"}}, trial{strings.Repeat("a=1&", 20), "", "form value too large to hold at byte 0"}},
		"held, escapes":    {[]rule{{path: "$", do: jsonpath.Hold, with: "descend"}}, trial{"a=" + strings.Repeat("%41", 20) + "&b=" + strings.Repeat("%41", 20), "", "form value too large to hold at byte 0"}},
		"held, only marks": {[]rule{{path: "$", do: jsonpath.Hold, with: "descend"}}, trial{strings.Repeat("&", 200), strings.Repeat("&", 200), ""}},
	} {
		try(t, map[string]trial{name: c.trial}, func() Filter { return NewForm(jobOf(t, c.rules, jsonpath.Limits{Held: 100})) })
	}
}

func TestFormTellsWhatItHolds(t *testing.T) {
	t.Parallel()
	job := jobOf(t, []rule{{path: "$", do: jsonpath.Hold, with: "descend"}}, jsonpath.Limits{})
	if _, err := feed(NewForm(job), []byte("a=%22x+%5C&b&=%0a&a=\t\x01%F0%9F%98%80")); err != nil {
		t.Fatal(err)
	}
	const want = `{"a":"\"x \\","b":"","":"\n","a":"\t\u0001😀"}`
	if got := job.Visitor.(*rulebook).seen; len(got) != 1 || got[0] != want {
		t.Errorf("the view is %q, want %q", got, want)
	}
}
