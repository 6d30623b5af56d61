package filter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// fiveRules are the rules of the benchmarks.
const fiveRules = oneForEach + `
endpoints:
  GET /accounts:
    response:
      "$.accounts[*].contacts": c_remove
      "$.accounts[*].phone": c_mask
      "$..location['lat','lon']": c_coarse
      "$.accounts[*].email": c_token
      "$.accounts[*].name": c_keep
  GET /people:
    each: {of: "$.accounts[*]", subject: $.id, residence: $.country}
    response:
      "$.accounts[*].contacts": c_remove
      "$.accounts[*].phone": c_mask
`

// accounts is a list of at least size bytes, some of which rules meet.
func accounts(size int) []byte {
	var out strings.Builder
	out.WriteString(`{"accounts":[`)
	for i := 0; out.Len() < size; i++ {
		if i > 0 {
			out.WriteString(",\n")
		}
		fmt.Fprintf(&out, `  {"id": %d, "country": "DE", "name": "Anna Jansen %d", "email": "anna%d@example.com", "phone": "+49301234%04d",
   "contacts": [{"name": "Bert", "phone": "+4930555"}, {"name": "Carla", "phone": "+4930556"}],
   "location": {"lat": 52.5%d, "lon": 13.3%d, "when": "2026-05-17T10:00:00Z"},
   "settings": {"language": "de", "theme": "dark", "flags": [true, false, null, 1.5e3], "text": "%s"}}`,
			i, i, i, i%10_000, i, i, strings.Repeat("nothing to see here, ", 20))
	}
	out.WriteString("\n]}\n")
	return []byte(out.String())
}

func BenchmarkJSON(b *testing.B) {
	for _, kilobytes := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("%dKB", kilobytes), func(b *testing.B) {
			x := newExchange(b, fiveRules, "GET /accounts")
			benchmarkBody(b, x, nil, accounts(kilobytes<<10))
		})
	}
}

func BenchmarkJSONInChunks(b *testing.B) {
	x := newExchange(b, fiveRules, "GET /accounts")
	in := accounts(100 << 10)
	var tally Tally
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		body := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON}, &tally)
		for rest := in; len(rest) > 0; {
			n := min(len(rest), 4096)
			if _, err := body.Feed(rest[:n]); err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
		if _, err := body.Close(); err != nil {
			b.Fatal(err)
		}
		body.Release()
	}
}

func BenchmarkJSONEach(b *testing.B) {
	x := newExchange(b, fiveRules, "GET /people")
	benchmarkBody(b, x, fixed{x.decision}, accounts(100<<10))
}

// fixed has one decision for everyone, so that the benchmark measures the filter.
type fixed struct{ decision *rules.Decision }

func (f fixed) Element(string, string) (*rules.Decision, error) { return f.decision, nil }

func benchmarkBody(b *testing.B, x *exchange, elements Decider, in []byte) {
	b.Helper()
	var tally Tally
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		body := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON, Elements: elements}, &tally)
		if _, err := body.Feed(in); err != nil {
			b.Fatal(err)
		}
		if _, err := body.Close(); err != nil {
			b.Fatal(err)
		}
		body.Release()
	}
}

func BenchmarkCoarsen(b *testing.B) {
	a := rules.Action{Kind: rules.Coarsen, Metres: 1000}
	text := []byte("13.377704")
	var room [32]byte
	var s scale
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.set(&a)
		s.one(room[:0], nil, text)
	}
}
