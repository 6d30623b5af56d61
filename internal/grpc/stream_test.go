package grpc_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
)

func frame(flags byte, message string) string {
	return string(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message)))) + message
}

func coded(t testing.TB, c coding.Coding, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := coding.NewWriter(c, &b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func based(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// mask is a filter: it takes the word "secret" out.
func mask(message []byte) ([]byte, error) {
	return bytes.ReplaceAll(message, []byte("secret"), []byte("***")), nil
}

// run feeds a body in pieces that end at these places.
func run(o grpc.Options, body string, ends ...int) (string, error) {
	s := grpc.NewStream(o)
	var out strings.Builder
	from := 0
	for _, end := range append(ends, len(body)) {
		piece := []byte(body[from:end])
		from = end
		now, err := s.Feed(piece)
		if err != nil {
			return out.String(), err
		}
		out.Write(now)
		clear(piece) // what was fed is not held
	}
	now, err := s.Close()
	out.Write(now)
	return out.String(), err
}

// everySplit runs a body whole, byte by byte and at random places.
func everySplit(t *testing.T, o grpc.Options, body string, check func(t *testing.T, out string, err error)) {
	t.Helper()
	var each []int
	for i := range body {
		each = append(each, i)
	}
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	splits := [][]int{nil, each}
	for range 20 {
		var some []int
		for _, i := range each {
			if r.IntN(6) == 0 {
				some = append(some, i)
			}
		}
		splits = append(splits, some)
	}
	for _, ends := range splits {
		out, err := run(o, body, ends...)
		if check(t, out, err); t.Failed() {
			t.Fatalf("seed %d, split at %v", seed, ends)
		}
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	zip := func(text string) string { return coded(t, coding.Gzip, text) }
	status := "grpc-status: 0\r\ngrpc-message: secret\r\n"
	for name, c := range map[string]struct {
		options    grpc.Options
		body, want string
	}{
		"one":              {grpc.Options{Protocol: grpc.Native}, frame(0, "a secret"), frame(0, "a ***")},
		"many":             {grpc.Options{Protocol: grpc.Native}, frame(0, "a") + frame(0, "") + frame(0, "secret"), frame(0, "a") + frame(0, "") + frame(0, "***")},
		"none":             {grpc.Options{Protocol: grpc.Native}, "", ""},
		"compressed, same": {grpc.Options{Protocol: grpc.Native, Coding: coding.Gzip}, frame(1, zip("a")) + frame(0, "b"), frame(1, zip("a")) + frame(0, "b")},
		"compressed":       {grpc.Options{Protocol: grpc.Native, Coding: coding.Gzip}, frame(1, zip("secret")), frame(1, zip("***"))},
		"compressed zstd":  {grpc.Options{Protocol: grpc.Native, Coding: coding.Zstd}, frame(1, coded(t, coding.Zstd, "secret")), frame(1, coded(t, coding.Zstd, "***"))},
		"compressed none":  {grpc.Options{Protocol: grpc.Native, Coding: coding.Gzip}, frame(1, ""), frame(1, "")},
		"web":              {grpc.Options{Protocol: grpc.Web}, frame(0, "secret") + frame(0x80, status), frame(0, "***") + frame(0x80, status)},
		"web, compressed": {
			grpc.Options{Protocol: grpc.Web, Coding: coding.Gzip, Trailer: maskTrailer},
			frame(0x81, zip(status)), frame(0x81, zip("grpc-status: 0\r\n")),
		},
		"web trailers": {
			grpc.Options{Protocol: grpc.Web, Trailer: maskTrailer},
			frame(0x80, "grpc-status:7\r\nX-Id:  secret \r\nGrpc-Status-Details-Bin: CAU\r\nkept: 1"), frame(0x80, "grpc-status: 7\r\nkept: 1\r\n"),
		},
		"web details":       {grpc.Options{Protocol: grpc.Web}, frame(0x80, "grpc-status-details-bin: CAU\r\n\r\n"), frame(0x80, "")},
		"text":              {grpc.Options{Protocol: grpc.WebText}, based(frame(0, "ab")), based(frame(0, "ab"))},
		"connect":           {grpc.Options{Protocol: grpc.Connect}, frame(0, "secret") + frame(2, `{}`), frame(0, "***") + frame(2, `{}`)},
		"connect metadata":  {grpc.Options{Protocol: grpc.Connect, Trailer: maskTrailer}, frame(2, `{"metadata":{"a":["secret","b"],"c":["secret"],"grpc-status-details-bin":["x"]}}`), frame(2, `{"metadata":{"a":["b"]}}`)},
		"connect error":     {grpc.Options{Protocol: grpc.Connect}, frame(2, `{"error":{"code":"internal","message":"m","details":[{"type":"a","value":"b"}]}}`), frame(2, `{"error":{"code":"internal","message":"m"}}`)},
		"connect two cases": {grpc.Options{Protocol: grpc.Connect}, frame(2, `{"Error":{"Details":[1],"code":"x"},"else":1}`), frame(2, `{"Error":{"code":"x"}}`)},
		"connect twice":     {grpc.Options{Protocol: grpc.Connect}, frame(2, `{"error":{"details":1},"error":null}`), frame(2, `{"error":null}`)},
		"whole":             {grpc.Options{Protocol: grpc.Whole}, "a secret", "a ***"},
		"whole and empty":   {grpc.Options{Protocol: grpc.Whole}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.Message = mask
			everySplit(t, c.options, c.body, func(t *testing.T, out string, err error) {
				t.Helper()
				if c.options.Protocol == grpc.WebText {
					out = based(unbased(t, out))
				}
				if err != nil || out != c.want {
					t.Errorf("have %q, %v\nwant %q", out, err, c.want)
				}
			})
		})
	}
}

func maskTrailer(_, value string) (string, bool) { return value, value != "secret" }

// unbased reads base64 group by group, as a slow reader of padded parts would.
func unbased(t testing.TB, text string) string {
	t.Helper()
	var out []byte
	for ; text != ""; text = text[4:] {
		part, err := base64.StdEncoding.DecodeString(text[:4])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part...)
	}
	return string(out)
}

func TestTextOfPaddedParts(t *testing.T) {
	t.Parallel()
	whole := frame(0, "a secret") + frame(0x80, "grpc-status: 0\r\n")
	body := based(whole[:1]) + based(whole[1:3]) + based(whole[3:10]) + based(whole[10:])
	everySplit(t, grpc.Options{Protocol: grpc.WebText, Message: mask}, body, func(t *testing.T, out string, err error) {
		t.Helper()
		if want := frame(0, "a ***") + frame(0x80, "grpc-status: 0\r\n"); err != nil || unbased(t, out) != want {
			t.Errorf("have %q, %v", out, err)
		}
	})
}

var errMessage = errors.New("refused by the filter")

func TestStreamRefuses(t *testing.T) {
	t.Parallel()
	fails := func([]byte) ([]byte, error) { return nil, errMessage }
	bomb := coded(t, coding.Gzip, strings.Repeat("0", 200))
	native := grpc.Options{Protocol: grpc.Native, Message: mask, Limit: 100}
	zipped := native
	zipped.Coding = coding.Gzip
	web, connect := native, native
	web.Protocol, connect.Protocol = grpc.Web, grpc.Connect
	text := grpc.Options{Protocol: grpc.WebText, Message: mask}
	for name, c := range map[string]struct {
		options grpc.Options
		body    string
		kind    grpc.ErrorKind
		at      int64
	}{
		"cut in a prefix":          {native, frame(0, "a") + "\x00\x00", grpc.Truncated, 6},
		"cut in a message":         {native, frame(0, "a") + frame(0, "abc")[:6], grpc.Truncated, 6},
		"too long":                 {native, frame(0, "a") + "\x00\x00\x00\x00\x65", grpc.TooLarge, 6},
		"far too long":             {native, "\x00\xff\xff\xff\xff", grpc.TooLarge, 0},
		"a bomb":                   {zipped, frame(1, bomb), grpc.TooLarge, 0},
		"no coding":                {native, frame(1, bomb), grpc.Undeclared, 0},
		"damaged":                  {zipped, frame(0, "a") + frame(1, coded(t, coding.Gzip, "abc")[:20]), grpc.Damaged, 6},
		"something behind":         {zipped, frame(1, coded(t, coding.Gzip, "a")+"b"), grpc.Damaged, 0},
		"a flag of no protocol":    {native, "\x04", grpc.Malformed, 0},
		"trailers in gRPC":         {native, frame(0x80, ""), grpc.Malformed, 0},
		"an end in gRPC":           {native, frame(2, ""), grpc.Malformed, 0},
		"trailers in Connect":      {connect, frame(0x80, ""), grpc.Malformed, 0},
		"something behind the end": {connect, frame(2, "{}") + frame(0, ""), grpc.Malformed, 7},
		"two blocks of trailers":   {web, frame(0x80, "") + frame(0x80, ""), grpc.Malformed, 5},
		"an end that is no JSON":   {connect, frame(2, ""), grpc.Malformed, 0},
		"an end that is null":      {connect, frame(2, "null"), grpc.Malformed, 0},
		"an error that is text":    {connect, frame(2, `{"error":"a"}`), grpc.Malformed, 0},
		"metadata of numbers":      {connect, frame(2, `{"metadata":{"a":[1]}}`), grpc.Malformed, 0},
		"a line without a colon":   {web, frame(0x80, "grpc-status\r\n"), grpc.Malformed, 0},
		"a folded line":            {web, frame(0x80, "a: b\r\n c: d\r\n"), grpc.Malformed, 0},
		"an empty line between":    {web, frame(0x80, "a: b\r\n\r\nc: d\r\n"), grpc.Malformed, 0},
		"a line end of its own":    {web, frame(0x80, "a: b\rc: d\r\n"), grpc.Malformed, 0},
		"text that is no base64":   {text, "AAAA*AAA", grpc.Malformed, 0},
		"text with a line end":     {text, "AAAA\nAAA", grpc.Malformed, 0},
		"text that is cut":         {text, based(frame(0, "abc")) + "AA", grpc.Truncated, 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everySplit(t, c.options, c.body, func(t *testing.T, _ string, err error) {
				t.Helper()
				got, ok := errors.AsType[*grpc.Error](err)
				if want := (grpc.Error{Kind: c.kind, Offset: c.at}); !ok || *got != want {
					t.Errorf("error %v, want %v", err, &want)
				}
			})
		})
	}
	for _, protocol := range []grpc.Protocol{grpc.Native, grpc.Whole} {
		if out, err := run(grpc.Options{Protocol: protocol, Message: fails}, frame(0, "a")); !errors.Is(err, errMessage) || out != "" {
			t.Errorf("%q, %v, want the filter's error", out, err)
		}
	}
	if _, err := run(grpc.Options{Protocol: grpc.Whole, Message: mask, Limit: 3}, "abcd"); err == nil {
		t.Error("a whole message beyond the limit passed")
	}
}

func TestZeroValuesRefuse(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*grpc.Stream{
		"stream": new(grpc.Stream), "protocol": grpc.NewStream(grpc.Options{Message: mask}), "filter": grpc.NewStream(grpc.Options{Protocol: grpc.Native}),
	} {
		if out, err := s.Feed([]byte(frame(0, "a"))); err == nil || len(out) > 0 {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
	if _, err := new(grpc.Stream).Close(); err == nil {
		t.Error("a stream of no protocol was closed")
	}
}

// TestMessagesLeaveAtOnce holds that a message does not wait for the next.
func TestMessagesLeaveAtOnce(t *testing.T) {
	t.Parallel()
	for _, protocol := range []grpc.Protocol{grpc.Native, grpc.Web, grpc.WebText, grpc.Connect} {
		s := grpc.NewStream(grpc.Options{Protocol: protocol, Message: mask})
		body := frame(0, "a")
		if protocol == grpc.WebText {
			body = based(body)
		}
		if out, err := s.Feed([]byte(body)); err != nil || string(out) != body {
			t.Errorf("protocol %d: %q, %v", protocol, out, err)
		}
	}
}

func TestProtocolOf(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]string{
		"application/grpc":                        "1 1 true",
		"application/grpc+proto":                  "1 1 true",
		"Application/GRPC+JSON ; charset=utf-8":   "1 2 true",
		"application/grpc+thrift":                 "1 0 true",
		"application/grpc+":                       "1 0 true",
		"application/grpc-web":                    "2 1 true",
		"application/grpc-web+proto":              "2 1 true",
		"application/grpc-web-text":               "3 1 true",
		"application/grpc-web-text+proto;charset": "3 1 true",
		"application/connect+proto":               "4 1 true",
		"application/connect+json":                "4 2 true",
		"application/connect":                     "4 0 true",
		"application/proto":                       "5 1 true",
		"application/json":                        "0 0 false",
		"application/grpcx":                       "0 0 false",
		"":                                        "0 0 false",
	} {
		p, c, found := grpc.ProtocolOf(contentType)
		if got := fmt.Sprint(p, c, found); got != want {
			t.Errorf("%q: %s, want %s", contentType, got, want)
		}
	}
}

func BenchmarkStream(b *testing.B) {
	body := []byte(strings.Repeat(frame(0, strings.Repeat("a", 1000)), 64))
	same := func(message []byte) ([]byte, error) { return message, nil }
	s := new(grpc.Stream)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset(grpc.Options{Protocol: grpc.Native, Message: same})
		for at := 0; at < len(body); at += 16 << 10 {
			if _, err := s.Feed(body[at:min(at+16<<10, len(body))]); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWithoutDetails(t *testing.T) {
	t.Parallel()
	out, err := grpc.WithoutDetails([]byte(`{"code":"internal","details":[{"debug":{"email":"a"}}],"more":1,"DETAILS":2}`))
	if err != nil || string(out) != `{"code":"internal"}` {
		t.Errorf("%s, %v", out, err)
	}
	if _, err := grpc.WithoutDetails([]byte(`[]`)); err == nil {
		t.Error("an error that is an array passed")
	}
}
