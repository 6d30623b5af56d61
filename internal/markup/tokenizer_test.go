package markup

import (
	"fmt"
	"strings"
	"testing"
)

// show writes tokens in a line: kind and bytes, of tags the names and values instead.
func show(tokens []token) string {
	parts := make([]string, len(tokens))
	for i, tok := range tokens {
		switch tok.kind {
		case StartTag, EndTag:
			var b strings.Builder
			b.WriteString(map[Kind]string{StartTag: "<", EndTag: "</"}[tok.kind] + tok.name)
			for _, a := range tok.attrs {
				b.WriteString(" " + a.name)
				if a.hasValue {
					b.WriteString("=" + a.value)
				}
			}
			if tok.selfClosing {
				b.WriteString(" /")
			}
			parts[i] = b.String() + ">"
		case Comment:
			parts[i] = map[bool]string{false: "comment ", true: "bogus "}[tok.bogus] + tok.raw
		default:
			parts[i] = [...]string{Broken: "broken", Text: "text", Doctype: "doctype", Raw: "raw", CDATA: "cdata"}[tok.kind] + " " + tok.raw
		}
	}
	return strings.Join(parts, " | ")
}

// nasty is what those write who do not want their tags to be found.
var nasty = []struct {
	input string
	cdata bool
	want  string
}{
	{"", false, ""},
	{"plain", false, "text plain"},
	{"a<b>c</b>d", false, "text a | <b> | text c | </b> | text d"},
	// What is no tag.
	{"<", false, "text <"},
	{"</", false, "text </"},
	{"a < b", false, "text a < b"},
	{"<1>", false, "text <1>"},
	{"<<b>", false, "text < | <b>"},
	{"<\x00b>", false, "text <\x00b>"},
	{"< script>", false, "text < script>"},
	{"<é>", false, "text <é>"},
	{"</>x", false, "broken </> | text x"},
	{"</ b>x", false, "bogus </ b> | text x"},
	{"</1>", false, "bogus </1>"},
	{"</", true, "text </"},
	{"<!>x", false, "bogus <!> | text x"},
	{"<?>x", false, "bogus <?> | text x"},
	{"<?php \">\" ?>", false, "bogus <?php \"> | text \" ?>"},
	{"<!x>", false, "bogus <!x>"},
	{"<!", false, "bogus <!"},
	{"<?", false, "bogus <?"},
	{"</ ", false, "bogus </ "},
	// Unfinished tags.
	{"x<b", false, "text x | broken <b"},
	{"<b a=\">", false, "broken <b a=\">"},
	{"<b a='><c>", false, "broken <b a='><c>"},
	{"</b x", false, "broken </b x"},
	{"<b /", false, "broken <b /"},
	// Names.
	{"<SCRIPT></sCRIPT>", false, "<script> | </script>"},
	{"<a\x00B>", false, "<a\uFFFDb>"},
	{"<aÉ>", false, "<aÉ>"},
	{"<b\x0bc>", false, "<b\x0bc>"},
	{"<a<b>", false, "<a<b>"},
	{"<a\r\nb>", false, "<a b>"},
	{"<a\fb>", false, "<a b>"},
	{"<a/b>", false, "<a b>"},
	{"<br/>", false, "<br />"},
	{"<br / >", false, "<br>"},
	{"<br//>", false, "<br />"},
	{"<br /a/>", false, "<br a />"},
	{"</b/>", false, "</b />"},
	{"</b a=1 >", false, "</b a=1>"},
	{"<é", false, "text <é"},
	// Attributes.
	{`<a b=c d='e' f="g">`, false, "<a b=c d=e f=g>"},
	{`<a b="c"d='e'f>`, false, "<a b=c d=e f>"},
	{`<a b="c"/d>`, false, "<a b=c d>"},
	{`<a b = "c" d	=
e>`, false, "<a b=c d=e>"},
	{`<a b=>`, false, "<a b=>"},
	{`<a b= >`, false, "<a b=>"},
	{`<a b=/>`, false, "<a b=/>"},
	{`<a b=c/>`, false, "<a b=c/>"},
	{`<a b=c />`, false, "<a b=c />"},
	{`<a b/=c>`, false, "<a b =c>"},
	{`<a =>`, false, "<a =>"},
	{`<a ==b>`, false, "<a ==b>"},
	{`<a =b=c>`, false, "<a =b=c>"},
	{`<a b==c>`, false, "<a b==c>"},
	{`<a "b"='c'>`, false, `<a "b"=c>`},
	{`<a b'c"d<e=1>`, false, `<a b'c"d<e=1>`},
	{`<a b=c"d'e<f=g` + "`>", false, "<a b=c\"d'e<f=g`>"},
	{`<a b="c>d">`, false, "<a b=c>d>"},
	{`<a b="c'd" e='f"g'>`, false, `<a b=c'd e=f"g>`},
	{`<a b="" c=''>`, false, "<a b= c=>"},
	{"<a B\x00C=\x00>", false, "<a b\uFFFDc=\x00>"},
	{"<a b=1 B=2 b>", false, "<a b=1 b=2 b>"},
	{"<a b\n\n\n\n=\n\n\nc>", false, "<a b=c>"},
	{"<a b c>", false, "<a b c>"},
	{"<a b  c =d>", false, "<a b c=d>"},
	{"<a\tSRC\t=\t'x'\t>", false, "<a src=x>"},
	{"<a b=\"c\"=d>", false, "<a b=c =d>"},
	{"<a b='c' ='d'>", false, "<a b=c ='d'>"},
	{"<a b=\"&quot;\">", false, "<a b=&quot;>"},
	{"<a b=c\x00d e=\"\x00\">", false, "<a b=c\x00d e=\x00>"},
	{"<img/src=x/onerror=y>", false, "<img src=x/onerror=y>"},
	{"<img/src='x'/onerror=y>", false, "<img src=x onerror=y>"},
	// Comments.
	{"<!---->x", false, "comment <!----> | text x"},
	{"<!-->x-->", false, "comment <!--> | text x-->"},
	{"<!--->x-->", false, "comment <!---> | text x-->"},
	{"<!-- --!>x", false, "comment <!-- --!> | text x"},
	{"<!----!>x", false, "comment <!----!> | text x"},
	{"<!---!>x-->", false, "comment <!---!>x-->"},
	{"<!--!>x-->", false, "comment <!--!>x-->"},
	{"<!-- --!-->x", false, "comment <!-- --!--> | text x"},
	{"<!-- --!->x-->", false, "comment <!-- --!->x-->"},
	{"<!-- -- >x-->", false, "comment <!-- -- >x-->"},
	{"<!-- ----->x", false, "comment <!-- -----> | text x"},
	{"<!-- <!-->x", false, "comment <!-- <!--> | text x"},
	{"<!-- <!->x-->", false, "comment <!-- <!->x-->"},
	{"<!-- > <b> -->", false, "comment <!-- > <b> -->"},
	{"<!--", false, "comment <!--"},
	{"<!---", false, "comment <!---"},
	{"<!-- a --", false, "comment <!-- a --"},
	{"<!-- a --!", false, "comment <!-- a --!"},
	{"<!-", false, "bogus <!-"},
	{"<!->x", false, "bogus <!-> | text x"},
	{"<! -- >x -->", false, "bogus <! -- > | text x -->"},
	{"<!--[if IE]><b><![endif]-->", false, "comment <!--[if IE]><b><![endif]-->"},
	{"<![if !IE]><b><![endif]>", false, "bogus <![if !IE]> | <b> | bogus <![endif]>"},
	// Doctypes.
	{"<!doctype html>x", false, "doctype <!doctype html> | text x"},
	{"<!DocType\">\">", false, "doctype <!DocType\"> | text \">"},
	{"<!doctype", false, "doctype <!doctype"},
	{"<!doctyp>", false, "bogus <!doctyp>"},
	{"<!doctyp", false, "bogus <!doctyp"},
	// CDATA.
	{"<![CDATA[<b>]]>x", true, "cdata <![CDATA[<b>]]> | text x"},
	{"<![CDATA[<b>]]>x", false, "bogus <![CDATA[<b> | text ]]>x"},
	{"<![cdata[<b>]]>", true, "bogus <![cdata[<b> | text ]]>"},
	{"<![CDATA[]]]]>]]]>x", true, "cdata <![CDATA[]]]]> | text ]]]>x"},
	{"<![CDATA[] ]>]]>", true, "cdata <![CDATA[] ]>]]>"},
	{"<![CDATA[x]]", true, "cdata <![CDATA[x]]"},
	{"<![CDATA[", true, "cdata <![CDATA["},
	{"<![CDATA", true, "bogus <![CDATA"},
	// Content models.
	{"<title><b>&amp;</title>x", false, "<title> | raw <b>&amp; | </title> | text x"},
	{"<textarea></b></TEXTAREA >", false, "<textarea> | raw </b> | </textarea>"},
	{"<style><!--</style>-->", false, "<style> | raw <!-- | </style> | text -->"},
	{"<xmp></xmpx></xmp/>", false, "<xmp> | raw </xmpx> | </xmp />"},
	{"<iframe></iframe\ra=b>x", false, "<iframe> | </iframe a=b> | text x"},
	{"<noembed><b></noembed>", false, "<noembed> | raw <b> | </noembed>"},
	{"<noframes><b></noframes>", false, "<noframes> | raw <b> | </noframes>"},
	{"<noscript><img></noscript>", false, "<noscript> | raw <img> | </noscript>"},
	{"<title></title", false, "<title> | raw </title"},
	{"<title></title ", false, "<title> | broken </title "},
	{"<title></ title></</title>", false, "<title> | raw </ title></ | </title>"},
	{"<title/>x</title>", false, "<title /> | raw x | </title>"},
	{"<title><<</title>", false, "<title> | raw << | </title>"},
	{"<titlex><b>", false, "<titlex> | <b>"},
	{"<plaintext><b></plaintext>", false, "<plaintext> | raw <b></plaintext>"},
	{"</script><b>", false, "</script> | <b>"},
	// Script data.
	{"<script>a<b</script>", false, "<script> | raw a<b | </script>"},
	{"<script><!--</script>x-->", false, "<script> | raw <!-- | </script> | text x-->"},
	{"<script><!--<script></script>--></script>x", false, "<script> | raw <!--<script></script>--> | </script> | text x"},
	{"<script><!--<script></script></script>x", false, "<script> | raw <!--<script></script> | </script> | text x"},
	{"<script><!--<script>--></script>x", false, "<script> | raw <!--<script>--> | </script> | text x"},
	{"<script><!--<script </SCRIPT/--</script>x", false, "<script> | raw <!--<script </SCRIPT/-- | </script> | text x"},
	{"<script><!--<scriptx></script>x", false, "<script> | raw <!--<scriptx> | </script> | text x"},
	{"<script><!--<sCrIpT\n</script>x", false, "<script> | raw <!--<sCrIpT\n</script>x"},
	{"<script><!--><script></script>x", false, "<script> | raw <!--><script> | </script> | text x"},
	{"<script><!---><script></script>x", false, "<script> | raw <!---><script> | </script> | text x"},
	{"<script><!-- -- ><script></script>x</script>", false, "<script> | raw <!-- -- ><script></script>x | </script>"},
	{"<script><!-<script></script>x", false, "<script> | raw <!-<script> | </script> | text x"},
	{"<script><!--<<script></script>x", false, "<script> | raw <!--<<script></script>x"},
	{"<script><!--< script></script>x", false, "<script> | raw <!--< script> | </script> | text x"},
	{"<script><!--<script-></script>x", false, "<script> | raw <!--<script-> | </script> | text x"},
	{"<script><!--<script></script-></script></script>x", false, "<script> | raw <!--<script></script-></script> | </script> | text x"},
	{"<script><!--<script>--!></script></script>x", false, "<script> | raw <!--<script>--!></script> | </script> | text x"},
	{"<script><!--<1><script></script>x", false, "<script> | raw <!--<1><script></script>x"},
	{"<script></scrip></script", false, "<script> | raw </scrip></script"},
	{"<script><!--<script></script", false, "<script> | raw <!--<script></script"},
	{"<script><!", false, "<script> | raw <!"},
}

func TestNasty(t *testing.T) {
	t.Parallel()
	for _, test := range nasty {
		if got := show(checkSplits(t, test.input, test.cdata, 1)); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.input, got, test.want)
		}
	}
	t.Logf("%d cases", len(nasty))
}

func TestModels(t *testing.T) {
	t.Parallel()
	const input = "<b></b><!--</x--></x><b>"
	for _, test := range []struct {
		model Model
		end   string
		want  string
	}{
		{Data, "", "<b> | </b> | comment <!--</x--> | </x> | <b>"},
		{RCDATA, "x", "raw <b></b><!--</x--> | </x> | <b>"},
		{RawText, "b", "raw <b> | </b> | comment <!--</x--> | </x> | <b>"},
		{RawText, "", "raw " + input},
		{ScriptData, "x", "raw <b></b><!--</x--> | </x> | <b>"},
		{PlainText, "", "raw " + input},
	} {
		for cut := range len(input) {
			var z Tokenizer
			z.SetModel(test.model, test.end)
			if got := show(collect(t, &z, input, cutAt(cut), nil)); got != test.want {
				t.Errorf("%v to %q: got %s, want %s", test.model, test.end, got, test.want)
			}
		}
	}
}

// A caller that knows of foreign content overrules what names imply.
func TestForeignContent(t *testing.T) {
	t.Parallel()
	const input = "<svg><title><![CDATA[<b>]]></title></svg><![CDATA[x]]>"
	for cut := range len(input) {
		var z Tokenizer
		got := show(collect(t, &z, input, cutAt(cut), func(tok *Token) {
			if tok.Kind == StartTag {
				z.SetModel(Data, "")
			}
			if string(tok.Name) == "svg" {
				z.CDATA = tok.Kind == StartTag
			}
		}))
		if want := "<svg> | <title> | cdata <![CDATA[<b>]]> | </title> | </svg> | bogus <![CDATA[x]]>"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Nothing is held that cannot belong to a tag or a terminator.
func TestPieces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ input, held string }{
		{"text", ""},
		{"text &am", ""},
		{"text <", "<"},
		{"text </", "</"},
		{"text <!-", "<!-"},
		{"text <!doctyp", "<!doctyp"},
		{"text <b", "<b"},
		{"<!--", "<!--"},
		{"<!---", "<!---"},
		{"<!-- x", ""},
		{"<!-- x-", "-"},
		{"<!-- x------", "--"},
		{"<!-- x------!", "--!"},
		{"<!x", ""},
		{"<title>x", ""},
		{"<title>x</titl", "</titl"},
		{"<title>x</title", "</title"},
		{"<title>x</title ", "</title "},
		{"<title>x</titles", ""},
		{"<script>x<!-", "<!-"},
		{"<script><!-- --", ""},
		{"<script><!-- <scrip", "<scrip"},
		{"<script><!-- <script><", "<"},
		{"<plaintext><", ""},
	} {
		var z Tokenizer
		buf := []byte(test.input)
		for {
			tok, ok := z.Next(buf, false)
			if !ok {
				break
			}
			buf = buf[len(tok.Raw):]
		}
		if string(buf) != test.held {
			t.Errorf("%q: %q is held, not %q", test.input, buf, test.held)
		}
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	var z Tokenizer
	z.CDATA = true
	for _, unfinished := range []string{"<script><!--<script>", "<!-- x", "<b a", "text", "<!doctype", "<![CDATA[x"} {
		drain(t, &z, []byte(unfinished), false)
		z.Reset()
		if got := show(collect(t, &z, "<b><![CDATA[c]]>", every(1), nil)); got != "<b> | bogus <![CDATA[c]]>" {
			t.Errorf("after %q: %s", unfinished, got)
		}
		z.Reset()
	}
	drain(t, &z, []byte("<b "+strings.Repeat("A ", 1000)+">"), true)
	z.Reset()
	if cap(z.attrs) > keptAttrs || cap(z.names) > keptAttrs {
		t.Errorf("room for %d attributes is kept", cap(z.attrs))
	}
}

func ExampleTokenizer() {
	page := []byte(`<p>Hello <IMG src="https://tracker.example/p.gif?a=1&amp;b=2"> there</p>`)
	var z Tokenizer
	for {
		t, ok := z.Next(page, true)
		if !ok {
			break
		}
		page = page[len(t.Raw):]
		if t.Kind != StartTag || string(t.Name) != "img" {
			fmt.Printf("keep %q\n", t.Raw)
		} else if src := t.Attr("src"); src != nil {
			fmt.Printf("drop %s\n", AppendDecoded(nil, src.Value, true))
		}
	}
	// Output:
	// keep "<p>"
	// keep "Hello "
	// drop https://tracker.example/p.gif?a=1&b=2
	// keep " there"
	// keep "</p>"
}
