package caddymodule

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"
)

// takes is a script that reads the body, then answers.
func takes(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return
	}
	w.Header().Set("X-Upstream", "1")
	_, _ = io.WriteString(w, "taken")
}

// uploaded is what is done to one document of the tests in a request.
func uploaded() map[string]float64 {
	return map[string]float64{
		"redactions_total{action=remove,category=secret,direction=request,kind=field}": 1,
		"redactions_total{action=mask,category=digits,direction=request,kind=field}":   1,
	}
}

func refusedUpload(cause string) map[string]float64 {
	return map[string]float64{"refusals_total{cause=" + cause + ",direction=request}": 1}
}

func TestUpload(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/upload/plain", takes)
	before := counters(t)
	post(t, "/upload/plain", document, "Content-Type", "application/json", "Content-Digest", "sha-256=:AAAA:", "Content-Md5", "AAAA").is(t, 200, "taken")
	in := once(t, "/upload/plain")
	if body, err := in.content(); body != redacted || !errors.Is(err, io.EOF) {
		t.Errorf("the upstream read %q (%v), want %q", body, err, redacted)
	}
	if in.ContentLength != -1 || !slices.Equal(in.TransferEncoding, []string{"chunked"}) {
		t.Errorf("length %d and transfer coding %v, want chunks", in.ContentLength, in.TransferEncoding)
	}
	hasFields(t, "request", in.Header, "Content-Digest", "", "Content-Md5", "", "Content-Length", "", "Content-Type", "application/json")
	done(t, before, uploaded())
}

func TestUploadUnlabelled(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/plain/upload", takes)
	post(t, "/plain/upload", document, "Content-Type", "text/plain", "Content-Digest", "sha-256=:AAAA:").is(t, 200, "taken")
	in := once(t, "/plain/upload")
	if body, _ := in.content(); body != document || in.ContentLength != int64(len(document)) {
		t.Errorf("the upstream read %q of length %d, want it untouched", body, in.ContentLength)
	}
	hasFields(t, "request", in.Header, "Content-Digest", "sha-256=:AAAA:")
}

func TestCodedUpload(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/upload/coded", takes)
	before := counters(t)
	post(t, "/upload/coded", zipped(t, document), "Content-Type", "application/json", "Content-Encoding", "gzip").is(t, 200, "taken")
	in := once(t, "/upload/coded")
	body, _ := in.content()
	if plain := unzipped(t, body); plain != redacted {
		t.Errorf("the upstream read %q, decoded, want %q", plain, redacted)
	}
	hasFields(t, "request", in.Header, "Content-Encoding", "gzip", "Content-Length", "")
	done(t, before, uploaded())
}

func TestRefusedUploads(t *testing.T) {
	serve(t, "wire.caddyfile")
	coded := zipped(t, document)
	long := `{"phone":"` + strings.Repeat("5", 2<<20) + `","secret":"s3cr3t"}`
	for name, c := range map[string]struct {
		body   string
		header []string
		status int
		kind   string
		before bool // the upstream has heard of it
	}{
		"unknown coding": {document, []string{"Content-Type", "application/json", "Content-Encoding", "compress"}, 415, "coding", false},
		"two codings":    {document, []string{"Content-Type", "application/json", "Content-Encoding", "gzip, gzip"}, 415, "coding", false},
		"wrong type":     {"secret=s3cr3t", []string{"Content-Type", "text/plain"}, 415, "type", false},
		"a picture":      {png, []string{"Content-Type", "image/png"}, 415, "type", false},
		"malformed":      {`{"id":1,"secret":"s3cr3t"]`, []string{"Content-Type", "application/json"}, 400, "malformed", true},
		"unfinished":     {`{"id":1,"secret":"s3cr3t"`, []string{"Content-Type", "application/json"}, 400, "malformed", true},
		"two documents":  {`{"id":1}{"secret":"s3cr3t"}`, []string{"Content-Type", "application/json"}, 400, "malformed", true},
		"over a limit":   {long, []string{"Content-Type", "application/json"}, 413, "limit", true},
		"damaged coding": {coded[:len(coded)-6] + "oops" + coded[len(coded)-2:], []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, 400, "coding", true},
		"cut coding":     {coded[:len(coded)-9], []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, 400, "coding", true},
		"no type, form":  {"secret=s3cr3t", nil, 400, "malformed", true},
	} {
		t.Run(name, func(t *testing.T) {
			script("/upload/refused", takes)
			before := counters(t)
			got := post(t, "/upload/refused", c.body, c.header...).refused(t, c.status, c.kind)
			if c.before && !got.closes {
				t.Error("the connection stays open, though the rest of the body may be on it")
			}
			if n := counters(t)["refusals_total{cause="+c.kind+",direction=request}"] - before["refusals_total{cause="+c.kind+",direction=request}"]; n != 1 {
				t.Errorf("%v refusals for %s were counted, want 1", n, c.kind)
			}
			if !c.before {
				if in := reached("/upload/refused"); len(in) != 0 {
					t.Errorf("%d requests reached the upstream, want none", len(in))
				}
				return
			}
			for _, in := range reached("/upload/refused") { // it may not have come so far
				aborted(t, in)
			}
		})
	}
}

// aborted asserts that the upstream did not take a body for a whole one, and saw no secret.
func aborted(t *testing.T, in *received) {
	t.Helper()
	eventually(t, "the upstream's reading ends", func() bool { _, err := in.content(); return err != nil })
	if body, err := in.content(); errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(body, "s3cr3t") {
		t.Errorf("the upstream read %q (%v), want an aborted body", body, err)
	}
}

func TestEmptyUploads(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, body := range map[string]io.Reader{"no body": nil, "no length": struct{ io.Reader }{strings.NewReader("")}} {
		script("/upload/empty", takes)
		send(t, ask(t, http.MethodPost, "/upload/empty", body, "Content-Type", "application/json")).is(t, 200, "taken")
		if got, err := once(t, "/upload/empty").content(); got != "" || !errors.Is(err, io.EOF) {
			t.Errorf("%s: the upstream read %q (%v)", name, got, err)
		}
	}
	script("/upload/empty", takes)
	post(t, "/upload/empty", "", "Content-Type", "text/plain").is(t, 200, "taken")
}

// overH2 speaks HTTP/2, on which an answer may come while the upload still runs.
func overH2(t *testing.T) {
	t.Helper()
	h2 := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	h2.Protocols.SetUnencryptedHTTP2(true)
	usual := client.Transport
	client.Transport = h2
	t.Cleanup(func() { client.Transport = usual; h2.CloseIdleConnections() })
}

// An answer that has gone cannot be taken back: it is cut.
func TestMalformedAfterAnEarlyAnswer(t *testing.T) {
	serve(t, "wire.caddyfile")
	overH2(t)
	script("/upload/early", func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		flushed(w, `{"early":true`)
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `}`)
	})
	before := counters(t)
	pipe, body := io.Pipe()
	go func() { _, _ = io.WriteString(body, `{"id":1,`) }()
	response, err := client.Do(ask(t, http.MethodPost, "/upload/early", pipe, "Content-Type", "application/json"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadFull(response.Body, make([]byte, len(`{"early":true`))); err != nil || response.StatusCode != 200 {
		t.Fatalf("status %d (%v), want the early answer", response.StatusCode, err)
	}
	_, _ = io.WriteString(body, `"secret":"s3cr3t"]`)
	if rest, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("the answer ends as if whole, with %q", rest)
	}
	aborted(t, once(t, "/upload/early"))
	want := refusedUpload("malformed")
	want["redactions_total{action=remove,category=secret,direction=request,kind=field}"] = 1
	done(t, before, want)
}

// An answer of which nothing has gone yet is dropped.
func TestMalformedBeforeAnEarlyAnswerWent(t *testing.T) {
	serve(t, "wire.caddyfile")
	overH2(t)
	answered := make(chan struct{})
	script("/upload/early-held", func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		w.Header().Set("Content-Length", "2")
		w.Header().Set("X-Upstream", "1")
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		close(answered)
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "ok")
	})
	pipe, body := io.Pipe()
	go func() {
		_, _ = io.WriteString(body, `{"id":1,`)
		<-answered
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(body, `"secret":"s3cr3t"]`)
	}()
	send(t, ask(t, http.MethodPost, "/upload/early-held", pipe, "Content-Type", "application/json")).refused(t, 400, "malformed")
	aborted(t, once(t, "/upload/early-held"))
}

// What an upstream says early is its answer, though it did not want the body.
func TestEarly413(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			if h2 {
				overH2(t)
			}
			script("/upload/early413", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Connection", "close")
				http.Error(w, "too much", http.StatusRequestEntityTooLarge)
			})
			body := `{"id":[` + strings.Repeat("1,", 1<<19) + `1]}`
			got, ok := reply{}, false
			for range 5 { // a connection that is closed on what was not read may be reset before its answer is read
				r := ask(t, http.MethodPost, "/upload/early413", strings.NewReader(body), "Content-Type", "application/json")
				r.Close = true // what is left of the body is on the connection still
				if got, ok = tried(t, r); ok {
					break
				}
			}
			if !ok {
				t.Fatal("every connection was reset")
			}
			if got.status == 413 {
				got.is(t, 413, "too much\n")
			} else if got.status != 502 { // the upstream may close before its answer is read
				t.Errorf("status %d, want the upstream's 413, or 502", got.status)
			}
		})
	}
}

func TestInterimAnswerDuringAnUpload(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/upload/hints", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadFull(r.Body, make([]byte, 4))
		w.Header().Set("X-Device-Id", "s3cr3t")
		w.Header().Set("Link", "</a?token=s3cr3t>")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("X-Device-Id")
		takes(w, r)
	})
	pipe, body := io.Pipe()
	go func() { _, _ = io.WriteString(body, `{"id":1,`) }()
	hints := make(chan textproto.MIMEHeader, 1)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(_ int, h textproto.MIMEHeader) error {
		hints <- h
		go func() { _, _ = io.WriteString(body, `"secret":"s3cr3t"}`); _ = body.Close() }()
		return nil
	}})
	send(t, ask(t, http.MethodPost, "/upload/hints", pipe, "Content-Type", "application/json").WithContext(ctx)).is(t, 200, "taken")
	hasFields(t, "hints", http.Header(<-hints), "X-Device-Id", "", "Link", "</a>")
	if got, _ := once(t, "/upload/hints").content(); got != `{"id":1}` {
		t.Errorf("the upstream read %q", got)
	}
}

func TestUpstreamLeavesDuringAnUpload(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/upload/half", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadFull(r.Body, make([]byte, 64<<10))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	body := `{"id":[` + strings.Repeat("1,", 1<<19) + `1],"secret":"s3cr3t"}`
	post(t, "/upload/half", body, "Content-Type", "application/json").is(t, 502, `{"secret":"of the error page","code":502}`)
}

func TestClientLeavesDuringAnUpload(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/upload/left", takes)
	pipe, body := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = io.WriteString(body, `{"id":1,"secret":"s3cr3t"`)
		for len(reached("/upload/left")) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		_ = body.CloseWithError(context.Canceled)
	}()
	if response, err := client.Do(ask(t, http.MethodPost, "/upload/left", pipe, "Content-Type", "application/json").WithContext(ctx)); err == nil {
		response.Body.Close()
		t.Errorf("an upload that was left was answered with %d", response.StatusCode)
	}
	aborted(t, once(t, "/upload/left"))
}

// An error chain may proxy, too. It gets what the routes filtered, though it begins with the request as it came.
func TestUploadInAnErrorChain(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, path := range []string{"/upload/dead", "/upload/traced/dead", "/upload/nested/dead"} {
		t.Run(path, func(t *testing.T) {
			script(path, takes)
			post(t, path+"?token=s3cr3t", document, "Content-Type", "application/json", "X-Device-Id", "s3cr3t").is(t, 200, "taken")
			in := once(t, path)
			if body, err := in.content(); body != redacted || !errors.Is(err, io.EOF) {
				t.Errorf("the upstream of the error chain read %q (%v), want %q", body, err, redacted)
			}
			hasFields(t, "request", in.Header, "X-Device-Id", "")
			if in.URL.RawQuery != "" {
				t.Errorf("the upstream of the error chain was asked with %q", in.URL.RawQuery)
			}
		})
	}
}
