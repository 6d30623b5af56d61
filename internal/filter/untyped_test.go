package filter

import (
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

const untypedPolicy = `
categories:
  secret: {}
  kept: {purposes: [service]}
  digits: {otherwise: {mask: {keep_last: 2}}}
  number: {otherwise: {mask: {keep_last: 2, type: keep}}}
  nothing: {otherwise: {empty: {type: keep}}}
  place: {otherwise: {coarsen: 1km}}
  year: {otherwise: {generalize: year}}
endpoints:
  /untyped:
    request: LABELS
    response: LABELS
`

func newUntyped(t *testing.T, labels string) *exchange {
	t.Helper()
	return newExchange(t, strings.ReplaceAll(untypedPolicy, "LABELS", "{"+labels+"}"), "POST /untyped")
}

// What counts as a number in a query does so in every body without types, and only there.
func TestTextThatIsANumber(t *testing.T) {
	t.Parallel()
	x := newUntyped(t, "$..n: number, $..e: nothing, $..at: year, $..lat: place")
	x.expectAs(t, "application/x-www-form-urlencoded", "n=12345&e=42&at=1768433400&lat=52.5163", "n=10045&e=0&at=1767225600&lat=52.52")
	x.expectAs(t, "text/csv", "n,e,at,lat\n12345,true,1768433400,52.5163\n", "n,e,at,lat\n10045,false,1767225600,52.52\n")
	x.expectAs(t, "application/xml", "<a><n>12345</n><e>42</e><at>1768433400</at><lat>52.5163</lat></a>", "<a><n>10045</n><e>0</e><at>1767225600</at><lat>52.52</lat></a>")
	x.expectAs(t, formData, upload("n\r\n\r\n12345", "e\r\n\r\n42", typed("j", "application/json")+`{"n":"12345","e":"42"}`, "at\r\n\r\n1768433400", typed("t", "text/csv")+"n\r\n12345"),
		upload("n\r\n\r\n10045", "e\r\n\r\n0", typed("j", "application/json")+`{"n":"***45","e":""}`, "at\r\n\r\n1767225600", typed("t", "text/csv")+"n\r\n10045"))
	x.expectAs(t, "application/jsonl", `{"n":"12345","e":"42"}`, `{"n":"***45","e":""}`)
}

func TestTextBesideAttributes(t *testing.T) {
	t.Parallel()
	const xml = "application/xml"
	x := newUntyped(t, "$..phone: digits, \"$..phone['@secret']\": secret, $..lat: place, $..kept: kept, $..kept.both: digits, \"$..both['#text']\": digits")
	x.expectAs(t, xml, `<a><phone type="home" secret="x">+49<!-- --> 30</phone><phone>123</phone></a>`,
		`<a><phone type="home">****30</phone><phone>*23</phone></a>`, "$..phone['@secret'] remove 1", "$..phone mask 2")
	x.expectAs(t, xml, `<a><lat unit="deg">52.5163</lat></a>`, `<a><lat unit="deg">52.52</lat></a>`, "$..lat coarsen 1")
	x.expectAs(t, xml, `<a><lat unit="deg">here</lat></a>`, `<a><lat unit="deg"></lat></a>`, "$..lat remove 1!")
	x.expectAs(t, xml, `<a>b<phone type="home"/>c<phone><b/></phone>d<phone>1<b/>2</phone>e<phone b="1">1<?c?>2</phone></a>`,
		`<a>b<?removed?>c<?removed?>d<?removed?>e</a>`, "$..phone remove 4!")
	x.expectAs(t, xml, `<a><lat><deg>52</deg></lat></a>`, `<a></a>`, "$..lat remove 1!")
	x.expectAs(t, xml, `<kept b="c"><both d="e">1234</both></kept>`, `<kept b="c"><both d="e">**34</both></kept>`,
		"$..kept keep 1", "$..both['#text'] mask 1", "$..kept.both mask 1")
	x = newUntyped(t, "$..phone: digits, $..e: nothing")
	x.expectAs(t, xml, `<a><e b="c">42</e><e b="c"><d/></e><e b="c"/></a>`, `<a><e b="c">0</e><e></e><e/></a>`, "$..e empty 3")
	x.refusesAs(t, xml, `<a><phone type="home">`+strings.Repeat("1", 5000)+`</phone></a>`, "limit", 413)
}

// Elements within the object that text stands in for must not make the filter forget that it does.
func TestTextBesideAttributesThatAreElements(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, `
categories: {phone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}}
endpoints:
  GET /a:
    each: {of: "$.a..*", residence: "$['@in']"}
    response: {$..phone: phone}
`, "GET /a", rules.Facts{Purpose: "analytics", Country: "DE"})
	x.expectXML(t, `<a><phone in="DE" x="y">1234</phone><phone in="US">1234</phone><phone>1234</phone></a>`,
		`<a><phone in="DE" x="y">**34</phone><phone in="US">1234</phone><phone>**34</phone></a>`)
}
