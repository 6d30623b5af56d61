package caddymodule

import (
	"cmp"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// format is a body of one format before and behind its filter: a secret, which is removed, and a phone, which is masked.
type format struct {
	name, media   string
	body, want    string
	broken        string // a body that is not of the format, with the secret in it
	cause         string // of its refusal; "malformed" unless said
	withholds     bool   // what is broken is left out, and the body goes on
	responsesOnly bool
}

// formats are all that have a view as JSON.
func formats() []format {
	return []format{
		{name: "JSON", media: "application/json", body: document, want: redacted, broken: `{"secret":"s3cr3t"`},
		{name: "NDJSON", media: "application/x-ndjson", body: document + "\n" + document + "\n", want: redacted + "\n" + redacted + "\n", broken: "{}\n{\"secret\":\"s3cr3t\"\n"},
		{name: "JSON sequence", media: "application/json-seq", body: "\x1e" + document + "\n", want: "\x1e" + redacted + "\n", broken: "\x1e{\"secret\":\"s3cr3t\"\n"},
		{name: "events", media: "text/event-stream", body: "id: 1\ndata: " + document + "\n\n", want: "id: 1\ndata: " + redacted + "\n\n", broken: "data: {\"secret\":\"s3cr3t\"\n\n", withholds: true},
		{name: "JSONP", media: "text/javascript", body: "cb(" + document + ");", want: "cb(" + redacted + ");", broken: `cb({"secret":"s3cr3t"`, responsesOnly: true},
		{name: "form", media: "application/x-www-form-urlencoded", body: "id=1&secret=s3cr3t&phone=5551234", want: "id=1&phone=*****34", broken: "secret=s3cr3t;a=%zz"},
		{name: "CSV", media: "text/csv", body: "id,secret,phone\r\n1,s3cr3t,5551234\r\n", want: "id,secret,phone\r\n1,,*****34\r\n", broken: "id,secret\r\n1,s3cr3t,2\r\n"},
		{
			name: "multipart form", media: "multipart/form-data; boundary=b",
			body:   part("id", "", "1") + part("secret", "", "s3cr3t") + part("phone", "", "5551234") + part("file", "application/json", document) + "--b--\r\n",
			want:   part("id", "", "1") + part("phone", "", "*****34") + part("file", "application/json", redacted) + "--b--\r\n",
			broken: part("secret", "", "s3cr3t"),
		},
		{name: "XML", media: "application/xml", body: "<r><id>1</id><secret>s3cr3t</secret><phone>5551234</phone></r>", want: "<r><id>1</id><phone>*****34</phone></r>", broken: "<r><secret>s3cr3t</secret>"},
		{name: "a page's JSON", media: "text/html", body: "<p>a<script type=\"application/json\">" + document + "</script>", want: "<p>a<script type=\"application/json\">" + redacted + "</script>", broken: "<h1>s3cr3t</h1>", cause: "type", responsesOnly: true},
		{name: "guarded JSON", media: "application/json", body: ")]}'\n" + document, want: ")]}'\n" + redacted, broken: ")]}'\n{\"secret\":\"s3cr3t\""},
	}
}

func TestWire(t *testing.T) {
	serve(t, "formats.caddyfile")
	h2 := &http.Transport{DisableCompression: true, Protocols: new(http.Protocols)}
	h2.Protocols.SetUnencryptedHTTP2(true)
	defer h2.CloseIdleConnections()
	secure := &http.Transport{
		DisableCompression: true, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	defer secure.CloseIdleConnections()
	for protocol, by := range map[string]struct {
		transport http.RoundTripper
		base      string
		major     int
	}{
		"HTTP 1.1": {client.Transport, "http://" + site.addr, 1},
		"h2c":      {h2, "http://" + site.addr, 2},
		"h2":       {secure, "https://" + site.secure, 2},
	} {
		for _, f := range formats() {
			for _, c := range wireCases() {
				t.Run(protocol+"/"+f.name+"/"+c.name, func(t *testing.T) {
					const path = "/wire/conformance"
					script(path, c.answer(f))
					r, err := http.NewRequest(cmp.Or(c.method, http.MethodGet), by.base+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					for i := 0; i < len(c.request); i += 2 {
						r.Header.Set(c.request[i], c.request[i+1])
					}
					c.check(t, f, through(t, by.transport, by.major, r))
				})
			}
		}
	}
}

// part is a part of a multipart form.
func part(name, media, content string) string {
	header := "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n"
	if media != "" {
		header += "Content-Type: " + media + "\r\n"
	}
	return header + "\r\n" + content + "\r\n"
}

// TestWireUploads sends a body of every format, whole, coded and broken.
func TestWireUploads(t *testing.T) {
	serve(t, "formats.caddyfile")
	for _, f := range formats() {
		if f.responsesOnly {
			continue
		}
		base := "/wire/upload/" + url.PathEscape(f.name) + "/"
		upload := func(t *testing.T, name, body string, header ...string) (reply, string) {
			t.Helper()
			path := base + name
			script("/wire/upload/"+f.name+"/"+name, sends(204, ""))
			answer := post(t, path, body, append(header, "Content-Type", f.media)...)
			got := ""
			for _, in := range reached("/wire/upload/" + f.name + "/" + name) {
				got, _ = in.content()
			}
			return answer, got
		}
		t.Run(f.name, func(t *testing.T) {
			answer, got := upload(t, "whole", f.body)
			if answer.is(t, 204, ""); got != f.want {
				t.Errorf("the upstream got %q, want %q", got, f.want)
			}
			answer, got = upload(t, "coded", coded(f.body), "Content-Encoding", "gzip")
			if answer.is(t, 204, ""); decoded(t, got) != f.want {
				t.Errorf("the upstream got %q coded, want %q", decoded(t, got), f.want)
			}
			answer, got = upload(t, "broken", f.broken)
			switch {
			case f.withholds:
				answer.is(t, 204, "")
			case f.cause == "type":
				answer.refused(t, 415, f.cause)
			default:
				answer.refused(t, 400, "malformed")
			}
			if strings.Contains(got, "s3cr3t") {
				t.Errorf("the upstream got %q", got)
			}
		})
	}
}

// through sends a request by a transport, and asserts the protocol it took.
func through(t *testing.T, transport http.RoundTripper, major int, r *http.Request) reply {
	t.Helper()
	response, err := transport.RoundTrip(r)
	if err != nil {
		return reply{broken: err}
	}
	defer response.Body.Close()
	if response.ProtoMajor != major {
		t.Fatalf("the answer came by %s", response.Proto)
	}
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body), response.Trailer, err, response.Close}
}
