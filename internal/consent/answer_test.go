package consent_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/consent"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, name string
		ours       bool
	}{
		{"/.privacy/consent", "consent", true},
		{"/.privacy/assets/prompt.css", "assets/prompt.css", true},
		{"/.privacy/nothing", "nothing", true},
		{"/.privacy/", "", true},
		{"/.well-known/gpc.json", "gpc.json", true},
		{"/.privacy", "", false},
		{"/.well-known/gpc.json/", "", false},
		{"/", "", false},
	} {
		if name, ours := consent.Name(c.path); ours != c.ours || ours && name != c.name {
			t.Errorf("%s is %q, %t", c.path, name, ours)
		}
	}
}

// answer is what a name answers to a method.
func (v *visitor) answer(tb testing.TB, method, name string, fields ...string) *http.Response {
	tb.Helper()
	r := httptest.NewRequest(method, site+"/.privacy/"+name, nil)
	for _, field := range fields {
		key, value, _ := strings.Cut(field, ": ")
		r.Header.Add(key, value)
	}
	w := httptest.NewRecorder()
	x := consent.Exchange{Policy: v.policy, Decision: v.decide(), Origin: v.origin, Since: today.Time().Add(23 * time.Hour), Choose: v.choose}
	if err := consent.Answer(w, r, name, x); err != nil {
		tb.Error(err)
	}
	return w.Result()
}

// sheets are the style sheets that the pages and the prompt link to.
func sheets(tb testing.TB, v *visitor) []string {
	tb.Helper()
	var all []string
	for _, p := range []page{v.prompt(tb, "/"), v.visit(tb, "notice"), v.visit(tb, "preferences")} {
		links := p.all("link")
		if len(links) != 1 || attr(links[0], "rel") != "stylesheet" {
			tb.Fatalf("there are %d links", len(links))
		}
		all = append(all, attr(links[0], "href"))
	}
	return all
}

func TestMethods(t *testing.T) {
	t.Parallel()
	v := visitor{}.under(t, "")
	asset, _ := consent.Name(sheets(t, v)[0])
	for _, name := range []string{"preferences", "notice", "gpc.json", asset} {
		for _, method := range []string{"GET", "HEAD"} {
			if res := v.answer(t, method, name); res.StatusCode != 200 {
				t.Errorf("%s %s: status %d", method, name, res.StatusCode)
			}
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
			res := v.answer(t, method, name)
			v.refused(t, res, 405, "")
			if res.Header.Get("Allow") != "GET, HEAD" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %v", method, name, res.Header)
			}
		}
	}
	for _, name := range []string{"", "nothing", "consent/", "assets", "assets/", "assets/prompt.css", "assets/../assets/prompt.css", "assets/page.000000000000.css", "Notice"} {
		res := v.answer(t, "GET", name)
		v.refused(t, res, 404, "")
		if res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %v", name, res.Header)
		}
	}
}

func TestPageFields(t *testing.T) {
	t.Parallel()
	v := visitor{}.under(t, "")
	for _, name := range []string{"preferences", "notice"} {
		want := http.Header{
			"Cache-Control":           {"no-store"},
			"Vary":                    {"Cookie, Sec-GPC"},
			"Content-Type":            {"text/html; charset=utf-8"},
			"X-Content-Type-Options":  {"nosniff"},
			"Referrer-Policy":         {"same-origin"},
			"Content-Security-Policy": {"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		}
		if diff := cmp.Diff(want, v.answer(t, "GET", name).Header); diff != "" {
			t.Errorf("%s: the fields differ (-want +got): %s", name, diff)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	v := visitor{}.under(t, "")
	for _, path := range sheets(t, v) {
		if !regexp.MustCompile(`^/\.privacy/assets/[a-z]+\.[0-9a-f]{12}\.css$`).MatchString(path) {
			t.Errorf("the path is %q", path)
		}
		name, _ := consent.Name(path)
		res := v.answer(t, "GET", name)
		h := res.Header
		if h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Content-Type") != "text/css; charset=utf-8" ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Vary") != "" || res.ContentLength < 1000 {
			t.Errorf("%s: %v", name, h)
		}
		tag := h.Get("Etag")
		if !strings.Contains(name, strings.Trim(tag, `"`)) || len(tag) != 14 {
			t.Errorf("%s: the tag is %s", name, tag)
		}
		if res := v.answer(t, "GET", name, "If-None-Match: "+tag); res.StatusCode != 304 {
			t.Errorf("%s: a copy that is current is answered %d", name, res.StatusCode)
		}
	}
}

func TestSupport(t *testing.T) {
	t.Parallel()
	for policy, heard := range map[string]bool{
		"purposes: {}":                 true, // advertising is built in
		"consent: {sources: [privet]}": false,
		"purposes: {advertising: {basis: consent, gpc: false}}":  false,
		"consent: {sources: [gpc]}":                              true,
		"consent: {sources: [privet, gpc], conflicts: explicit}": true,
	} {
		v := newVisitorOf(t, policy)
		res := v.answer(t, "GET", "gpc.json")
		var got map[string]any
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]any{"gpc": heard, "lastUpdate": "2026-11-01"}, got); diff != "" {
			t.Errorf("%s: the resource differs (-want +got): %s", policy, diff)
		}
		if res.Header.Get("Content-Type") != "application/json" || len(res.Header["Vary"]) > 0 {
			t.Errorf("%s: %v", policy, res.Header)
		}
	}
	v := newVisitorOf(t, "purposes: {}")
	w := httptest.NewRecorder()
	err := consent.Answer(w, httptest.NewRequest("GET", "/", nil), "gpc.json", consent.Exchange{Policy: v.policy, Decision: v.decide(), Choose: v.choose})
	if err != nil || strings.TrimSpace(w.Body.String()) != `{"gpc":true}` {
		t.Errorf("without a day: %s, %v", w.Body, err)
	}
}

func TestIncomplete(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"preferences", "notice", "gpc.json"} {
		w := httptest.NewRecorder()
		err := consent.Answer(w, httptest.NewRequest("GET", "/", nil), name, consent.Exchange{})
		if err == nil || w.Code != 500 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: an empty exchange is answered %d, %v", name, w.Code, err)
		}
	}
}
