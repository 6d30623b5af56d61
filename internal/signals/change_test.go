package signals_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	p := load(t, "")
	old, today := ago(30*day), ago(0)
	held := []string{"a=b; privet_consent=v1!advertising:r:" + old + "!analytics:g:" + old + "!gone:r:" + old}
	for _, c := range []struct {
		name    string
		cookies []string
		change  signals.Change
		want    string
	}{
		{"nothing, of nobody", nil, signals.Change{}, ""},
		{"a first choice", nil, signals.Change{Grant: []string{"analytics"}, Refuse: []string{"advertising"}}, "v1!advertising:r:" + today + "!analytics:g:" + today},
		{
			"others stay, at their own time, unknown ids too", held,
			signals.Change{Grant: []string{"advertising"}},
			"v1!advertising:g:" + today + "!analytics:g:" + old + "!gone:r:" + old,
		},
		{"a refusal wins", nil, signals.Change{Grant: []string{"analytics"}, Refuse: []string{"analytics"}}, "v1!analytics:r:" + today},
		{"the conflict was shown", nil, signals.Change{Grant: []string{"advertising"}, Shown: []string{"advertising"}}, "v1!advertising:gc:" + today},
		{"shown, but not granted now", held, signals.Change{Grant: []string{"fraud"}, Shown: []string{"analytics", "service"}}, "v1!advertising:r:" + old + "!analytics:g:" + old + "!fraud:g:" + today + "!gone:r:" + old},
		{"shown, and refused", nil, signals.Change{Grant: []string{"advertising"}, Refuse: []string{"advertising"}, Shown: []string{"advertising"}}, "v1!advertising:r:" + today},
		{"forgotten", held, signals.Change{Forget: true}, ""},
		{"forgotten, and chosen anew", held, signals.Change{Forget: true, Refuse: []string{"fraud"}}, "v1!fraud:r:" + today},
		{"what has expired is not written back", []string{"privet_consent=v1!analytics:g:" + ago(200*day)}, signals.Change{Refuse: []string{"fraud"}}, "v1!fraud:r:" + today},
		{"what is malformed is not written back", []string{"privet_consent=v1!analytics:g:" + old + "!x"}, signals.Change{Refuse: []string{"fraud"}}, "v1!fraud:r:" + today},
		{
			"several cookies become one",
			[]string{"privet_consent=v1!analytics:r:" + old, "privet_consent=v1!analytics:g:" + today + "!fraud:g:" + old + "; privet_consent=v1!fraud:g:" + today},
			signals.Change{},
			"v1!analytics:r:" + old + "!fraud:g:" + today,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := signals.Input{Cookies: c.cookies, GPC: []string{"1"}}
			cookie, next, err := in.Choose(p, c.change, now)
			if err != nil || cookie != "privet_consent="+c.want {
				t.Fatalf("the cookie is %q (%v), want %q", cookie, err, c.want)
			}
			if len(next.Cookies) != 1 || next.Cookies[0] != cookie || len(next.GPC) != 1 {
				t.Errorf("the next request brings %q and GPC %q", next.Cookies, next.GPC)
			}
			if _, state := signals.Read(p, next, now); state.Invalid != 0 {
				t.Error("what was written does not read")
			}
		})
	}
}

// A person's choices either fit or are refused as a whole; what another policy left behind goes first.
func TestChooseFull(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("purposes:\n")
	var ids []string
	for i := range 200 {
		id := fmt.Sprintf("a_purpose_with_a_long_name_%03d", i)
		ids = append(ids, id)
		text.WriteString("  " + id + ": {basis: consent}\n")
	}
	p, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text.String())})
	if len(problems.Errors()) > 0 {
		t.Fatal(problems)
	}
	if _, _, err := (signals.Input{}).Choose(p, signals.Change{Refuse: ids}, now); !errors.Is(err, signals.ErrFull) {
		t.Errorf("the error is %v, want ErrFull", err)
	}
	var foreign strings.Builder
	foreign.WriteString("privet_consent=v1")
	for i := range 140 {
		fmt.Fprintf(&foreign, "!gone_%03d:g:%s", i, ago(time.Hour))
	}
	in := signals.Input{Cookies: []string{foreign.String()}}
	cookie, _, err := in.Choose(p, signals.Change{Refuse: ids[:60]}, now)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(cookie, "gone") || strings.Count(cookie, ":r:") != 60 || len(cookie) > 4096 {
		t.Errorf("the cookie holds %d refusals in %d bytes", strings.Count(cookie, ":r:"), len(cookie))
	}
	if _, _, err := in.Choose(p, signals.Change{Refuse: []string{"no id"}}, now); err == nil {
		t.Error("an id that breaks the format was written")
	}
}

func FuzzCookie(f *testing.F) {
	for _, seed := range []string{
		"", "v1", "v1!analytics:g:1763899200", "v1!analytics:gc:1763899200!fraud:r:1763899200", "v1!analytics:r:1763899200!analytics:g:1763899200",
		"v2!analytics:g:1763899200", "v1!!", "v1!:::", "v1!analytics:g:99999999999; privet_consent=v1!fraud:r:1763899200", `"v1!fraud:r:1"`,
	} {
		f.Add(seed)
	}
	p := load(f, "consent: {renew_after: 3650d}\n")
	f.Fuzz(func(t *testing.T, value string) {
		in := signals.Input{Cookies: []string{"privet_consent=" + value}}
		before, _ := signals.Read(p, in, now)
		if both := before.Prompt; !disjoint(both.Granted, both.Refused) {
			t.Fatal("an id is both granted and refused")
		}
		cookie, next, err := in.Choose(p, signals.Change{}, now)
		if err != nil {
			return // more than one full cookie
		}
		if len(cookie) > 4096 || strings.ContainsFunc(cookie, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`",;\`, r) }) {
			t.Fatal("the cookie is no cookie-octets of at most 4,096 bytes")
		}
		after, state := signals.Read(p, next, now)
		if after.Prompt.Granted != before.Prompt.Granted || after.Prompt.Refused != before.Prompt.Refused || state.Invalid != 0 {
			t.Fatal("writing back changes what was chosen")
		}
		again, _, err := next.Choose(p, signals.Change{}, now)
		if err != nil || again != cookie {
			t.Fatal("writing back twice differs")
		}
	})
}

func disjoint(a, b rules.Set) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return false
		}
	}
	return true
}

func BenchmarkRead(b *testing.B) {
	p := load(b, "")
	other := "_ga=GA1.1.1234567890.1700000000; session=" + strings.Repeat("x", 200) + "; theme=dark"
	for name, in := range map[string]signals.Input{
		"nothing":      {},
		"other":        {Cookies: []string{other}, GPC: []string{"1"}},
		"ours":         {Cookies: []string{other + "; privet_consent=v1!advertising:r:" + ago(day) + "!analytics:g:" + ago(day)}},
		"oursOfMegs":   {Cookies: []string{strings.Repeat("privet_consent=v1!analytics:g:"+ago(day)+";", 20000)}},
		"withAStored":  {Stored: signals.Stored{Grants: []string{"analytics"}, Refuses: []string{"fraud"}}},
		"brokenOfMegs": {Cookies: []string{"privet_consent=v1" + strings.Repeat("!analytics:g:", 60000)}},
	} {
		b.Run(name, func(b *testing.B) {
			size := 0
			for _, line := range in.Cookies {
				size += len(line)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				signals.Read(p, in, now)
			}
		})
	}
}

func TestReadDoesNotAllocate(t *testing.T) { //nolint:paralleltest // allocations of others would be counted
	p := load(t, "")
	in := signals.Input{
		Cookies: []string{"a=b", "c=d; privet_consent=v1!advertising:r:" + ago(day)}, GPC: []string{"1"},
		Stored: signals.Stored{Grants: []string{"analytics"}},
	}
	if n := testing.AllocsPerRun(100, func() { signals.Read(p, in, now) }); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}
