package filter

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// docKey is that of `privet privacy test`, with which the tokens of the page are made.
const docKey = "privet explains with this key, and nothing else"

// TestDocumentedActions runs every cell of the tables in docs/actions.md.
func TestDocumentedActions(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/actions.md")
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := NewPseudonyms([]Key{{ID: "test", Secret: []byte(docKey)}})
	if err != nil {
		t.Fatal(err)
	}
	var header []string
	met := map[rules.ActionKind]map[bool]int{} // by kind, and by whether it applied
	known := map[string]*exchange{}
	cells := 0
	for number, line := range strings.Split(string(page), "\n") {
		row, ok := cellsOf(line)
		switch {
		case !ok:
			header = nil
			continue
		case header == nil:
			header = row
			continue
		case strings.HasPrefix(row[0], "---"):
			continue
		}
		inputs, wants := header[1:], row[1:]
		if header[1] == "Meets" {
			inputs, wants = row[1:2], row[2:]
		}
		if len(inputs) != len(wants) {
			t.Fatalf("line %d: %d cells under %d", number+1, len(wants), len(inputs))
		}
		for i, in := range inputs {
			d := documented{action: row[0], in: in, tokens: tokens, known: known}
			got, kind := d.run(t)
			if got != wants[i] {
				t.Errorf("line %d: %s of %s is %s, and the page says %s", number+1, row[0], in, got, wants[i])
			}
			if met[kind] == nil {
				met[kind] = map[bool]int{}
			}
			met[kind][got != "unfit"]++
			cells++
		}
	}
	for kind := rules.Remove; kind <= rules.Keep; kind++ {
		if met[kind][true] == 0 {
			t.Errorf("the page shows nowhere what %s does", kind)
		}
	}
	if cells < 150 {
		t.Errorf("the page has %d cells; the test does not read them all", cells)
	}
}

// cellsOf reads a row of a table, less the marks of code.
func cellsOf(line string) (row []string, ok bool) {
	line, ok = strings.CutPrefix(line, "|")
	if !ok {
		return nil, false
	}
	for cell := range strings.SplitSeq(strings.TrimSuffix(line, "|"), "|") {
		row = append(row, strings.Trim(strings.TrimSpace(cell), "`"))
	}
	return row, true
}

// documented is a cell: `?name=text`, `Name: text`, `"name": JSON` or JSON.
type documented struct {
	action, in string
	tokens     *Pseudonyms
	known      map[string]*exchange // by policy: most cells of a row share one
}

func (d documented) run(t *testing.T) (out string, kind rules.ActionKind) {
	t.Helper()
	if pair, ok := strings.CutPrefix(d.in, "?"); ok {
		name, _, _ := strings.Cut(pair, "=")
		x := d.exchange(t, "query: {"+name+": shown}")
		var tally Tally
		out := x.plan.Query(x.decision, Target{Query: pair}, rules.Request, &tally)
		gone := out == ""
		if out, err := url.QueryUnescape(out); err == nil {
			return d.said("?"+out, gone, &tally)
		}
		t.Fatalf("%s of %s: no query: %s", d.action, d.in, out)
	}
	name, value, named := strings.Cut(d.in, ": ")
	if named && name[0] != '"' && name[0] != '{' {
		x := d.exchange(t, "headers: {"+name+": shown}")
		var tally Tally
		header := http.Header{http.CanonicalHeaderKey(name): {value}}
		x.plan.RequestHeader(x.decision, header, &tally)
		return d.said(name+": "+header.Get(name), len(header) == 0, &tally)
	}
	if !named || name[0] != '"' {
		name, value, named = `"value"`, d.in, false
	}
	x := d.exchange(t, `response: {"$[`+strings.ReplaceAll(name, `"`, `'`)+`]": shown}`)
	var tally Tally
	body := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON}, &tally)
	defer body.Release()
	first, err := body.Feed([]byte("{" + name + ": " + value + "}"))
	text := string(first)
	if err == nil {
		first, err = body.Close()
		text += string(first)
	}
	if err != nil {
		t.Fatalf("%s of %s: %v", d.action, d.in, err)
	}
	out = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	if !named {
		out = strings.TrimPrefix(out, name+": ")
	}
	return d.said(out, text == "{}", &tally)
}

func (d documented) exchange(t *testing.T, labels string) *exchange {
	t.Helper()
	policy := "categories: {shown: {otherwise: " + d.action + "}}\nendpoints: {GET /: {" + labels + "}}\n"
	if x, ok := d.known[policy]; ok {
		return x
	}
	x := newExchange(t, policy, "GET /")
	d.known[policy] = x
	var err error
	if x.plan, err = Compile(x.decision, d.tokens, Limits{}); err != nil {
		t.Fatal(err)
	}
	return x
}

// said is what the page says of a cell that came out so.
func (documented) said(out string, gone bool, tally *Tally) (string, rules.ActionKind) {
	applied := tally.Applied()
	switch kind := applied[0].Ruling.Action.Kind; {
	case applied[0].Unfit && gone:
		return "unfit", kind
	case gone:
		return "removed", kind
	default:
		return out, kind
	}
}
