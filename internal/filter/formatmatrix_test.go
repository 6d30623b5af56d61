package filter

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// matrixActions are what each format is tried with: an action, and the name and value of the place it meets, the latter
// as JSON. A format without types holds the value's text.
func matrixActions() []struct{ action, name, value string } {
	return []struct{ action, name, value string }{
		{"keep", "phone", `"5551234"`},
		{"remove", "phone", `"5551234"`},
		{"nullify", "phone", `"5551234"`},
		{"empty", "phone", `"5551234"`},
		{"{empty: {type: keep}}", "seats", `42`},
		{"{replace: none}", "phone", `"5551234"`},
		{"{mask: {keep_last: 2}}", "phone", `"5551234"`},
		{"{mask: {keep_last: 2, type: keep}}", "phone", `5551234`},
		{"pseudonymize", "email", `"a@b.c"`},
		{"{pseudonymize: {type: keep}}", "phone", `5551234`},
		{"{coarsen: 1km}", "lat", `52.5163`},
		{"{coarsen: 1km}", "place", `"52.5163,13.3777"`},
		{"{generalize: year}", "born", `"1980-05-17"`},
		{"{generalize: year}", "at", `1768433400`},
		{"truncate_ip", "ip", `"192.0.2.7"`},
		{"truncate_ip", "ip", `"localhost"`},
		{"count", "list", `[1,2]`},
	}
}

// column is a format, or several with one view, as the page's table shows them.
type column struct {
	name          string
	path          string // NAME stands for that of the place
	before, after string // what stands around the place and its separator
	place         string // VALUE stands for the value
	text          func(json string) string
	formats       []wrapped
}

// wrapped is a format that holds what a column shows.
type wrapped struct {
	name, contentType string
	wrap              func(body string) string
	responses         bool // alone: no request is of this format
	block             bool // in a page
}

func around(before, after string) func(string) string {
	return func(body string) string { return before + body + after }
}

func separated(by string) func(string) string {
	return func(body string) string { return strings.ReplaceAll(body, ";", by) }
}

// plainOf is the text of a JSON value.
func plainOf(value string) string { return strings.Trim(value, `"`) }

func matrixColumns() []column {
	const head = "--b\r\nContent-Disposition: form-data; name="
	same := around("", "")
	return []column{
		{"JSON", "$.NAME", "{", `"n":1}`, `"NAME":VALUE,`, func(value string) string { return value }, []wrapped{
			{name: "JSON", contentType: "application/problem+json", wrap: same},
			{name: "guarded JSON", contentType: "application/json", wrap: around(")]}'\n", "")},
			{name: "NDJSON", contentType: "application/x-ndjson", wrap: around("", "\n")},
			{name: "JSON sequence", contentType: "application/json-seq", wrap: around("\x1e", "\n")},
			{name: "events", contentType: "text/event-stream", wrap: around("id: 1\ndata: ", "\n\n")},
			{name: "JSONP", contentType: "text/javascript", wrap: around("cb(", ");"), responses: true},
			{name: "block in a page", wrap: around(`<p><script type="application/json">`, "</script>"), responses: true, block: true},
		}},
		{"Form", "$.NAME", "", "n=1", "NAME=VALUE&", plainOf, []wrapped{{name: "form", contentType: "application/x-www-form-urlencoded", wrap: same}}},
		{"Multipart form", "$.NAME", "", head + "n\r\n\r\n1\r\n--b--\r\n", head + "NAME\r\n\r\nVALUE\r\n", plainOf, []wrapped{{name: "multipart", contentType: formData, wrap: same}}},
		{"CSV, TSV", "$[*].NAME", "NAME;n\n", ";1\n", "VALUE", func(value string) string {
			if strings.Contains(value, ",") {
				return strings.ReplaceAll(value, "[1,2]", `"[1,2]"`)
			}
			return plainOf(value)
		}, []wrapped{
			{name: "CSV", contentType: "text/csv", wrap: separated(",")},
			{name: "TSV", contentType: "text/tab-separated-values", wrap: separated("\t")},
		}},
		{"XML", "$.a.NAME", "<a>", "<n>1</n></a>", "<NAME>VALUE</NAME>", plainOf, []wrapped{{name: "XML", contentType: "application/xml", wrap: same}}},
		{"XML, beside an attribute", "$.a.NAME", "<a>", "<n>1</n></a>", `<NAME b="c">VALUE</NAME>`, plainOf, []wrapped{{name: "XML beside attributes", contentType: "application/soap+xml", wrap: same}}},
		{"XML attribute", "$.a['@NAME']", "<a", ` n="1"/>`, ` NAME="VALUE"`, plainOf, []wrapped{{name: "XML attributes", contentType: "application/xml", wrap: same}}},
	}
}

// TestFormatMatrix does every action to a value in every format, both ways, at every split, and compares what stands in its
// place then with the page.
func TestFormatMatrix(t *testing.T) {
	tokens, err := NewPseudonyms([]Key{{ID: "test", Secret: []byte(docKey)}})
	if err != nil {
		t.Fatal(err)
	}
	page := newMatrixPage(t)
	for _, c := range matrixColumns() {
		for _, f := range c.formats {
			t.Run(f.name, func(t *testing.T) {
				for i, row := range matrixActions() {
					in := strings.NewReplacer("NAME", row.name, "VALUE", c.text(row.value))
					x := newMatrixExchange(t, row.action, in.Replace(c.path), tokens)
					got := f.filtered(t, x, in.Replace(c.before+c.place+c.after))
					before, after := f.wrap(in.Replace(c.before)+"|"+c.after), ""
					before, after, _ = strings.Cut(before, "|")
					cell, ok := strings.CutSuffix(strings.TrimPrefix(got.out, before), after)
					if !ok || !strings.HasPrefix(got.out, before) {
						t.Fatalf("%s: what stands around the place has changed: %q", row.action, got.out)
					}
					page.compare(t, i, c.name, shownOf(cell, got.applied))
				}
			})
		}
	}
	page.write(t)
}

func newMatrixExchange(t *testing.T, action, path string, tokens *Pseudonyms) *exchange {
	t.Helper()
	labels := fmt.Sprintf("{%q: shown}", path)
	x := newExchange(t, "categories: {shown: {otherwise: "+action+"}}\nendpoints: {/matrix: {request: "+labels+", response: "+labels+"}}\n", "POST /matrix")
	var err error
	if x.plan, err = Compile(x.decision, tokens, Limits{}); err != nil {
		t.Fatal(err)
	}
	return x
}

// filtered feeds a body in each direction and at every split, and asserts that the same comes of it.
func (f wrapped) filtered(t *testing.T, x *exchange, body string) filtered {
	t.Helper()
	var first filtered
	seed := rand.Int63()
	for _, dir := range []rules.Direction{rules.Response, rules.Request} {
		if f.responses && dir == rules.Request {
			continue
		}
		for i, chunks := range splits(f.wrap(body), seed) {
			got := f.once(t, x, dir, chunks)
			if got.refusal != nil {
				t.Fatalf("%s: refused: %v (seed %d)", dir, got.refusal, seed)
			}
			if i == 0 && dir == rules.Response {
				first = got
			}
			if got.out != first.out || strings.Join(got.applied, "; ") != strings.Join(first.applied, "; ") {
				t.Fatalf("%s, in %d pieces (seed %d): %q and %q, else %q and %q", dir, len(chunks), seed, got.out, got.applied, first.out, first.applied)
			}
		}
	}
	return first
}

func (f wrapped) once(t *testing.T, x *exchange, dir rules.Direction, chunks []string) (got filtered) {
	t.Helper()
	if !f.block {
		media := MediaOf([]string{f.contentType})
		if media == Script {
			media = Padding
		}
		return x.filterAs(t, BodySpec{Direction: dir, Media: media, Type: f.contentType}, chunks...)
	}
	var tally Tally
	p := x.plan.Page(x.decision, PageSpec{URL: "https://www.shop.example/", Promised: true}, &tally)
	defer p.Release()
	for _, chunk := range append(chunks, "") {
		var out []byte
		var err error
		if chunk != "" {
			out, err = p.Feed([]byte(chunk))
		} else {
			out, err = p.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		got.out += string(out)
	}
	got.applied = linesOf(&tally)
	return got
}
