package filter

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/privet-gateway/privet/rules"
)

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
		{"2024-05-17T10:00", "2024", "2024-05", "2024-05-17"},
		{"2024-05-17T10:00:00", "2024", "2024-05", "2024-05-17"},
		{"2024-05-17 10:00:00,5", "2024", "2024-05", "2024-05-17"},
		{"2024-05-17T10:00Z", "2024", "2024-05", "2024-05-17"},
		{"2024-05-17T10:00:00+0530", "2024", "2024-05", "2024-05-17"},
		{"2024-05-17T10:00:00-05", "2024", "2024-05", "2024-05-17"},
		{"Sun, 06 Nov 1994 08:49:37 GMT", "1994", "1994-11", "1994-11-06"},
		{"Thu, 30 Jul 2015 20:12:31 +0000", "2015", "2015-07", "2015-07-30"},
		{"6 nov 1994 08:49 -0500", "1994", "1994-11", "1994-11-06"},
		{"Sunday, 06-Nov-94 08:49:37 GMT", "", "", ""},
		{"Sun Nov  6 08:49:37 1994", "", "", ""},
		{"Son, 06 Nov 1994 08:49:37 GMT", "", "", ""},
		{"Sun, 31 Nov 1994 08:49:37 GMT", "", "", ""},
		{"Sun, 06 Now 1994 08:49:37 GMT", "", "", ""},
		{"Sun, 06 Nov 94 08:49:37 GMT", "", "", ""},
		{"Sun, 06 Nov 1994", "", "", ""},
		{"Sun, 06 Nov 1994 08:49:37", "", "", ""},
		{"Sun, 06 Nov 1994 08:49:37 CET", "", "", ""},
		{"Sun, 06 Nov 1994 08:49:37Z GMT", "", "", ""},
		{"Sun, 06 Nov 1994 08:49:37+01 GMT", "", "", ""},
		{"Sun, 06 Nov 1994 08:49:37 +01:0", "", "", ""},
		{"Sun, 006 Nov 1994 08:49:37 GMT", "", "", ""},
		{"2024-05-17T", "", "", ""},
		{"2024-05-17T10", "", "", ""},
		{"2024-05-17T10:00:", "", "", ""},
		{"2024-05-17T10:00:00+05:3", "", "", ""},
		{"2024-05-17T10:00:00+", "", "", ""},
		{"2026-W03", "", "", ""},
		{"2026-W03-4", "", "", ""},
		{"2026-015", "", "", ""},
		{"2026-", "", "", ""},
		{"202601", "", "", ""},
		{"2024-05-17T24:00:00Z", "", "", ""},
		{"2024-05-17T10:00:00.Z", "", "", ""},
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

func TestGeneralizeNumber(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, year, month, day string }{
		{"1768433400", "1767225600", "1767225600", "1768348800"}, // 2026-01-14T23:30Z
		{"1768433400000", "1767225600000", "1767225600000", "1768348800000"},
		{"1768433400123456", "1767225600000000", "1767225600000000", "1768348800000000"},
		{"1768433400123456789", "1767225600000000000", "1767225600000000000", "1768348800000000000"},
		{"1768433400.75", "1767225600", "1767225600", "1768348800"},
		{"1.7684334e9", "1767225600", "1767225600", "1768348800"},
		{"0", "0", "0", "0"},
		{"-1", "-31536000", "-2678400", "-86400"},
		{"-0.5", "-31536000", "-2678400", "-86400"},
		{"-86400", "-31536000", "-2678400", "-86400"},
		{"-300000000000", "-315619200000", "-302486400000", "-300067200000"}, // 1960-06-29, in milliseconds
		{"1980", "1980", "1980", "1980"},
		{"19700815", "", "", ""}, // a day without separators, or seconds
		{"19709915", "0", "18316800", "19699200"},
		{"20000000000", "", "", ""}, // seconds beyond any date, or milliseconds too close to 1970 to tell
		{"-9971942401", "", "", ""}, // 1653
		{"-9971942400", "-9971942400", "-9971942400", "-9971942400"},
		{"20260115103000", "", "", ""}, // a day and time without separators
		{"1e19", "", "", ""},
		{"1e400", "", "", ""},
		{"-9223372036854775807", "", "", ""},
		{"9223372036854775807", "", "", ""},
	}
	for _, test := range tests {
		for part, want := range map[rules.DatePart]string{rules.Year: test.year, rules.Month: test.month, rules.Day: test.day} {
			got, ok := generalizeNumber(nil, part, []byte(test.raw))
			if string(got) != want || ok != (want != "") {
				t.Errorf("%s of %s: got %q, %t; want %q", part, test.raw, got, ok, want)
			}
		}
	}
	for _, part := range []rules.DatePart{rules.NoDate, rules.Day + 1} {
		if got, ok := generalizeNumber(nil, part, []byte("1980")); ok {
			t.Errorf("a part that is none: got %s", got)
		}
	}
}

// Timestamps of one part come out as one number, in their unit, and stay as they are from then on.
func TestTimestampsOfOnePart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]int64{1, 1e3, 1e6, 1e9}).Draw(t, "unit")
		from := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		moment := rapid.Int64Range(from, from+2e9).Draw(t, "seconds")*unit + rapid.Int64Range(0, unit-1).Draw(t, "rest")
		if rapid.Bool().Draw(t, "long ago") {
			moment = -moment
		}
		part := rapid.SampledFrom([]rules.DatePart{rules.Year, rules.Month, rules.Day}).Draw(t, "part")
		got, ok := generalizeNumber(nil, part, strconv.AppendInt(nil, moment, 10))
		if !ok || !json.Valid(got) {
			t.Fatalf("%s of %d: got %q, %t", part, moment, got, ok)
		}
		n, err := strconv.ParseInt(string(got), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		start, was := time.Unix(n/unit, 0).UTC(), time.Unix(floorDivide(moment, unit), 0).UTC()
		layout := map[rules.DatePart]string{rules.Year: "2006", rules.Month: "2006-01", rules.Day: "2006-01-02"}[part]
		zero, _ := time.Parse(layout, was.Format(layout))
		if n%unit != 0 || !start.Equal(zero) {
			t.Fatalf("%s of %d: got %s, which is %s; want %s", part, moment, got, start, zero)
		}
		if again, _ := generalizeNumber(nil, part, got); string(again) != string(got) {
			t.Fatalf("%s of %d gave %s, and of that %s", part, moment, got, again)
		}
	})
}

func TestGeneralizeAnyNumberTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := strconv.AppendInt(nil, rapid.Int64().Draw(t, "number")>>rapid.IntRange(0, 62).Draw(t, "shift"), 10)
		part := rapid.SampledFrom([]rules.DatePart{rules.Year, rules.Month, rules.Day}).Draw(t, "part")
		got, ok := generalizeNumber(nil, part, raw)
		if again, twice := generalizeNumber(nil, part, got); ok && (!twice || string(again) != string(got)) {
			t.Fatalf("%s of %s gave %s, and of that %s, %t", part, raw, got, again, twice)
		}
	})
}
