package caddymodule

import (
	"errors"
	"io"
	"strings"
	"testing"
)

const filed = `
purposes:
  service: {basis: contract, default: true}
categories:
  secret: {purposes: []}
  digits: {purposes: [], otherwise: {mask: {keep_last: 2}}}
endpoints:
  /filed/form:
    request: {$.secret: secret, $.phone: digits}
    response: {$.secret: secret, $.phone: digits}
  /filed/table:
    request: {"$[*].secret": secret, "$[*].phone": digits}
    response: {"$[*].secret": secret, "$[*].phone": digits}
`

func TestFormsAndTables(t *testing.T) {
	compose(t, filed, "", "handle {\nprivacy\nreverse_proxy UPSTREAM\n}")
	const head = "--b\r\nContent-Disposition: form-data; name="
	for name, c := range map[string]struct{ path, contentType, in, out, broken string }{
		"form": {
			"/filed/form", "application/x-www-form-urlencoded",
			"id=1&secret=s3cr3t&phone=5551234", "id=1&phone=*****34", "id=1;secret=s3cr3t",
		},
		"multipart": {
			"/filed/form", "multipart/form-data; boundary=b",
			head + "secret; filename=s3cr3t\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n" + head + "a\r\nContent-Type: application/json\r\n\r\n{\"phone\":\"5551234\"}\r\n--b--\r\n",
			head + "a\r\nContent-Type: application/json\r\n\r\n{\"phone\":\"*****34\"}\r\n--b--\r\n",
			head + "a\r\n\r\n1\r\n",
		},
		"table": {
			"/filed/table", "text/csv",
			"id,secret,phone\r\n1,s3cr3t,5551234\r\n", "id,secret,phone\r\n1,,*****34\r\n", "id,secret,phone\r\n1,s3cr3t,5551234,2\r\n",
		},
	} {
		did := func(direction string) map[string]float64 {
			return map[string]float64{
				"redactions_total{action=remove,category=secret,direction=" + direction + ",kind=field}": 1,
				"redactions_total{action=mask,category=digits,direction=" + direction + ",kind=field}":   1,
			}
		}
		t.Run("request/"+name, func(t *testing.T) {
			script(c.path, takes)
			before := counters(t)
			post(t, c.path, c.in, "Content-Type", c.contentType, "Accept", "*/*").refused(t, 502, "type") // what it answers has no fields
			if body, err := once(t, c.path).content(); body != c.out || !errors.Is(err, io.EOF) {
				t.Errorf("the upstream read %q (%v), want %q", body, err, c.out)
			}
			want := did("request")
			want["refusals_total{cause=type,direction=response}"] = 1
			done(t, before, want)
		})
		t.Run("response/"+name, func(t *testing.T) {
			script(c.path, sends(200, c.in, "Content-Type", c.contentType))
			before := counters(t)
			get(t, c.path).is(t, 200, c.out).has(t, "Content-Type", c.contentType)
			done(t, before, did("response"))
		})
		t.Run("broken/"+name, func(t *testing.T) {
			script(c.path, takes)
			before := counters(t)
			post(t, c.path, c.broken, "Content-Type", c.contentType).refused(t, 400, "malformed")
			done(t, before, refusedUpload("malformed"))
			script(c.path, sends(200, c.broken, "Content-Type", c.contentType))
			before = counters(t)
			get(t, c.path).refused(t, 502, "malformed")
			done(t, before, map[string]float64{"refusals_total{cause=malformed,direction=response}": 1})
		})
	}
	post(t, "/filed/form", strings.Repeat("a", 2<<20), "Content-Type", "application/x-www-form-urlencoded").refused(t, 413, "limit")
}
