package websocket

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

const key = "\x12\x34\x56\x78"

func whole(rest int) int { return rest }

func single(int) int { return 1 }

// in masks frames where the sender must.
func in(from Side, frames ...frame) []byte {
	if from == Client {
		for i := range frames {
			frames[i].key = key
		}
	}
	return joined(frames...)
}

var conversations = map[string][]frame{
	"unchanged":              {{first: 0x81, payload: "hello"}},
	"changed":                {{first: 0x81, payload: "a s3cr3t here"}},
	"empty":                  {{first: 0x81}},
	"several":                {{first: 0x81, payload: "one"}, {first: 0x81, payload: "s3cr3t"}, {first: 0x81, payload: "three"}},
	"fragments":              {{first: 0x01, payload: "a s3c"}, {first: 0x00, payload: "r"}, {first: 0x80, payload: "3t"}},
	"fragments, unchanged":   {{first: 0x01, payload: "a "}, {first: 0x00}, {first: 0x80, payload: "b"}},
	"empty last fragment":    {{first: 0x01, payload: "s3cr3t"}, {first: 0x80}},
	"control in between":     {{first: 0x01, payload: "s3"}, {first: 0x89, payload: "p"}, {first: 0x8A}, {first: 0x80, payload: "cr3t"}},
	"character in fragments": {{first: 0x01, payload: "\xe2\x82"}, {first: 0x80, payload: "\xac"}},
	"126 bytes":              {{first: 0x81, payload: strings.Repeat("x", 126)}},
	"126 bytes, changed":     {{first: 0x81, payload: strings.Repeat("x", 140) + "s3cr3t"}},
	"longest control frame":  {{first: 0x89, payload: strings.Repeat("x", 125)}},
	"close":                  {{first: 0x88, payload: "\x03\xe8bye"}},
	"close without code":     {{first: 0x88}},
	"close of an application": {
		{first: 0x88, payload: "\x0f\xa0"},
	},
	"close amid a message":   {{first: 0x01, payload: "s3c"}, {first: 0x88, payload: "\x03\xe9"}, {first: 0x80, payload: "r3t"}},
	"bytes behind the close": {{first: 0x88}, {first: 0x81, payload: "s3cr3t"}, {first: 0x83, payload: "?"}},
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for name, frames := range conversations {
		for _, from := range []Side{Client, Server} {
			c := Config{From: from, Filter: censor, Limit: 1000}
			input := in(from, append([]frame(nil), frames...)...)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if _, code, _ := reference(input, c); code != 0 {
					t.Fatalf("the reference refuses it with %d", code)
				}
				everyWay(t, c, input)
			})
		}
	}
}

// everyWay feeds an input whole, byte by byte, in every two pieces and at random splits.
func everyWay(t *testing.T, c Config, input []byte) {
	t.Helper()
	agrees(t, c, input, whole)
	agrees(t, c, input, single)
	for at := 1; at < len(input); at++ {
		agrees(t, c, input, func(rest int) int {
			if rest == len(input) {
				return at
			}
			return rest
		})
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		agrees(t, c, input, func(rest int) int { return 1 + random.IntN(min(rest, 9)) })
	}
}

// What no endpoint may send, by the section of RFC 6455 that says so.
func TestProtocol(t *testing.T) {
	t.Parallel()
	good := frame{first: 0x81, payload: "s3cr3t"}
	long := strings.Repeat("x", 126)
	for name, c := range map[string]struct {
		frames []frame
		code   Code
		at     int // the number of the frame
	}{
		"5.2 first reserved bit":            {[]frame{good, {first: 0xC1, payload: "a"}}, 1002, 1},
		"5.2 second reserved bit":           {[]frame{{first: 0xA1}}, 1002, 0},
		"5.2 third reserved bit":            {[]frame{{first: 0x99}}, 1002, 0},
		"5.2 reserved bit of continuation":  {[]frame{{first: 0x01}, {first: 0xC0}}, 1002, 1},
		"5.2 opcode 3":                      {[]frame{{first: 0x83}}, 1002, 0},
		"5.2 opcode 7":                      {[]frame{{first: 0x87}}, 1002, 0},
		"5.2 opcode 11":                     {[]frame{{first: 0x8B}}, 1002, 0},
		"5.2 opcode 15":                     {[]frame{{first: 0x8F}}, 1002, 0},
		"5.2 16 bits for little":            {[]frame{{first: 0x81, payload: "a", form: 16}}, 1002, 0},
		"5.2 64 bits for little":            {[]frame{{first: 0x81, payload: "a", form: 64}}, 1002, 0},
		"5.2 64 bits for 126":               {[]frame{{first: 0x81, payload: long, form: 64}}, 1002, 0},
		"5.2 first bit of a length":         {[]frame{{first: 0x81, payload: "a", form: 64, top: true}}, 1002, 0},
		"5.4 continuation of nothing":       {[]frame{{first: 0x80, payload: "a"}}, 1002, 0},
		"5.4 continuation of what is whole": {[]frame{good, {first: 0x00}}, 1002, 1},
		"5.4 message within another":        {[]frame{{first: 0x01, payload: "s3"}, {first: 0x89}, good}, 1002, 2},
		"5.5 fragmented ping":               {[]frame{{first: 0x09}}, 1002, 0},
		"5.5 fragmented close":              {[]frame{{first: 0x08}}, 1002, 0},
		"5.5 long ping":                     {[]frame{{first: 0x89, payload: long}}, 1002, 0},
		"5.5 length of a ping":              {[]frame{{first: 0x8A, payload: "a", form: 16}}, 1002, 0},
		"5.5.1 half a code":                 {[]frame{{first: 0x88, payload: "\x03"}}, 1002, 0},
		"5.5.1 reason":                      {[]frame{{first: 0x88, payload: "\x03\xe8\xff"}}, 1007, 0},
		"7.4.1 no status":                   {[]frame{{first: 0x88, payload: "\x03\xed"}}, 1002, 0},
		"7.4.1 abnormal":                    {[]frame{{first: 0x88, payload: "\x03\xee"}}, 1002, 0},
		"7.4.1 TLS":                         {[]frame{{first: 0x88, payload: "\x03\xf7"}}, 1002, 0},
		"7.4.2 below 1000":                  {[]frame{{first: 0x88, payload: "\x03\xe7"}}, 1002, 0},
		"7.4.2 undefined":                   {[]frame{{first: 0x88, payload: "\x0b\xb7"}}, 1002, 0},
		"7.4.2 beyond 4999":                 {[]frame{{first: 0x88, payload: "\x13\x88"}}, 1002, 0},
		"8.1 text":                          {[]frame{{first: 0x81, payload: "\xff"}}, 1007, 0},
		"8.1 text in fragments":             {[]frame{good, {first: 0x01, payload: "\xe2"}, {first: 0x80, payload: "a"}}, 1007, 1},
		"binary":                            {[]frame{good, {first: 0x82, payload: "s3cr3t"}}, 1003, 1},
		"binary in fragments":               {[]frame{{first: 0x02}}, 1003, 0},
		"over the limit":                    {[]frame{{first: 0x81, payload: strings.Repeat("x", 201)}}, 1009, 0},
		"over the limit in fragments":       {[]frame{{first: 0x01, payload: strings.Repeat("x", 200)}, {first: 0x80, payload: "x"}}, 1009, 1},
		"refused by the filter":             {[]frame{good, {first: 0x81, payload: "rude"}}, 1008, 1},
		"refused with a code":               {[]frame{{first: 0x01, payload: "mal"}, {first: 0x80, payload: "formed"}}, 1007, 0},
	} {
		for _, from := range []Side{Client, Server} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				config := Config{From: from, Filter: censor, Limit: 200}
				at := len(in(from, append([]frame(nil), c.frames[:c.at]...)...))
				input := in(from, append([]frame(nil), c.frames...)...)
				_, err := read(t, config, input, whole)
				fails(t, err, c.code, at)
				everyWay(t, config, append(input, input...))
			})
		}
	}
}

// RFC 6455 section 5.1: a client masks, a server does not; whoever is neither may send nothing.
func TestMasks(t *testing.T) {
	t.Parallel()
	for from, right := range map[Side]string{Client: key, Server: ""} {
		wrong := map[string]string{"": key, key: ""}[right]
		for _, first := range []byte{0x81, 0x89, 0x88} {
			c := Config{From: from, Filter: censor, Limit: 100}
			_, err := read(t, c, joined(frame{first: 0x81, key: right}, frame{first: first, key: wrong}), whole)
			fails(t, err, ProtocolError, len(joined(frame{first: 0x81, key: right})))
		}
		_, err := read(t, Config{Filter: censor}, joined(frame{first: 0x81, key: right}), whole)
		fails(t, err, ProtocolError, 0)
	}
}

// Two messages that are changed do not go out under one key.
func TestMasksAreFresh(t *testing.T) {
	t.Parallel()
	input := in(Client, frame{first: 0x81, payload: "s3cr3t"}, frame{first: 0x81, payload: "s3cr3t"})
	out, err := read(t, Config{From: Client, Filter: censor}, input, whole)
	if err != nil || len(out) != 14 {
		t.Fatalf("out comes %x (%v)", out, err)
	}
	if a, b := string(out[2:6]), string(out[9:13]); a == b || a == key || b == key {
		t.Errorf("the keys are %x and %x", a, b)
	}
}

func TestZeroConfigRefuses(t *testing.T) {
	t.Parallel()
	for _, from := range []Side{Client, Server} {
		out, err := read(t, Config{From: from}, in(from, frame{first: 0x81, payload: "a"}), whole)
		if fails(t, err, Policy, 0); len(out) > 0 {
			t.Errorf("%x has gone out", out)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	fits := in(Server, frame{first: 0x81, payload: strings.Repeat("x", 1<<20), form: 64})
	out, err := read(t, Config{From: Server, Filter: censor}, fits, func(rest int) int { return min(rest, 4096) })
	if err != nil || !bytes.Equal(out, fits) {
		t.Errorf("a message of 1 MiB comes out as %d bytes (%v)", len(out), err)
	}
	_, err = read(t, Config{From: Server, Filter: censor}, in(Server, frame{first: 0x81, payload: strings.Repeat("x", 1<<20+1), form: 64})[:10], whole)
	fails(t, err, TooBig, 0)

	many := bytes.Repeat([]byte{0x00, 0x00}, 32<<10)
	_, err = read(t, Config{From: Server, Filter: censor}, append([]byte{0x01, 0x00}, many...), whole)
	fails(t, err, TooBig, 64<<10)
	_, err = read(t, Config{From: Server, Filter: censor}, append([]byte{0x01, 0x00}, many[2:]...), whole)
	fails(t, err, 0, 0)
	ended := append(append([]byte{0x01, 0x00}, many[4:]...), 0x80, 0x00)
	_, err = read(t, Config{From: Server, Filter: censor}, append(ended, ended...), whole)
	fails(t, err, 0, 0)
}

// The filter's error is there to be asked, and what a large message took is let go.
func TestErrors(t *testing.T) {
	t.Parallel()
	_, err := read(t, Config{From: Server, Filter: censor}, in(Server, frame{first: 0x81, payload: "rude"}), whole)
	if !errors.Is(err, errRude) || err.Error() != "a message was refused at offset 0 (close code 1008)" {
		t.Errorf("the error is %v", err)
	}
	s := New(Config{From: Server, Filter: censor})
	_, _ = s.Feed(in(Server, frame{first: 0x81, payload: strings.Repeat("x", 200<<10), form: 64}))
	_, _ = s.Feed(in(Server, frame{first: 0x81, payload: "x"}))
	if cap(s.text) > kept || cap(s.raw) > kept || cap(s.out) > kept {
		t.Errorf("it keeps %d, %d and %d bytes", cap(s.text), cap(s.raw), cap(s.out))
	}
}

func TestFeedAllocatesNothing(t *testing.T) {
	pass := func(m []byte) ([]byte, error) { return m, nil }
	s := New(Config{From: Client, Filter: pass})
	input := in(Client, frame{first: 0x81, payload: strings.Repeat("x", 1000)}, frame{first: 0x89, payload: "ping"})
	if n := testing.AllocsPerRun(100, func() { _, _ = s.Feed(input) }); n != 0 {
		t.Errorf("a message takes %v allocations", n)
	}
}
