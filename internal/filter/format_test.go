package filter

import (
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// formatPolicy labels a body of every format, with a person for each document.
const formatPolicy = `
categories:
  phone_number: {purposes: [service], choice: true, otherwise: {mask: {keep_last: 2}}}
  secret: {}
endpoints:
  GET /document:
    response: {$.secret: secret}
  GET /person:
    each: {of: $, subject: $.id, residence: $.country}
    response: {$.phone: phone_number}
`

func TestFormats(t *testing.T) {
	t.Parallel()
	x := newExchange(t, formatPolicy, "GET /document")
	for name, test := range map[string]struct {
		media   Media
		body    string
		want    string
		refused string // code and detail
		applied []string
	}{
		"NDJSON":          {Lines, "{\"secret\":1}\n{\"a\":1}\n", "{}\n{\"a\":1}\n", "", []string{"$.secret remove 1"}},
		"JSON sequence":   {Sequence, "\x1e{\"secret\":1}\n", "\x1e{}\n", "", []string{"$.secret remove 1"}},
		"events":          {Events, "data: {\"secret\":1}\n\ndata: no\n\n", "data: {}\n\n", "", []string{"$.secret remove 1", " remove 1"}},
		"JSONP":           {Padding, "cb({\"secret\":1})", "cb({})", "", []string{"$.secret remove 1"}},
		"guarded JSON":    {JSON, ")]}'\n{\"secret\":1}", ")]}'\n{}", "", []string{"$.secret remove 1"}},
		"broken NDJSON":   {Lines, "{\"secret\":1}\n{", "", "malformed: NDJSON truncated at byte 14", nil},
		"event too large": {Events, "data: \"" + strings.Repeat("a", 5000) + "\"\n\n", "", "limit: event stream value too large to hold at byte 0", nil},
		"nothing":         {Events, "", "", "", nil},
		"another type":    {Styles, "a{}", "", "type: no filter reads this media type", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, chunks := range splits(test.body, 1) {
				got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: test.media}, chunks...)
				if test.refused != "" {
					if got.refusal == nil || got.refusal.Error() != test.refused || got.refusal.Status != 502 {
						t.Fatalf("refusal %v, want %s", got.refusal, test.refused)
					}
					continue
				}
				if got.refusal != nil || got.out != test.want || !sameLines(got.applied, test.applied) {
					t.Fatalf("got %q, %q, %v; want %q, %q", got.out, got.applied, got.refusal, test.want, test.applied)
				}
			}
		})
	}
}

func TestEachDocumentIsAPerson(t *testing.T) {
	t.Parallel()
	x := newExchange(t, formatPolicy, "GET /person")
	x.refuses = map[string]string{"7": "phone_number"}
	const seven, eight, masked = `{"id":7,"country":"DE","phone":"12345"}`, `{"id":8,"country":"US","phone":"12345"}`, `{"id":7,"country":"DE","phone":"***45"}`
	for media, frame := range map[Media]string{Lines: "ONE\nTWO\n", Sequence: "\x1eONE\n\x1eTWO\n", Events: "data: ONE\n\ndata: TWO\n\n"} {
		body := strings.NewReplacer("ONE", seven, "TWO", eight).Replace(frame)
		want := strings.NewReplacer("ONE", masked, "TWO", eight).Replace(frame)
		got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: media}, body)
		if got.refusal != nil || got.out != want {
			t.Errorf("medium %d: got %q, %v; want %q", media, got.out, got.refusal, want)
		}
		if asked := []string{"7 in DE", "8 in US"}; !slices.Equal(x.asked, asked) {
			t.Errorf("medium %d: asked about %q, want %q", media, x.asked, asked)
		}
	}
}

func sameLines(a, b []string) bool {
	slices.Sort(a)
	b = slices.Clone(b)
	slices.Sort(b)
	return slices.Equal(a, b)
}
