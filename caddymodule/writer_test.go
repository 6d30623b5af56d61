package caddymodule

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// inJSON makes an answer of the type that is filtered.
func inJSON(handler caddyhttp.HandlerFunc) caddyhttp.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		return handler(w, r)
	}
}

func TestWriteHeader(t *testing.T) {
	serve(t, "wire.caddyfile")
	within("/json/scripted/header", inJSON(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("X-Device-Id", "s3cr3t")
		w.WriteHeader(http.StatusCreated)
		w.Header().Set("X-Late", "after the header is no header")
		w.WriteHeader(http.StatusTeapot) // superfluous
		_, err := io.WriteString(w, document)
		return err
	}))
	before := counters(t)
	get(t, "/json/scripted/header").is(t, 201, redacted).has(t, "X-Device-Id", "", "Cache-Control", "private")
	want := acted()
	want["redactions_total{action=remove,category=secret,direction=response,kind=header}"] = 1
	done(t, before, want)

	within("/json/scripted/none", func(http.ResponseWriter, *http.Request) error { return nil })
	get(t, "/json/scripted/none").is(t, 200, "").has(t, "Content-Length", "0")
}

func TestWrite(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, c := range map[string]struct {
		method, path, piece string
		status              int
		body                string
	}{
		"filtered":   {http.MethodGet, "/json/scripted/write", `{"secret":"s3cr3t"}`, 200, `{}`},
		"unlabelled": {http.MethodGet, "/plain/scripted/write", `{"secret":"s3cr3t"}`, 200, `{"secret":"s3cr3t"}`},
		"HEAD":       {http.MethodHead, "/json/scripted/write", `{"secret":"s3cr3t"}`, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			within(c.path, inJSON(func(w http.ResponseWriter, _ *http.Request) error {
				for i := range len(c.piece) {
					if n, err := w.Write([]byte{c.piece[i]}); n != 1 || err != nil {
						t.Errorf("writing byte %d gives %d and %v, want the length of the input", i, n, err)
						return err
					}
				}
				n, err := w.Write(nil)
				if n != 0 || err != nil {
					t.Errorf("writing nothing gives %d and %v", n, err)
				}
				return err
			}))
			send(t, ask(t, c.method, c.path, nil)).is(t, c.status, c.body)
		})
	}
}

func TestWriteRefused(t *testing.T) {
	serve(t, "wire.caddyfile")
	within("/json/scripted/refused", inJSON(func(w http.ResponseWriter, _ *http.Request) error {
		if n, err := io.WriteString(w, `{"secret":"s3cr3t"]`); n != 0 || !errors.Is(err, errRefused) {
			t.Errorf("writing what is malformed gives %d and %v, want a refusal", n, err)
		}
		n, err := io.WriteString(w, `{}`)
		if n != 0 || !errors.Is(err, errRefused) {
			t.Errorf("writing after a refusal gives %d and %v, want a refusal", n, err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flushing after a refusal: %v", err)
		}
		return err
	}))
	get(t, "/json/scripted/refused").refused(t, 502, "malformed")
}

func TestReadFrom(t *testing.T) {
	serve(t, "wire.caddyfile")
	for name, c := range map[string]struct{ path, body string }{
		"filtered":   {"/json/scripted/from", redacted},
		"unlabelled": {"/plain/scripted/from", document},
	} {
		t.Run(name, func(t *testing.T) {
			within(c.path, inJSON(func(w http.ResponseWriter, _ *http.Request) error {
				from, ok := w.(io.ReaderFrom)
				if !ok {
					t.Error("the writer is no io.ReaderFrom")
					return nil
				}
				n, err := from.ReadFrom(struct{ io.Reader }{strings.NewReader(document)})
				if n != int64(len(document)) || err != nil {
					t.Errorf("ReadFrom gives %d and %v, want %d", n, err, len(document))
				}
				return err
			}))
			get(t, c.path).is(t, 200, c.body)
		})
	}
	within("/json/scripted/from-refused", inJSON(func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.Copy(w, strings.NewReader(`{"secret":"s3cr3t"]`+document))
		if !errors.Is(err, errRefused) {
			t.Errorf("copying what is malformed gives %v, want a refusal", err)
		}
		_, err = io.Copy(w, strings.NewReader(document))
		return err
	}))
	get(t, "/json/scripted/from-refused").refused(t, 502, "malformed")
}

// What is filtered so far goes out, header first; what a rule must see whole does not.
func TestFlushError(t *testing.T) {
	serve(t, "wire.caddyfile")
	seen := make(chan struct{})
	within("/json/scripted/flush", inJSON(func(w http.ResponseWriter, _ *http.Request) error {
		flusher, ok := w.(interface{ FlushError() error })
		if !ok {
			t.Error("the writer has no FlushError")
			return nil
		}
		_ = flusher.FlushError() // before there is a header: nothing to send
		_, _ = io.WriteString(w, `{"items":[{"id":1,"secret":"s3cr3t"},{"id":2`)
		if err := flusher.FlushError(); err != nil {
			t.Errorf("flushing: %v", err)
		}
		<-seen
		_, err := io.WriteString(w, `,"secret":"s3cr3t"}]}`)
		return err
	}))
	response, err := client.Do(ask(t, http.MethodGet, "/json/scripted/flush", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, len(`{"items":[{"id":1}`))
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != `{"items":[{"id":1}` {
		t.Errorf("before the second element came, the client read %q (%v)", first, err)
	}
	close(seen)
	rest, err := io.ReadAll(response.Body)
	if err != nil || string(rest) != `,{"id":2}]}` {
		t.Errorf("the rest is %q (%v)", rest, err)
	}
}

func TestHijack(t *testing.T) {
	serve(t, "wire.caddyfile")
	hijack := func(path string, check func(net.Conn, *bufio.ReadWriter, error) error) {
		within(path, func(w http.ResponseWriter, _ *http.Request) error {
			return check(w.(http.Hijacker).Hijack())
		})
	}
	hijack("/plain/scripted/hijack", func(conn net.Conn, rw *bufio.ReadWriter, err error) error {
		if err != nil {
			t.Errorf("hijacking where no rule reads bodies: %v", err)
			return err
		}
		_, _ = rw.WriteString("HTTP/1.1 299 Own\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
		_ = rw.Flush()
		return conn.Close()
	})
	get(t, "/plain/scripted/hijack").is(t, 299, "ok")

	hijack("/json/scripted/hijack", func(conn net.Conn, _ *bufio.ReadWriter, err error) error {
		if conn != nil || !errors.Is(err, errUpgrade) {
			t.Errorf("hijacking where bodies are read gives %v, want %v", err, errUpgrade)
		}
		return caddyhttp.Error(http.StatusNotImplemented, err)
	})
	if got := get(t, "/json/scripted/hijack"); got.status != 501 {
		t.Errorf("status %d, want the inner handler's 501", got.status)
	}
}

func TestUnwrap(t *testing.T) {
	serve(t, "wire.caddyfile")
	within("/json/scripted/unwrap", func(w http.ResponseWriter, _ *http.Request) error {
		ours, ok := w.(*responseWriter)
		if !ok || ours.Unwrap() != ours.ResponseWriter {
			t.Errorf("Unwrap of a %T does not give the writer below", w)
		}
		// A controller reaches through to what we do not define.
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			t.Errorf("EnableFullDuplex: %v", err)
		}
		return nil
	})
	get(t, "/json/scripted/unwrap").is(t, 200, "")
}

// Close ends the document: what is not whole is refused even though every byte was fine.
func TestClose(t *testing.T) {
	serve(t, "wire.caddyfile")
	closing := func(piece string, check func(error)) caddyhttp.HandlerFunc {
		return inJSON(func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, piece)
			check(w.(io.Closer).Close())
			return nil
		})
	}
	within("/json/scripted/close", closing(document, func(err error) {
		if err != nil {
			t.Errorf("closing: %v", err)
		}
	}))
	get(t, "/json/scripted/close").is(t, 200, redacted)

	within("/json/scripted/unfinished", closing(`{"id":1`, func(err error) {
		if !errors.Is(err, errRefused) {
			t.Errorf("closing an unfinished document gives %v, want a refusal", err)
		}
	}))
	get(t, "/json/scripted/unfinished").refused(t, 502, "malformed")
}

// An inner handler's error before any header is the outer handlers' to answer; a panic goes on.
func TestErrorsOfInnerHandlers(t *testing.T) {
	serve(t, "wire.caddyfile")
	within("/json/scripted/error", func(http.ResponseWriter, *http.Request) error {
		return caddyhttp.Error(http.StatusConflict, errors.New("of the inner handler"))
	})
	// The page that handle_errors writes is filtered by the handler that stands there.
	get(t, "/json/scripted/error").is(t, 409, `{"code":409}`)

	within("/json/scripted/panic", inJSON(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, `{"id":1,"secret":"s3`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	got := get(t, "/json/scripted/panic")
	if got.broken == nil || got.status != 200 || got.body != `{"id":1` {
		t.Errorf("status %d, body %q (%v), want what was filtered and then a break", got.status, got.body, got.broken)
	}
}
