package view

import (
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

func TestLines(t *testing.T) {
	t.Parallel()
	rules := []rule{{path: "$.phone", do: jsonpath.Remove}, {path: "$.mail", do: jsonpath.Hold, with: `"x"`}}
	for name, test := range map[string]struct{ body, want, fails string }{
		"each line":        {"{\"phone\":1,\"a\":2}\n{\"a\":3,\"phone\":4}\n", "{\"a\":2}\n{\"a\":3}\n", ""},
		"no last line end": {"{\"mail\":\"a\"}\n{\"mail\":\"b\"}", "{\"mail\":\"x\"}\n{\"mail\":\"x\"}", ""},
		"blank lines":      {"\n \r\n{\"a\": 1 }\r\n\n", "\n \r\n{\"a\": 1 }\r\n\n", ""},
		"scalars":          {"1\n\"a\"\nnull\n", "1\n\"a\"\nnull\n", ""},
		"nothing":          {"", "", ""},
		"malformed":        {"{\"a\":1}\n{\"a\":}\n", "", "NDJSON malformed at byte 13"},
		"cut off":          {"{\"a\":1}\n{\"a\":1", "", "NDJSON truncated at byte 14"},
		"two on a line":    {"{} {}\n", "", "NDJSON malformed at byte 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := everySplit(t, func() Filter { return NewLines(jobOf(t, rules, jsonpath.Limits{})) }, []byte(test.body))
			switch {
			case test.fails != "":
				if err == nil || err.Error() != test.fails {
					t.Errorf("error %v, want %s", err, test.fails)
				}
			case err != nil:
				t.Error(err)
			case string(got) != test.want:
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
