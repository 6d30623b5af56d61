package caddymodule

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// compose runs a configuration of the test's own: its policy, the options of the app, and the routes of the site. It
// returns the policy's file.
func compose(t *testing.T, policy, options, routes string) string {
	t.Helper()
	site.once.Do(func() {
		site.dead, site.upstream = freeAddress(), newUpstream()
	})
	dir := t.TempDir()
	file := filepath.Join(dir, "policy.yaml")
	rewrite(t, file, policy)
	site.addr, site.configuration = freeAddress(), t.Name()
	text := "{\nadmin off\nauto_https off\npersist_config off\nmetrics\nlog {\noutput discard\n}\n" +
		"privacy {\npolicy policy.yaml\nkey a-secret-of-the-tests\ncountry network 127.0.0.0/8 DE\n" + options + "\n}\n}\n" +
		"http://" + site.addr + " {\nlog {\noutput discard\n}\n" + strings.ReplaceAll(routes, "UPSTREAM", site.upstream.Listener.Addr().String()) + "\n}\n"
	out, err := adapting(dir, text)
	if err != nil {
		t.Fatal(err)
	}
	if err := caddy.Load([]byte(out), true); err != nil {
		t.Fatal(err)
	}
	client.CloseIdleConnections()
	return file
}

// rewrite writes a file in place, as some editors do.
func rewrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const boundaries = `
purposes: {service: {basis: contract, default: true}}
categories: {secret: {title: For no purpose}}
endpoints:
  /headed/{case...}: {headers: {X-Device-Id: secret}}
  GET /asked: {query: {token: secret}}
`

// Trailers are filtered though no rule reads the body that they follow.
func TestTrailersOfAnUnlabelledBody(t *testing.T) {
	compose(t, boundaries, "", "privacy\nhandle /headed/scripted {\nscripted\n}\nhandle {\nreverse_proxy UPSTREAM\n}")
	trailers := make(chan http.Header, 1)
	within("/headed/scripted", func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		trailers <- r.Trailer.Clone()
		w.WriteHeader(http.StatusNoContent)
		return err
	})
	script("/headed/upstream", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		trailers <- r.Trailer.Clone()
		w.WriteHeader(http.StatusNoContent)
	})
	for _, path := range []string{"/headed/scripted", "/headed/upstream"} {
		t.Run(path, func(t *testing.T) {
			r := ask(t, http.MethodPost, path, struct{ io.Reader }{strings.NewReader(document)}, "Content-Type", "application/json")
			r.Trailer = http.Header{"X-Device-Id": {"s3cr3t"}, "Cookie": {"_ga=1"}, "X-Checksum": {"kept"}}
			before := counters(t)
			send(t, r).is(t, 204, "")
			hasFields(t, "trailer", <-trailers, "X-Device-Id", "", "Cookie", "", "X-Checksum", "kept")
			done(t, before, map[string]float64{
				"redactions_total{action=remove,category=secret,direction=request,kind=header}": 1,
				"cookies_total{action=remove,direction=request,kind=cookie}":                    1,
			})
		})
	}
}

// What Caddy remembers of the request as received goes upstream, too.
func TestOriginalURI(t *testing.T) {
	compose(t, boundaries, "", "privacy\nreverse_proxy UPSTREAM {\nheader_up X-Orig-Uri {http.request.orig_uri}\n"+
		"header_up X-Orig-Query {http.request.orig_uri.query}\n}")
	script("/asked", sends(200, "ok"))
	before := counters(t)
	get(t, "/asked?token=s3cr3t&page=2").is(t, 200, "ok")
	in := once(t, "/asked")
	hasFields(t, "request", in.Header, "X-Orig-Uri", "/asked?page=2", "X-Orig-Query", "page=2")
	if in.URL.RawQuery != "page=2" {
		t.Errorf("the upstream was asked with %q", in.URL.RawQuery)
	}
	done(t, before, map[string]float64{"redactions_total{action=remove,category=secret,direction=request,kind=query}": 1})
}

// Who calls decides what comes back, so no shared cache may answer for the gateway, label or none.
func TestAnswersToCallersArePrivate(t *testing.T) {
	serve(t, "wire.caddyfile")
	const path = "/called/cached"
	script(path, sends(200, "ok", "Content-Type", "text/plain", "Cache-Control", "public, max-age=60", "Etag", `"v1"`))
	before := counters(t)
	got := get(t, path, "X-Caller", "partner-uk").is(t, 200, "ok").has(t, "Cache-Control", "private, max-age=60", "Vary", "Cookie, Sec-GPC, X-Caller")
	if tag := got.header.Get("Etag"); tag == "" || tag == `"v1"` {
		t.Errorf("the tag is %s, want that of a variant", tag)
	}
	done(t, before, map[string]float64{})
}

// A subdivision matches as itself and as its country, in any spelling; the placeholder is an ISO 3166-1 code.
func TestResidenceInASubdivision(t *testing.T) {
	compose(t, boundaries, "residence {http.request.header.X-Residence}", "privacy\nheader >X-Country {privacy.country}\n"+
		"@eea privacy_origin eea\nheader @eea +X-Matched eea\n@de privacy_origin de\nheader @de +X-Matched de\n"+
		"@ca privacy_origin us-ca\nheader @ca +X-Matched us-ca\n@us privacy_origin us\nheader @us +X-Matched us\nrespond ok")
	for residence, want := range map[string][2]string{
		"US-CA": {"US", "us-ca | us"},
		"US-NY": {"US", "us"},
		"":      {"DE", "eea | de"},
		"FR":    {"FR", "eea"},
		"XX":    {"ZZ", "eea"},
	} {
		var header []string
		if residence != "" {
			header = []string{"X-Residence", residence}
		}
		t.Run(residence, func(t *testing.T) {
			get(t, "/x", header...).is(t, 200, "ok").has(t, "X-Country", want[0], "X-Matched", want[1])
		})
	}
}

// The rest of an upload whose answer came early is never the connection's next request, though an access log wraps the
// body that no rule reads.
func TestEarlyAnswerLeavesNoRequestBehind(t *testing.T) {
	serve(t, "wire.caddyfile")
	script("/plain/hurried", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "early") })
	script("/smuggled", sends(200, "smuggled"))
	piece := "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: " + site.addr + "\r\n\r\n" // the site's own name, or no route would take it
	for _, pieces := range []int{16, 2 << 10, 16 << 10, 64 << 10} {              // some the server drains, some it does not
		for try := range 3 {
			t.Run(fmt.Sprintf("%d pieces, try %d", pieces, try), func(t *testing.T) {
				hurry(t, pieces*try/3, pieces, piece)
			})
		}
	}
	time.Sleep(50 * time.Millisecond) // what was taken for a request would be on its way
	if n := len(reached("/smuggled")); n != 0 {
		t.Errorf("%d requests that were parts of a body reached the upstream", n)
	}
}

// hurry uploads some pieces, waits for the answer, then uploads the rest and looks for answers nobody asked for.
func hurry(t *testing.T, first, pieces int, piece string) {
	t.Helper()
	conn, err := net.Dial("tcp", site.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = fmt.Fprintf(conn, "POST /plain/hurried HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", site.addr, pieces*len(piece))
	in := bufio.NewReader(conn)
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		_, _ = io.WriteString(conn, strings.Repeat(piece, first))
		time.Sleep(5 * time.Millisecond)
		_, _ = io.WriteString(conn, strings.Repeat(piece, pieces-first))
	}()
	defer func() { <-wrote }()
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		return // the gateway may close on a client that still writes
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode == 200 && string(body) != "early" {
		t.Errorf("status 200 and body %q, want the early answer", body)
	}
	<-wrote
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if more, err := http.ReadResponse(in, nil); err == nil {
		more.Body.Close()
		t.Errorf("a second answer came, with status %d", more.StatusCode)
	}
}
