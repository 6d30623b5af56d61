package websocket

import (
	"math/rand/v2"
	"testing"
)

func FuzzStream(f *testing.F) {
	for _, frames := range conversations {
		for _, from := range []Side{Client, Server} {
			f.Add(in(from, append([]frame(nil), frames...)...), from == Client, uint64(1))
		}
	}
	f.Add(in(Client, frame{first: 0x81, payload: "rude"}, frame{first: 0x82}), true, uint64(2))
	f.Add(in(Server, frame{first: 0x01, payload: "\xe2\x82"}, frame{first: 0x80, payload: "\xac malformed"}), false, uint64(3))
	f.Add(in(Server, frame{first: 0x81, payload: "a", form: 64, top: true}), false, uint64(4))
	f.Fuzz(func(t *testing.T, input []byte, client bool, seed uint64) {
		c := Config{From: Server, Filter: censor, Limit: 300}
		if client {
			c.From = Client
		}
		random := rand.New(rand.NewPCG(seed, 0))
		agrees(t, c, input, whole)
		agrees(t, c, input, single)
		agrees(t, c, input, func(rest int) int { return 1 + random.IntN(rest) })

		// What has gone out is filtered already.
		out, _ := read(t, c, input, whole)
		again, err := read(t, c, out, whole)
		if err != nil || string(again) != string(out) {
			t.Fatalf("filtering %x again gives %x (%v)", out, again, err)
		}
	})
}
