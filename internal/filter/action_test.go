package filter

import (
	"bytes"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// carryOut does to one JSON value what the visitor of a body does.
func carryOut(w *workbench, a rules.Action, name, raw string) (string, outcome) {
	out, what := w.glance(&a, kindIn([]byte(raw)))
	if what == waiting {
		out, what = w.apply(&a, valueOf{kindIn([]byte(raw)), []byte(name), []byte(raw)})
	}
	if what != written {
		return "", what
	}
	return string(out), what
}

func testTokens(tb testing.TB) *Pseudonyms {
	tb.Helper()
	tokens, err := NewPseudonyms([]Key{{ID: "k1", Secret: bytes.Repeat([]byte("s"), 32)}})
	if err != nil {
		tb.Fatal(err)
	}
	return tokens
}

func TestActionsByKind(t *testing.T) {
	t.Parallel()
	const (
		object = `{"lat":52.5163,"x":1}`
		list   = `[1,[2],"a,b"]`
		text   = `"2024-05-17"`
		number = `-12.345`
	)
	token := func(of string) string { return string(testTokens(t).appendToken(nil, []byte(of))) }
	quoted := func(of string) string { return `"` + token(of) + `"` }
	numeric := string(testTokens(t).appendNumber(nil, []byte(number)))
	kinds := [...]string{object, list, text, number, `true`, `false`, `null`}
	type row [len(kinds)]string // "" where removed
	type marks [len(kinds)]outcome
	all := func(what outcome) (out marks) {
		for i := range out {
			out[i] = what
		}
		return out
	}
	same := func(s string) row { return row{s, s, s, s, s, s, s} }
	const (
		fit = written
		not = unfit
	)
	textual, numerical := marks{not, not, fit, not, not, not, not}, marks{not, not, fit, fit, not, not, not}
	typed, placed := marks{not, not, fit, fit, not, not, fit}, marks{fit, not, not, fit, not, not, not}
	tests := []struct {
		name string
		do   rules.Action
		want row
		what marks
	}{
		{"keep", rules.Action{Kind: rules.Keep}, row{}, all(kept)},
		{"remove", rules.Action{}, row{}, all(removed)},
		{"unknown", rules.Action{Kind: 99}, row{}, all(unfit)},
		{"nullify", rules.Action{Kind: rules.Nullify}, same("null"), all(written)},
		{"replace", rules.Action{Kind: rules.Replace, Value: `{"a":[1]}`}, same(`{"a":[1]}`), all(written)},
		{"replace without a value", rules.Action{Kind: rules.Replace}, row{}, all(unfit)},
		{"empty", rules.Action{Kind: rules.Empty}, row{"{}", "[]", `""`}, marks{fit, fit, fit, not, not, not, not}},
		{"empty, type kept", rules.Action{Kind: rules.Empty, KeepType: true}, row{"{}", "[]", `""`, "0", "false", "false", "null"}, all(written)},
		{"count", rules.Action{Kind: rules.Count}, row{1: "3"}, marks{not, fit, not, not, not, not, not}},
		{"pseudonymize", rules.Action{Kind: rules.Pseudonymize}, row{2: quoted("2024-05-17"), 3: quoted(number)}, numerical},
		{"pseudonymize, type kept", rules.Action{Kind: rules.Pseudonymize, KeepType: true}, row{2: quoted("2024-05-17"), 3: numeric, 6: "null"}, typed},
		{"mask", rules.Action{Kind: rules.Mask, KeepLast: 2, With: "*"}, row{2: `"********17"`}, textual},
		{"mask, type kept", rules.Action{Kind: rules.Mask, KeepLast: 2, With: "*", KeepType: true}, row{2: `"********17"`, 3: "-10.045", 6: "null"}, typed},
		{"coarsen", rules.Action{Kind: rules.Coarsen, Metres: 1000}, row{`{"lat":52.52}`, "", "", "-12.35"}, placed},
		{"coarsen by digits", rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}, row{`{"lat":52.5}`, "", "", "-12.3"}, placed},
		{"generalize", rules.Action{Kind: rules.Generalize, Part: rules.Month}, row{2: `"2024-05"`, 3: "-2678400"}, numerical},
		{"generalize to nothing", rules.Action{Kind: rules.Generalize}, row{}, all(unfit)},
		{"truncate_ip", rules.Action{Kind: rules.TruncateIP}, row{}, all(unfit)},
	}
	w := &workbench{tokens: testTokens(t)}
	for _, test := range tests {
		for i, raw := range kinds {
			got, what := carryOut(w, test.do, "", raw)
			if got != test.want[i] || what != test.what[i] {
				t.Errorf("%s of %s: got %q, outcome %d; want %q, outcome %d", test.name, raw, got, what, test.want[i], test.what[i])
			}
		}
	}
}

func TestLengthOf(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{
		`[]`: 0, "[ \n]": 0, `[1]`: 1, `[ "a,\"]b" , {"a":[1,2]} , [[]], null,-1e5 ]`: 5,
		`[`: 0, `[1`: 1, `["`: 1, `[{`: 1, ``: 0,
	} {
		if got := lengthOf([]byte(raw)); got != want {
			t.Errorf("%q: got %d, want %d", raw, got, want)
		}
	}
	if kindIn(nil) != jsonpath.Invalid {
		t.Error("an empty text has a kind")
	}
}

// Actions use their buffers again: once warm they allocate nothing.
func TestActionsAllocateNothing(t *testing.T) {
	skipUnderRace(t)
	w := &workbench{tokens: testTokens(t)}
	for _, test := range []struct {
		do         rules.Action
		name, text string
	}{
		{rules.Action{Kind: rules.Empty, KeepType: true}, "", `12`},
		{rules.Action{Kind: rules.Count}, "", `[1,2]`},
		{rules.Action{Kind: rules.Pseudonymize}, "", `"anna"`},
		{rules.Action{Kind: rules.Pseudonymize, KeepType: true}, "", `42`},
		{rules.Action{Kind: rules.Mask, KeepLast: 2, With: "*"}, "", `"+4930123456"`},
		{rules.Action{Kind: rules.Mask, KeepLast: 2, With: "*", KeepType: true}, "", `4930123456`},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "", `"1980-05-17T10:00:00Z"`},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "", `"Sun, 06 Nov 1994 08:49:37 GMT"`},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "", `1768433400`},
		{rules.Action{Kind: rules.TruncateIP}, "", `"192.0.2.7"`},
		{rules.Action{Kind: rules.TruncateIP}, "", `"2001:db8:1234:5678:9abc:def0:1234:5678"`},
		{rules.Action{Kind: rules.TruncateIP}, "", `"[2001:db8:1234:5678:9abc:def0:1234:5678]:65535"`},
		{rules.Action{Kind: rules.TruncateIP}, "", `"198.51.100.217:65535, 2001:db8:1234:5678:9abc:def0:1234:5678"`},
		{rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}, "", `12.345`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "lat", `52.5163`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `[13.3777,52.5163]`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `{"lat":85.5163,"lon":13.3777,"l\u0061t":"1","a rather long name that no buffer on the stack would have room enough for":1}`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[13.3777,85.5163]]]}}`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `"52.5163,13.3777"`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `"geo:-85.5163,-013.3777"`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "", `"-85.5163-013.3777/"`},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "geohash", `"u33db2mfkn5x"`},
	} {
		v := valueOf{kindIn([]byte(test.text)), []byte(test.name), []byte(test.text)}
		run := func() {
			if _, what := w.glance(&test.do, v.kind); what != waiting {
				return
			}
			if _, what := w.apply(&test.do, v); what != written {
				t.Errorf("%s of %s: outcome %d", test.do, test.text, what)
			}
		}
		run()
		if n := testing.AllocsPerRun(50, run); n != 0 {
			t.Errorf("%s of %s: %g allocations", test.do, test.text, n)
		}
	}
}
