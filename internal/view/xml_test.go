package view

import (
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// outcomes runs documents through one set of rules, at every split.
func outcomes(t *testing.T, rules []rule, limits jsonpath.Limits, tests map[string]struct{ body, want, fails string }) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := everySplit(t, func() Filter { return NewXML(jobOf(t, rules, limits)) }, []byte(test.body))
			switch {
			case test.fails != "":
				if err == nil || err.Error() != test.fails {
					t.Errorf("error %v, want %s", err, test.fails)
				}
			case err != nil:
				t.Error(err)
			case string(got) != test.want:
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestXMLPlaces(t *testing.T) {
	t.Parallel()
	rules := []rule{
		{path: "$..gone", do: jsonpath.Remove},
		{path: "$..['@gone']", do: jsonpath.Remove},
		{path: "$..x", do: jsonpath.Hold, with: `"<&>\u0000\r\ud83d\ude00"`},
		{path: "$..['@x']", do: jsonpath.Replace, with: `"'\"<\n"`},
		{path: "$..none", do: jsonpath.Replace, with: "null"},
		{path: "$..list", do: jsonpath.Replace, with: "[ ]"},
		{path: "$..n", do: jsonpath.Replace, with: `12`},
		{path: "$..json", do: jsonpath.Replace, with: `{"a":[1]}`},
		{path: "$..t['#text']", do: jsonpath.Hold, with: `"*"`},
		{path: "$..u['#text']", do: jsonpath.Remove},
	}
	outcomes(t, rules, jsonpath.Limits{}, map[string]struct{ body, want, fails string }{
		"untouched":            {"\xef\xbb\xbf<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\n<!-- a --><?p q?><a b = 'c'\n d=\"\" >t<![CDATA[<]]>&amp;<b/> <c ></c\t></a>\r\n<!---->\n", "\xef\xbb\xbf<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\n<!-- a --><?p q?><a b = 'c'\n d=\"\" >t<![CDATA[<]]>&amp;<b/> <c ></c\t></a>\r\n<!---->\n", ""},
		"element":              {"<a>\n  <b/>\n  <gone p='1'>\n<q>t</q></gone>\n  <c/>\n</a>", "<a>\n  <b/>\n  <c/>\n</a>", ""},
		"all elements":         {"<a>\n  <gone/>\n  <gone>1</gone>\n</a>", "<a>\n</a>", ""},
		"namespaces":           {"<s:a xmlns:s='u'><s:gone/><gone xmlns='v'/><s:x xmlns:y='w'>1</s:x></s:a>", "<s:a xmlns:s='u'><s:x xmlns:y='w'>&lt;&amp;&gt;\uFFFD&#13;😀</s:x></s:a>", ""},
		"attribute":            {"<a gone='1' b='2' \n gone2='3'\n\tx='4'/>", "<a b='2' \n gone2='3'\n\tx='&#39;&#34;&lt;&#10;'/>", ""},
		"attribute prefix":     {"<a xmlns:s='u' s:gone='1' gone='2'>t</a>", "<a xmlns:s='u'>t</a>", ""},
		"text":                 {"<a><x>1</x><x/><x></x></a>", "<a><x>&lt;&amp;&gt;\uFFFD&#13;😀</x><x>&lt;&amp;&gt;\uFFFD&#13;😀</x><x>&lt;&amp;&gt;\uFFFD&#13;😀</x></a>", ""},
		"object":               {"<a><n p='1' xmlns='u' q='2' /><n p='1' >t<b/>u</n ></a>", "<a><n xmlns='u'>12</n><n >12</n ></a>", ""},
		"nothing":              {"<a><none p='1'>t</none><none/><none p='' /><list><b/></list></a>", "<a><none></none><none/><none /><list></list></a>", ""},
		"other JSON":           {"<a><json/></a>", "<a><json>{\"a\":[1]}</json></a>", ""},
		"run":                  {"<a><t p='1'>ab<!-- c -->d<![CDATA[e]]></t><t>ab</t><t> <b/> ab <b/>\n</t></a>", "<a><t p='1'>*</t><t>ab</t><t> <b/>*<b/>\n</t></a>", ""},
		"run removed":          {"<a><u p='1'>\nab\n</u><u>ab<b/></u><u>ab<?c?>d<b/></u></a>", "<a><u p='1'></u><u><b/></u><u><?c?><b/></u></a>", ""},
		"two runs":             {"<a>b<gone/>c<gone/> <gone/><d/>e<gone/><gone/></a>", "<a>b<?removed?>c<?removed?><d/>e</a>", ""},
		"two runs and space":   {"<a>b <gone>t</gone> <c/>d<gone/><!-- e --><f/></a>", "<a>b <?removed?> <c/>d<?removed?><!-- e --><f/></a>", ""},
		"root":                 {"<gone p='1'>\n<a>t</a></gone>\n", "<gone></gone>\n", ""},
		"root without content": {"<gone xmlns='u' p='1'/>", "<gone xmlns='u'/>", ""},
		"root replaced":        {"<x p='1'/>", "<x>&lt;&amp;&gt;\uFFFD&#13;😀</x>", ""},
		"depth":                {"<a><a><a><gone><a/></gone></a></a></a>", "<a><a><a></a></a></a>", ""},
		"within":               {"<a><gone><gone/>t<t>u</t><x/></gone>v<b/></a>", "<a>v<b/></a>", ""},
	})
}

// The view tells what receivers read.
func TestXMLView(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<a/>":           `{"a":""}`,
		"<a></a>":        `{"a":""}`,
		"<a> \n</a>":     `{"a":" \n"}`,
		"<a b='1'/>":     `{"a":{"@b":"1"}}`,
		"<a b='1'> </a>": `{"a":{"@b":"1"}}`,
		"<a xmlns='u' xmlns:p='v' p:b='1'><p:c/></a>":           `{"a":{"@b":"1","c":""}}`,
		"<a>t<b/>u\r<b>v</b>\r\n</a>":                           `{"a":{"#text":"t","b":"","#text":"u\n","b":"v"}}`,
		"<a>\r\n\"\\\t&#13;&#x1F600;&lt;]]&gt;é</a>":            `{"a":"\n\"\\\t\r😀<]]>é"}`,
		"<a b='\t\r\n \"&#10;]]>' xml:lang=\"'\"/>":             `{"a":{"@b":"   \"\n]]>","@lang":"'"}}`,
		"<a>b<![CDATA[]]]]><![CDATA[>&lt;\r\n]]>c<!--d-->e</a>": `{"a":"b]]>&lt;\nce"}`,
		"<a><b/> <![CDATA[]]> </a>":                             `{"a":{"b":"","#text":"  "}}`,
		"<a><b/> <!--c--> d<!--e-->f <?g?> h</a>":               `{"a":{"b":"","#text":" df ","#text":" h"}}`,
		"<a>]]<!-- -->><?b?>c</a>":                              `{"a":"]]>c"}`,
		"<é·>]</é·>":                                            `{"é·":"]"}`,
	} {
		job := jobOf(t, []rule{{path: "$", do: jsonpath.Hold, with: "descend"}}, jsonpath.Limits{})
		got, err := everySplit(t, func() Filter { job.Visitor.(*rulebook).seen = nil; return NewXML(job) }, []byte(body))
		if err != nil || string(got) != body {
			t.Errorf("%q came out as %q, %v", body, got, err)
		}
		if seen := job.Visitor.(*rulebook).seen; len(seen) != 1 || !sameJSON(seen[0], want) {
			t.Errorf("%q is seen as %s, want %s", body, seen, want)
		}
	}
}

func TestXMLRefuses(t *testing.T) {
	t.Parallel()
	const malformed = "XML malformed at byte "
	tests := map[string]struct{ body, want, fails string }{}
	for body, fails := range map[string]string{
		"":                             "XML truncated at byte 0",
		" ":                            "XML truncated at byte 1",
		"<a>":                          "XML truncated at byte 3",
		"<a/><!--":                     "XML truncated at byte 8",
		"<a>&am":                       "XML truncated at byte 6",
		"\xff\xfe<\x00":                "XML not UTF-8 at byte 0",
		"\x00<":                        "XML not UTF-8 at byte 0",
		"<\x00a\x00>\x00":              malformed + "1: no name",
		"a":                            malformed + "0: text outside of the root element",
		"<a/>b":                        malformed + "4: text outside of the root element",
		"<a/><![CDATA[]]>":             malformed + "4: text outside of the root element",
		"<a/><b/>":                     malformed + "4: a second root element",
		"</a>":                         malformed + "0: an end tag outside of the root element",
		"<a></b>":                      malformed + "3: an end tag of another element",
		"<a></ab>":                     malformed + "3: an end tag of another element",
		"<a></a b>":                    malformed + "3: an end tag of another element",
		"<a xmlns:p='u'><p:b></b></a>": malformed + "20: an end tag of another element",
		"<1/>":                         malformed + "1: no name",
		"<a\u037e/>":                   malformed + "2: no name",
		"<a b/>":                       malformed + "4: an attribute without a value",
		"<a b=c/>":                     malformed + "5: a value without quotes",
		"<a b='c'd='e'/>":              malformed + "8: no white space before an attribute",
		"<a b='1' b='2'/>":             malformed + "9: a repeated attribute",
		"<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>": malformed + "34: a repeated attribute",
		"<a xmlns:p='u' xmlns:p='v'/>":               malformed + "15: a repeated attribute",
		"<a b='<'/>":                                 malformed + "6: a tag within a value",
		"<a b<c/>":                                   malformed + "4: a tag within a tag",
		"<a / >":                                     malformed + "3: no tag",
		"<p:a/>":                                     malformed + "1: an undeclared prefix",
		"<a p:b=''/>":                                malformed + "3: an undeclared prefix",
		"<xmlns:a/>":                                 malformed + "1: an undeclared prefix",
		"<a><b xmlns:p='u'/><p:b/></a>":              malformed + "20: an undeclared prefix",
		"<a:b:c xmlns:a='u'/>":                       malformed + "4: no white space before an attribute",
		"<a: xmlns:a='u'/>":                          malformed + "3: no name",
		"<a xmlns:p=''/>":                            malformed + "3: a prefix bound to nothing",
		"<a xmlns:xml='u'/>":                         malformed + "3: a reserved namespace",
		"<a xmlns='http://www.w3.org/2000/xmlns/'/>": malformed + "3: a reserved namespace",
		"<!DOCTYPE a><a/>":                           malformed + "0: a DTD",
		"<a><!ELEMENT a ANY></a>":                    malformed + "3: a DTD",
		"<a>&nbsp;</a>":                              malformed + "3: a reference to what is not defined",
		"<a>&#0;</a>":                                malformed + "3: a reference to what is not defined",
		"<a>&#xD800;</a>":                            malformed + "3: a reference to what is not defined",
		"<a>&#X41;</a>":                              malformed + "3: a reference to what is not defined",
		"<a>& </a>":                                  malformed + "3: a reference to what is not defined",
		"<a b='&'/>":                                 malformed + "6: a reference to what is not defined",
		"<a>]]></a>":                                 malformed + "5: the end of a section outside of one",
		"<a>\x01</a>":                                malformed + "3: a character that XML does not allow",
		"<a>\uffff</a>":                              malformed + "3: a character that XML does not allow",
		"<!--\x00--><a/>":                            malformed + "4: a character that XML does not allow",
		"<a>\xc3</a>":                                "XML not UTF-8 at byte 3",
		"<a b='\xed\xa0\x80'/>":                      "XML not UTF-8 at byte 6",
		"<!-- -- --><a/>":                            malformed + "5: two hyphens within a comment",
		"<!-- ---><a/>":                              malformed + "5: two hyphens within a comment",
		" <?xml version='1.0'?><a/>":                 malformed + "1: a processing instruction without a target of its own",
		"<?XML version='1.0'?><a/>":                  malformed + "0: a processing instruction without a target of its own",
		"<? a?><a/>":                                 malformed + "0: a processing instruction without a target of its own",
		"<?a?b?><a/>":                                malformed + "0: a processing instruction without a target of its own",
		"<?xml version='1.1'?><a/>":                  malformed + "0: a version other than 1.0",
		"<?xml version='1.0' encoding='utf-16'?><a/>":       malformed + "0: an encoding other than UTF-8",
		"<?xml encoding='utf-8'?><a/>":                      malformed + "0: no XML declaration",
		"<?xml version='1.0'encoding='utf-8'?><a/>":         malformed + "0: no XML declaration",
		"<?xml version='1.0' standalone='maybe'?><a/>":      malformed + "0: no XML declaration",
		"<?xml version='1.0' encoding='us-ascii'?><é/>":     "XML malformed at byte 42: no name",
		"<?xml version='1.0' encoding='us-ascii'?><a>é</a>": "XML not UTF-8 at byte 44",
	} {
		tests[body] = struct{ body, want, fails string }{body, "", fails}
	}
	outcomes(t, []rule{{path: "$..gone", do: jsonpath.Remove}}, jsonpath.Limits{}, tests)
}

func TestPlainEnd(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for at := range 20 {
			text := []byte("01234567890123456789")
			text[at] = byte(c)
			want := len(text)
			if bytesOf[byte(c)]&textByte == 0 {
				want = at
			}
			if got := plainEnd(text, 0); got != want {
				t.Errorf("byte %#x at %d: %d, want %d", c, at, got, want)
			}
		}
	}
}
