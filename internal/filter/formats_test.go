package filter

import (
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// Nothing waits for more than the limit, which is 4,096 bytes here.
func TestFormatLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("1", 5000)
	for name, test := range map[string]struct{ contentType, path, body string }{
		"NDJSON":        {"application/x-ndjson", "$.phone", "{}\n{\"phone\":\"" + long + "\"}\n"},
		"JSON sequence": {"application/json-seq", "$.phone", "\x1e{}\n\x1e{\"phone\":\"" + long + "\"}\n"},
		"events":        {"text/event-stream", "$.phone", "data: {}\n\ndata: {\"n\":\"" + long + "\"}\n\n"},
		"JSONP":         {"text/javascript", "$.phone", "cb({\"phone\":\"" + long + "\"})"},
		"form":          {"application/x-www-form-urlencoded", "$.phone", "n=1&n=" + long},
		"TSV":           {"text/tab-separated-values", "$[*].phone", "n\tphone\n1\t" + long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, "categories: {phone: {otherwise: mask}}\nendpoints: {/a: {request: {\""+test.path+"\": phone}, response: {\""+test.path+"\": phone}}}", "POST /a")
			for dir, status := range map[rules.Direction]int{rules.Request: 413, rules.Response: 502} {
				for _, chunks := range splits(test.body, 1) {
					got := x.filterAs(t, BodySpec{Direction: dir, Media: mediaOf(test.contentType), Type: test.contentType}, chunks...)
					if got.refusal == nil || got.refusal.Code != "limit" || got.refusal.Status != status || strings.Contains(got.out, "111") {
						t.Errorf("%s: got %d bytes, %v", dir, len(got.out), got.refusal)
					}
				}
			}
		})
	}
}

func TestElementsOfFormats(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ contentType, of, body, want string }{
		"JSONP":     {"text/javascript", "$[*]", `cb([{"id":"7","phone":"123"},{"id":"8","phone":"123"}])`, `cb([{"id":"7","phone":"***"},{"id":"8","phone":"123"}])`},
		"form":      {"application/x-www-form-urlencoded", "$", "phone=123&id=7", "phone=***&id=7"},
		"multipart": {formData, "$", upload("phone\r\n\r\n123", "id\r\n\r\n7"), upload("phone\r\n\r\n***", "id\r\n\r\n7")},
		"in a part": {formData, "$.list[*]", upload(typed("list", "application/json") + `[{"id":"7","phone":"123"},{"id":"8","phone":"123"}]`), upload(typed("list", "application/json") + `[{"id":"7","phone":"***"},{"id":"8","phone":"123"}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, "categories: {phone: {purposes: [service], choice: true, otherwise: mask}}\n"+
				"endpoints: {/a: {each: {of: \""+test.of+"\", subject: $.id}, request: {$..phone: phone}, response: {$..phone: phone}}}", "POST /a")
			x.refuses = map[string]string{"7": "phone"}
			for _, dir := range []rules.Direction{rules.Request, rules.Response} {
				got := x.filterAs(t, BodySpec{Direction: dir, Media: mediaOf(test.contentType), Type: test.contentType}, splits(test.body, 1)[1]...)
				if got.refusal != nil || got.out != test.want || !slices.Contains(x.asked, "7 in ") {
					t.Errorf("%s: got %q, %v, asked %q; want %q", dir, got.out, got.refusal, x.asked, test.want)
				}
			}
		})
	}
}

// Only a response is JSON with padding.
func TestScriptsAreNoRequests(t *testing.T) {
	t.Parallel()
	newUntyped(t, "$.phone: digits").refusesAs(t, "text/javascript", `cb({"phone":"123"})`, "type", 415)
}
