package view

import (
	"bytes"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	verdicts{
		"an event":              {"event: add\nid: 7\ndata: {\"phone\":1,\"a\":2}\n\n", "event: add\nid: 7\ndata: {\"a\":2}\n\n", ""},
		"untouched":             {":hi\r\ndata:{\"a\" : 1}\r\nretry: 5\r\n\r\n", ":hi\r\ndata:{\"a\" : 1}\r\nretry: 5\r\n\r\n", ""},
		"data of several lines": {"data: {\"phone\":1,\ndata:  \"a\":2}\n\n", "data: {\"a\":2}\n\n", ""},
		"edited to one line":    {"data: {\"mail\":\ndata: \"a\"}\nid: 1\n\n", "data: {\"mail\":\ndata: \"x\"}\nid: 1\n\n", ""},
		"carriage returns":      {"data: {\"phone\":1}\r\rdata: 2\r\r", "data: {}\r\rdata: 2\r\r", ""},
		"unlike line ends":      {"data: {\"phone\":1\rdata: }\n\ndata: 2\n\n", "data: {\rdata: }\r\n\ndata: 2\n\n", ""},
		"and a line that goes":  {"data: 1\rx: 2\n\ndata: 2\n\n", "data: 1\r\n\ndata: 2\n\n", ""},
		"a mark":                {"\xef\xbb\xbfdata: {\"phone\":1}\n\n", "\xef\xbb\xbfdata: {}\n\n", ""},
		"half a mark":           {"\xef\xbbdata: 1\n\n", "\n", ""},
		"done":                  {"data: 1\n\ndata: [DONE]\n\n", "data: 1\n\ndata: [DONE]\n\n", ""},
		"no JSON":               {"data: hello\n\ndata: 1\n\n", "data: 1\n\n", ""},
		"broken within a value": {"data: {\"mail\":\"a\n\ndata: {\"mail\":\"a\"}\n\n", "data: {\"mail\":\"x\"}\n\n", ""},
		"comments and pings":    {": ping\n\n\n\nevent: ping\n\n", ": ping\n\n\n\nevent: ping\n\n", ""},
		"empty data":            {"data\n\ndata:\n\n", "data\n\ndata:\n\n", ""},
		"a field nobody knows":  {"x-phone: 1\ndata: 1\n\n", "data: 1\n\n", ""},
		"cut off":               {"data: {\"phone\":1}\n", "data: {}\n", ""},
		"cut off in a line":     {"data: {\"phone\":1}", "data: {}", ""},
		"over the limit":        {"data: 1\n\ndata: \"" + strings.Repeat("a", 300) + "\"\n\n", "", "event stream value too large to hold at byte 9"},
		"too deep":              {"data: " + strings.Repeat("[", 3000) + "\n\n", "", "event stream value too large to hold at byte 0"},
	}.run(t, func() Filter { return NewEvents(jobOf(t, documentRules(), jsonpath.Limits{Held: 256})) })
}

func TestEventsSayWhatIsWithheld(t *testing.T) {
	t.Parallel()
	job := jobOf(t, documentRules(), jsonpath.Limits{})
	withheld := 0
	job.Withheld = func() { withheld++ }
	got, err := feed(NewEvents(job), []byte("data: no\n\ndata: {\ndata: 1\n\ndata: {}\n\ndata: [DONE]\n\n"))
	if err != nil || withheld != 2 || string(got) != "data: {}\n\ndata: [DONE]\n\n" {
		t.Errorf("got %q, %d withheld, %v", got, withheld, err)
	}
}

func TestAnEventGoesOutWithItsLastByte(t *testing.T) {
	t.Parallel()
	s := NewEvents(jobOf(t, documentRules(), jsonpath.Limits{}))
	for _, piece := range []string{"data: {\"phone\":1}\n", "\n", "data: 2\n\ndata: 3"} {
		out, err := s.Feed([]byte(piece))
		want := map[string]string{"\n": "data: {}\n\n", "data: 2\n\ndata: 3": "data: 2\n\n"}[piece]
		if err != nil || string(out) != want {
			t.Errorf("after %q: %q, %v; want %q", piece, out, err, want)
		}
	}
}

// FuzzEvents compares the filter with a reader by the standard's algorithm that keeps all lines: what it dispatches
// before and after must differ by the rules alone.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{
		"data: {\"phone\":1,\"a\":[1]}\n\n", "id:1\r\ndata: {\r\ndata: }\r\n\r\ndata: x\r\r", ":c\n\ndata\ndata:\n\n", "data:{\"phone\":1\rdata:}\n\ndata\n\n", "\xef\xbb\xbfdata: [DONE]\n\n\ndata: {\"mail\":2}",
	} {
		f.Add([]byte(seed), uint16(3))
	}
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		begin := func() Filter { return NewEvents(jobOf(t, documentRules(), jsonpath.Limits{})) }
		whole, err := feed(begin(), body)
		at := int(cut) % (len(body) + 1)
		parts, err2 := feed(begin(), body, at)
		if (err == nil) != (err2 == nil) || !bytes.Equal(whole, parts) {
			t.Fatalf("whole %q %v, cut at %d %q %v", whole, err, at, parts, err2)
		}
		if err != nil {
			return
		}
		var want []string
		for _, data := range dispatched(body) {
			if edited, ok := referenceEvent(t, data); ok {
				want = append(want, edited)
			}
		}
		if got := dispatched(whole); strings.Join(got, "\x00") != strings.Join(want, "\x00") {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// referenceEvent is what an event's data becomes.
func referenceEvent(t *testing.T, data string) (string, bool) {
	t.Helper()
	if data == "" || data == done {
		return data, true
	}
	job := jobOf(t, documentRules(), jsonpath.Limits{})
	e := jsonpath.NewEditor(job.Set, job.Visitor, job.Limits)
	out, err := e.Feed([]byte(data))
	text := string(out)
	if err == nil {
		out, err = e.Close()
		text += string(out)
	}
	return text, err == nil
}

// dispatched reads the data of the events of a stream, the one that is cut off too.
func dispatched(stream []byte) (events []string) {
	text := strings.TrimPrefix(string(stream), string(byteOrderMark))
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var data []string
	for _, line := range append(strings.Split(text, "\n"), "") {
		switch {
		case line == "":
			if data != nil {
				events = append(events, strings.Join(data, "\n"))
			}
			data = nil
		case line == "data":
			data = append(data, "")
		case strings.HasPrefix(line, "data:"):
			data = append(data, strings.TrimPrefix(line[len("data:"):], " "))
		}
	}
	return events
}
