package filter

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

const namesPolicy = `
categories:
  email: {}
  phone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
recipients:
  caller-us: {country: US, role: third_party, on_missing: block}
endpoints:
  GET /account: {response: {$.data.user.email: email}}
  GET /anywhere: {response: {$..email: email}}
  GET /below: {response: {$..user.email: email}}
  GET /batches: {response: {$.data.user.email: email, "$[*].data.user.email": email}}
  GET /people:
    each: {of: "$..people[*]", subject: $.id, residence: $.home.country}
    response: {$..phone: phone}
`

func namesOf(fields map[string]jsonpath.Named) *jsonpath.Names { return &jsonpath.Names{Of: fields} }

// called is the tree of { u: user { mail: email email: id } ps: people { key: id phone h: home { c: country } } }.
func called() *jsonpath.Names {
	home := namesOf(map[string]jsonpath.Named{"c": {Fields: []string{"country"}}})
	return namesOf(map[string]jsonpath.Named{"data": {Below: namesOf(map[string]jsonpath.Named{
		"u":  {Fields: []string{"user"}, Below: namesOf(map[string]jsonpath.Named{"mail": {Fields: []string{"email"}}, "email": {Fields: []string{"id"}}})},
		"ps": {Fields: []string{"people"}, Below: namesOf(map[string]jsonpath.Named{"key": {Fields: []string{"id"}}, "h": {Fields: []string{"home"}, Below: home}})},
	})}})
}

func TestLabelsReachOtherNames(t *testing.T) {
	t.Parallel()
	sets, err := NewSets(10)
	if err != nil {
		t.Fatal(err)
	}
	names := called()
	const doc = `{"data":{"u":{"mail":1,"email":2,"x":3},"user":{"mail":4,"email":5}},"u":{"mail":6,"email":7}}`
	tests := []struct{ endpoint, want string }{
		{"GET /account", `{"data":{"u":{"x":3},"user":{"mail":4}},"u":{"mail":6,"email":7}}`},
		{"GET /anywhere", `{"data":{"u":{"x":3},"user":{"mail":4}},"u":{"mail":6}}`},
		{"GET /below", `{"data":{"u":{"x":3},"user":{"mail":4}},"u":{"mail":6,"email":7}}`},
	}
	for _, test := range tests {
		x := newExchange(t, namesPolicy, test.endpoint)
		for media, dress := range map[Media]func(string) string{
			JSON:     func(s string) string { return s },
			Lines:    func(s string) string { return s + "\n" + s + "\n" },
			Sequence: func(s string) string { return "\x1e" + s + "\n" },
			Events:   func(s string) string { return "event: next\ndata: " + s + "\n\n" },
			Padding:  func(s string) string { return "cb(" + s + ")" },
		} {
			seed := rand.Int63()
			for _, chunks := range splits(dress(doc), seed) {
				got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: media, Names: names, Sets: sets}, chunks...)
				if got.refusal != nil || got.out != dress(test.want) {
					t.Errorf("%s, medium %d: %q, %v; want %q (in %d pieces, seed %d)", test.endpoint, media, got.out, got.refusal, dress(test.want), len(chunks), seed)
				}
			}
		}
		if got := x.response(t, doc); strings.Contains(got.out, `"mail":1`) != true {
			t.Errorf("%s without names: %q", test.endpoint, got.out)
		}
	}
}

func TestElementsAreFoundByOtherNames(t *testing.T) {
	t.Parallel()
	x := newExchangeWith(t, namesPolicy, "GET /people", rules.Facts{Purpose: "analytics", Country: "DE"})
	const doc = `{"data":{"ps":[{"key":"anna","phone":"123456","h":{"c":"US"}},{"id":"bert","phone":"123456","home":{"country":"DE"}},{"key":1,"id":2,"phone":"123456"}]}}`
	const want = `{"data":{"ps":[{"key":"anna","phone":"123456","h":{"c":"US"}},{"id":"bert","phone":"****56","home":{"country":"DE"}},{"key":1,"id":2,"phone":"****56"}]}}`
	for media, dress := range map[Media]string{JSON: "%s", Lines: "%s\n", Events: "data: %s\n\n", Sequence: "\x1e%s\n", Padding: "cb(%s);"} {
		for _, chunks := range splits(fmt.Sprintf(dress, doc), 1) {
			got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: media, Names: called()}, chunks...)
			if got.refusal != nil || got.out != fmt.Sprintf(dress, want) {
				t.Errorf("medium %d: %q, %v", media, got.out, got.refusal)
			}
			if asked := []string{"anna in US", "bert in DE", " in "}; !slices.Equal(x.asked, asked) {
				t.Errorf("medium %d: asked %q, want %q", media, x.asked, asked)
			}
		}
	}
}

func TestSetsAreSharedAndBounded(t *testing.T) {
	t.Parallel()
	x := newExchange(t, namesPolicy, "GET /account")
	set := x.plan.paths[rules.Response].set
	sets, _ := NewSets(2)
	names := called()
	one := sets.under(set, names)
	if sets.under(set, names) != one || sets.under(set, called()) == one {
		t.Error("a set belongs to its names")
	}
	if (*Sets)(nil).under(set, names) == one || sets.under(set, nil) != set {
		t.Error("where nothing is kept, or no names are given")
	}
	sets.under(set, called())
	sets.under(set, called())
	large := namesOf(map[string]jsonpath.Named{})
	for n := range keptNames + 1 {
		large.Of[fmt.Sprint("k", n)] = jsonpath.Named{Below: large}
	}
	if kept := sets.under(set, large); sets.under(set, large) == kept || sets.known.Len() != 2 {
		t.Errorf("%d sets are kept", sets.known.Len())
	}
	if _, err := NewSets(0); err == nil {
		t.Error("a cache of nothing")
	}
}

func TestWhereLabelsReach(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string][2]bool{
		"GET /account": {false, false}, "GET /anywhere": {true, true}, "GET /below": {false, true},
		"GET /batches": {false, true}, "GET /people": {false, true}, "GET /none": {true, true},
	} {
		plan := newExchange(t, namesPolicy, endpoint).plan
		if got := [2]bool{plan.Anywhere(), plan.InArrays()}; got != want {
			t.Errorf("%s: %v, want %v", endpoint, got, want)
		}
	}
}

func TestNamesCostNothingWhereThereAreNone(t *testing.T) {
	skipUnderRace(t)
	x := newExchange(t, namesPolicy, "GET /account")
	sets, _ := NewSets(2)
	doc := []byte(`{"data":{"u":{"mail":1,"x":3}}}`)
	for _, names := range []*jsonpath.Names{nil, called()} {
		var tally Tally
		if n := testing.AllocsPerRun(100, func() {
			b := x.plan.Body(x.decision, BodySpec{Direction: rules.Response, Media: JSON, Names: names, Sets: sets}, &tally)
			_, _ = b.Feed(doc)
			_, _ = b.Close()
			b.Release()
		}); n != 0 {
			t.Errorf("%v allocations with names %v", n, names != nil)
		}
	}
}
