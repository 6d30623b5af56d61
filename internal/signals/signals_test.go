package signals_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

const policyText = `
purposes:
  service:     {basis: contract, default: true}
  fraud:       {basis: legitimate_interests}
  analytics:   {basis: consent, retention: 390d}
  advertising: {basis: consent, gpc: true}
categories:
  contact_list: {purposes: [service], choice: true}
  email:        {purposes: [service]}
`

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func load(tb testing.TB, settings string) *rules.Policy {
	tb.Helper()
	p, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(policyText + settings)})
	if errs := problems.Errors(); len(errs) > 0 {
		tb.Fatal(errs)
	}
	return p
}

// ago writes a time of our cookie.
func ago(d time.Duration) string { return strconv.FormatInt(now.Add(-d).Unix(), 10) }

const day = 24 * time.Hour

// choices are the sets that a source would hold.
func choices(tb testing.TB, p *rules.Policy, grants, refuses []string) rules.Choices {
	tb.Helper()
	var c rules.Choices
	for _, id := range grants {
		if !p.Choose(&c, id, true) {
			tb.Fatalf("the policy does not know %s", id)
		}
	}
	for _, id := range refuses {
		if !p.Choose(&c, id, false) {
			tb.Fatalf("the policy does not know %s", id)
		}
	}
	return c
}

func TestReadCookie(t *testing.T) {
	t.Parallel()
	p := load(t, "consent: {renew_after: 180d}\n")
	hour := ago(time.Hour)
	both := "privet_consent=v1!advertising:r:" + hour + "!analytics:g:" + hour
	for _, c := range []struct {
		name            string
		lines           []string
		grants, refuses []string
		invalid         int
	}{
		{name: "no cookie at all"},
		{name: "another cookie", lines: []string{"a=b; privet_consent2=v1!analytics:g:" + hour}},
		{name: "names are case-sensitive", lines: []string{"Privet_Consent=v1!analytics:g:" + hour}},
		{name: "a grant and a refusal", lines: []string{both}, grants: []string{"analytics"}, refuses: []string{"advertising"}},
		{name: "among others, without spaces", lines: []string{"a=1;" + both + ";b=2"}, grants: []string{"analytics"}, refuses: []string{"advertising"}},
		{name: "tabs and spaces around", lines: []string{"a; \t" + both + " \t;b"}, grants: []string{"analytics"}, refuses: []string{"advertising"}},
		{name: "in the second line", lines: []string{"a=1", both}, grants: []string{"analytics"}, refuses: []string{"advertising"}},
		{name: "a category with choice", lines: []string{"privet_consent=v1!contact_list:r:" + hour}, refuses: []string{"contact_list"}},
		{name: "unknown ids are ignored", lines: []string{"privet_consent=v1!gone:g:" + hour + "!email:g:" + hour + "!fraud:r:" + hour}, refuses: []string{"fraud"}},
		{
			name:   "a refusal in a later cookie beats a grant",
			lines:  []string{"privet_consent=v1!analytics:g:" + hour + "; privet_consent=v1!analytics:r:" + ago(day)},
			grants: nil, refuses: []string{"analytics"},
		},
		{
			name:    "a refusal in an earlier line beats a later grant",
			lines:   []string{"privet_consent=v1!analytics:r:" + ago(day), "privet_consent=v1!analytics:g:" + hour},
			refuses: []string{"analytics"},
		},
		{name: "a refusal beats a grant within one cookie", lines: []string{"privet_consent=v1!analytics:r:" + hour + "!analytics:g:" + hour}, refuses: []string{"analytics"}},
		{name: "just not expired", lines: []string{"privet_consent=v1!analytics:g:" + ago(180*day)}, grants: []string{"analytics"}},
		{name: "expired is silence", lines: []string{"privet_consent=v1!analytics:g:" + ago(180*day+time.Second) + "!fraud:r:" + hour}, refuses: []string{"fraud"}},
		{
			name:  "an expired refusal does not beat a grant",
			lines: []string{"privet_consent=v1!analytics:g:" + hour, "privet_consent=v1!analytics:r:" + ago(181*day)}, grants: []string{"analytics"},
		},
		{name: "a clock that is ahead", lines: []string{"privet_consent=v1!analytics:g:" + ago(-day)}, grants: []string{"analytics"}},
		{name: "from the future", lines: []string{"privet_consent=v1!analytics:g:" + ago(-day-time.Second) + "!fraud:r:" + hour}, refuses: []string{"fraud"}, invalid: 1},
		{name: "nothing chosen", lines: []string{"privet_consent=v1"}},
		{name: "expired by hand", lines: []string{"privet_consent="}},
		{name: "no value", lines: []string{"privet_consent"}},
		{name: "a malformed cookie beside a good one", lines: []string{"privet_consent=v1!x; " + both}, grants: []string{"analytics"}, refuses: []string{"advertising"}, invalid: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, state := signals.Read(p, signals.Input{Cookies: c.lines}, now)
			if want := (rules.Signals{Prompt: choices(t, p, c.grants, c.refuses)}); s != want {
				t.Errorf("signals are %v, want %v", s, want)
			}
			if state.Invalid != c.invalid {
				t.Errorf("%d invalid, want %d", state.Invalid, c.invalid)
			}
		})
	}
}

func TestReadMalformed(t *testing.T) {
	t.Parallel()
	p := load(t, "")
	hour := ago(time.Hour)
	good := "v1!analytics:g:" + hour
	long := good
	for range 300 {
		long += "!fraud:r:" + hour
	}
	for name, value := range map[string]string{
		"another version":    "v2!analytics:g:" + hour,
		"no version":         "analytics:g:" + hour,
		"a longer version":   "v10!analytics:g:" + hour,
		"a quoted value":     `"` + good + `"`,
		"an empty entry":     good + "!",
		"an empty first":     "v1!!analytics:g:" + hour,
		"no id":              good + "!:r:" + hour,
		"an upper-case id":   "v1!Analytics:g:" + hour,
		"an escaped id":      "v1!an%61lytics:g:" + hour,
		"an unknown letter":  "v1!analytics:y:" + hour,
		"an empty letter":    "v1!analytics::" + hour,
		"shown, refused":     "v1!analytics:rc:" + hour,
		"no time":            good + "!fraud:r",
		"an empty time":      good + "!fraud:r:",
		"a signed time":      "v1!analytics:g:+" + hour,
		"a leading zero":     "v1!analytics:g:0" + hour,
		"a fraction":         "v1!analytics:g:" + hour + ".5",
		"a time too long":    "v1!analytics:g:100000000000",
		"one field too many": "v1!analytics:g:" + hour + ":1",
		"a space inside":     "v1!analytics:g: " + hour,
		"cut short":          good + "!frau",
		"over 4 KiB":         long,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, state := signals.Read(p, signals.Input{Cookies: []string{"privet_consent=" + value}}, now)
			if s != (rules.Signals{}) || state.Invalid != 1 {
				t.Errorf("signals are %v with %d invalid, want silence with 1", s, state.Invalid)
			}
		})
	}
}

func TestReadGPC(t *testing.T) {
	t.Parallel()
	on, off := load(t, ""), load(t, "consent: {sources: [privet]}\n")
	for _, c := range []struct {
		name  string
		lines []string
		want  bool
	}{
		{"absent", nil, false},
		{"one", []string{"1"}, true},
		{"zero", []string{"0"}, false},
		{"empty", []string{""}, false},
		{"true", []string{"true"}, false},
		{"with a parameter", []string{"1;x"}, false},
		{"padded", []string{"1 "}, false},
		{"combined on one line", []string{"1, 1"}, false},
		{"two lines, one exact", []string{"0", "1"}, true},
		{"two lines, none exact", []string{"01", "1.0"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if s, _ := signals.Read(on, signals.Input{GPC: c.lines}, now); s.GPC != c.want {
				t.Errorf("GPC is %t, want %t", s.GPC, c.want)
			}
			if s, _ := signals.Read(off, signals.Input{GPC: c.lines}, now); s.GPC {
				t.Error("GPC counts where it is no source")
			}
		})
	}
}

func TestSourcesThatDoNotCount(t *testing.T) {
	t.Parallel()
	p := load(t, "consent: {sources: [gpc]}\n")
	s, state := signals.Read(p, signals.Input{
		Cookies: []string{"privet_consent=v1!analytics:g:" + ago(day), "privet_consent=broken"},
		Stored:  signals.Stored{Grants: []string{"fraud"}},
	}, now)
	want := rules.Signals{Stored: choices(t, p, []string{"fraud"}, nil)}
	if s != want || state.Invalid != 0 {
		t.Errorf("signals are %v with %d invalid, want what is stored alone: %v", s, state.Invalid, want)
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	p := load(t, "consent: {conflicts: explicit}\n")
	for letter, allowed := range map[string]bool{"g": false, "gc": true, "r": false} {
		in := signals.Input{Cookies: []string{"privet_consent=v1!advertising:" + letter + ":" + ago(day)}, GPC: []string{"1"}}
		s, _ := signals.Read(p, in, now)
		d := p.Decide(rules.Facts{Country: "DE", Signals: s})
		if v := d.Permitted("advertising"); v.Allowed != allowed {
			t.Errorf("%s: advertising is permitted %t, want %t: %s", letter, v.Allowed, allowed, v.Reason)
		}
	}
}
