package filter

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// FuzzJSON holds the filter against the reference, against itself in two pieces, and against filtering twice.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"gone":1}`, `{"mask":"abcdef","x":[{"mask":"\ud83d\ude00é\u0000\""},{"mask":7}]}`,
		`{"list":[{"at":{"a":[1]}},{"at":2,"b":3}, 4]}`, `[{"round":-0.25,"count":[1,{"a":"]"},[]],"bare":{"a":1}}]`,
		`{"none":"x","none":"y","non\u0065":[{}]}`, ` {"round" : 99.95e0 , "gone":{"gone":[]} } `, `{"round":1e-999999999}`,
		`{"round":123456789012345678901234567890.05,"mask":"ab","bare":null}`, `"text"`, `12`, `[[[[[]]]]]`, `{"gone":`, "\xef\xbb\xbf{\"mask\":\"abc\"}",
	} {
		f.Add(seed, uint(len(seed)/2))
	}
	x := newExchange(f, referencePolicy, "GET /")
	f.Fuzz(func(t *testing.T, in string, at uint) {
		got := x.response(t, in)
		at %= uint(len(in) + 1)
		if halves := x.response(t, in[:at], in[at:]); halves.out != got.out && halves.refusal == nil || (halves.refusal == nil) != (got.refusal == nil) {
			t.Fatalf("in one piece  %q, %v\nin two pieces %q, %v", got.out, got.refusal, halves.out, halves.refusal)
		}
		plain := strings.TrimPrefix(in, "\xef\xbb\xbf")
		if got.refusal != nil {
			var cause *jsonpath.Error
			if errors.As(got.refusal, &cause) && cause.Kind == jsonpath.Malformed && json.Valid([]byte(in)) && utf8.ValidString(in) {
				t.Fatalf("refused as malformed: %v", got.refusal)
			}
			return
		}
		if plain == "" {
			return
		}
		want, err := readTree([]byte(plain))
		if err != nil || !json.Valid([]byte(plain)) {
			t.Fatalf("passed what is no JSON: %v", err)
		}
		want.reference(nil)
		tree, err := readTree([]byte(strings.TrimPrefix(got.out, "\xef\xbb\xbf")))
		if err != nil || tree.String() != want.String() {
			t.Fatalf("got  %s (%v)\nwant %s", tree, err, want)
		}
		twice := x.response(t, got.out)
		if !strings.Contains(strings.Join(got.applied, "\n"), "$..count count") && (twice.refusal != nil || twice.out != got.out) {
			t.Fatalf("once  %s\ntwice %s, %v", got.out, twice.out, twice.refusal)
		}
	})
}

// FuzzNothingMarkedPasses plants a value wherever it must not pass, beside and inside whatever the fuzzer makes.
func FuzzNothingMarkedPasses(f *testing.F) {
	for _, seed := range []string{`1`, `"\\"`, `{"a":[{}]}`, `[ {"gone":1} , "gone" ]`, `""`, `null`} {
		f.Add(seed, "a", uint(3))
	}
	x := newExchange(f, oneForEach+"fields: {$..gone: c_remove, $..token: c_token, $..none: c_nullify, $..count: c_count, $..born: c_month}\n", "GET /")
	f.Fuzz(func(t *testing.T, pad, name string, at uint) {
		const mark = "planted-7"
		if !json.Valid([]byte(pad)) || !utf8.ValidString(pad) || strings.Contains(pad+name, "plant") || len(pad) > 2000 {
			t.Skip()
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Skip()
		}
		var in strings.Builder
		in.WriteString(`{"pad":` + pad)
		for _, member := range []string{`"gone"`, `"token"`, `"n\u006fne"`, `"count"`, `"born"`} {
			in.WriteString(`,` + member + `:"` + mark + `",` + string(quoted) + `:[{` + member + `:{"x":` + pad + `,"y":["` + mark + `"]}}]`)
			in.WriteString(`, ` + member + ` : [` + pad + `,"` + mark + `"]`)
		}
		in.WriteString(`}`)
		at %= uint(in.Len())
		got := x.filter(t, rules.Response, in.String()[:at], in.String()[at:])
		if strings.Contains(got.out, mark) {
			t.Fatalf("passed: %s\nfrom %s", got.out, in.String())
		}
		if got.refusal != nil && got.refusal.Code != "limit" {
			t.Fatalf("refused %s: %v", in.String(), got.refusal)
		}
		for _, line := range got.applied {
			if strings.Contains(line, mark) {
				t.Fatalf("tallied: %s", line)
			}
		}
	})
}

// FuzzActions looks for actions that panic, write no JSON, or change their own result.
func FuzzActions(f *testing.F) {
	for _, seed := range []string{
		`"a"`, `"2024-05-17T10:00:00Z"`, `"[::1]:80"`, `-12.5e-3`, `[1,2]`, `{"lat":1.5,"lng":-179.999}`, `[`, `{"a`, `null`, `true`,
		`"Sun, 06 Nov 1994 08:49:37 GMT"`, `1768433400000`, `"192.0.2.7/32"`, `"192.0.2.7, ::1"`, `"52.51,13.37"`, `"geo:85.2,13.3,3;u=1"`,
		`"+52.51-013.37+3/"`, `{"type":"Feature","geometry":{"type":"Point","coordinates":[179.9,85.1,3]},"bbox":[1,2,3,4]}`,
		`{"at":[{"position":"1.2,3.4","geohash":"u33db2m"}]}`,
	} {
		f.Add(seed, "lat", 3)
		f.Add(seed, "geohash", 1000)
		f.Add(seed, "bbox", 7)
	}
	f.Add(`for=192.0.2.7;secret=x, for="[2001:db8:1:2::3]:443";;by=_x`, "Forwarded", 0)
	f.Fuzz(func(t *testing.T, raw, name string, n int) {
		w := &workbench{tokens: testTokens(t)}
		for kind := range rules.Keep + 2 {
			a := rules.Action{Kind: kind, KeepFirst: n % 7, KeepLast: n % 5, With: "*", KeepType: n%3 == 0, Value: "1", Metres: float64(n), ByDigits: n%2 == 0, Digits: n % 9, Part: rules.DatePart(n & 3)}
			got, what := carryOut(w, a, name, raw)
			if text, what := w.overText(&a, []byte(name), []byte(raw)); what == written && kind != rules.Pseudonymize {
				once := string(text)
				if again, what := w.overText(&a, []byte(name), []byte(once)); what != written || string(again) != once {
					t.Fatalf("%s of the text %q gave %q, and of that %q", a, raw, once, again)
				}
			}
			if !json.Valid([]byte(raw)) || strings.TrimSpace(raw) != raw {
				continue // no body brings this here; it must only not panic
			}
			if what != written {
				continue
			}
			if !json.Valid([]byte(got)) {
				t.Fatalf("%s wrote no JSON: %q", a, got)
			}
			if kind == rules.Count || kind == rules.Pseudonymize {
				continue
			}
			if again, what := carryOut(w, a, name, got); again != got || what != written {
				t.Fatalf("%s of %q gave %q, and of that %q", a, raw, got, again)
			}
		}
	})
}
