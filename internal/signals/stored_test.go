package signals_test

import (
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/signals"
	"github.com/privet-gateway/privet/rules"
)

func TestOf(t *testing.T) {
	t.Parallel()
	p := load(t, "")
	for _, c := range []struct {
		name   string
		stored signals.Stored
		want   func() rules.Signals
		minor  bool
	}{
		{name: "nothing on record", want: func() rules.Signals { return rules.Signals{} }},
		{name: "a minor", stored: signals.Stored{Minor: true}, minor: true, want: func() rules.Signals { return rules.Signals{} }},
		{
			name:   "grants and refusals; unknown ids say nothing",
			stored: signals.Stored{Grants: []string{"analytics", "gone", "email"}, Refuses: []string{"fraud", "contact_list"}},
			want: func() rules.Signals {
				return rules.Signals{Stored: choices(t, p, []string{"analytics"}, []string{"fraud", "contact_list"})}
			},
		},
		{
			name:   "a refusal beats a grant",
			stored: signals.Stored{Grants: []string{"analytics"}, Refuses: []string{"analytics"}},
			want:   func() rules.Signals { return rules.Signals{Stored: choices(t, p, nil, []string{"analytics"})} },
		},
		{
			name:   "a restriction, and grants from before it",
			stored: signals.Stored{Grants: []string{"analytics"}, At: now, Restricted: now},
			want: func() rules.Signals {
				return rules.Signals{Stored: choices(t, p, []string{"analytics"}, nil), Restricted: true}
			},
		},
		{
			name:   "a restriction, and grants of nobody knows when",
			stored: signals.Stored{Grants: []string{"analytics"}, Restricted: now},
			want: func() rules.Signals {
				return rules.Signals{Stored: choices(t, p, []string{"analytics"}, nil), Restricted: true}
			},
		},
		{
			name:   "a restriction, and grants from after it",
			stored: signals.Stored{Grants: []string{"analytics"}, At: now.Add(time.Second), Restricted: now},
			want: func() rules.Signals {
				s := rules.Signals{Stored: choices(t, p, []string{"analytics"}, nil), Restricted: true}
				p.MarkAfter(&s.Stored, "analytics")
				return s
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, minor := signals.Of(p, c.stored)
			if want := c.want(); s != want || minor != c.minor {
				t.Errorf("signals are %v, minor %t; want %v, %t", s, minor, want, c.minor)
			}
		})
	}
}

// A consent in our cookie that was given after the restriction stands; one from before it does not.
func TestRestrictionAndCookie(t *testing.T) {
	t.Parallel()
	p := load(t, "")
	in := signals.Input{
		Cookies: []string{"privet_consent=v1!analytics:g:" + ago(time.Hour) + "!advertising:g:" + ago(2*day)},
		Stored:  signals.Stored{Restricted: now.Add(-day)},
	}
	s, _ := signals.Read(p, in, now)
	if !s.Restricted {
		t.Fatal("no restriction is in force")
	}
	d := p.Decide(rules.Facts{Country: "DE", Signals: s})
	for purpose, want := range map[string]bool{"analytics": true, "advertising": false, "service": false, "strictly_necessary": true} {
		if v := d.Permitted(purpose); v.Allowed != want {
			t.Errorf("%s is permitted %t, want %t: %s", purpose, v.Allowed, want, v.Reason)
		}
	}
}

// Our cookie and GPC come with a request; Of has no way to see one.
func TestStoredBesideRequest(t *testing.T) {
	t.Parallel()
	p := load(t, "")
	in := signals.Input{
		Cookies: []string{"privet_consent=v1!analytics:g:" + ago(day)}, GPC: []string{"1"},
		Stored: signals.Stored{Refuses: []string{"analytics"}},
	}
	s, _ := signals.Read(p, in, now)
	want := rules.Signals{Prompt: choices(t, p, []string{"analytics"}, nil), Stored: choices(t, p, nil, []string{"analytics"}), GPC: true}
	if s != want {
		t.Errorf("signals are %v, want %v", s, want)
	}
	if v := p.Decide(rules.Facts{Country: "DE", Signals: s}).Permitted("analytics"); v.Allowed {
		t.Errorf("a grant in the cookie beats what the account refused: %s", v.Reason)
	}
}
