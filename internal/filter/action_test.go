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
	const text, number = `"2024-05-17"`, `12.345`
	token := func(of string) string { return `"` + string(testTokens(t).appendToken(nil, []byte(of))) + `"` }
	kinds := []string{text, number, `[1,[2],"a,b"]`, `{"lat":52.5163,"x":1}`, `true`, `false`, `null`}
	no := [7]string{}
	same := func(s string) [7]string { return [7]string{s, s, s, s, s, s, s} }
	tests := []struct {
		name string
		do   rules.Action
		want [7]string // beside kinds; "" where removed
		what [7]outcome
	}{
		{"keep", rules.Action{Kind: rules.Keep}, no, all(kept)},
		{"remove", rules.Action{}, no, all(removed)},
		{"unknown", rules.Action{Kind: 99}, no, all(unfit)},
		{"nullify", rules.Action{Kind: rules.Nullify}, same("null"), all(written)},
		{"replace", rules.Action{Kind: rules.Replace, Value: `{"a":[1]}`}, same(`{"a":[1]}`), all(written)},
		{"replace without a value", rules.Action{Kind: rules.Replace}, no, all(unfit)},
		{"empty", rules.Action{Kind: rules.Empty}, [7]string{`""`, "", "[]", "{}"}, fits(0, 2, 3)},
		{"count", rules.Action{Kind: rules.Count}, [7]string{2: "3"}, fits(2)},
		{"pseudonymize", rules.Action{Kind: rules.Pseudonymize}, [7]string{token("2024-05-17"), token("12.345")}, fits(0, 1)},
		{"mask", rules.Action{Kind: rules.Mask, KeepLast: 2, With: "*"}, [7]string{`"********17"`}, fits(0)},
		{"coarsen by distance", rules.Action{Kind: rules.Coarsen, Metres: 1000}, [7]string{1: "12.35", 3: `{"lat":52.52}`}, fits(1, 3)},
		{"coarsen by digits", rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}, [7]string{1: "12.3"}, fits(1)},
		{"generalize", rules.Action{Kind: rules.Generalize, Part: rules.Month}, [7]string{`"2024-05"`}, fits(0)},
		{"generalize to nothing", rules.Action{Kind: rules.Generalize}, no, all(unfit)},
		{"truncate_ip", rules.Action{Kind: rules.TruncateIP}, no, all(unfit)},
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

func all(what outcome) (out [7]outcome) {
	for i := range out {
		out[i] = what
	}
	return out
}

func fits(kinds ...int) [7]outcome {
	out := all(unfit)
	for _, i := range kinds {
		out[i] = written
	}
	return out
}

func TestPseudonymizeWithoutKeysRemoves(t *testing.T) {
	t.Parallel()
	w := &workbench{}
	for _, raw := range []string{`"a"`, `1`} {
		if got, what := carryOut(w, rules.Action{Kind: rules.Pseudonymize}, "", raw); what != unfit {
			t.Errorf("%s: got %q, outcome %d; want unfit", raw, got, what)
		}
	}
	if _, remove, misfit := (&Plan{}).applyText(rules.Action{Kind: rules.Pseudonymize}, "", "a"); !remove || !misfit {
		t.Errorf("text: removed %t, misfit %t; want both", remove, misfit)
	}
}

func TestApplyText(t *testing.T) {
	t.Parallel()
	p := &Plan{tokens: testTokens(t)}
	token := string(p.tokens.appendToken(nil, []byte("anna")))
	tests := []struct {
		do             rules.Action
		name, text     string
		want           string
		remove, misfit bool
	}{
		{rules.Action{Kind: rules.Keep}, "q", "anna", "anna", false, false},
		{rules.Action{}, "q", "anna", "", true, false},
		{rules.Action{Kind: rules.Nullify}, "q", "anna", "", false, false},
		{rules.Action{Kind: rules.Empty}, "q", "anna", "", false, false},
		{rules.Action{Kind: rules.Replace, Value: `"none"`, Text: "none"}, "q", "anna", "none", false, false},
		{rules.Action{Kind: rules.Count}, "q", "anna", "", true, true},
		{rules.Action{Kind: rules.Pseudonymize}, "q", "anna", token, false, false},
		{rules.Action{Kind: rules.Mask, KeepFirst: 1, With: "•"}, "q", "anna", "a•••", false, false},
		{rules.Action{Kind: rules.Mask}, "q", "", "", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "lat", "52.5163", "52.52", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", "52.5163", "52.50", false, false},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", "52,5163", "", true, true},
		{rules.Action{Kind: rules.Coarsen, Metres: 1000}, "q", " 52.5", "", true, true},
		{rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}, "q", "-0.04", "0.0", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "1980-05-17", "1980", false, false},
		{rules.Action{Kind: rules.Generalize, Part: rules.Year}, "q", "17.5.1980", "", true, true},
		{rules.Action{Kind: rules.TruncateIP}, "q", "192.0.2.7", "192.0.2.0", false, false},
		{rules.Action{Kind: rules.TruncateIP}, "q", "host", "", true, true},
	}
	for _, test := range tests {
		got, remove, misfit := p.applyText(test.do, test.name, test.text)
		if got != test.want || remove != test.remove || misfit != test.misfit {
			t.Errorf("%s on %s=%q: got %q, removed %t, misfit %t; want %q, %t, %t",
				test.do, test.name, test.text, got, remove, misfit, test.want, test.remove, test.misfit)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	tests := []struct {
		first, last int
		with        string
		raw, want   string
	}{
		{0, 2, "*", `"+49301234567"`, `"**********67"`},
		{2, 2, "*", `"12345"`, `"12*45"`},
		{2, 2, "*", `"1234"`, `"****"`},
		{2, 2, "*", `"123"`, `"***"`},
		{0, 0, "*", `""`, `""`},
		{1000, 0, "*", `"a"`, `"*"`},
		{1, 1, "", `"Jürgen"`, `"J****n"`},
		{1, 1, "█", `"\u004a\u00fcr\ud83d\ude00n"`, `"J███n"`},
		{1, 0, "*", `"\"\\x"`, `"\"**"`},
		{0, 1, "\"", `"ab\n"`, `"\"\"\u000a"`},
		{1, 0, "*", `"<b>"`, `"\u003c**"`},
		{0, 1, "*", `"a\u2028"`, `"*\u2028"`},
		{1, 0, "*", `"\ud800x"`, `"�*"`},
		{-1, -1, "*", `"abc"`, `"***"`},
		{0, 1, "ab", `"12345"`, `"abab5"`},
	}
	w := &workbench{}
	for _, test := range tests {
		a := rules.Action{Kind: rules.Mask, KeepFirst: test.first, KeepLast: test.last, With: test.with}
		got, what := carryOut(w, a, "", test.raw)
		if got != test.want || what != written {
			t.Errorf("keep_first %d, keep_last %d, with %q on %s: got %s, outcome %d; want %s", test.first, test.last, test.with, test.raw, got, what, test.want)
		}
		if again, _ := carryOut(w, a, "", got); again != got {
			t.Errorf("masking %s again gave %s", got, again)
		}
	}
}

func TestGeneralize(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, year, month, day string }{
		{"1980", "1980", "1980", "1980"},
		{"1980-05", "1980", "1980-05", "1980-05"},
		{"1980-05-17", "1980", "1980-05", "1980-05-17"},
		{"2024-02-29T23:59:60Z", "2024", "2024-02", "2024-02-29"},
		{"2024-02-29t10:00:00.123456789z", "2024", "2024-02", "2024-02-29"},
		{"2024-12-31 10:00:00+05:30", "2024", "2024-12", "2024-12-31"},
		{"2023-02-29", "", "", ""},
		{"2024-13", "", "", ""},
		{"2024-00-10", "", "", ""},
		{"2024-05-32", "", "", ""},
		{"2024-05-17T10:00", "", "", ""},
		{"2024-05-17T10:00:00", "", "", ""},
		{"2024-05-17T24:00:00Z", "", "", ""},
		{"2024-05-17T10:00:00.Z", "", "", ""},
		{"2024-05-17T10:00:00+0530", "", "", ""},
		{"2024-05-17T10:00:00+24:00", "", "", ""},
		{"2024-05-17T10:00:00Z anna", "", "", ""},
		{"20240517", "", "", ""},
		{"198", "", "", ""},
		{"1980-", "", "", ""},
		{"1980-5-17", "", "", ""},
		{"-980-05-17", "", "", ""},
		{"", "", "", ""},
		{"١٩٨٠", "", "", ""},
	}
	for _, test := range tests {
		for part, want := range map[rules.DatePart]string{rules.Year: test.year, rules.Month: test.month, rules.Day: test.day} {
			got, ok := generalize(nil, part, []byte(test.text))
			if string(got) != want || ok != (want != "") {
				t.Errorf("%s of %q: got %q, %t; want %q", part, test.text, got, ok, want)
			}
			if again, _ := generalize(nil, part, got); ok && !bytes.Equal(again, got) {
				t.Errorf("%s of %q again gave %q", part, got, again)
			}
		}
	}
}

func TestTruncateIP(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"192.0.2.7", "192.0.2.0"},
		{"192.0.2.7:443", "192.0.2.0"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1::"},
		{"[2001:db8:1:2::1]:443", "2001:db8:1::"},
		{"[2001:db8:1:2::1]", "2001:db8:1::"},
		{"::ffff:192.0.2.7", "192.0.2.0"},
		{"[::ffff:192.0.2.7]:1", "192.0.2.0"},
		{"fe80::1:2%eth0", "fe80::"},
		{"fe80::1:2%192.0.2.7", "fe80::"},
		{"2002:c000:0207::1", "2002:c000:200::"},
		{"::1", "::"},
		{"0.0.0.0", "0.0.0.0"},
		{"[192.0.2.7]", ""},
		{"192.0.2.7/32", ""},
		{"192.0.2.7, 192.0.2.8", ""},
		{"192.0.2.07", ""},
		{" 192.0.2.7", ""},
		{"192.0.2", ""},
		{"[]", ""},
		{"", ""},
		{"localhost:80", ""},
	}
	for _, test := range tests {
		got, ok := truncateIP(nil, []byte(test.text))
		if string(got) != test.want || ok != (test.want != "") {
			t.Errorf("%q: got %q, %t; want %q", test.text, got, ok, test.want)
		}
		if again, _ := truncateIP(nil, got); ok && !bytes.Equal(again, got) {
			t.Errorf("%q again gave %q", got, again)
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
