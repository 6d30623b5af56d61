package graphql

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// record feeds the body in the pieces of way, which are broken afterwards so that nothing may lean on them.
func record(r *Recorder, contentType, rawQuery, body string, way []int) (Request, error) {
	r.Reset(contentType, rawQuery)
	for _, n := range way {
		piece := []byte(body[:n])
		body = body[n:]
		r.Feed(piece)
		for i := range piece {
			piece[i] = '!'
		}
	}
	return r.Close()
}

// splits gives ways to cut size bytes; the last ones are random.
func splits(tb testing.TB, size int) [][]int {
	tb.Helper()
	ways := [][]int{{size}, {size / 2, size - size/2}}
	if size < 1<<16 {
		ways = append(ways, slices.Repeat([]int{1}, size))
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for _, most := range []int{3, 20, 200} {
		most *= 1 + size>>16<<8
		var way []int
		for left := size; left > 0; {
			n := min(left, random.IntN(most)+1)
			way = append(way, n)
			left -= n
		}
		ways = append(ways, way)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("seed of the random splits: %d", seed)
		}
	})
	return ways
}

// summary writes a Request and an error in one line.
func summary(r Request, err error) string {
	var parts []string
	if r.IsGraphQL {
		parts = append(parts, "graphql")
	}
	if r.Persisted {
		parts = append(parts, "persisted")
	}
	if r.opaque {
		parts = append(parts, "opaque")
	}
	if r.batched {
		parts = append(parts, fmt.Sprintf("batch of %d", r.size))
	}
	for _, q := range r.Queries {
		part := fmt.Sprintf("[%s|%s", q.Text, q.Operation)
		if q.Hash != "" {
			part += "|" + q.Hash[:4]
		}
		parts = append(parts, part+"]")
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		parts = append(parts, "error: "+refused.Kind.String())
	}
	return strings.Join(parts, " ")
}

const (
	jsonType = "application/json; charset=utf-8"
	formType = "application/x-www-form-urlencoded"
	partType = `multipart/form-data; boundary="-b 1"`
)

// hashA is that of the query { a }, hashZ of nothing here.
var (
	hashA = hashOf("{ a }")
	hashZ = strings.Repeat("0f", 32)
)

func part(head, content string) string { return "---b 1\r\n" + head + "\r\n\r\n" + content + "\r\n" }

func field(name, content string) string {
	return part(`Content-Disposition: form-data; name="`+name+`"`, content)
}

const lastPart = "---b 1--\r\n"

func TestRecorder(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, contentType, query, body, want string }{
		{"nothing", "", "", "", ""},
		{"no body", jsonType, "", "", ""},
		{"text and name", jsonType, "", `{"query":"query A { a }","operationName":"A","variables":{"query":"x","a":[{"query":"y"}]}}`, "graphql [query A { a }|A]"},
		{"escapes and order", jsonType, "", "\uFEFF" + ` { "variables" : null , "quer\u0079" : "{ \"a\u0062\"\n\ud83d\ude00 }" , "operationName" : null } `, "graphql [{ \"ab\"\n😀 }|]"},
		{"names in other case", jsonType, "", `{"Query":"{ a }","OPERATIONNAME":"A"}`, "graphql [{ a }|A]"},
		{"said twice", jsonType, "", `{"query":"{ a }","query":"{ b }","operationName":"A","operationName":"B"}`, "graphql [{ a }|] [{ b }|]"},
		{"said twice alike", jsonType, "", `{"query":"{ a }","query":"{ a }","operationName":"A","operationName":"A"}`, "graphql [{ a }|A]"},
		{"words", "application/vnd.api+json", "", `{"query":"red shoes","page":2}`, "graphql [red shoes|]"},
		{"another language", jsonType, "", `{"query":{"match":{"query":"x"}},"id":3}`, ""},
		{"another document", jsonType, "", `{"id":"7","name":"x","list":[{"query":"no"}]}`, ""},
		{"a scalar", jsonType, "", `12`, ""},
		{"batch", jsonType, "", `[{"query":"{ a }"},{"query":"{ b }","operationName":"B"},{"query":"{ a }"},3,["query"]]`, "graphql batch of 5 [{ a }|] [{ b }|B]"},
		{"batch of nothing", jsonType, "", `[]`, "batch of 0"},
		{"hash alone", jsonType, "", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hashA + `"}},"operationName":"A"}`, "graphql persisted [|A|" + hashA[:4] + "]"},
		{"text and hash", jsonType, "", `{"extensions":{"persistedQuery":{"sha256Hash":"` + strings.ToUpper(hashA) + `","version":1}},"query":"{ a }"}`, "graphql [{ a }||" + hashA[:4] + "]"},
		{"text and the hash of another", jsonType, "", `{"extensions":{"persistedQuery":{"sha256Hash":"` + hashZ + `"}},"query":"{ a }"}`, "graphql persisted opaque [{ a }|]"},
		{"two hashes", jsonType, "", `{"extensions":{"persistedQuery":{"sha256Hash":"` + hashA + `","sha256Hash":"` + hashZ + `"}}}`, "graphql persisted opaque"},
		{"another kind of hash", jsonType, "", `{"extensions":{"persistedQuery":{"md5Hash":"00"}}}`, "graphql persisted opaque"},
		{"no hash", jsonType, "", `{"extensions":{"persistedQuery":{"sha256Hash":"short"}}}`, "graphql persisted opaque"},
		{"other extensions", jsonType, "", `{"extensions":{"trace":{"persistedQuery":1},"persistedQuery":null},"query":"{ a }"}`, "graphql [{ a }|]"},
		{"document id", jsonType, "", `{"documentId":"abc"}`, "graphql persisted opaque"},
		{"document id that is a hash", jsonType, "", `{"documentId":"sha256:` + hashA + `"}`, "graphql persisted [||" + hashA[:4] + "]"},
		{"id with variables", jsonType, "", `{"id":"abc","variables":{}}`, "graphql persisted opaque"},
		{"id with a query", jsonType, "", `{"id":"abc","query":"{ a }"}`, "graphql persisted opaque [{ a }|]"},
		{"id with words", jsonType, "", `{"id":"abc","query":"shoes"}`, "graphql [shoes|]"},
		{"no id", jsonType, "", `{"id":null,"documentId":null,"variables":{},"query":"{ a }"}`, "graphql [{ a }|]"},
		{"batch with a hash", jsonType, "", `[{"query":"{ a }"},{"documentId":"sha256:` + hashZ + `"}]`, "graphql persisted batch of 2 [{ a }|] [||0f0f]"},
		{"broken JSON", jsonType, "", `{"query":"{ a }",}`, "error: the request could not be read"},
		{"JSON that ends early", jsonType, "", `[{"query":"{ a }"}`, "error: the request could not be read"},
		{"another charset", "application/json; charset=utf-7", "", `{}`, "error: the request could not be read"},
		{"undeclared JSON", "text/plain", "", `{"query":"{ a }"}`, "graphql [{ a }|]"},
		{"undeclared and broken", "", "", `{"query":"{ a }",}`, "error: the request could not be read"},
		{"something else", "application/octet-stream", "", `{{ nothing }}`, ""},
		{"a query as it is", "application/graphql", "operationName=A", "query A { a }", "graphql [query A { a }|A]"},
		{"in the URL", "", "query=%7B+a+%7D&variables=%7B%7D&operationName=A&x", "", "graphql [{ a }|A]"},
		{"hash in the URL", "", "extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+hashA+`"}}`), "", "graphql persisted [||" + hashA[:4] + "]"},
		{"broken extensions in the URL", "", "query={a}&extensions={", "", "graphql persisted opaque [{a}|]"},
		{"id in the URL", "", "id=5&page=2", "", ""},
		{"id and variables in the URL", "", "id=5&variables={}", "", "graphql persisted opaque"},
		{"words with a bare percent sign", "", "query=100%&%zz=%", "", "graphql [100%|]"},
		{"names with escapes", "", "%71uer%79=%7Ba%7D%", "", "graphql [{a}%|]"},
		{"URL and body agree", jsonType, "operationName=A", `{"query":"{ a }","operationName":"A"}`, "graphql [{ a }|A]"},
		{"URL and body disagree", jsonType, "operationName=B", `{"query":"{ a }","operationName":"A"}`, "graphql [{ a }|]"},
		{"text in the URL, name in the body", jsonType, "query={a}", `{"operationName":"A"}`, "graphql [{a}|]"},
		{"text in both", jsonType, "query={a}&operationName=A", `{"query":"{b}","operationName":"A"}`, "graphql [{b}|A] [{a}|A]"},
		{"form", formType, "", "a=1&query=%7B%20a%3Ab+%7D&operationName=A&query2=x", "graphql [{ a:b }|A]"},
		{"multipart", partType, "", field("operations", `{"query":"{ a }","variables":{"file":null}}`) + field("map", `{"0":["variables.file"]}`) + part(`content-disposition: form-data; name="0"; filename="a\"b.txt"`+"\r\nContent-Type: text/plain", "\r\n--x\n---b\r\n{\"query\"") + lastPart, "graphql [{ a }|]"},
		{"multipart batch behind a file", partType, "", "preamble\r\n" + part(`Content-Disposition: form-data; name=0; filename=x`, "\r\r\n\n-") + part("Content-Type: application/json\r\nContent-Disposition:\r\n form-data;\r\n name=operations", `[{"query":"{ a }"}]`) + lastPart + "epilogue", "graphql batch of 1 [{ a }|]"},
		{"multipart of fields", partType, "", field("query", "{ a\r\n}") + field("operationName", "A") + field("empty", "") + lastPart, "graphql [{ a\r\n}|A]"},
		{"multipart with line feeds", partType, "", strings.ReplaceAll(field("operations", `{"query":"{ a }"}`)+"---b 1--", "\r", ""), "graphql [{ a }|]"},
		{"multipart goes on", partType, "", lastPart + field("query", "{ a }") + lastPart, "graphql [{ a }|]"},
		{"multipart without a query", partType, "", field("name", "x") + "---b 1--", ""},
		{"multipart without an end", partType, "", field("query", "{ a }"), "error: the request could not be read"},
		{"multipart with a boundary that may be none", partType, "", field("query", "{ a }") + "---b 1x\r\n" + lastPart, "error: the request could not be read"},
		{"multipart with a coded part", partType, "", part("Content-Disposition: form-data; name=operations\r\nContent-Transfer-Encoding: base64", "e30=") + lastPart, "error: the request could not be read"},
		{"multipart with a broken document", partType, "", field("operations", `{"query":"{ a }"`) + lastPart, "error: the request could not be read"},
		{"multipart with a boundary in a header", partType, "", "---b 1\r\n---b 1\r\n\r\n" + lastPart, "error: the request could not be read"},
		{"multipart without a boundary", "multipart/form-data", "", "x", "error: the request could not be read"},
		{"long text", jsonType, "", `{"query":"{` + strings.Repeat("a ", maxText/2) + `}"}`, "error: too large"},
		{"long text, held", jsonType, "", `{"query":"{` + strings.Repeat("a ", maxText) + `}"}`, "error: the request could not be read"},
		{"long text in a form", formType, "", "query=" + strings.Repeat("a", maxWritten+1), "error: too large"},
		{"long text in the URL", "", "query=" + strings.Repeat("a", maxText+1), "", "error: too large"},
		{"long query", "application/graphql", "", strings.Repeat("a", maxText+1), "error: too large"},
		{"long things that are not kept", formType, "", strings.Repeat("n", maxText) + "=" + strings.Repeat("a", maxText) + "&variables=" + strings.Repeat("v", maxWritten*2) + "&query={a}", "graphql [{a}|]"},
		{"long header of a part", partType, "", part("X: "+strings.Repeat("x", maxHead), "") + lastPart, "error: the request could not be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := NewRecorder(partType, "query={z}&operationName=Z")
			r.Feed([]byte(field("operations", `{"query":"{ z`)))
			for _, way := range splits(t, len(test.body)) {
				got := summary(record(r, test.contentType, test.query, test.body, way))
				if got != test.want {
					t.Fatalf("%d pieces: %.300s\nwant %s", len(way), got, test.want)
				}
			}
		})
	}
}

func TestRecorderCounts(t *testing.T) {
	t.Parallel()
	var many, large bytes.Buffer
	for i := range maxQueries + 1 {
		fmt.Fprintf(&many, `,{"query":"{ a%d }"}`, i)
	}
	for range 5 {
		fmt.Fprintf(&large, `,{"query":"%s"}`, strings.Repeat("a", maxText-1))
	}
	for name, body := range map[string][]byte{"queries": many.Bytes(), "bytes": large.Bytes()} {
		body = append(append([]byte("["), body[1:]...), ']')
		_, err := Queries(jsonType, "", body)
		var refused *Error
		if !errors.As(err, &refused) || refused.Kind != TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	repeated := strings.Repeat(`{"query":"{ a }"},`, 10*maxQueries)
	if r, err := Queries(jsonType, "", []byte("["+repeated[:len(repeated)-1]+"]")); err != nil || len(r.Queries) != 1 {
		t.Errorf("repeated: %d queries, %v", len(r.Queries), err)
	}
}

func TestRecorderQuotesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ contentType, body string }{
		{jsonType, `{"query":secret}`},
		{jsonType + "; secret", `{}`},
		{"application/json; charset=secret", `{}`},
		{partType, "---b 1\r\nsecret\r\n\r\n" + lastPart},
		{partType, "---b 1 secret\r\n"},
		{partType, field(`query"; secret="`, "") + lastPart},
	} {
		_, err := Queries(test.contentType, "", []byte(test.body))
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}

// Variables, which are most of a body, pass without being kept.
func TestRecorderKeepsNoVariables(t *testing.T) {
	r := NewRecorder("", "")
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	if n := testing.AllocsPerRun(10, func() {
		r.Reset(jsonType, "")
		r.Feed([]byte(`{"variables":{"a":"`))
		for range 32 {
			r.Feed(chunk)
		}
		r.Feed([]byte(`"}}`))
		if _, err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}); n > 8 {
		t.Errorf("%v allocations", n)
	}
}
