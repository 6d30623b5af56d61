package caddymodule

import (
	"crypto/tls"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestClientAddress asks what an upstream learns of where a visitor is, of whom a trusted proxy told.
func TestClientAddress(t *testing.T) {
	serve(t, "client.caddyfile")
	t.Cleanup(func() { _ = os.Remove(accessLog()) })
	secure := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer secure.CloseIdleConnections()
	for protocol, by := range map[string]struct {
		transport http.RoundTripper
		base      string
	}{
		"HTTP 1.1": {client.Transport, "http://" + site.addr},
		"h2":       {secure, "https://" + site.secure},
	} {
		for _, c := range []struct {
			path, forwarded, remote, client string // forwarded "": not written
			known                           string
		}{
			{"/free/", "203.0.113.77, 127.0.0.1", "127.0.0.1:", "203.0.113.77", "yes"},
			{"/cut/", "203.0.113.0, 127.0.0.0", "127.0.0.0:0", "203.0.113.0", ""},
			{"/gone/", "", "0.0.0.0:0", "0.0.0.0", ""},
			{"/twice/", "203.0.113.0, 127.0.0.0", "127.0.0.0:0", "203.0.113.0", ""},
		} {
			t.Run(protocol+c.path, func(t *testing.T) {
				script(c.path, sends(200, "{}", "Content-Type", "application/json", "Accept-Ch", "DPR, Sec-CH-UA"))
				r, err := http.NewRequest(http.MethodGet, by.base+c.path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Forwarded-For", "203.0.113.77")
				r.Header.Set("DPR", "2.0")
				answer, err := by.transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				in := once(t, c.path).Header
				hasFields(t, "the upstream", in, "X-Forwarded-For", c.forwarded, "X-Client", c.client, "X-Country", "FR", "Dpr", "")
				if _, written := in["X-Forwarded-For"]; written != (c.forwarded != "") {
					t.Errorf("X-Forwarded-For is written: %t", written)
				}
				if in.Get("X-Forwarded-Proto") == "" || in.Get("X-Forwarded-Host") == "" {
					t.Error("what else a proxy writes is lost")
				}
				if got := in.Get("X-Remote"); !strings.HasPrefix(got, c.remote) {
					t.Errorf("the connection comes from %s, want %s", got, c.remote)
				}
				hasFields(t, "the response", answer.Header, "X-Known", c.known, "Accept-Ch", "Sec-CH-UA")
			})
		}
	}
	logged(t, 8, `"remote_ip":"127.0.0.1"`, `"client_ip":"203.0.113.77"`)
}

// logged holds that so many lines of the access log hold some text each: the log is the operator's.
func logged(t *testing.T, lines int, texts ...string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		log, err := os.ReadFile(accessLog())
		done := err == nil
		for _, text := range texts {
			done = done && strings.Count(string(log), text) == lines
		}
		if done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the access log is\n%s\n%v", log, err)
		}
	}
}

func TestClientAddressBecomesAPseudonym(t *testing.T) {
	serve(t, "client.caddyfile")
	script("/hashed/", sends(200, "{}", "Content-Type", "application/json"))
	get(t, "/hashed/")
	get(t, "/hashed/")
	in := reached("/hashed/")
	if len(in) != 2 {
		t.Fatalf("%d requests", len(in))
	}
	first, second := in[0].Header.Get("X-Forwarded-For"), in[1].Header.Get("X-Forwarded-For")
	if !strings.HasPrefix(first, "p_") || first != second {
		t.Errorf("the address became %s and %s", first, second)
	}
}
