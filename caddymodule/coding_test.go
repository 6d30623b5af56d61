package caddymodule

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

func zipped(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = io.WriteString(z, text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func unzipped(t testing.TB, coded string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(coded))
	if err != nil {
		t.Errorf("the body is no gzip: %v", err)
		return ""
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Errorf("the gzip does not end: %v", err)
	}
	return string(plain)
}

// The upstream is asked for what the filters and the client both read.
func TestAcceptEncoding(t *testing.T) {
	serve(t, "wire.caddyfile")
	for sent, want := range map[string]string{
		"": "identity", "gzip": "gzip", "br, gzip;q=0.5, zstd": "br, gzip;q=0.5, zstd", "br": "br", "*": "gzip", "gzip;q=0": "identity",
		"compress, dcb, br;q=0": "identity", "gzip, dcz": "gzip",
	} {
		script("/json/accept", sends(200, `{}`, "Content-Type", "application/json"))
		header := []string{"Accept-Encoding", sent}
		if sent == "" {
			header = nil
		}
		get(t, "/json/accept", header...).is(t, 200, `{}`)
		hasFields(t, "request", once(t, "/json/accept").Header, "Accept-Encoding", want)
	}
	script("/plain/accept", sends(200, `{}`, "Content-Type", "application/json")) // which may be a page
	get(t, "/plain/accept", "Accept-Encoding", "compress, br").is(t, 200, `{}`)
	hasFields(t, "request", once(t, "/plain/accept").Header, "Accept-Encoding", "br")
}

func TestCodedAnswers(t *testing.T) {
	serve(t, "wire.caddyfile")
	coded := zipped(t, document)
	answers := func(coding, body string) http.HandlerFunc {
		return sends(200, body, "Content-Type", "application/json", "Content-Encoding", coding, "Set-Cookie", "session_id=1", "X-Upstream", "1")
	}
	for name, c := range map[string]struct {
		accept string
		answer http.HandlerFunc
		body   string // "" where refused
		kind   string
	}{
		"asked for":           {"gzip", answers("gzip", coded), redacted, ""},
		"under its old name":  {"gzip", answers("X-GZIP", coded), redacted, ""},
		"unasked":             {"identity", answers("gzip", coded), redacted, ""},
		"identity said":       {"gzip", answers("identity", document), "plain", ""},
		"damaged":             {"gzip", answers("gzip", coded[:len(coded)-6]+"oops"+coded[len(coded)-2:]), "", "coding"},
		"damaged at once":     {"gzip", answers("gzip", document), "", "coding"},
		"truncated":           {"gzip", answers("gzip", coded[:len(coded)-9]), "", "coding"},
		"more behind the end": {"gzip", answers("gzip", coded+"s3cr3t"), "", "coding"},
		"damaged br":          {"gzip, br", answers("br", document), "", "coding"},
		"damaged zstd":        {"zstd", answers("zstd", document), "", "coding"},
		"damaged deflate":     {"deflate", answers("deflate", "\x78\x9c\x07"+document), "", "coding"},
		"unknown":             {"gzip", answers("compress", "x"), "", "coding"},
		"two codings":         {"gzip", answers("gzip, gzip", zipped(t, coded)), "", "coding"},
		"malformed within":    {"gzip", answers("gzip", zipped(t, `{"secret":"s3cr3t"]`)), "", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			script("/json/coded", c.answer)
			before := counters(t)
			got := get(t, "/json/coded", "Accept-Encoding", c.accept)
			switch c.body {
			case "":
				got.refused(t, 502, c.kind)
				if n := counters(t)["refusals_total{cause="+c.kind+",direction=response}"] - before["refusals_total{cause="+c.kind+",direction=response}"]; n != 1 {
					t.Errorf("%v refusals for %s were counted, want 1", n, c.kind)
				}
				return
			case "plain":
				got.is(t, 200, redacted)
			default:
				got.has(t, "Content-Length", strconv.Itoa(len(got.body)), "Set-Cookie", "session_id=1")
				if len(got.header["Content-Encoding"]) != 1 || got.broken != nil || got.status != 200 {
					t.Fatalf("status %d, coding %q (%v)", got.status, got.header["Content-Encoding"], got.broken)
				}
				if plain := unzipped(t, got.body); plain != c.body {
					t.Errorf("decoded body %q, want %q", plain, c.body)
				}
			}
			done(t, before, acted())
		})
	}
}

// Every coding that is read is written again, for clients that take it.
func TestEveryCoding(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, c := range []coding.Coding{coding.Gzip, coding.Brotli, coding.Zstd, coding.Deflate} {
		t.Run(c.String(), func(t *testing.T) {
			var coded bytes.Buffer
			writer := coding.NewWriter(c, &coded)
			_, _ = io.WriteString(writer, document)
			if err := writer.Close(); err != nil {
				t.Fatal(err)
			}
			script("/json/each", sends(200, coded.String(), "Content-Type", "application/json", "Content-Encoding", c.String()))
			before := counters(t)
			got := get(t, "/json/each", "Accept-Encoding", c.String()).has(t, "Content-Encoding", c.String())
			plain, err := io.ReadAll(coding.NewReader(c, strings.NewReader(got.body)))
			if err != nil || string(plain) != redacted || got.status != 200 {
				t.Errorf("status %d, decoded %q (%v)", got.status, plain, err)
			}
			done(t, before, acted())
		})
	}
}

func TestEmptyCodedAnswer(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/json/nothing", sends(200, "", "Content-Type", "application/json", "Content-Encoding", "gzip", "Content-Length", "0"))
	if got := get(t, "/json/nothing", "Accept-Encoding", "gzip"); got.status != 200 || got.broken != nil || got.body != "" && unzipped(t, got.body) != "" {
		t.Errorf("status %d, body %q (%v), want an empty one", got.status, got.body, got.broken)
	}
}

// A gzip body that breaks off after something has gone is cut.
func TestCodedAnswerCut(t *testing.T) {
	serve(t, "wire.caddyfile")
	long := zipped(t, `{"items":[`+strings.Repeat(`{"id":1,"secret":"s3cr3t"},`, 2000)+`{}]}`)
	script("/json/coded-cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		flushed(w, long[:len(long)/2])
	})
	got := get(t, "/json/coded-cut", "Accept-Encoding", "gzip")
	if got.broken == nil && got.status == 200 {
		t.Errorf("%d bytes look whole", len(got.body))
	}
}

func TestCodedUnlabelled(t *testing.T) {
	serve(t, "wire.caddyfile")
	coded := zipped(t, document)
	script("/plain/coded", sends(200, coded, "Content-Type", "application/json", "Content-Encoding", "gzip", "Etag", `"z"`))
	get(t, "/plain/coded", "Accept-Encoding", "gzip").is(t, 200, coded).has(t, "Content-Encoding", "gzip", "Etag", `"z"`)
	script("/plain/coded", sends(200, "\x0b\x02\x80{}\x03", "Content-Type", "application/json", "Content-Encoding", "br"))
	get(t, "/plain/coded", "Accept-Encoding", "br").is(t, 200, "\x0b\x02\x80{}\x03").has(t, "Content-Encoding", "br")
}
