package graphql

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// refTexts gives the queries in a valid JSON document, read with a decoder that tells each member.
func refTexts(doc []byte) []string {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(doc, []byte("\uFEFF"))))
	var texts []string
	object := func() {
		for d.More() {
			name, _ := d.Token()
			var value any
			if err := d.Decode(&value); err != nil {
				return
			}
			if text, ok := value.(string); ok && strings.EqualFold(name.(string), "query") {
				texts = append(texts, text)
			}
		}
		_, _ = d.Token()
	}
	switch first, _ := d.Token(); first {
	case json.Delim('{'):
		object()
	case json.Delim('['):
		for d.More() {
			var element json.RawMessage
			if err := d.Decode(&element); err != nil {
				return texts
			}
			if len(element) > 0 && element[0] == '{' {
				texts = append(texts, refTexts(element)...)
			}
		}
	}
	return texts
}

// refParts gives the queries in a multipart body as Go's reader sees it.
func refParts(body []byte) []string {
	var texts []string
	reader := multipart.NewReader(bytes.NewReader(body), "-b 1")
	for {
		part, err := reader.NextPart()
		if err != nil {
			return texts
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return texts
		}
		switch part.FormName() {
		case "operations":
			if json.Valid(content) {
				texts = append(texts, refTexts(content)...)
			}
		case "query":
			texts = append(texts, string(content))
		}
	}
}

func FuzzRecorder(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{ a }","operationName":"A"}`, `[{"query":"{ a }"},{"Query":"\u007b","query":null},[{"query":"x"}]]`, `{"extensions":{"persistedQuery":{"sha256Hash":"00"}},"id":1}`,
		"query={a}&operationName=A&%71uery=b%7&query", field("operations", `{"query":"{ a }"}`) + field("query", "x\r\n--") + lastPart, "{ a }",
		"---b 1\n\n---b 1\nContent-Disposition: form-data; name=query\n\n\n---b 1--\n\n---b 1\n\n", "\uFEFF{}", `{"query":"a","query":"b","operationName":"A","operationName":"B"}`,
	} {
		for way := range byte(4) {
			f.Add(seed, "operationName=A", way, uint64(len(seed)))
		}
	}
	r := &Recorder{}
	f.Fuzz(func(t *testing.T, body, rawQuery string, kind byte, seed uint64) {
		contentType := []string{jsonType, formType, partType, "text/plain"}[kind%4]
		whole, err := record(r, contentType, rawQuery, body, []int{len(body)})
		random := rand.New(rand.NewPCG(seed, 0))
		var way []int
		for left := len(body); left > 0; {
			n := min(left, random.IntN(9)+1)
			way = append(way, n)
			left -= n
		}
		if cut, cutErr := record(r, contentType, rawQuery, body, way); summary(cut, cutErr) != summary(whole, err) {
			t.Fatalf("whole: %s\ncut: %s", summary(whole, err), summary(cut, cutErr))
		}
		if err != nil {
			return
		}
		var want []string
		switch {
		case contentType == partType:
			want = refParts([]byte(body))
		case contentType == formType:
			values, _ := url.ParseQuery(body)
			want = values["query"]
		case body != "" && json.Valid([]byte(body)) && utf8.ValidString(body):
			want = refTexts([]byte(body))
		case contentType == jsonType && body != "" && !strings.HasPrefix(body, "\uFEFF"):
			t.Fatal("read what is no JSON")
		}
		values, _ := url.ParseQuery(rawQuery)
		for _, text := range append(want, values["query"]...) {
			if text != "" && !slices.ContainsFunc(whole.Queries, func(q Query) bool { return q.Text == text }) {
				t.Fatalf("missed %q in %s", text, summary(whole, err))
			}
		}
	})
}
