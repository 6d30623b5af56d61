package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

func refereed(tb testing.TB) (Job, *referee) {
	tb.Helper()
	job := jobOf(tb, referenceRules, jsonpath.Limits{Held: 4 << 10, Token: 1 << 10})
	r := &referee{}
	job.Visitor = r
	return job, r
}

var xmlSeeds = []string{
	`<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><m>+49 171 5550100</m><e a="1">x</e></entry></feed>`,
	"<a>\n  <gone>1</gone>\n  <m>abc</m>\n  <m2 gone='1' m='xyz'>abc<b/>def</m2>\n</a>", "<m2>abc<gone/>def<gone/> <c/>g</m2>",
	"<e><e>t<k>u<k/>v</k></e><none p='q'/><!-- - --> <![CDATA[<]]></e>", "<gone/>", "<e xmlns:p='u' p:gone='1' p:m='\r\n2'><p:m/><p:m>&lt;&#10;</p:m></e>",
	"<m a='1'>b</m>", "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><m>a&amp;b]]&gt;</m></s:Body></s:Envelope>",
	"<m2><!--a-->b<!--c-->d<?e?>f<g/></m2>", "\xef\xbb\xbf<a>\r\n]] >é\U0001F600</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a xmlns:a='b' a:c='' xmlns:d='b' d:c=''/>",
	"<A>  <gone>(/gone>   <m>0</m>  /</gone></A>", "<m2> a<gone/> <!-- b --><gone/> c </m2>", "<a><none>t</none><none/><m><![CDATA[]]></m><m2 x=''><![CDATA[ ]]></m2></a>",
}

// FuzzXML holds the filter against the reference, against itself in pieces, and against filtering twice.
func FuzzXML(f *testing.F) {
	for _, seed := range xmlSeeds {
		f.Add([]byte(seed), uint(len(seed)/2))
	}
	f.Fuzz(checkXML)
}

// FuzzXMLTrees does the same with documents that are put together of what rules meet.
func FuzzXMLTrees(f *testing.F) {
	for _, seed := range []string{"", "abcdefghijklmnopqrstuvwxyz", "\x00\x10\x20\x30\x01\x11\x21\x31\x02\x12\x22\x32", "zyxwvutsrqponmlkjihgfedcba0123456789"} {
		f.Add([]byte(seed), uint(len(seed)))
	}
	f.Fuzz(func(t *testing.T, choices []byte, at uint) { checkXML(t, grow(choices), at) })
}

// grow makes a document of choices.
func grow(choices []byte) []byte {
	names := []string{"a", "m", "gone", "m2", "e", "k", "none", "p:m", "p:gone"}
	texts := []string{" ", "\n  ", "t", " uv ", "&amp;", "<![CDATA[ ]]>", "<!-- c -->", "<?i?>", "]]", "\r\n", "&#x20;", "é"}
	out := []byte("<e xmlns:p='u'>")
	open := []string{"e"}
	for i := 0; i < len(choices); i++ {
		switch c := int(choices[i]); {
		case c < 100:
			out = append(out, texts[c%len(texts)]...)
		case c < 160 && len(open) > 1:
			out = append(append(append(out, "</"...), open[len(open)-1]...), '>')
			open = open[:len(open)-1]
		default:
			name := names[c%len(names)]
			out = append(append(out, '<'), name...)
			for _, a := range []string{" gone='1'", "\tm=\"xy z\"", " b=''", " xmlns='v'"} {
				if i++; i < len(choices) && choices[i] < 50 {
					out = append(out, a...)
				} else {
					break
				}
			}
			if c%2 == 0 {
				out = append(out, "/>"...)
			} else {
				out = append(out, '>')
				open = append(open, name)
			}
		}
	}
	for _, name := range slices.Backward(open) {
		out = append(append(append(out, "</"...), name...), '>')
	}
	return out
}

func checkXML(t *testing.T, body []byte, at uint) {
	t.Helper()
	tight, _ := refereed(t)
	tight.Limits = jsonpath.Limits{Held: 64, Token: 16}
	inPieces(t, tight, body, at)
	job, r := refereed(t)
	out, err := inPieces(t, job, body, at)
	held := r.held
	if err != nil {
		return
	}
	want, wrong := readNodes(body)
	if wrong != nil {
		if knowsMore(body, wrong) {
			return
		}
		t.Fatalf("passed what is refused for %v", wrong)
	}
	var views []string
	want.edit(&views)
	want.gone = false
	if want.name == "gone" || want.name == "m" && !want.leaf {
		*want = node{name: want.name, leaf: true}
	}
	if !slices.EqualFunc(views, held, sameView) {
		t.Fatalf("held %q, want %q", held, views)
	}
	got, wrong := readNodes(out)
	if wrong != nil || got.String() != want.String() {
		t.Fatalf("of %q\ncame %q, %v\ngot  %s\nwant %s", body, out, wrong, got, want)
	}
	if twice, err := feed(NewXML(job), out); err != nil || !bytes.Equal(twice, out) {
		t.Fatalf("once  %q\ntwice %q, %v", out, twice, err)
	}
}

// sameView compares views as encoding/xml lets them be known: it does not tell a line end in an attribute, which is read as
// a space, from a reference to one, which is not.
func sameView(a, b string) bool {
	spaces := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ")
	x, y := json.NewDecoder(strings.NewReader(a)), json.NewDecoder(strings.NewReader(b))
	for {
		left, err := x.Token()
		right, other := y.Token()
		if text, ok := left.(string); ok {
			left = spaces.Replace(text)
		}
		if text, ok := right.(string); ok {
			right = spaces.Replace(text)
		}
		if left != right || err != nil || other != nil {
			return left == right && errors.Is(err, io.EOF) && errors.Is(other, io.EOF)
		}
	}
}

// inPieces feeds a body whole, in two pieces and, where it is short, byte by byte. The outcome, what is held with it, must
// be the same.
func inPieces(t *testing.T, job Job, body []byte, at uint) ([]byte, error) {
	t.Helper()
	x := NewXML(job)
	r := job.Visitor.(*referee)
	out, err := feed(x, body)
	held := slices.Clone(r.held)
	cuts := [][]int{{int(at % uint(len(body)+1))}}
	if len(body) < 500 {
		cuts = append(cuts, nil)
		for i := range body {
			cuts[1] = append(cuts[1], i)
		}
	}
	for _, cut := range cuts {
		r.held = nil
		x.Reset(job)
		pieces, other := feed(x, body, cut...)
		if (err == nil) != (other == nil) || err != nil && err.Error() != other.Error() || err == nil && !bytes.Equal(out, pieces) || err == nil && !slices.Equal(held, r.held) {
			t.Fatalf("in one piece %q, %v\nin %d pieces %q, %v", out, err, len(cut)+1, pieces, other)
		}
	}
	return out, err
}

// knowsMore says that the standard library refuses what XML allows: it has the names of the fourth edition.
func knowsMore(body []byte, wrong error) bool {
	return strings.Contains(wrong.Error(), "invalid XML name") && bytes.ContainsFunc(body, func(r rune) bool { return r >= 0x80 })
}
