package caddymodule

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const questions = `
purposes:
  service: {basis: contract, default: true}
  billing: {basis: contract}
categories:
  secret: {title: For no purpose}
  telephone: {purposes: [service], otherwise: {mask: {keep_last: 2}}}
recipients:
  vendor-us: {country: US, role: processor}
transfers: {on_missing: block}
endpoints:
  /account/{case...}: {response: {$.data.user.email: secret}}
  /listed/{case...}: {allow: [$.data.user.id]}
  /anywhere/{case...}: {response: {$..email: secret}}
  /batches/{case...}: {response: {$.data.user.email: secret, "$[*].data.user.email": secret}}
  /both/{case...}: {response: {$.data.user.email: secret}, request: {$.variables.token: secret}}
  /people/{case...}:
    each: {of: "$.data.people[*]", subject: $.id, residence: $.country}
    response: {"$.data.people[*].phone": telephone}
`

const questioned = `
handle /people/* {
	privacy {
		caller vendor-us
	}
	reverse_proxy UPSTREAM
}
handle {
	privacy
	reverse_proxy UPSTREAM
}
`

const (
	aliased = `{ u: user { mail: email x: id } }`
	told    = `{"data":{"u":{"mail":"s3cr3t","x":1}}}`
	untold  = `{"data":{"u":{"x":1}}}`
)

// asking is the body of a request for a query.
func asking(query string) string { return fmt.Sprintf(`{"variables":{"a":[1]},"query":%q}`, query) }

// persisted is the body of a request for a stored query, with its text or without.
func persisted(query string, text bool) string {
	sum := sha256.Sum256([]byte(query))
	body := `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(sum[:]) + `"}}`
	if text {
		body += fmt.Sprintf(`,"query":%q`, query)
	}
	return body + "}"
}

func fields(n float64) map[string]float64 {
	return map[string]float64{"redactions_total{action=remove,category=secret,direction=response,kind=field}": n}
}

func refusals(direction string) map[string]float64 {
	return map[string]float64{"refusals_total{cause=query,direction=" + direction + "}": 1}
}

func TestAliasesAreResolved(t *testing.T) {
	compose(t, questions, "", questioned)
	parts := "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + asking(aliased) + "\r\n--b\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n\r\nabc\r\n--b--\r\n"
	tests := []struct {
		name, path, body string
		answer, want     string
		header           []string
		done             float64
	}{
		{name: "alias", path: "/account/1", body: asking(aliased), answer: told, want: untold, done: 1},
		{name: "its literal name", path: "/account/2", body: asking(`{ user { email: id mail: email } }`), answer: `{"data":{"user":{"email":7,"mail":"s3cr3t","n":1}}}`, want: `{"data":{"user":{"n":1}}}`, done: 2},
		{name: "fragments", path: "/account/3", body: asking(`{ ...Q } fragment Q on Query { u: user { ... on User { ...E } } } fragment E on User { mail: email }`), answer: told, want: untold, done: 1},
		{name: "a label for any place", path: "/anywhere/1", body: asking(aliased), answer: told, want: untold, done: 1},
		{name: "a deferred part", path: "/anywhere/2", body: asking(`{ ... @defer { u: user { mail: email } } }`), answer: `{"data":{},"incremental":[{"path":["u"],"data":{"mail":"s3cr3t"}}]}`, want: `{"data":{},"incremental":[{"path":["u"],"data":{}}]}`, done: 1},
		{name: "a batch", path: "/batches/1", body: "[" + asking(aliased) + "," + asking(`{ user { email } }`) + "]", answer: "[" + told + `,{"data":{"user":{"email":"s3cr3t"}}}]`, want: "[" + untold + `,{"data":{"user":{}}}]`, done: 2},
		{name: "gzip", path: "/account/4", body: coded(asking(aliased)), header: []string{"Content-Encoding", "gzip"}, answer: told, want: untold, done: 1},
		{name: "application/graphql", path: "/account/5", body: aliased, header: []string{"Content-Type", "application/graphql"}, answer: told, want: untold, done: 1},
		{name: "a form", path: "/account/6", body: "query=" + url.QueryEscape(aliased), header: []string{"Content-Type", "application/x-www-form-urlencoded"}, answer: told, want: untold, done: 1},
		{name: "multipart", path: "/account/7", body: parts, header: []string{"Content-Type", "multipart/form-data; boundary=b"}, answer: told, want: untold, done: 1},
		{name: "no type", path: "/account/8", body: asking(aliased), header: []string{"Content-Type", ""}, answer: told, want: untold, done: 1},
		{name: "a long body", path: "/account/9", body: asking(aliased + strings.Repeat(" ", 2*wholeQuestion)), answer: told, want: untold, done: 1},
		{name: "words", path: "/account/10", body: asking("red shoes"), answer: told, want: told},
		{name: "an API that is no GraphQL", path: "/account/11", body: `{"a":1,"id":7}`, answer: `{"data":{"user":{"email":1},"u":{"mail":2}}}`, want: `{"data":{"user":{},"u":{"mail":2}}}`, done: 1},
		{name: "an object as query", path: "/account/12", body: `{"query":{"match":{"a":1}}}`, answer: told, want: told},
		{name: "a database's query", path: "/account/13", body: `{"query":"{\"a\":1}"}`, answer: told, want: told},
		{name: "without aliases", path: "/account/14", body: asking(`{ user { email } }`), answer: `{"data":{"user":{"email":1}}}`, want: `{"data":{"user":{}}}`, done: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			script(test.path, sends(200, test.answer, "Content-Type", "application/json"))
			before := counters(t)
			header := append([]string{}, test.header...)
			if !strings.Contains(strings.Join(header, " "), "Content-Type") {
				header = append(header, "Content-Type", "application/json")
			}
			post(t, test.path, test.body, header...).is(t, 200, test.want)
			if got, err := once(t, test.path).content(); got != test.body || !errors.Is(err, io.EOF) {
				t.Errorf("the upstream read %q (%v)", got, err)
			}
			want := fields(test.done)
			if test.done == 0 {
				want = map[string]float64{}
			}
			done(t, before, want)
		})
	}
}

// A field must not leave under the name of one that is listed.
func TestAliasesWhereFieldsAreListed(t *testing.T) {
	compose(t, questions, "", questioned)
	script("/listed/1", sends(200, `{"data":{"user":{"id":"s3cr3t"}}}`, "Content-Type", "application/json"))
	post(t, "/listed/1", asking(`{ user { id: email } }`), "Content-Type", "application/json").refused(t, 502, "query")
	script("/listed/2", sends(200, `{"data":{"user":{"id":7,"email":"s3cr3t"}}}`, "Content-Type", "application/json"))
	post(t, "/listed/2", asking(`{ user { id email } }`), "Content-Type", "application/json").is(t, 200, `{"data":{"user":{"id":7}}}`)
}

func TestAliasesInABodyOfUnknownLength(t *testing.T) {
	compose(t, questions, "", questioned)
	for path, query := range map[string]string{"/account/chunked": aliased, "/account/long": aliased + strings.Repeat(" ", 3*wholeQuestion), "/both/chunked": aliased} {
		script(path, sends(200, told, "Content-Type", "application/json"))
		send(t, ask(t, http.MethodPost, path, struct{ io.Reader }{strings.NewReader(asking(query))}, "Content-Type", "application/json")).is(t, 200, untold)
		if got, err := once(t, path).content(); got != asking(query) || !errors.Is(err, io.EOF) {
			t.Errorf("%s: the upstream read %d bytes (%v)", path, len(got), err)
		}
	}
}

// What the request's own labels do to its body does not change what it asks.
func TestAliasesBesideLabelsOfTheRequest(t *testing.T) {
	compose(t, questions, "", questioned)
	script("/both/1", sends(200, told, "Content-Type", "application/json"))
	post(t, "/both/1", fmt.Sprintf(`{"variables":{"token":"s3cr3t"},"query":%q}`, aliased), "Content-Type", "application/json").is(t, 200, untold)
	if got, _ := once(t, "/both/1").content(); got != fmt.Sprintf(`{"variables":{},"query":%q}`, aliased) {
		t.Errorf("the upstream read %q", got)
	}
}

func TestAliasesInAURL(t *testing.T) {
	compose(t, questions, "", questioned)
	script("/account/get", sends(200, told, "Content-Type", "application/graphql-response+json"))
	before := counters(t)
	get(t, "/account/get?query="+url.QueryEscape(aliased)).is(t, 200, untold)
	done(t, before, fields(1))
	get(t, "/account/get?page=2").is(t, 200, told)
	get(t, "/account/get?query=shoes").is(t, 200, told)

	script("/account/bad", sends(200, told, "Content-Type", "application/json"))
	before = counters(t)
	get(t, "/account/bad?query="+url.QueryEscape("{ u: user {")).refused(t, 400, "query")
	done(t, before, refusals("request"))
	get(t, "/account/bad/graphql?documentId=7").refused(t, 415, "query")
	if n := len(reached("/account/bad")) + len(reached("/account/bad/graphql")); n != 0 {
		t.Errorf("%d requests reached the upstream", n)
	}
}

func TestElementsUnderAliases(t *testing.T) {
	compose(t, questions, "", questioned)
	script("/people/1", sends(200, `{"data":{"all":[{"key":"1","land":"DE","tel":"5551234"},{"key":"2","land":"US","tel":"5551234"}]}}`, "Content-Type", "application/json"))
	post(t, "/people/1", asking(`{ all: people { key: id land: country tel: phone } }`), "Content-Type", "application/json").
		is(t, 200, `{"data":{"all":[{"key":"2","land":"US","tel":"5551234"}]}}`)
}

func TestQuestionsThatAreRefused(t *testing.T) {
	compose(t, questions, "", questioned)
	tests := []struct {
		name, path, body, kind string
		status                 int
		long                   bool // the upstream hears of it
	}{
		{"malformed", "/account/r1", asking("{ u: user {"), "query", 400, false},
		{"malformed and long", "/account/r2", asking("{ u: user {" + strings.Repeat(" ", 2*wholeQuestion)), "query", 400, true},
		{"no JSON", "/account/r3", `{"query":`, "malformed", 400, false},
		{"recursive", "/account/r4", asking("{ ...F } fragment F on Q { ...F }"), "query", 400, false},
		{"too large", "/account/r5", asking("{ a" + strings.Repeat(" ", 300<<10) + "}"), "query", 413, true},
		{"an id", "/account/r6/graphql", `{"documentId":"x"}`, "query", 415, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			script(test.path, sends(200, told, "Content-Type", "application/json"))
			before := counters(t)
			got, ok := tried(t, ask(t, http.MethodPost, test.path, strings.NewReader(test.body), "Content-Type", "application/json"))
			if !ok {
				t.Fatal("the connection was reset")
			}
			got.refused(t, test.status, test.kind)
			done(t, before, map[string]float64{"refusals_total{cause=" + test.kind + ",direction=request}": 1})
			for _, in := range reached(test.path) {
				if body, err := in.content(); !test.long || errors.Is(err, io.EOF) || len(body) >= len(test.body) {
					t.Errorf("the upstream read %d of %d bytes (%v)", len(body), len(test.body), err)
				}
			}
		})
	}
	script("/account/coded", sends(200, told, "Content-Type", "application/json"))
	post(t, "/account/coded", asking(aliased), "Content-Type", "application/json", "Content-Encoding", "compress").refused(t, 415, "coding")
	post(t, "/account/coded", coded(asking(aliased))[:40], "Content-Type", "application/json", "Content-Encoding", "gzip").refused(t, 400, "coding")
	if n := len(reached("/account/coded")); n != 0 {
		t.Errorf("%d requests reached the upstream", n)
	}
}

func TestResponsesWhereNoLabelLeads(t *testing.T) {
	compose(t, questions, "", questioned)
	for name, test := range map[string]struct{ path, body, media string }{
		"a deferred part":                {"/account/w1", asking(`{ ... @defer { user { email } } }`), "application/json"},
		"a batch":                        {"/account/w2", "[" + asking(`{ user { email } }`) + "]", "application/json"},
		"an id that turns out a query's": {"/account/w3", `{"documentId":"x"}`, "application/graphql-response+json"},
		"another format":                 {"/account/w4", asking(aliased), "text/csv"},
	} {
		t.Run(name, func(t *testing.T) {
			script(test.path, sends(200, told, "Content-Type", test.media))
			before := counters(t)
			post(t, test.path, test.body, "Content-Type", "application/json").refused(t, 502, "query")
			done(t, before, refusals("response"))
		})
	}
	script("/account/w5", sends(200, told, "Content-Type", "application/json"))
	post(t, "/account/w5", `{"documentId":"x"}`, "Content-Type", "application/json").is(t, 200, told)
}

func TestPersistedQueries(t *testing.T) {
	compose(t, questions, "", questioned)
	const missing = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`
	const answer = missing + "\n"
	asked := func(body string) reply { return post(t, "/account/apq", body, "Content-Type", "application/json") }
	script("/account/apq", sends(200, told, "Content-Type", "application/json"))
	before := counters(t)
	asked(persisted(aliased, false)).is(t, 200, answer).has(t, "Content-Type", "application/json", "Cache-Control", "no-store")
	done(t, before, refusals("request"))
	inURL := "/account/apq?extensions=" + url.QueryEscape(strings.TrimSuffix(strings.TrimPrefix(persisted(aliased, false), `{"extensions":`), "}"))
	get(t, inURL).is(t, 200, answer)
	asked("["+persisted(aliased, false)+","+persisted("{a}", false)+"]").is(t, 200, "["+missing+","+missing+"]\n")
	send(t, ask(t, http.MethodPost, "/account/apq", struct{ io.Reader }{strings.NewReader(persisted(aliased, false))}, "Content-Type", "application/json")).is(t, 200, answer)
	for _, in := range reached("/account/apq") {
		if _, err := in.content(); errors.Is(err, io.EOF) {
			t.Error("a request whose query is not known reached the upstream whole")
		}
	}
	asked(persisted(aliased, true)).is(t, 200, untold)
	asked(persisted(aliased, false)).is(t, 200, untold)
	get(t, inURL).is(t, 200, untold)
}

// An answer that comes before the request has been read may be one to what is still to come.
func TestAnEarlyAnswerToAQuestion(t *testing.T) {
	compose(t, questions, "", questioned)
	read := make(chan struct{})
	script("/account/early", func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, told)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-read:
		case <-time.After(patience):
		}
	})
	before := counters(t)
	body, feed := io.Pipe()
	go func() { _, _ = io.WriteString(feed, asking(aliased)+strings.Repeat(" ", 100<<10)) }()
	r := ask(t, http.MethodPost, "/account/early", body, "Content-Type", "application/json")
	answer := make(chan reply, 1)
	go func() {
		response, err := client.Do(r)
		if err != nil {
			answer <- reply{broken: err}
			return
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		answer <- reply{status: response.StatusCode, header: response.Header, body: string(text), broken: err}
	}()
	const count = "refusals_total{cause=query,direction=response}"
	eventually(t, "the answer is refused", func() bool { return gathered(t)[count] > before[count] })
	close(read)
	_ = feed.Close()
	(<-answer).refused(t, 502, "query")
	done(t, before, refusals("response"))
}

func TestQuestionsInReportMode(t *testing.T) {
	compose(t, questions, "mode report", questioned)
	script("/account/report", sends(200, told, "Content-Type", "application/json"))
	for body, want := range map[string]map[string]float64{asking(aliased): fields(1), asking("{ u: user {"): refusals("request"), persisted("{ b }", false): refusals("request")} {
		before := counters(t)
		post(t, "/account/report", body, "Content-Type", "application/json").is(t, 200, told)
		done(t, before, want)
	}
}
