package caddymodule

import (
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
)

// frame puts a prefix before a message.
func frame(flags byte, message string) string {
	n := len(message)
	return string([]byte{flags, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + message
}

// The same calls by HTTP/1.1: gRPC-web, and Connect as streams and unary, in binary and in JSON.
func TestCallsByWeb(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	full, cut := s.wire(t, customerFull), s.wire(t, customerCut)
	base := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	inJSON := func(direction string) map[string]float64 { // a mask over a number in JSON stays one
		want := cutCustomer(direction)
		delete(want, "redactions_total{action=remove,category=,direction="+direction+",kind=field}")
		return want
	}
	// Whoever writes JSON may write either spelling, and 64 bits as text.
	jsonFull := `{"full_name":"Ada", "phone_number":"5551234","customerId":"7654321","friend":{"full_name":"Bob","phoneNumber":"1"},` +
		`"by_name":{"phoneNumber":{"fullName":"Cy","phone_number":"777"}}}`
	jsonCut := `{"full_name":"Ada", "phone_number":"*****34","customerId":"*****21","friend":{"phoneNumber":"1"},` +
		`"by_name":{"phoneNumber":{"fullName":"Cy","phone_number":"*77"}}}`
	for name, c := range map[string]struct {
		kind, full, cut string
		counted         func(string) map[string]float64
	}{
		"gRPC-web":             {"application/grpc-web+proto", frame(0, full), frame(0, cut), cutCustomer},
		"gRPC-web text":        {"application/grpc-web-text", base(frame(0, full)), base(frame(0, cut)), cutCustomer},
		"Connect stream":       {"application/connect+proto", frame(0, full), frame(0, cut), cutCustomer},
		"Connect":              {"application/proto", full, cut, cutCustomer},
		"gRPC in JSON":         {"application/grpc-web+json", frame(0, jsonFull), frame(0, jsonCut), inJSON},
		"Connect stream, JSON": {"application/connect+json", frame(0, jsonFull), frame(0, jsonCut), inJSON},
		"Connect, JSON":        {"application/json", jsonFull, jsonCut, inJSON},
	} {
		t.Run(name+" request", func(t *testing.T) {
			script("/shop.Customers/Put", sends(200, "", "Content-Type", c.kind))
			before := counters(t)
			post(t, "/shop.Customers/Put", c.full, "Content-Type", c.kind).is(t, 200, "")
			if body, err := once(t, "/shop.Customers/Put").content(); body != c.cut || !errors.Is(err, io.EOF) {
				t.Errorf("the upstream read %q (%v), want %q", body, err, c.cut)
			}
			done(t, before, c.counted("request"))
		})
		t.Run(name+" response", func(t *testing.T) {
			script("/shop.Customers/Get", sends(200, c.full, "Content-Type", c.kind))
			before := counters(t)
			post(t, "/shop.Customers/Get", c.cut, "Content-Type", c.kind).is(t, 200, c.cut)
			done(t, before, c.counted("response"))
		})
	}
}

// What ends a stream within its body is judged as trailers are, and errors lose their details.
func TestEndsOfCallsByWeb(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	message := frame(0, s.wire(t, `{"fullName":"Ada"}`))
	for name, c := range map[string]struct {
		status           int
		kind, full, want string
	}{
		"gRPC-web": {
			200, "application/grpc-web",
			message + frame(0x80, "grpc-status: 3\r\ngrpc-message: no\r\nx-device-id: d1\r\ngrpc-status-details-bin: NTU1\r\n"),
			message + frame(0x80, "grpc-status: 3\r\ngrpc-message: no\r\n"),
		},
		"Connect stream": {
			200, "application/connect+proto",
			message + frame(2, `{"error":{"code":"internal","details":[{"type":"a","value":"NTU1"}]},"metadata":{"x-device-id":["d1"],"x-b":["c"]}}`),
			message + frame(2, `{"error":{"code":"internal"},"metadata":{"x-b":["c"]}}`),
		},
		"Connect":  {404, "application/json", `{"code":"not_found","details":[{"value":"NTU1"}],"message":"no"}`, `{"code":"not_found","message":"no"}`},
		"no error": {200, "application/json", `{"details":[1]}`, `{"details":[1]}`},
	} {
		t.Run(name, func(t *testing.T) {
			script("/shop.Customers/Get", sends(c.status, c.full, "Content-Type", c.kind, "Grpc-Status-Details-Bin", "NTU1"))
			post(t, "/shop.Customers/Get", "", "Content-Type", c.kind).is(t, c.status, c.want).has(t, "Grpc-Status-Details-Bin", "")
		})
	}
}

// What a method that is called by GET says, the policy says of its POST.
func TestCallsByQuery(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	base := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(s.wire(t, text))) }
	in := func(text string) string { return "?connect=v1&encoding=json&message=" + url.QueryEscape(text) }
	script("/shop.Customers/Put", sends(200, ""))
	before := counters(t)
	get(t, "/shop.Customers/Put?base64=1&encoding=proto&message="+base(customerFull)).is(t, 200, "")
	query := once(t, "/shop.Customers/Put").URL.RawQuery
	if want := "base64=1&encoding=proto&message=" + base(customerCut); query != want {
		t.Errorf("the upstream was asked %q, want %q", query, want)
	}
	done(t, before, cutCustomer("request"))

	script("/shop.Customers/Put", sends(200, ""))
	get(t, "/shop.Customers/Put"+in(`{"phone_number":"5551234"}`)).is(t, 200, "")
	if query := once(t, "/shop.Customers/Put").URL.RawQuery; "?"+query != in(`{"phone_number":"*****34"}`) {
		t.Errorf("the upstream was asked %q", query)
	}

	reply := sends(200, s.wire(t, customerFull), "Content-Type", "application/proto")
	script("/shop.Customers/Get", reply)
	script("/./shop.Customers//Get", reply)
	for _, path := range []string{"/shop.Customers/Get", "/shop.Customers/%47et", "/./shop.Customers//Get"} {
		get(t, path+"?encoding=proto&message=").is(t, 200, s.wire(t, customerCut))
	}
	get(t, "/shop.Customers/Get?other=1").is(t, 200, s.wire(t, customerFull)) // is no call

	for query, status := range map[string]int{
		"encoding=proto&message=%ff":                                 400,
		"encoding=proto&base64=1&message=a":                          400,
		"encoding=text&message=a":                                    415,
		"encoding=proto&message=a&message=b":                         400,
		"encoding=proto&message=a&compression=snappy":                400,
		"encoding=proto&message=" + url.QueryEscape("\x9a\x06\x01a"): 415,
	} {
		script("/shop.Customers/Put", sends(200, ""))
		cause := map[int]string{400: "malformed", 415: "type"}[status]
		get(t, "/shop.Customers/Put?"+query).refused(t, status, cause)
		if n := len(reached("/shop.Customers/Put")); n != 0 {
			t.Errorf("%s reached the upstream", query)
		}
	}
}

// What a message cannot be read by is refused as it is for any body.
func TestCallsByWebRefused(t *testing.T) {
	s := openShop(t, "descriptors DESCRIPTORS")
	full := s.wire(t, customerFull)
	for name, c := range map[string]struct {
		kind, encoding, body, cause string
		status                      int
	}{
		"coding":     {"application/grpc-web", "snappy", frame(1, full), "coding", 415},
		"undeclared": {"application/grpc-web", "", frame(1, full), "coding", 400},
		"flags":      {"application/grpc-web", "", frame(4, full), "malformed", 400},
		"truncated":  {"application/grpc-web", "", frame(0, full)[:20], "malformed", 400},
		"codec":      {"application/grpc-web+thrift", "", frame(0, full), "type", 415},
		"too large":  {"application/grpc-web", "", "\x00\x7f\xff\xff\xff", "limit", 413},
		"wire":       {"application/grpc-web", "", frame(0, "\xff"), "malformed", 400},
		"JSON":       {"application/grpc-web+json", "", frame(0, "{"), "malformed", 400},
		"charset":    {"application/grpc-web+json; charset=utf-16", "", frame(0, "{}"), "type", 415},
	} {
		t.Run(name, func(t *testing.T) {
			header := []string{"Content-Type", c.kind}
			if c.encoding != "" {
				header = append(header, "Grpc-Encoding", c.encoding)
			}
			script("/shop.Customers/Put", sends(200, ""))
			before := counters(t)
			post(t, "/shop.Customers/Put", c.body, header...).refused(t, c.status, c.cause)
			done(t, before, map[string]float64{"refusals_total{cause=" + c.cause + ",direction=request}": 1})

			script("/shop.Customers/Get", sends(200, c.body, header...))
			before = counters(t)
			post(t, "/shop.Customers/Get", "", "Content-Type", c.kind).refused(t, 502, c.cause)
			done(t, before, map[string]float64{"refusals_total{cause=" + c.cause + ",direction=response}": 1})
		})
	}
}

// The upstream is told only codings that can be read.
func TestCodingsOfCalls(t *testing.T) {
	openShop(t, "descriptors DESCRIPTORS")
	for path, want := range map[string]string{"/shop.Customers/Get": "gzip", "/shop.Customers/Free": "snappy, gzip"} {
		script(path, sends(200, "", "Content-Type", "application/grpc-web"))
		post(t, path, frame(0, ""), "Content-Type", "application/grpc-web", "Grpc-Accept-Encoding", "snappy, gzip").is(t, 200, "")
		if got := strings.Join(once(t, path).Header["Grpc-Accept-Encoding"], " | "); got != want {
			t.Errorf("%s: the upstream may use %q, want %q", path, got, want)
		}
	}
}
