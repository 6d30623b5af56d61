package caddymodule

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAnEventArrivesBeforeTheNextIsWritten(t *testing.T) {
	serve(t, "wire.caddyfile")
	for _, coding := range []string{"", "gzip"} {
		t.Run(coding, func(t *testing.T) {
			read := make(chan struct{})
			script("/json/events", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				out, flush := io.Writer(w), func() error { return nil }
				if coding != "" {
					w.Header().Set("Content-Encoding", coding)
					coder := gzip.NewWriter(w)
					out, flush = coder, coder.Flush
				}
				for i := range 3 {
					fmt.Fprintf(out, "id: %d\ndata: {\"secret\":\"s3cr3t\",\"n\":%d}\n\n", i, i)
					_ = flush()
					_ = http.NewResponseController(w).Flush()
					select {
					case <-read:
					case <-time.After(patience):
					}
				}
			})
			r := ask(t, http.MethodGet, "/json/events", nil)
			if coding != "" {
				r.Header.Set("Accept-Encoding", coding)
			}
			response, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var plain io.Reader = response.Body
			if coding != "" {
				if plain, err = gzip.NewReader(response.Body); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 3 {
				want := fmt.Sprintf("id: %d\ndata: {\"n\":%d}\n\n", i, i)
				event := make([]byte, len(want))
				if _, err := io.ReadFull(plain, event); err != nil || string(event) != want {
					t.Fatalf("before the upstream wrote the next event, the client read %q (%v)", event, err)
				}
				read <- struct{}{}
			}
		})
	}
}

func TestJSONWithPaddingIsReadWhoeverLabels(t *testing.T) {
	for _, test := range []struct{ configuration, path, body, want string }{
		{"wire.caddyfile", "/json/padded", `cb({"secret":"s3cr3t"});`, `cb({});`},
		{"page.caddyfile", "/fields/padded?callback=cb", `cb({"secret":"s3cr3t"});`, `cb({});`},
		{"page.caddyfile", "/fields/script?v=cb", `define({"secret":1})`, `define({"secret":1})`},
		{"page.caddyfile", "/fields/plain", `cb({"secret":1})`, `cb({"secret":1})`},
	} {
		serve(t, test.configuration)
		path, _, _ := strings.Cut(test.path, "?")
		script(path, sends(200, test.body, "Content-Type", "text/javascript"))
		get(t, test.path).is(t, 200, test.want)
	}
}
