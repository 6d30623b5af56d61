package filter

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/privet-gateway/privet/rules"
)

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

func TestMaskNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		first, last int
		raw, want   string
	}{
		{0, 2, `4930123456`, `1000000056`},
		{2, 0, `4930123456`, `4900000000`},
		{2, 2, `12345`, `12045`},
		{2, 2, `1234`, `1000`},
		{0, 0, `7`, `0`},
		{0, 0, `10`, `10`},
		{0, 1, `-5`, `0`},
		{0, 0, `-17`, `-10`},
		{0, 0, `-0`, `0`},
		{0, 0, `-0.25`, `0.00`},
		{0, 1, `-0.25`, `-0.05`},
		{0, 2, `1234.50`, `1000.50`},
		{5, 0, `1234.56`, `1234.50`},
		{0, 0, `1.5e300`, `0.0e000`},
		{0, 1, `-15E-07`, `-15E-00`},
		{0, 0, `9e+9`, `0e+0`},
		{0, 2, `9007199254740993`, `1000000000000093`},
		{0, 4, strings.Repeat("9", 40), `1` + strings.Repeat("0", 35) + `9999`},
	}
	w := &workbench{}
	for _, test := range tests {
		a := rules.Action{Kind: rules.Mask, KeepFirst: test.first, KeepLast: test.last, With: "*", KeepType: true}
		got, what := carryOut(w, a, "", test.raw)
		if got != test.want || what != written {
			t.Errorf("keep_first %d, keep_last %d on %s: got %s, outcome %d; want %s", test.first, test.last, test.raw, got, what, test.want)
		}
	}
	for _, text := range []string{"", "-", "01", "1.", "1e", "NaN", "+1", "1 "} {
		if _, ok := maskNumber(nil, &rules.Action{}, []byte(text)); ok {
			t.Errorf("%q is masked as a number", text)
		}
	}
}

// What is masked is a number of the same length, no larger than it was, that tells nothing of the digits that go.
func TestMaskedNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,9})?([eE]\+?[0-9]{1,3})?`).Draw(t, "number")
		a := rules.Action{Kind: rules.Mask, KeepFirst: rapid.IntRange(0, 3).Draw(t, "first"), KeepLast: rapid.IntRange(0, 3).Draw(t, "last"), KeepType: true}
		got, ok := maskNumber(nil, &a, []byte(raw))
		if !ok || !json.Valid(got) {
			t.Fatalf("%s of %s: got %q, %t", a, raw, got, ok)
		}
		if again, _ := maskNumber(nil, &a, got); string(again) != string(got) {
			t.Fatalf("%s of %s gave %s, and of that %s", a, raw, got, again)
		}
		if signless(string(got)) != signless(raw) && len(signless(string(got))) != len(signless(raw)) {
			t.Fatalf("%s of %s: got %s, of another length", a, raw, got)
		}
		before, _ := new(big.Rat).SetString(raw)
		after, _ := new(big.Rat).SetString(string(got))
		if after.Abs(after).Cmp(before.Abs(before)) > 0 {
			t.Fatalf("%s of %s: got %s, which is larger", a, raw, got)
		}
		// Another number whose digits differ only where they are hidden comes out the same.
		other := []byte(raw)
		figures := strings.IndexAny(raw+"e", "eE")
		total, seen := 0, 0
		for _, c := range other[:figures] {
			if isDigit(c) {
				total++
			}
		}
		first, last := ends(&a, total)
		for i, c := range other[:figures] {
			if !isDigit(c) {
				continue
			}
			if seen >= first && seen < total-last && (seen > 0 || c != '0' || figures > 1 && !isDigit(other[min(i+1, figures-1)])) {
				other[i] = '1' + byte(rapid.IntRange(0, 8).Draw(t, "digit"))
			}
			seen++
		}
		if masked, _ := maskNumber(nil, &a, other); signless(string(masked)) != signless(string(got)) {
			t.Fatalf("%s of %s: got %s; of %s: %s", a, raw, got, other, masked)
		}
	})
}

func signless(number string) string { return strings.TrimPrefix(number, "-") }
