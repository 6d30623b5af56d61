package grpc_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	based := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	zip := func(text string) string { return based(coded(t, coding.Gzip, text)) }
	for name, c := range map[string]struct {
		raw, want string
		codec     grpc.Codec
	}{
		"JSON":              {"encoding=json&message=%7B%22a%22%3A%22secret%22%7D&connect=v1", "encoding=json&message=%7B%22a%22%3A%22%2A%2A%2A%22%7D&connect=v1", grpc.JSON},
		"proto":             {"connect=v1&base64=1&encoding=proto&message=" + based("\xffsecret"), "connect=v1&base64=1&encoding=proto&message=" + based("\xff***"), grpc.Proto},
		"padded, same":      {"base64=1&encoding=proto&message=YQ%3D%3D", "base64=1&encoding=proto&message=YQ%3D%3D", grpc.Proto},
		"compressed":        {"base64=1&compression=gzip&encoding=proto&message=" + zip("secret"), "base64=1&compression=gzip&encoding=proto&message=" + zip("***"), grpc.Proto},
		"a disguised name":  {"encoding=json&messag%65=secret", "encoding=json&message=%2A%2A%2A", grpc.JSON},
		"no message":        {"encoding=json", "encoding=json", grpc.JSON},
		"no encoding":       {"message=secret", "message=%2A%2A%2A", 0},
		"an empty message":  {"encoding=proto&message=", "encoding=proto&message=", grpc.Proto},
		"compressed, empty": {"encoding=proto&message=&compression=gzip", "encoding=proto&message=&compression=gzip", grpc.Proto},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := grpc.QueryOf(c.raw, 0)
			if err != nil {
				t.Fatal(err)
			}
			message, _ := mask(q.Message)
			if out, err := q.With(message); err != nil || out != c.want || q.Codec != c.codec {
				t.Errorf("%q of codec %d, %v, want %q of %d", out, q.Codec, err, c.want, c.codec)
			}
		})
	}
	if q, err := grpc.QueryOf("a=b&messages=c&%zz", 0); q != nil || err != nil {
		t.Errorf("a query of no message is %v, %v", q, err)
	}
}

func TestQueryRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, want string }{
		"twice":         {"message=a&encoding=json&message=b", "stands twice"},
		"an escape":     {"message=%zz&encoding=json", "cannot be read"},
		"no base64":     {"message=a*b&base64=1&encoding=proto", "cannot be read"},
		"a line end":    {"message=YQ%0A&base64=1&encoding=proto", "cannot be read"},
		"a coding":      {"message=a&compression=snappy&encoding=proto", "compression"},
		"a damaged one": {"message=a&compression=gzip&encoding=proto", "cannot be read"},
		"too large":     {"message=" + strings.Repeat("a", 101) + "&encoding=proto", "too large"},
		"a bomb":        {"message=" + url.QueryEscape(coded(t, coding.Gzip, strings.Repeat("a", 101))) + "&compression=gzip&encoding=proto", "too large"},
	} {
		if _, err := grpc.QueryOf(c.raw, 100); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
