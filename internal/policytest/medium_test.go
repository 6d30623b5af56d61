package policytest

import (
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// Bodies of other formats are of the type that the file's name says, or the test.
func TestRunFormats(t *testing.T) {
	t.Parallel()
	const form = "--b\r\nContent-Disposition: form-data; name=email\r\n\r\nada@x\r\n--b--\r\n"
	p := policy(t, `  - {name: lines, request: GET /export, given: {purpose: analytics}, response: a.ndjson, expect: b.ndjson}
  - {name: sequence, request: GET /export, given: {purpose: analytics}, response: a.json-seq, expect: b.json-seq}
  - {name: events, request: GET /export, given: {purpose: analytics}, response: a.events, expect: b.events}
  - {name: form, request: POST /export, given: {purpose: analytics}, body: a.form, expect: b.form}
  - {name: rows, request: GET /export, given: {purpose: analytics, country: DE}, response: a.csv, expect: b.csv}
  - {name: tabs, request: GET /export, given: {purpose: analytics}, response: a.TSV, expect: b.tsv}
  - {name: XML, request: GET /export, given: {purpose: analytics}, response: a.xml, expect: b.xml}
  - {name: call, request: GET /export, given: {purpose: analytics}, response: a.js, expect: b.js}
  - {name: guarded, request: GET /export, given: {purpose: analytics}, response: guarded.json, expect: guarded.b.json}
  - {name: multipart, request: POST /export, given: {purpose: analytics}, body: a.multipart, expect: b.multipart, type: multipart/form-data; boundary=b}
  - {name: without names, request: GET /export, given: {purpose: analytics}, response: a.csv, expect: a.csv, type: text/csv; header=absent}
  - {name: line ends, request: GET /export, given: {purpose: analytics}, response: a.csv, expect: crlf.csv}
  - {name: no line end, request: GET /export, given: {purpose: analytics}, response: a.ndjson, expect: short.ndjson}
  - {name: no multipart, request: POST /export, given: {purpose: analytics}, body: a.multipart, expect: b.multipart, type: multipart/form-data}
  - {name: unread, request: GET /export, given: {purpose: analytics}, response: a.csv, expect: b.csv, type: text/plain}
`, map[string]string{
		"a.ndjson": "{\"email\":\"ada@x\"}\n{}\n", "b.ndjson": "{\"email\":\"**a@x\"}\n{}\n", "short.ndjson": "{\"email\":\"**a@x\"}\n{}",
		"a.json-seq": "\x1e{\"email\":\"ada@x\"}\n", "b.json-seq": "\x1e{\"email\":\"**a@x\"}\n",
		"a.events": "id: 1\ndata: {\"email\":\"ada@x\"}\n\ndata: hi\n\n", "b.events": "id: 1\ndata: {\"email\":\"**a@x\"}\n\n",
		"a.form": "n=1&email=ada%40x\n", "b.form": "n=1&email=**a%40x",
		"a.csv": "email,country\nada@x,DE\n", "b.csv": "email,country\n**a@x,DE\n", "crlf.csv": "email,country\r\n**a@x,DE\r\n",
		"a.TSV": "n\temail\n1\tada@x\n", "b.tsv": "n\temail\n1\t**a@x\n",
		"a.xml": "<a><email>ada@x</email></a>", "b.xml": "<a><email>**a@x</email></a>",
		"a.js": "cb({\"email\":\"ada@x\"});", "b.js": "cb({\"email\":\"**a@x\"});",
		"guarded.json": ")]}'\n{\"email\":\"ada@x\"}", "guarded.b.json": ")]}'\n{\"email\":\"**a@x\"}",
		"a.multipart": form, "b.multipart": strings.Replace(form, "ada@x", "**a@x", 1),
	})
	results := Run(p, every, day)
	if len(results) != 15 {
		t.Fatalf("%d tests ran", len(results))
	}
	fails := map[string][2]string{
		"line ends":    {"another body came out than expected", "- email,country␍\n- **a@x,DE␍\n+ email,country\n+ **a@x,DE\n"},
		"no line end":  {"another body came out than expected", "  {\"email\":\"**a@x\"}\n  {}\n- (no line end)\n"},
		"no multipart": {"the body is refused: type: no filter reads this media type", ""},
		"unread":       {"the body is refused: type: no filter reads this media type", ""},
	}
	for _, r := range results {
		if want := fails[r.Name]; r.Failure != want[0] || r.Diff != want[1] || r.Passed != (want[0] == "") {
			t.Errorf("%s: %q\n%s\nwant %q\n%s", r.Name, r.Failure, r.Diff, want[0], want[1])
		}
	}
}

func TestExplainOtherFormats(t *testing.T) {
	t.Parallel()
	p := policy(t, "  []\n", nil)
	for contentType, body := range map[string]string{"text/event-stream": "data: {\"email\":\"ada@x\"}\n\ndata: hi\n\n", "text/csv": "email\nada@x\n"} {
		ask := Question{Request: "GET /export", Type: contentType, Now: day}
		e, err := Explain(p, ask, rules.Response, []byte(body))
		if err != nil || e.Refused != nil {
			t.Fatalf("%s: %v, %v", contentType, err, e.Refused)
		}
		var out strings.Builder
		if err := e.WriteText(&out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "$..email  email") {
			t.Errorf("%s: %s", contentType, out.String())
		}
		if withheld := strings.Contains(out.String(), "\ndocument "); withheld != (contentType == "text/event-stream") {
			t.Errorf("%s: %s", contentType, out.String())
		}
	}
}
