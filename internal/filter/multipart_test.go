package filter

import (
	"bytes"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/view"
	"github.com/privet-gateway/privet/rules"
)

// uploadLabels are those of formPolicy, and some within documents.
const uploadLabels = `{$.phone: phone, $..mail: mail, $.photo: secret, $.scan: note, $.blank: empty, $.list: count, "$[*].phone": phone}`

const uploads = `
categories:
  secret: {purposes: []}
  phone: {purposes: [], otherwise: {mask: {keep_last: 2}}}
  mail: {purposes: [], otherwise: pseudonymize}
  note: {purposes: [], otherwise: nullify}
  empty: {purposes: [], otherwise: empty}
  count: {purposes: [], otherwise: count}
endpoints:
  /upload:
    request: ` + uploadLabels + `
    response: ` + uploadLabels + `
`

const formData = "multipart/form-data; boundary=b"

// upload writes parts: what stands behind the name in the header, an empty line, and the content.
func upload(parts ...string) string {
	var out strings.Builder
	for _, part := range parts {
		out.WriteString("--b\r\nContent-Disposition: form-data; name=" + part + "\r\n")
	}
	return out.String() + "--b--\r\n"
}

// typed is the header of a file of a type.
func typed(name, contentType string) string {
	return name + "; filename=f\r\nContent-Type: " + contentType + "\r\n\r\n"
}

func TestUploads(t *testing.T) {
	t.Parallel()
	x := newExchange(t, uploads, "POST /upload")
	token := string(x.plan.tokens.appendToken(nil, []byte("a@b.c")))
	x.expectAs(t, formData, upload(
		"phone\r\n\r\n12345", "mail\r\n\r\na@b.c",
		typed("photo", "image/png")+"\x89PNG", typed("scan", "application/pdf")+"%PDF", typed("blank", "image/png")+"\x89PNG",
		typed("order", "application/json; charset=utf-8")+`{"phone": "12345", "x": {"mail": "a@b.c", "phone": "1"}}`,
		typed("list", "application/vnd.api+json")+` [1,2] `,
		typed("rows", "text/csv; header=present")+"phone,n\r\n12345,1",
		typed("many", "application/jsonl")+`{"phone":"12345"}`,
		typed("fields", "application/x-www-form-urlencoded")+"phone=12345",
	), upload(
		"phone\r\n\r\n***45", "mail\r\n\r\n"+token,
		typed("scan", "application/pdf"),
		typed("order", "application/json; charset=utf-8")+`{"phone": "***45", "x": {"mail": "`+token+`", "phone": "*"}}`,
		typed("list", "application/vnd.api+json")+`2`,
		typed("rows", "text/csv; header=present")+"phone,n\r\n***45,1",
		typed("many", "application/jsonl")+`{"phone":"***45"}`,
		typed("fields", "application/x-www-form-urlencoded")+"phone=***45",
	), "$.photo remove 1", "$.phone mask 4", "$[*].phone mask 3", "$..mail pseudonymize 2", "$.scan nullify 1", "$.blank remove 1!", "$.list count 1")
	for _, contentType := range []string{"application/json; charset=utf-16", "text/plain; charset=latin1", "multipart/mixed; boundary=c", "text/csv; header=x", "image", "application/x; y"} {
		x.refusesAs(t, formData, upload(typed("a", contentType)+"x"), "malformed", 400)
	}
	x.refusesAs(t, formData, upload("phone\r\n\r\n"+strings.Repeat("1", 5000)), "limit", 413)
	x.refusesAs(t, formData, upload(typed("a", "image/png")+"[1"), "malformed", 400)
	x.refusesAs(t, "multipart/form-data", upload("a\r\n\r\n1"), "type", 415)
	x.refusesAs(t, "multipart/mixed; boundary=b", upload("a\r\n\r\n1"), "type", 415)
}

func TestPartsOfTypes(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]view.PartKind{
		"application/json": view.PartJSON, "text/plain": view.PartText, "text/plain; charset=UTF-8": view.PartText, "text/csv": view.PartDocuments,
		"application/octet-stream": view.PartOpaque, "image/png": view.PartOpaque, "text/html; charset=latin1": view.PartOpaque,
		"text": view.PartRefused, "a/b; c": view.PartRefused, formData: view.PartRefused, "multipart/x": view.PartRefused,
		"application/json; charset=latin1": view.PartRefused, "text/csv; charset=latin1": view.PartRefused,
	} {
		if got, begin := partOf(contentType); got != want || (begin != nil) != (want == view.PartDocuments) {
			t.Errorf("%s: %d, want %d", contentType, got, want)
		}
	}
}

func BenchmarkMultipart(b *testing.B) {
	x := newExchange(b, strings.ReplaceAll(uploads, "pseudonymize", "nullify"), "POST /upload")
	spec := BodySpec{Direction: rules.Request, Media: Multipart, Type: formData}
	for name, in := range map[string]string{
		"file": upload("phone\r\n\r\n12345", typed("a", "application/pdf")+strings.Repeat("some bytes of a file\r\n", 50_000)),
		"JSON": upload("phone\r\n\r\n12345", typed("a", "application/json")+string(bytes.TrimSpace(accounts(1<<20)))),
		"text": upload("phone\r\n\r\n12345", "a\r\n\r\n"+strings.Repeat("some text of a field", 50_000)),
	} {
		b.Run(name, func(b *testing.B) { benchmarkMedium(b, x, spec, []byte(in)) })
	}
}
