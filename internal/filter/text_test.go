package filter

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestUnquote(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`""`, `"a"`, `"\b\f\n\r\t\"\\\/"`, `"\u00e9\uD83D\uDE00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\ud83d\ude00"`, `"\udE00\uD83d"`, `"é😀"`,
	} {
		var want string
		if err := json.Unmarshal([]byte(raw), &want); err != nil {
			t.Fatal(err)
		}
		if got := string(unquote(nil, []byte(raw))); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
	for _, broken := range []string{``, `"`, `"\"`, `"\u12"`, `"\ud83d\u1"`} {
		unquote(nil, []byte(broken)) // nothing held looks so; it must only not panic
	}
}

func TestQuoteIsUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Filter(utf8.ValidString).Draw(t, "text")
		raw := quote(nil, []byte(text))
		var back string
		if err := json.Unmarshal(raw, &back); err != nil || back != text {
			t.Fatalf("%q became %s, and that %q (%v)", text, raw, back, err)
		}
		if got := string(unquote(nil, raw)); got != text {
			t.Fatalf("%s became %q", raw, got)
		}
	})
}
