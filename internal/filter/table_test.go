package filter

import (
	"bytes"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// expectAs is expect for a body of another type, in both directions.
func (x *exchange) expectAs(t *testing.T, contentType, in, want string, applied ...string) {
	t.Helper()
	seed := rand.Int63()
	for _, dir := range []rules.Direction{rules.Request, rules.Response} {
		spec := BodySpec{Direction: dir, Media: MediaOf([]string{contentType}), Type: contentType, Elements: x}
		for _, chunks := range splits(in, seed) {
			got := x.filterAs(t, spec, chunks...)
			if got.refusal != nil {
				t.Fatalf("%s: refused: %v (in %d pieces, seed %d)", dir, got.refusal, len(chunks), seed)
			}
			if got.out != want {
				t.Fatalf("%s: got  %q\nwant %q\n(in %d pieces, seed %d)", dir, got.out, want, len(chunks), seed)
			}
			if len(applied) > 0 && !slices.Equal(got.applied, applied) {
				t.Fatalf("%s: applied\n%s\nwant\n%s", dir, strings.Join(got.applied, "\n"), strings.Join(applied, "\n"))
			}
		}
	}
}

// refusesAs asserts the refusal of a request and of a response.
func (x *exchange) refusesAs(t *testing.T, contentType, in, code string, status int) {
	t.Helper()
	for dir, status := range map[rules.Direction]int{rules.Request: status, rules.Response: 502} {
		spec := BodySpec{Direction: dir, Media: MediaOf([]string{contentType}), Type: contentType, Elements: x}
		for _, chunks := range splits(in, 1) {
			got := x.filterAs(t, spec, chunks...)
			if got.refusal == nil || got.refusal.Code != code || got.refusal.Status != status {
				t.Errorf("%s: got %q, %v; want %s, %d", dir, got.out, got.refusal, code, status)
			}
		}
	}
}

const formPolicy = `
categories:
  secret: {purposes: []}
  phone: {purposes: [], otherwise: {mask: {keep_last: 2}}}
  mail: {purposes: [], otherwise: pseudonymize}
  born: {purposes: [], otherwise: {generalize: year}}
  note: {purposes: [], otherwise: nullify}
endpoints:
  /forms:
    request: {$.secret: secret, "$['contact[phone]']": phone, $.born: born, $.note: note, $.bad: born}
    response: {$.secret: secret, "$['contact[phone]']": phone, $.born: born, $.note: note, $.bad: born}
`

func TestForms(t *testing.T) {
	t.Parallel()
	const urlencoded = "application/x-www-form-urlencoded"
	x := newExchange(t, formPolicy, "POST /forms")
	x.expectAs(t, urlencoded, "a=%41&secret=1&contact%5Bphone%5D=%2B49+30&born=1999-12-31&note=x&bad=y&secret",
		"a=%41&contact%5Bphone%5D=****30&born=1999&note=", "$.secret remove 2", "$['contact[phone]'] mask 1", "$.bad remove 1!", "$.born generalize 1", "$.note nullify 1")
	x.expectAs(t, urlencoded, "", "")
	x.refusesAs(t, urlencoded, "a=1;secret=2", "malformed", 400)
	x.refusesAs(t, urlencoded, "a=1&secret="+strings.Repeat("x", 5000), "limit", 413)
	x.refusesAs(t, urlencoded+"; charset=utf-16", "a=1", "type", 415)
}

const tablePolicy = people + `
  /people.csv:
    each: {of: "$[*]", subject: $.id, residence: $.country}
    response: {"$[*].phone": phone, "$[*]['a note']": note, "$[*]": whole}
    request: {"$[*].phone": phone, "$[*]['a note']": note, "$[*]": whole}
  /rows.csv:
    response: {"$[*][1]": phone}
    request: {"$[*][1]": phone}
`

func TestTablesOfElements(t *testing.T) {
	t.Parallel()
	const in = "id,country,phone,a note\r\nanna,US,123456,x\r\n\r\n7,US,123456,\"y\nz\"\r\n8,DE,123456,z\r\n"
	x := newExchangeWith(t, tablePolicy, "GET /people.csv", rules.Facts{Purpose: "service", Country: "US"})
	x.refuses = map[string]string{"anna": "note", "7": "whole"}
	x.expectAs(t, "text/csv", in, "id,country,phone,a note\r\nanna,US,****56,\r\n\r\n,,,\r\n8,DE,****56,z\r\n")
	if !slices.Equal(x.asked, []string{"anna in US", "7 in US", "8 in DE"}) {
		t.Errorf("asked %q", x.asked)
	}
	x.expectAs(t, "text/csv", "id,country,phone\n7\n", "id,country,phone\n\"\"\n")

	x = newExchangeWith(t, tablePolicy, "GET /people.csv", rules.Facts{Purpose: "service", Country: "US", Caller: "caller-us"})
	spec := BodySpec{Direction: rules.Response, Media: Table, Type: "text/csv", Elements: x}
	got := x.filterAs(t, spec, in)
	if want := "id,country,phone,a note\r\nanna,US,****56,x\r\n\r\n7,US,****56,\"y\nz\"\r\n"; got.out != want || !slices.Contains(got.applied, "(element) remove 1") {
		t.Errorf("got %q and %q, want %q", got.out, got.applied, want)
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, tablePolicy, "GET /rows.csv", rules.Facts{Purpose: "service", Country: "DE"})
	x.expectAs(t, "text/csv; header=absent", "1,234\n5,678\n", "1,*34\n5,*78\n")
	x.expectAs(t, "text/tab-separated-values;header=absent", "1\t234\n", "1\t*34\n")
	x.expectAs(t, "text/csv", "a,b\n1,2\n", "a,b\n1,2\n")
	x.refusesAs(t, "text/csv", "a;b\n1;2\n", "malformed", 400)
	x.refusesAs(t, "text/csv", "a,b\n1,"+strings.Repeat("x", 5000), "limit", 413)
	x.refusesAs(t, "text/csv; header=perhaps", "a,b\n", "type", 415)
}

// table is the list of accounts as a table.
func table(size int) []byte {
	var out bytes.Buffer
	out.WriteString("id,country,name,email,phone,contacts,text\r\n")
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, "%d,DE,\"Jansen %d, Anna\",anna%d@example.com,+49301234%04d,\"Bert, Carla\",%s\r\n", i, i, i, i%10_000, strings.Repeat("nothing to see here ", 20))
	}
	return out.Bytes()
}

const tableRules = oneForEach + `
endpoints:
  GET /accounts:
    response: {"$[*].contacts": c_remove, "$[*].phone": c_mask, "$[*].email": c_token, "$[*].name": c_keep}
  GET /people:
    each: {of: "$[*]", subject: $.id, residence: $.country}
    response: {"$[*].contacts": c_remove, "$[*].phone": c_mask, "$[*].email": c_token, "$[*].name": c_keep}
`

func BenchmarkTable(b *testing.B) {
	for _, path := range []string{"accounts", "people"} {
		b.Run(path, func(b *testing.B) {
			x := newExchange(b, tableRules, "GET /"+path)
			benchmarkMedium(b, x, BodySpec{Direction: rules.Response, Media: Table, Elements: fixed{x.decision}}, table(100<<10))
		})
	}
}

func BenchmarkForm(b *testing.B) {
	x := newExchange(b, strings.ReplaceAll(formPolicy, "pseudonymize", "nullify"), "POST /forms")
	in := bytes.Repeat([]byte("a=some+text+of+a+form&b%5B%5D=100%25&contact%5Bphone%5D=12345&secret=x&c=Anna&"), 1000)
	benchmarkMedium(b, x, BodySpec{Direction: rules.Request, Media: Form}, in)
}

func benchmarkMedium(b *testing.B, x *exchange, spec BodySpec, in []byte) {
	b.Helper()
	var tally Tally
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		body := x.plan.Body(x.decision, spec, &tally)
		for rest := in; len(rest) > 0; {
			n := min(len(rest), 32<<10)
			if _, err := body.Feed(rest[:n]); err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
		if _, err := body.Close(); err != nil {
			b.Fatal(err)
		}
		body.Release()
	}
}
