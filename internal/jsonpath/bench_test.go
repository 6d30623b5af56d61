package jsonpath

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// people writes a document of about 100 kB such as an API that lists accounts would send.
func people(indent bool) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	type location struct {
		Lat  float64 `json:"lat"`
		Lon  float64 `json:"lon"`
		City string  `json:"city"`
	}
	type person struct {
		ID       int       `json:"id"`
		Name     string    `json:"name"`
		Email    string    `json:"email"`
		Phone    string    `json:"phone"`
		Created  string    `json:"created_at"`
		Active   bool      `json:"active"`
		Score    float64   `json:"score"`
		Manager  any       `json:"manager"`
		Tags     []string  `json:"tags"`
		Location location  `json:"location"`
		About    string    `json:"about"`
		Contacts []string  `json:"contacts"`
		History  []float64 `json:"history"`
	}
	var all []person
	for i := range 200 {
		all = append(all, person{
			ID: 100000 + i, Name: fmt.Sprintf("Person Number %d", i), Email: fmt.Sprintf("person%d@example.com", i),
			Phone: fmt.Sprintf("+4917012%05d", i), Created: "2026-03-04T05:06:07Z", Active: i%2 == 0, Score: random.Float64() * 100,
			Tags: []string{"alpha", "beta", "customer"}, Location: location{random.Float64() * 90, random.Float64() * 180, "Zürich"},
			About:    strings.Repeat("Some words about this person. ", random.IntN(6)),
			Contacts: []string{"first contact", "second contact"}, History: []float64{1, 2.5, 30, 400},
		})
	}
	doc := map[string]any{"accounts": all, "total": len(all), "next": nil}
	if indent {
		text, _ := json.MarshalIndent(doc, "", "  ")
		return text
	}
	text, _ := json.Marshal(doc)
	return text
}

// keeper descends everywhere, so nothing is edited.
type keeper struct{}

func (keeper) Visit(Place) Verdict        { return Verdict{Do: Descend} }
func (keeper) Held(Place, []byte) Verdict { return Verdict{Do: Descend} }
func (keeper) Leave(Place)                {}

// remover removes every place.
type remover struct{}

func (remover) Visit(Place) Verdict        { return Verdict{} }
func (remover) Held(Place, []byte) Verdict { return Verdict{} }
func (remover) Leave(Place)                {}

func compile(tb testing.TB, queries ...string) *Set {
	tb.Helper()
	paths := make([]Path, len(queries))
	for i, q := range queries {
		p, err := Parse(q)
		if err != nil {
			tb.Fatalf("Parse(%q): %v", q, err)
		}
		paths[i] = p
	}
	return Compile(paths)
}

func BenchmarkEditor(b *testing.B) {
	five := []string{"$.accounts[*].phone", "$.accounts[*].location.lat", "$.accounts[*].location.lon", "$.accounts[*].contacts", "$..email"}
	sets := []struct {
		name    string
		queries []string
		visitor Visitor
	}{
		{"nothing", nil, keeper{}},
		{"unreachable", []string{"$.zzz.a"}, keeper{}},
		{"five_keep", five, keeper{}},
		{"five_remove", five, remover{}},
		{"four_remove", five[:4], remover{}},
		{"everything", []string{"$..*"}, keeper{}},
	}
	for _, indent := range []bool{false, true} {
		doc := people(indent)
		shape := map[bool]string{false: "compact", true: "indented"}[indent]
		for _, s := range sets {
			b.Run(shape+"/"+s.name, func(b *testing.B) {
				set := compile(b, s.queries...)
				e := NewEditor(set, s.visitor, Limits{})
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					e.Reset(set, s.visitor, Limits{})
					if _, err := e.Feed(doc); err != nil {
						b.Fatal(err)
					}
					if _, err := e.Close(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(shape+"/baseline_quotes", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				for rest := doc; ; {
					i := bytes.IndexByte(rest, '"')
					if i < 0 {
						break
					}
					rest = rest[i+1:]
				}
			}
		})
		b.Run(shape+"/baseline_json.Valid", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				if !json.Valid(doc) {
					b.Fatal("invalid")
				}
			}
		})
		b.Run(shape+"/baseline_gjson.Valid", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				if !gjson.ValidBytes(doc) {
					b.Fatal("invalid")
				}
			}
		})
	}
}
