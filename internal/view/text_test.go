package view

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEscapedText(t *testing.T) {
	t.Parallel()
	for c := range rune(0x180) {
		for n := range 20 {
			text := strings.Repeat("x", n) + string(c) + "é\"\\" + strings.Repeat("y", 20-n)
			var got string
			if err := json.Unmarshal(append(appendEscaped([]byte{'"'}, []byte(text)), '"'), &got); err != nil || got != text {
				t.Fatalf("%q came back as %q, %v", text, got, err)
			}
		}
	}
}

func TestTextOf(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`"a"`: "a", `""`: "", `"\u00e4\n\""`: "ä\n\"", `"\ud800"`: "\uFFFD", "1.50": "1.50", "true": "true", "false": "false", "null": "", "{}": "", "[ ]": "",
		`[1, "a"]`: `[1, "a"]`, `{"a":1}`: `{"a":1}`,
	} {
		if got := string(textOf([]byte(value))); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}
