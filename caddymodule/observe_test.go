package caddymodule

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// In mode report the traffic is what it would be without us, and the counters say what would have been done.
func TestReportChangesNothing(t *testing.T) {
	serve(t, "report.caddyfile")
	coded := zipped(t, document)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		status int
		body   string
		header []string
		done   map[string]float64
	}{
		"labelled": {
			sends(200, document, "Content-Type", "application/json", "Etag", `"v1"`, "Cache-Control", "public", "Content-Digest", "sha-256=:AAAA:", "X-Device-Id", "s3cr3t"), 200, document,
			[]string{"Etag", `"v1"`, "Cache-Control", "public", "Content-Length", "44", "Vary", "", "Content-Digest", "sha-256=:AAAA:", "X-Device-Id", "s3cr3t"},
			with(acted(), "redactions_total{action=remove,category=secret,direction=response,kind=header}", 1),
		},
		"coded": {
			sends(200, coded, "Content-Type", "application/json", "Content-Encoding", "gzip"), 200, coded, []string{"Content-Encoding", "gzip"}, acted(),
		},
		"cookies": {
			sends(200, `{}`, "Content-Type", "application/json", "Set-Cookie", "exp_a=1"), 200, `{}`,
			[]string{"Set-Cookie", "exp_a=1"},
			map[string]float64{"cookies_total{action=remove,direction=response,kind=cookie}": 1},
		},
		"malformed": {
			sends(200, `{"id":1]`, "Content-Type", "application/json"), 200, `{"id":1]`, []string{"Content-Type", "application/json"}, refusal("malformed"),
		},
		"an error page": {
			sends(500, "<p>s3cr3t", "Content-Type", "text/html"), 500, "<p>s3cr3t", []string{"Content-Length", "9"}, refusal("type"),
		},
		"an empty body": {sends(404, "", "Content-Type", "text/html"), 404, "", nil, nil},
		"a picture":     {sends(200, png, "Content-Type", "image/png"), 200, png, nil, nil},
		"JSON as a picture": {
			sends(200, document, "Content-Type", "image/png"), 200, document, nil, refusal("type"),
		},
		"unknown coding": {
			sends(200, "x", "Content-Type", "application/json", "Content-Encoding", "compress"), 200, "x", []string{"Content-Encoding", "compress"}, refusal("coding"),
		},
		"damaged coding": {
			sends(200, coded[:len(coded)-6]+"oops"+coded[len(coded)-2:], "Content-Type", "application/json", "Content-Encoding", "gzip"),
			200, coded[:len(coded)-6] + "oops" + coded[len(coded)-2:], nil, with(acted(), "refusals_total{cause=coding,direction=response}", 1),
		},
		"cut coding": {
			sends(200, coded[:len(coded)-9], "Content-Type", "application/json", "Content-Encoding", "gzip"),
			200, coded[:len(coded)-9], nil, with(acted(), "refusals_total{cause=coding,direction=response}", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			script("/json/report", c.answer)
			before := counters(t)
			get(t, "/json/report", "Accept-Encoding", "gzip, br").is(t, c.status, c.body).has(t, c.header...)
			hasFields(t, "request", once(t, "/json/report").Header, "Accept-Encoding", "gzip, br")
			done(t, before, with(c.done, "", 0))
		})
	}
}

// with is a copy of counts with one more, unless its name is empty.
func with(counts map[string]float64, name string, n float64) map[string]float64 {
	out := cloned(counts)
	if name != "" {
		out[name] = n
	}
	return out
}

func TestReportChangesNoRequest(t *testing.T) {
	serve(t, "report.caddyfile")
	const path = "/upload/report"
	coded := zipped(t, document)
	for name, c := range map[string]struct {
		body   string
		header []string
		done   map[string]float64
	}{
		"labelled":       {document, []string{"Content-Type", "application/json"}, uploaded()},
		"coded":          {coded, []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, uploaded()},
		"malformed":      {`{"id":1]`, []string{"Content-Type", "application/json"}, refusedUpload("malformed")},
		"wrong type":     {"secret=s3cr3t", []string{"Content-Type", "text/plain"}, refusedUpload("type")},
		"unknown coding": {document, []string{"Content-Type", "application/json", "Content-Encoding", "compress"}, refusedUpload("coding")},
		"a field":        {`{}`, []string{"Content-Type", "application/json", "X-Device-Id", "s3cr3t"}, map[string]float64{"redactions_total{action=remove,category=secret,direction=request,kind=header}": 1}},
		"cookies":        {`{}`, []string{"Content-Type", "application/json", "Cookie", "exp_a=1"}, map[string]float64{"cookies_total{action=remove,direction=request,kind=cookie}": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			script(path, takes)
			before := counters(t)
			post(t, path+"?x=1", c.body, c.header...).is(t, 200, "taken")
			in := once(t, path)
			if body, err := in.content(); body != c.body || !errors.Is(err, io.EOF) || in.ContentLength != int64(len(c.body)) {
				t.Errorf("the upstream read %q (%v) of length %d, want it untouched", body, err, in.ContentLength)
			}
			hasFields(t, "request", in.Header, c.header...)
			done(t, before, c.done)
		})
	}
	script(path, takes)
	before := counters(t)
	post(t, path+"?token=s3cr3t&gclid=a", "").is(t, 200, "taken")
	if got := once(t, path).URL.RawQuery; got != "token=s3cr3t&gclid=a" {
		t.Errorf("the query reached the upstream as %s", got)
	}
	done(t, before, map[string]float64{
		"redactions_total{action=remove,category=secret,direction=request,kind=query}": 1,
		"cookies_total{action=remove,direction=request,kind=click_id}":                 1,
	})
}

func TestReportBlocksNothing(t *testing.T) {
	serve(t, "report.caddyfile")
	script("/transfer/vendor", sends(200, "ok", "Content-Type", "text/plain"))
	const series = "transfers_total{mode=report,recipient=vendor-us,state=missing}"
	before := counters(t)
	get(t, "/transfer/vendor").is(t, 200, "ok")
	if got := counters(t)[series] - before[series]; got != 1 {
		t.Errorf("%s grew by %v, want 1", series, got)
	}
	// Upgrades and ranges go on, and public paths are served.
	script("/json/range", sends(206, "part", "Content-Type", "text/plain"))
	get(t, "/json/range", "Range", "bytes=0-3").is(t, 206, "part")
	hasFields(t, "request", once(t, "/json/range").Header, "Range", "bytes=0-3")
	if got := get(t, "/.privacy/consent"); got.status != 200 || !strings.HasPrefix(got.body, "{") {
		t.Errorf("status %d, body %q", got.status, got.body)
	}
}
