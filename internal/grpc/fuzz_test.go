package grpc_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
)

const fuzzLimit = 300

// part is a frame as a reader understands it.
type part struct {
	flags   byte
	message string
}

// slow reads a body of frames at once. It is nil where the body is not one.
func slow(body []byte, last byte) []part {
	parts := []part{}
	for len(body) > 0 {
		if len(body) < 5 || body[0]&^(1|last) != 0 {
			return nil
		}
		length := binary.BigEndian.Uint32(body[1:5])
		if length > fuzzLimit || int(length) > len(body)-5 {
			return nil
		}
		p := part{body[0], string(body[5 : 5+length])}
		body = body[5+length:]
		if p.flags&1 != 0 && p.message != "" {
			r, err := gzip.NewReader(bytes.NewReader([]byte(p.message)))
			if err != nil {
				return nil
			}
			plain, err := io.ReadAll(io.LimitReader(r, fuzzLimit+1))
			if err != nil || len(plain) > fuzzLimit {
				return nil
			}
			p.message = string(plain)
		}
		parts = append(parts, p)
		if p.flags&last != 0 && len(body) > 0 {
			return nil
		}
	}
	return parts
}

// FuzzStream compares with a reader that has the whole body, at any split.
func FuzzStream(f *testing.F) {
	f.Add(uint8(0), uint8(3), []byte(frame(0, "a secret")+frame(0, "")+frame(1, coded(f, coding.Gzip, "secret"))))
	f.Add(uint8(1), uint8(7), []byte(frame(0, "ab")+frame(0x80, "a: b\r\nc: secret\r\n")))
	f.Add(uint8(1), uint8(1), []byte(frame(0x81, coded(f, coding.Gzip, "a: b"))))
	f.Add(uint8(2), uint8(1), []byte("AAAAAAE=YQ=="))
	f.Add(uint8(3), uint8(2), []byte(frame(0, "ab")+frame(2, `{"error":{"code":"a","details":[]}}`)))
	f.Fuzz(func(t *testing.T, which, split uint8, body []byte) {
		protocol := []grpc.Protocol{grpc.Native, grpc.Web, grpc.WebText, grpc.Connect}[which%4]
		last := []byte{0, 0x80, 0x80, 2}[which%4]
		o := grpc.Options{Protocol: protocol, Message: mask, Coding: coding.Gzip, Limit: fuzzLimit}
		var ends []int
		for at := int(split); split > 0 && at < len(body); at += int(split) {
			ends = append(ends, at)
		}
		out, err := run(o, string(body), ends...)
		whole, wholeErr := run(o, string(body))
		if (err == nil) != (wholeErr == nil) {
			t.Fatalf("split: %v, whole: %v", err, wholeErr)
		}
		if protocol == grpc.WebText {
			if err != nil {
				return
			}
			body, out, whole = []byte(unbased(t, string(body))), unbased(t, out), unbased(t, whole)
		}
		want := slow(body, last)
		if err != nil {
			refusal, _ := errors.AsType[*grpc.Error](err)
			strict := refusal != nil && refusal.Kind == grpc.Damaged // the library takes gzip with reserved flags
			if !strict && len(want) > 0 && want[len(want)-1].flags&last == 0 {
				t.Fatalf("refused what is good: %v", err)
			}
			return
		}
		if out != whole {
			t.Fatalf("split %q, whole %q", out, whole)
		}
		got := slow([]byte(out), last)
		if want == nil || len(got) != len(want) {
			t.Fatalf("passed %d frames as %d", len(want), len(got))
		}
		for i, p := range want {
			message, _ := mask([]byte(p.message))
			if got[i].flags != p.flags || p.flags&last == 0 && got[i].message != string(message) {
				t.Fatalf("frame %d: %q, want %q", i, got[i].message, message)
			}
		}
	})
}
