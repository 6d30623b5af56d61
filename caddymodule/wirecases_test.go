package caddymodule

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// wireCase is one answer of the upstream, and what the gateway makes of it for a format.
type wireCase struct {
	name    string
	method  string
	request []string
	answer  func(f format) http.HandlerFunc
	check   func(t *testing.T, f format, got reply)
}

// coded is a body in gzip.
func coded(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

func decoded(t *testing.T, text string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func wireCases() []wireCase {
	answers := func(status int, header ...string) func(format) http.HandlerFunc {
		return func(f format) http.HandlerFunc {
			return sends(status, f.body, append(header, "Content-Type", f.media)...)
		}
	}
	filtered := func(header ...string) func(*testing.T, format, reply) {
		return func(t *testing.T, f format, got reply) {
			t.Helper()
			got.is(t, 200, f.want).has(t, append(header, "Content-Type", f.media, "Cache-Control", "private")...)
		}
	}
	return []wireCase{
		{name: "200", answer: answers(200), check: filtered("Vary", "Cookie, Sec-GPC")},
		{name: "an error of the upstream", answer: answers(500), check: func(t *testing.T, f format, got reply) { t.Helper(); got.is(t, 500, f.want) }},
		{name: "a length and digests", answer: func(f format) http.HandlerFunc {
			return sends(200, f.body, "Content-Type", f.media, "Content-Digest", "sha-256=:AAAA:", "Accept-Ranges", "bytes")
		}, check: func(t *testing.T, f format, got reply) {
			t.Helper()
			filtered("Content-Digest", "", "Accept-Ranges", "")(t, f, got)
			if length := got.header.Get("Content-Length"); length != "" && length != strconv.Itoa(len(f.want)) {
				t.Errorf("Content-Length %s, want %d or none", length, len(f.want))
			}
		}},
		{name: "HEAD", method: http.MethodHead, answer: func(f format) http.HandlerFunc {
			return sends(200, "", "Content-Type", f.media, "Content-Length", "44", "Etag", `"v1"`)
		}, check: func(t *testing.T, _ format, got reply) {
			t.Helper()
			got.is(t, 200, "").has(t, "Content-Length", "", "Cache-Control", "private")
			if got.header.Get("Etag") == `"v1"` {
				t.Error("the tag is the upstream's")
			}
		}},
		{name: "204", answer: func(f format) http.HandlerFunc { return sends(204, "", "Content-Type", f.media) }, check: func(t *testing.T, _ format, got reply) { t.Helper(); got.is(t, 204, "") }},
		{name: "304", request: []string{"If-None-Match", `"v1"`}, answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("If-None-Match") != "" {
					w.WriteHeader(304)
					return
				}
				sends(200, f.body, "Content-Type", f.media, "Etag", `"v1"`)(w, r)
			}
		}, check: filtered()},
		{name: "103 then 200", answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Link", "</a.css>; rel=preload; as=style")
				w.WriteHeader(http.StatusEarlyHints)
				sends(200, f.body, "Content-Type", f.media)(w, r)
			}
		}, check: filtered("Link", "</a.css>; rel=preload; as=style")},
		{name: "Range", request: []string{"Range", "bytes=0-9"}, answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Range") != "" {
					w.WriteHeader(500)
				}
				sends(200, f.body, "Content-Type", f.media)(w, r)
			}
		}, check: filtered()},
		{name: "206", answer: func(f format) http.HandlerFunc {
			return sends(206, f.body, "Content-Type", f.media, "Content-Range", "bytes 0-9/44")
		}, check: func(t *testing.T, _ format, got reply) { t.Helper(); got.refused(t, 502, "partial") }},
		{name: "gzip", request: []string{"Accept-Encoding", "gzip"}, answer: func(f format) http.HandlerFunc {
			return sends(200, coded(f.body), "Content-Type", f.media, "Content-Encoding", "gzip")
		}, check: func(t *testing.T, f format, got reply) {
			t.Helper()
			got.has(t, "Content-Encoding", "gzip")
			if plain := decoded(t, got.body); got.status != 200 || plain != f.want {
				t.Errorf("status %d, %q; want %q", got.status, plain, f.want)
			}
		}},
		{name: "an unknown coding", answer: func(f format) http.HandlerFunc {
			return sends(200, f.body, "Content-Type", f.media, "Content-Encoding", "compress")
		}, check: func(t *testing.T, _ format, got reply) { t.Helper(); got.refused(t, 502, "coding") }},
		{name: "stacked codings", answer: func(f format) http.HandlerFunc {
			return sends(200, coded(coded(f.body)), "Content-Type", f.media, "Content-Encoding", "gzip, gzip")
		}, check: func(t *testing.T, _ format, got reply) { t.Helper(); got.refused(t, 502, "coding") }},
		{name: "no-transform", answer: answers(200, "Cache-Control", "no-transform"), check: func(t *testing.T, f format, got reply) {
			t.Helper()
			got.is(t, 200, f.want).has(t, "Cache-Control", "private, no-transform")
		}},
		{name: "flushed byte by byte", answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", f.media)
				for i := range len(f.body) {
					_, _ = io.WriteString(w, f.body[i:i+1])
					_ = http.NewResponseController(w).Flush()
				}
			}
		}, check: filtered()},
		{name: "trailers", answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Trailer", "Content-Digest, X-Kept")
				sends(200, f.body, "Content-Type", f.media)(w, r)
				w.Header().Set("Content-Digest", "sha-256=:AAAA:")
				w.Header().Set("X-Kept", "1")
			}
		}, check: func(t *testing.T, f format, got reply) {
			t.Helper()
			got.is(t, 200, f.want)
			if got.trailer.Get("X-Kept") != "1" || got.trailer.Get("Content-Digest") != "" {
				t.Errorf("trailers %v", got.trailer)
			}
		}},
		{name: "an empty body", answer: func(f format) http.HandlerFunc { return sends(200, "", "Content-Type", f.media) }, check: func(t *testing.T, _ format, got reply) { t.Helper(); got.is(t, 200, "") }},
		{name: "another character set", answer: func(f format) http.HandlerFunc { return sends(200, f.body, "Content-Type", f.media+"; charset=utf-16") }, check: func(t *testing.T, _ format, got reply) {
			t.Helper()
			if got.status != 502 || strings.Contains(got.body, "s3cr3t") {
				t.Errorf("status %d, %q", got.status, got.body)
			}
		}},
		{name: "a broken body", answer: func(f format) http.HandlerFunc {
			return sends(200, f.broken, "Content-Type", f.media, "Set-Cookie", "a=s3cr3t", "X-Upstream", "1", "Etag", `"v1"`)
		}, check: func(t *testing.T, f format, got reply) {
			t.Helper()
			switch {
			case f.withholds:
				got.is(t, 200, "")
			case f.cause != "":
				got.refused(t, 502, f.cause)
			default:
				got.refused(t, 502, "malformed")
			}
		}},
		{name: "a value over the limit", answer: func(f format) http.HandlerFunc {
			large := strings.Replace(f.body, "5551234", strings.Repeat("5", 2<<20), 1)
			return sends(200, large, "Content-Type", f.media, "Content-Length", strconv.Itoa(len(large)))
		}, check: func(t *testing.T, f format, got reply) {
			t.Helper()
			if f.withholds { // a stream of events has begun when its header came
				got.cutAfter(t, 200, "")
				return
			}
			got.refused(t, 502, "limit")
		}},
		{name: "an upstream that breaks off", answer: func(f format) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", f.media)
				_, _ = io.WriteString(w, f.body)
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
		}, check: func(t *testing.T, _ format, got reply) {
			t.Helper()
			if got.broken == nil && got.status == 200 || strings.Contains(got.body, "s3cr3t") {
				t.Errorf("status %d, %q, and no break", got.status, got.body)
			}
		}},
	}
}
