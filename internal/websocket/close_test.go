package websocket

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// What AppendClose writes passes a Stream of that side as it is, and ends it.
func TestAppendClose(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"", "a privacy rule", strings.Repeat("€", 41), strings.Repeat("€", 50), strings.Repeat("x", 122) + "€"} {
		for _, from := range []Side{Client, Server} {
			closing := AppendClose([]byte("before"), from, TooBig, reason)[len("before"):]
			s := New(Config{From: from, Filter: censor})
			out, err := s.Feed(closing)
			if err != nil || !bytes.Equal(out, closing) || !s.Closed() || !s.Between() {
				t.Fatalf("%x comes out as %x (%v)", closing, out, err)
			}
			if from == Client {
				applyMask(closing[6:], [4]byte(closing[2:6]), 0)
				closing = append(closing[:2], closing[6:]...)
			}
			got := string(closing[4:])
			if closing[2] != 0x03 || closing[3] != 0xF1 || !strings.HasPrefix(reason, got) || !utf8.ValidString(got) {
				t.Errorf("the payload is %x", closing[2:])
			}
			if len(got) < min(len(reason), 121) {
				t.Errorf("of the reason %d bytes are left", len(got))
			}
		}
	}
}

// A close frame passes with every code that may be sent, and with no other.
func TestCodes(t *testing.T) {
	t.Parallel()
	passed := 0
	for code := range 1 << 16 {
		input := in(Server, frame{first: 0x88, payload: string([]byte{byte(code >> 8), byte(code)})})
		agrees(t, Config{From: Server, Filter: censor, Limit: 10}, input, whole)
		if _, err := New(Config{From: Server}).Feed(input); err == nil {
			passed++
		}
	}
	if passed != 12+2000 {
		t.Errorf("%d codes pass", passed)
	}
}

func TestFollower(t *testing.T) {
	t.Parallel()
	input := joined(frame{first: 0x01, payload: "ab", key: key}, frame{first: 0xC2, payload: strings.Repeat("x", 300)}, frame{first: 0x89},
		frame{first: 0x82, payload: strings.Repeat("x", 70000)})
	ends := map[int]bool{0: true, 8: true, 8 + 304: true, 8 + 304 + 2: true, len(input): true}
	for split := range len(input) + 1 {
		var f Follower
		for _, piece := range [][]byte{input[:split], input[split:]} {
			out, err := f.Feed(piece)
			if err != nil || !bytes.Equal(out, piece) {
				t.Fatalf("a piece of %d bytes comes out as %d (%v)", len(piece), len(out), err)
			}
			if len(piece) == split && f.Between() != ends[split] && split != len(input)-split {
				t.Fatalf("after %d bytes Between is %v", split, f.Between())
			}
		}
		if !f.Between() || f.Closed() {
			t.Fatal("the whole does not end with a frame")
		}
	}
	var lost Follower
	_, _ = lost.Feed(joined(frame{first: 0x82, form: 64, top: true}))
	_, _ = lost.Feed([]byte("what comes is anyone's guess"))
	if lost.Between() {
		t.Error("it claims to know where a frame ends behind one of no length")
	}
}
