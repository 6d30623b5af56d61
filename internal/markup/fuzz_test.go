package markup

import (
	stdhtml "html"
	"strings"
	"testing"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/html"
)

func FuzzTokenizer(f *testing.F) {
	for _, test := range nasty {
		f.Add(test.input, test.cdata, uint64(1))
	}
	f.Add(string(shop()[:2000]), false, uint64(2))
	f.Fuzz(func(t *testing.T, input string, cdata bool, seed uint64) {
		tokens := checkSplits(t, input, cdata, seed)
		if !deviates(tokens) {
			checkAgainstNet(t, input, cdata, tokens)
		}
	})
}

// deviates knows where golang.org/x/net/html does not do as the standard says, other than in what checkAgainstNet leaves
// out of the comparison: in escaped script data, a < before anything but a letter or / ends the escape for it, where the
// standard's "script data escaped less-than sign state" goes on with it.
func deviates(tokens []token) bool {
	for _, tok := range tokens {
		if tok.kind != Raw {
			continue
		}
		_, rest, _ := strings.Cut(tok.raw, "<!--")
		for {
			var found bool
			if _, rest, found = strings.Cut(rest, "<"); !found {
				break
			}
			if rest != "" && rest[0] != '/' && !is(rest[0], isLetter) {
				return true
			}
		}
	}
	return false
}

// checkAgainstNet compares with golang.org/x/net/html what both tell. It drops repeated attributes, and thereby takes the
// / of a repeated one's bare value for that of a self-closing tag; it drops the attributes of end tags. It gives
// CDATA sections as text, </> as a comment, and no bytes of an unfinished tag.
func checkAgainstNet(t *testing.T, input string, cdata bool, tokens []token) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(input))
	z.AllowCDATA(cdata)
	for len(tokens) > 0 {
		want := tokens[0]
		tokens = tokens[1:]
		for isText(want.kind) && len(tokens) > 0 && isText(tokens[0].kind) {
			want.raw += tokens[0].raw
			tokens = tokens[1:]
		}
		kind := z.Next()
		raw := string(z.Raw())
		for isText(want.kind) && kind == html.TextToken && len(raw) < len(want.raw) {
			if kind = z.Next(); kind == html.TextToken {
				raw += string(z.Raw())
			}
		}
		if want.kind == Broken && want.raw != "</>" {
			if kind != html.ErrorToken {
				t.Fatalf("%q: x/net has a %v where %q is unfinished", input, kind, want.raw)
			}
			return
		}
		if raw != want.raw || kind != netKind(want) && (kind != html.SelfClosingTagToken || want.kind != StartTag) {
			t.Fatalf("%q: %v %q, x/net has %v %q", input, want.kind, want.raw, kind, raw)
		}
		if want.kind == StartTag || want.kind == EndTag {
			checkTagAgainstNet(t, z, kind, want)
		}
	}
	if kind := z.Next(); kind != html.ErrorToken {
		t.Fatalf("%q: x/net goes on with a %v", input, kind)
	}
}

func isText(k Kind) bool { return k == Text || k == Raw || k == CDATA }

func netKind(tok token) html.TokenType {
	switch tok.kind {
	case StartTag:
		return html.StartTagToken
	case EndTag:
		return html.EndTagToken
	case Comment, Broken:
		return html.CommentToken
	case Doctype:
		return html.DoctypeToken
	default:
		return html.TextToken
	}
}

func checkTagAgainstNet(t *testing.T, z *html.Tokenizer, kind html.TokenType, want token) {
	t.Helper()
	name, more := z.TagName()
	if string(name) != want.name {
		t.Fatalf("%q: name %q, x/net has %q", want.raw, want.name, name)
	}
	if want.kind == EndTag {
		return
	}
	seen := map[string]bool{}
	for _, a := range want.attrs {
		if seen[a.name] {
			continue
		}
		seen[a.name] = true
		if !more {
			t.Fatalf("%q: x/net has no %q", want.raw, a.name)
		}
		var key, value []byte
		key, value, more = z.TagAttr()
		plain := strings.ReplaceAll(strings.ReplaceAll(nulls(a.value), "\r\n", "\n"), "\r", "\n")
		if string(key) != a.name || !strings.Contains(a.value, "&") && string(value) != plain {
			t.Fatalf("%q: %q=%q, x/net has %q=%q", want.raw, a.name, a.value, key, value)
		}
	}
	if more || len(seen) == len(want.attrs) && (kind == html.SelfClosingTagToken) != want.selfClosing {
		t.Fatalf("%q: x/net has %v, and more attributes: %v", want.raw, kind, more)
	}
}

func FuzzDecoded(f *testing.F) {
	for _, test := range references {
		f.Add(test.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := decode(raw, false)
		if want := stdhtml.UnescapeString(raw); got != want && !numbersDeviate(raw) {
			t.Errorf("%q: %q, html has %q", raw, got, want)
		}
		value := decode(raw, true)
		if !strings.Contains(raw, "&") && (got != raw || value != raw) {
			t.Errorf("%q became %q and %q", raw, got, value)
		}
		if utf8.ValidString(raw) && (!utf8.ValidString(got) || !utf8.ValidString(value)) {
			t.Errorf("%q became %q and %q", raw, got, value)
		}
		if out := AppendDecoded([]byte("x"), []byte(raw), true); string(out) != "x"+value {
			t.Errorf("%q appended is %q", raw, out)
		}
	})
}

// numbersDeviate knows which numeric references package html reads otherwise: one decimal digit without a semicolon is
// none for it, &#x; is one, and it lets great numbers overflow.
func numbersDeviate(raw string) bool {
	for {
		var found bool
		if _, raw, found = strings.Cut(raw, "&#"); !found {
			return false
		}
		digits, shortest := isDigit, 2
		if raw != "" && lower(raw[0]) == 'x' {
			raw, digits, shortest = raw[1:], isHex, 1
		}
		n := 0
		for n < len(raw) && is(raw[n], digits) {
			n++
		}
		if n < shortest || n > 7 {
			return true
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, test := range urls {
		f.Add(test.ref, test.base)
	}
	f.Fuzz(func(t *testing.T, ref, base string) {
		var own *URL
		if base != "" {
			var p URLParser
			u, ok := p.Parse([]byte(base), nil)
			if !ok {
				return
			}
			own = &u
		}
		got := parsed(t, ref, own)
		if !shared(ref) || !shared(base) {
			return
		}
		var u *whatwg.Url
		var err error
		if own == nil {
			u, err = whatwg.Parse(ref)
		} else {
			u, err = whatwg.ParseRef(own.String(), ref)
		}
		if err != nil && (!isPlain([]byte(ref+"."+base)) || strings.Contains(ref+base, "%")) {
			return // it holds domains that are not ASCII to STD3 rules
		}
		if (err != nil || endsInNumber([]byte(u.Hostname()))) && strings.ContainsAny(ref+base, "+-%＋－﹢﹣⁺⁻₊₋") {
			return // it takes a sign for a part of a number
		}
		want := ""
		if err == nil {
			want = u.Href(false)
		}
		if got != want {
			t.Errorf("%q on %q: %q, whatwg-url has %q (%v)", ref, base, got, want, err)
		}
	})
}

// shared leaves out what whatwg-url does otherwise: in a host it takes what begins with more digits than an int64 has for a
// number, and it drops repeated brackets; it is older than ^ is in the path percent-encode set and than the %20 at the end
// of an opaque path, does not decode malformed UTF-8, and takes labels of any length.
func shared(s string) bool {
	digits := 0
	for i := range len(s) {
		if digits++; !is(s[i], isHex) {
			digits = 0
		}
		if digits == 16 {
			return false
		}
	}
	for label := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '.' || c == '/' || c == '\\' }) {
		if utf8.RuneCountInString(label) > longestLabel {
			return false
		}
	}
	repeated := strings.Count(s, "[") > 1 || strings.Count(s, "]") > 1
	return utf8.ValidString(s) && !repeated && !strings.ContainsAny(s, "^ \x00")
}
