package markup

import (
	"strings"
	"testing"
)

// references are cases of sections 13.2.5.72 to 80. Where value is empty, an attribute has the same.
var references = []struct{ raw, text, value string }{
	{"", "", ""},
	{"no reference", "no reference", ""},
	{"&", "&", ""},
	{"&&amp;&", "&&&", ""},
	{"a &amp; b", "a & b", ""},
	{"&amp", "&", ""},
	{"&ampx", "&x", "&ampx"},
	{"&amp=", "&=", "&amp="},
	{"&amp,", "&,", ""},
	{"&amp;x", "&x", ""},
	{"&amp;=", "&=", ""},
	{"&amp;amp;", "&amp;", ""},
	{"&AMP;&Amp;", "&&Amp;", ""},
	{"&notit;", "¬it;", "&notit;"},
	{"&notin;", "∉", ""},
	{"&notin", "¬in", "&notin"},
	{"&not;in;", "¬in;", ""},
	{"?a=1&copy=2&reg=3", "?a=1©=2®=3", "?a=1&copy=2&reg=3"},
	{"?a=1&b=2&utm_source=x", "?a=1&b=2&utm_source=x", ""},
	{"&lang=en", "&lang=en", ""},
	{"&lang;", "⟨", ""},
	{"&acE;", "∾̳", ""},
	{"&NewLine;&Tab;", "\n\t", ""},
	{"&colon;&sol;&sol;", "://", ""},
	{"&CounterClockwiseContourIntegral;", "∳", ""},
	{"&CounterClockwiseContourIntegra;", "&CounterClockwiseContourIntegra;", ""},
	{"&CounterClockwiseContourIntegralx;", "&CounterClockwiseContourIntegralx;", ""},
	{"&unknown;", "&unknown;", ""},
	{"&frac12&frac34;", "½¾", ""},
	{"&sup1x", "¹x", "&sup1x"},
	{"&1;", "&1;", ""},
	{"& amp;", "& amp;", ""},
	{"&am\x00p;", "&am\x00p;", ""},
	{"&gt1", ">1", "&gt1"},
	{"&lt<", "<<", ""},
	{"&lt\"", "<\"", ""},
	{"&#", "&#", ""},
	{"&#;", "&#;", ""},
	{"&#x", "&#x", ""},
	{"&#x;", "&#x;", ""},
	{"&#xg;", "&#xg;", ""},
	{"&#a;", "&#a;", ""},
	{"&#65", "A", ""},
	{"&#65;", "A", ""},
	{"&#65b", "Ab", ""},
	{"&#65=", "A=", ""},
	{"&#9", "\t", ""},
	{"&#x41;&#X41&#x00000000000000041;", "AAA", ""},
	{"&#x68&#x74&#x74&#x70", "http", ""},
	{"&#0;", "\uFFFD", ""},
	{"&#x110000;", "\uFFFD", ""},
	{"&#x10FFFF;", "\U0010FFFF", ""},
	{"&#xD800;&#xDFFF;", "\uFFFD\uFFFD", ""},
	{"&#xFFFE;", "\uFFFE", ""},
	{"&#99999999999999999999;", "\uFFFD", ""},
	{"&#4294967361;", "\uFFFD", ""},
	{"&#13;", "\r", ""},
	{"&#x80;&#x81;&#x9F;", "€\u0081Ÿ", ""},
	{"&#xA0;", "\u00A0", ""},
	{"&#x1F600;", "😀", ""},
}

func TestAppendDecoded(t *testing.T) {
	t.Parallel()
	for _, test := range references {
		if test.value == "" {
			test.value = test.text
		}
		if got := decode(test.raw, false); got != test.text {
			t.Errorf("%q in text: %q, want %q", test.raw, got, test.text)
		}
		if got := decode(test.raw, true); got != test.value {
			t.Errorf("%q in a value: %q, want %q", test.raw, got, test.value)
		}
	}
}

// The bounds on names are those of the list, and every name in it decodes to itself.
func TestEntities(t *testing.T) {
	t.Parallel()
	if n := len(named()); n != 2231 {
		t.Errorf("%d names", n)
	}
	for name, chars := range named() {
		plain, semicolon := strings.CutSuffix(name, ";")
		if len(plain) > longestName || !semicolon && len(plain) > longestLegacy || len(plain) < shortest {
			t.Errorf("%q is out of bounds", name)
		}
		for _, c := range []byte(plain) {
			if !is(c, isLetter|isDigit) {
				t.Errorf("%q has a %q", name, c)
			}
		}
		if got := decode("&"+name, true); got != chars {
			t.Errorf("%q: %q, want %q", name, got, chars)
		}
	}
}

func TestDecodedAllocations(t *testing.T) {
	raw := []byte("https://tracker.example/?a=1&amp;b=2&utm_source=x&#38;copy=3&copy;&notit;")
	var dst []byte
	run := func() { dst = AppendDecoded(dst[:0], raw, true) }
	run()
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
