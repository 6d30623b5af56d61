package jsonpath

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFilterHolds sees that a filter holds one child and not its container, and that a large scalar passes where the
// filter asks what is inside it.
func TestFilterHolds(t *testing.T) {
	t.Parallel()
	element := `{"kind":"sms","pad":"` + strings.Repeat("x", 50) + `","body":"b"}`
	doc := `{"messages":[` + strings.Repeat(element+",", 20) + `"` + strings.Repeat("y", 500) + `",` + strings.Repeat("7", 300) + `]}`
	want := strings.ReplaceAll(doc, `,"body":"b"`, "")
	for _, way := range splits(t, len(doc)) {
		limits := Limits{Held: len(element)}
		out, err := feed(NewEditor(compile(t, "$.messages[?@.kind=='sms'].body"), remover{}, limits), []byte(doc), way)
		if err != nil || string(out) != want {
			t.Fatalf("%q, %v", out, err)
		}
		limits.Held--
		_, err = feed(NewEditor(compile(t, "$.messages[?@.kind=='sms'].body"), remover{}, limits), []byte(doc), way)
		wantError(t, err, TooLarge, 13)
		_, err = feed(NewEditor(compile(t, "$.messages[?@>1]"), remover{}, Limits{Held: 299}), []byte(doc), way)
		wantError(t, err, TooLarge, int64(strings.Index(doc, `"yyy`)))
		_, err = feed(NewEditor(compile(t, "$.messages[?$.a]"), remover{}, Limits{Held: 500}), []byte(doc), way)
		wantError(t, err, TooLarge, 0)
	}
}

// TestFilterBudget refuses documents that make filters read far more than there is, soon and at every split.
func TestFilterBudget(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	wide := "[" + strings.Repeat("[[[1]]],", 20_000) + "1]"
	keys := func(stride int) string {
		var out strings.Builder
		for n := range 9000 {
			fmt.Fprintf(&out, `"%d":1,`, n*stride%9001)
		}
		return "{" + out.String() + `"z":1}`
	}
	tests := []struct {
		query, doc string
		refused    bool
	}{
		{"$[?count(@..*)>0]", "[" + deep + "]", false},
		{"$[?count(@..*..*..*)>0]", "[" + deep + "]", false}, // one pass, however many nodes
		{"$[?@..[?@..b]]", "[" + deep + "]", true},
		{"$[?@..[?@..[?@..[?@..b]]]]", "[" + deep + "]", true},
		{"$[?$..b]", wide, false}, // asked once,
		{"$..[?@.b]", deep, true},
		{"$[?@.x==@.y]", `[{"x":` + keys(7919) + `,"y":` + keys(5) + `}]`, true},
		{"$[?@.x==@.y]", `[{"x":` + keys(7919) + `,"y":` + strings.ReplaceAll(keys(7919), ":1", ":1.0") + `}]`, false},
		{"$[?match(@.a,@.b)]", "[" + strings.Repeat(`{"a":"x","b":"(a{100}){10}"},`, 1000) + "1]", false},
		{"$.*[?match(@.a,@.b)]", "[[" + numbered(2000) + "1]]", true},
		{"$[?match(@.a,@.b)]", `[{"a":"` + strings.Repeat("a", 200_000) + `","b":"(a?){1000}(b{1000}c{1000}|d{1000})*"}]`, true},
	}
	for _, test := range tests {
		for name, way := range map[string][]int{"whole": {len(test.doc)}, "in two": {len(test.doc) / 3, len(test.doc) - len(test.doc)/3}} {
			began := time.Now()
			_, err := feed(NewEditor(compile(t, test.query), keeper{}, Limits{Held: 1 << 18}), []byte(test.doc), way)
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s, %s: took %s", test.query, name, took)
			}
			if (err != nil) != test.refused {
				t.Errorf("%s, %s: %v", test.query, name, err)
			}
		}
	}
}

// numbered gives elements that each bring a pattern of their own.
func numbered(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `{"a":"x","b":"a{1000}b{1000}%d"},`, i)
	}
	return out.String()
}

// TestFilterDepth asks about documents of 10,000 levels without recursing.
func TestFilterDepth(t *testing.T) {
	t.Parallel()
	const levels = 9_990
	nest := strings.Repeat("[", levels) + "1" + strings.Repeat("]", levels)
	other := strings.Repeat("[", levels) + " 1" + strings.Repeat("]", levels)
	for query, want := range map[string]int{"$.*[?@..*==1]": -1, "$.v[?count(@..*)>1]": 1, "$.v[?!@..x]": 1} {
		doc := `{"v":[` + nest + `],"w":` + other + `}`
		p, err := Parse(query)
		if want < 0 {
			if err == nil {
				t.Errorf("%s: read", query)
			}
			continue
		}
		got := 0
		if _, err = run(Compile([]Path{p}), visits(func(Place) { got++ }), []byte(doc), []int{len(doc)}); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", query, got, err, want)
		}
	}
	short := strings.Repeat("[", 500) + "1" + strings.Repeat("]", 500)
	doc := `{"v":[` + short + `],"w":` + strings.Replace(short, "1", "1.0", 1) + `}`
	got := 0
	if _, err := run(compile(t, "$.v[?@==$.w]"), visits(func(Place) { got++ }), []byte(doc), []int{len(doc)}); err != nil || got != 1 {
		t.Errorf("comparing: %d, %v", got, err)
	}
}

// TestFilterWarm sees that filters allocate nothing once warm.
func TestFilterWarm(t *testing.T) {
	skipUnderRace(t)
	set := compile(t, "$.accounts[?@.active==true&&@.tags[0]=='alpha'].phone", "$.accounts[?search(@.email,'^person1')].email",
		"$.accounts[?length(@.name)>15||count(@.history.*)>9].id", "$.accounts[?@.location==@.manager]", "$..tags[?@=='beta']")
	doc := people(false)
	e := NewEditor(set, keeper{}, Limits{})
	for _, v := range []Visitor{keeper{}, remover{}, &heldAs{Descend}} {
		allocatesNothing(t, e, v, doc)
	}
}

// skipUnderRace leaves out what counts allocations: pools lose things at random under the race detector.
func skipUnderRace(t *testing.T) {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("pools lose things at random under the race detector")
	}
}
