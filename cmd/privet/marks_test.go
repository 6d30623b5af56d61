package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// marks are values that can be told apart and must be found nowhere.
type marks struct {
	mu    sync.Mutex
	where []string
}

// new is a mark. Its digits make it a word, a number and a token alike.
func (m *marks) new(where string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.where = append(m.where, where)
	return fmt.Sprintf("90417%05d", len(m.where))
}

// none fails for each mark that a text holds.
func (m *marks) none(t *testing.T, what, text string) {
	t.Helper()
	for i, where := range m.where {
		if strings.Contains(text, fmt.Sprintf("90417%05d", i+1)) {
			t.Errorf("%s holds the mark of: %s", what, where)
		}
	}
}

// upstream answers /…/KIND with a response of that kind, full of marks.
func upstream(m *marks) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h, kind := w.Header(), filepath.Base(r.URL.Path)
		in := func(part string) string { return m.new("response " + kind + ": " + part) }
		h.Add("Set-Cookie", "session_id="+in("session cookie")+"; Domain="+in("domain")+".example")
		h.Add("Set-Cookie", "track_"+in("cookie name")+"="+in("cookie")+"; Path=/"+in("cookie path"))
		h.Add("Set-Cookie", in("unknown cookie")+"=1")
		h.Add("Set-Cookie", "broken "+in("broken cookie"))
		h.Set("Location", "/next?email="+in("location")+"&"+in("location name")+"=1")
		h.Set("Link", `</x?name=`+in("link")+`>; rel="next"`)
		h.Set("X-Device-Id", in("labelled header"))
		h.Set("X-Other", in("header"))
		h.Set("Etag", `"`+in("etag")+`"`)
		h.Set("Trailer", "X-Trailing")
		h.Set("Content-Type", "application/json")
		document := fmt.Sprintf(`{"secret":%q,"email":%q,"phone":%q,"lat":%s.5,"born":%q,"name":{%q:%q},"free":%q,"people":[{"id":%q,"country":%q,"email":%q,"lat":%q}]}`,
			in("secret"), in("email"), in("phone"), in("lat"), in("born"), in("member name"), in("name"), in("free"),
			in("subject"), in("residence"), in("element email"), in("unfit lat"))
		if b, ok := formatOf(kind, in); ok {
			h.Set("Content-Type", b.media)
			document = b.text
		}
		switch kind {
		case "cut":
			document = document[:len(document)-7]
		case "malformed":
			document = `{"secret":"` + in("before the error") + `",` + in("at the error") + `:tru` + in("behind the error")
		case "number":
			document = `{"lat": -` + in("broken number") + `.e}`
		case "escape":
			document = `{"name":"\u12` + in("broken escape") + `"}`
		case "after":
			document += " " + in("after the document")
		case "page":
			h.Set("Content-Type", "text/html; charset="+in("charset"))
			document = "<p>" + in("page")
		case "type":
			h.Set("Content-Type", in("media type")+"/x")
		case "picture":
			h.Set("Content-Type", "image/png")
		case "coding":
			h.Set("Content-Encoding", in("coding"))
		case "damaged":
			h.Set("Content-Encoding", "gzip")
			document = "\x1f\x8b\x08" + in("damaged coding")
		case "partial":
			h.Set("Content-Range", "bytes 0-9/"+in("range"))
			w.WriteHeader(http.StatusPartialContent)
		case "early":
			h.Set("X-Early", in("early hint"))
			w.WriteHeader(http.StatusEarlyHints)
		case "failed":
			w.WriteHeader(http.StatusInternalServerError)
		case "long":
			document = `{"name":"` + in("before the long value") + `","phone":"` + strings.Repeat(in("long value"), 1<<17) + `"}`
		case "deep":
			document = strings.Repeat(`{"`+in("deep member")+`":`, 3000) + strings.Repeat("}", 3000)
		case "aborted":
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, document[:len(document)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, document)
		h.Set("X-Trailing", in("trailer"))
		h.Set(http.TrailerPrefix+"X-Late", in("late trailer"))
	})
}

var kinds = []string{
	"whole", "cut", "malformed", "number", "escape", "after", "page", "type", "picture", "coding", "damaged", "partial", "early",
	"failed", "long", "deep", "aborted",
}
