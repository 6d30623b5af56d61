package consent_test

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/consent"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, body string
		fields             []string
		status             int
		field              string
	}{
		{"an unknown grant", "POST", "grant=SECRET", []string{asForm}, 400, "grant"},
		{"an unknown refusal", "POST", "grant=analytics&refuse=SECRET", []string{asForm}, 400, "refuse"},
		{"an unknown offer", "POST", "offer=SECRET", []string{asForm}, 400, "offer"},
		{"all is no id to offer", "POST", "offer=all", []string{asForm}, 400, "offer"},
		{"an unknown id shown", "POST", "grant=analytics&shown=SECRET", []string{asForm}, 400, "shown"},
		{"an unknown id left", "POST", "leave=SECRET", []string{asForm}, 400, "leave"},
		{"all is no id to leave", "POST", "leave=all", []string{asForm}, 400, "leave"},
		{"a category without choice", "POST", "refuse=email", []string{asForm}, 400, "refuse"},
		{"an empty id", "POST", "grant=", []string{asForm}, 400, "grant"},
		{"an id in other letters", "POST", "grant=Analytics", []string{asForm}, 400, "grant"},
		{"an unknown id in JSON", "POST", `{"grant":["SECRET"]}`, []string{asJSON}, 400, "grant"},
		{"nothing chosen", "POST", "", []string{asForm}, 400, ""},
		{"nothing chosen in JSON", "POST", "{}", []string{asJSON}, 400, ""},
		{"shown alone", "POST", "shown=analytics", []string{asForm}, 400, ""},
		{"a semicolon", "POST", "grant=analytics;refuse=SECRET", []string{asForm}, 400, ""},
		{"a broken escape", "POST", "grant=%zzSECRET", []string{asForm}, 400, ""},
		{"JSON null", "POST", "null", []string{asJSON}, 400, ""},
		{"a JSON array", "POST", `["SECRET"]`, []string{asJSON}, 400, ""},
		{"a JSON string for an array", "POST", `{"grant":"SECRET"}`, []string{asJSON}, 400, ""},
		{"a number in an array", "POST", `{"grant":[1]}`, []string{asJSON}, 400, ""},
		{"an array to return to", "POST", `{"grant":["all"],"return":["/SECRET"]}`, []string{asJSON}, 400, ""},
		{"a misspelt member", "POST", `{"grant":["analytics"],"refused":["SECRET"]}`, []string{asJSON}, 400, ""},
		{"JSON cut short", "POST", `{"grant":["SECRET`, []string{asJSON}, 400, ""},
		{"JSON leaves nothing by name", "POST", `{"leave":["analytics"]}`, []string{asJSON}, 400, ""},
		{"two JSON values", "POST", `{"grant":["all"]}{"grant":["SECRET"]}`, []string{asJSON}, 400, ""},
		{"rubbish after JSON", "POST", `{"grant":["all"]}]`, []string{asJSON}, 400, ""},
		{"empty JSON", "POST", "", []string{asJSON}, 400, ""},
		{"too large", "POST", "grant=analytics&x=" + strings.Repeat("SECRET", 11000), []string{asForm}, 413, ""},
		{"no type", "POST", "grant=analytics", nil, 415, ""},
		{"multipart", "POST", "SECRET", []string{"Content-Type: multipart/form-data; boundary=SECRET"}, 415, ""},
		{"text that a foreign page may send", "POST", `{"grant":["all"]}`, []string{"Content-Type: text/plain"}, 415, ""},
		{"a type that is none", "POST", "grant=analytics", []string{"Content-Type: ;SECRET"}, 415, ""},
		{"two types", "POST", "grant=analytics", []string{asForm, asJSON}, 415, ""},
		{"a coding", "POST", "SECRET", []string{asForm, "Content-Encoding: gzip"}, 415, ""},
		{"PUT", "PUT", "grant=analytics", []string{asForm}, 405, ""},
		{"PATCH", "PATCH", "", nil, 405, ""},
		{"OPTIONS", "OPTIONS", "", []string{"Origin: https://evil.example", "Access-Control-Request-Method: DELETE"}, 405, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, "")
			res := v.send(t, c.method, c.body, c.fields...)
			v.refused(t, res, c.status, c.field)
			if allow := res.Header.Get("Allow"); (c.status == 405) != (allow == "GET, HEAD, POST, DELETE") {
				t.Errorf("Allow is %q", allow)
			}
			if len(v.changes) > 0 {
				t.Errorf("a change was made: %v", v.changes)
			}
		})
	}
}

func TestAnswerForm(t *testing.T) {
	t.Parallel()
	browser := "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		name   string
		fields []string
		json   bool
	}{
		{"a form", []string{asForm}, false},
		{"a form with a charset", []string{asForm + "; charset=UTF-8", browser}, false},
		{"anything will do", []string{asForm, "Accept: */*"}, false},
		{"a script that asks for JSON", []string{asForm, "Accept: application/json"}, true},
		{"JSON first of several", []string{asForm, "Accept: application/json, text/plain, */*"}, true},
		{"JSON and pages alike", []string{asForm, "Accept: application/json, text/html"}, false},
		{"JSON less than pages", []string{asForm, "Accept: text/html", "Accept: application/json;q=0.5"}, false},
		{"JSON more than pages", []string{asForm, "Accept: text/html;q=0.4, application/json;q=0.5"}, true},
		{"no JSON at all", []string{asForm, "Accept: application/json;q=0"}, false},
		{"a weight that is none", []string{asForm, "Accept: application/json;q=x"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, "")
			res := v.send(t, "POST", "grant=analytics&return=%2Fpage%3Fa%3D1%23top", c.fields...)
			if c.json {
				if s := decode[state](t, res, "application/json"); res.StatusCode != 200 || s.Purposes["analytics"].State != "granted" {
					t.Errorf("the status is %d, analytics %q", res.StatusCode, s.Purposes["analytics"].State)
				}
				return
			}
			if res.StatusCode != 303 || res.Header.Get("Location") != "/page?a=1#top" {
				t.Errorf("the status is %d, to %q", res.StatusCode, res.Header.Get("Location"))
			}
		})
	}
	for _, kind := range []string{"application/json", "text/json", "application/vnd.example+json; charset=utf-8"} {
		v := newVisitor(t, "")
		res := v.send(t, "POST", `{"grant":["analytics"],"return":"/page"}`, "Content-Type: "+kind, browser)
		if res.StatusCode != 200 || res.Header.Get("Location") != "" {
			t.Errorf("%s: the status is %d", kind, res.StatusCode)
		}
	}
}

func TestUnrecorded(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.err = errors.New("the store is down")
	v.refused(t, v.send(t, "POST", "grant=analytics", asForm), 500, "")
	v.refused(t, v.send(t, "DELETE", ""), 500, "")

	w := httptest.NewRecorder()
	if err := consent.Answer(w, httptest.NewRequest("GET", "/", nil), "consent", consent.Exchange{}); err == nil || w.Code != 500 {
		t.Errorf("an empty exchange is answered %d, %v", w.Code, err)
	}
}

// A body that breaks off midway made no choice.
func TestBrokenBody(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	r := httptest.NewRequest("POST", site+"/", io.MultiReader(strings.NewReader("grant=analytics"), broken{}))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	err := consent.Answer(w, r, "consent", consent.Exchange{Policy: v.policy, Decision: v.decide(), Origin: site, Choose: v.choose})
	if err != nil || len(v.changes) > 0 {
		t.Errorf("error %v, changes %v", err, v.changes)
	}
	v.refused(t, w.Result(), 400, "")
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
