package filter

import (
	"errors"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// asXML feeds the chunks of a document and closes. A refusal is given as its text.
func (x *exchange) asXML(t *testing.T, chunks []string) (out string, applied []rules.ActionKind) {
	t.Helper()
	var tally Tally
	x.asked = nil
	b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: XMLData, Elements: x}, &tally)
	defer b.Release()
	var got strings.Builder
	var part []byte
	var err error
	for _, chunk := range chunks {
		if part, err = b.Feed([]byte(chunk)); err != nil {
			break
		}
		got.Write(part)
	}
	if err == nil {
		part, err = b.Close()
		got.Write(part)
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Error(), nil
	}
	for _, a := range tally.Applied() {
		applied = append(applied, a.Action)
	}
	return got.String(), applied
}

func (x *exchange) expectXML(t *testing.T, in, want string) {
	t.Helper()
	seed := rand.Int63()
	for _, chunks := range splits(in, seed) {
		if got, _ := x.asXML(t, chunks); got != want {
			t.Fatalf("got  %s\nwant %s\n(in %d pieces, seed %d)", got, want, len(chunks), seed)
		}
	}
}

func TestXMLActions(t *testing.T) {
	t.Parallel()
	x := newExchange(t, oneForEach+`
endpoints:
  GET /a:
    response:
      $..keep: c_keep
      $..remove: c_remove
      $..nullify: c_nullify
      $..empty: c_empty
      $..count: c_count
      $..replace: c_replace
      $..mask: c_mask
      "$..tel['#text']": c_mask
      "$..['@mask']": c_mask
      $..month: c_month
      $..ip: c_ip
`, "GET /a")
	for in, want := range map[string]string{
		`<a><keep b="c">d<e/></keep></a>`:                                                 `<a><keep b="c">d<e/></keep></a>`,
		"<a>\n <remove/>\n <b/>\n</a>":                                                    "<a>\n <b/>\n</a>",
		`<a><nullify b="c">d</nullify><empty><e/></empty><empty>d</empty></a>`:            `<a><nullify></nullify><empty></empty><empty></empty></a>`,
		`<a><replace b="c"/></a>`:                                                         `<a><replace>{"redacted":[1]}</replace></a>`,
		`<a><mask>a&amp;b&lt;&#228;</mask></a>`:                                           `<a><mask>***&lt;ä</mask></a>`,
		`<a><mask b="c">def</mask><mask/></a>`:                                            `<a><mask b="c">*ef</mask><mask/></a>`,
		`<a><tel b="c">def</tel><tel>def</tel></a>`:                                       `<a><tel b="c">*ef</tel><tel>def</tel></a>`,
		`<a mask='"12"' b=""/>`:                                                           `<a mask='**2&#34;' b=""/>`,
		`<a><month>2026-05-17</month><ip>192.0.2.7</ip><ip>x</ip><count><b/></count></a>`: `<a><month>2026-05</month><ip>192.0.2.0</ip></a>`,
		`<remove>a</remove>`:                                                              `<remove></remove>`,
		`<a><!DOCTYPE a></a>`:                                                             "malformed: XML malformed at byte 3: a DTD",
		`<a><mask>` + strings.Repeat("b", 5000) + `</mask></a>`:                           "limit: XML value too large to hold at byte 3",
	} {
		x.expectXML(t, in, want)
	}
}

// Repeated elements are elements of `each`, each judged by its own subject and residence.
func TestXMLElements(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, `
categories:
  phone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
  note: {purposes: [service], choice: true}
endpoints:
  GET /people:
    each: {of: $.people.person, subject: "$['@id']", residence: $.country}
    response: {$..phone: phone, $..note: note}
`, "GET /people", rules.Facts{Purpose: "analytics", Country: "DE"})
	x.expectXML(t, `<people xmlns="u"><phone>1234</phone>
 <person id="a"><phone>1234</phone><country>US</country></person>
 <person id="&#98;"><country>DE</country><phone>1234</phone></person>
 <person><phone>1234</phone></person>
</people>`, `<people xmlns="u"><phone>**34</phone>
 <person id="a"><phone>1234</phone><country>US</country></person>
 <person id="&#98;"><country>DE</country><phone>**34</phone></person>
 <person><phone>**34</phone></person>
</people>`)
	if want := []string{"a in US", "b in DE", " in "}; !slices.Equal(x.asked, want) {
		t.Errorf("asked about %q, want %q", x.asked, want)
	}
}

func TestXMLAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	x := newExchange(t, oneForEach+"endpoints: {GET /a: {response: {$.a.b.mask: c_mask, $..remove: c_remove}}}", "GET /a")
	in := []byte("<a>" + strings.Repeat(`<b id="c"><mask>1234</mask><remove>x</remove><d>text</d></b>`, 50) + "</a>")
	var tally Tally
	run := func() {
		b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: XMLData}, &tally)
		_, err := b.Feed(in)
		if _, other := b.Close(); err != nil || other != nil {
			t.Fatal(err, other)
		}
		b.Release()
	}
	run()
	if n := testing.AllocsPerRun(100, run); n > 0 {
		t.Errorf("%g allocations", n)
	}
}
