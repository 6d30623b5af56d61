package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// listedPolicy is a policy beside lists, a purpose each.
func listedPolicy(tb testing.TB, text string, lists map[string]*rules.ListText) *rules.Policy {
	tb.Helper()
	var entries []string
	for purpose := range lists {
		entries = append(entries, fmt.Sprintf("{file: %s.txt, purpose: %s}", purpose, purpose))
	}
	slices.Sort(entries)
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text + "lists: [" + strings.Join(entries, ", ") + "]\n")})
	if policy == nil {
		tb.Fatal(problems)
	}
	var texts []*rules.ListText
	for _, list := range policy.Lists() {
		texts = append(texts, lists[list.Purpose])
	}
	return policy.WithLists(texts)
}

const (
	plainPurposes = "purposes: {service: {basis: contract, default: true}}\n"
	otherPurposes = "purposes: {service: {basis: contract, default: true}, analytics: {basis: consent, retention: 30d}}\n"
)

// An edit of the policy makes anew what it changes, and no list whose text is the same.
func TestListsAreKept(t *testing.T) {
	t.Parallel()
	ads, own, other := rules.ReadList([]byte("||ads.example^\n/ads/")), rules.ReadList([]byte("||own.example^\n/own/")), rules.ReadList([]byte("||other.example^\n/other/"))
	engineOf := func(text string, measured *rules.ListText, before *engine) *engine {
		e, err := newEngine(listedPolicy(t, text, map[string]*rules.ListText{"advertising": ads, "analytics": measured}), nil, before)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	first := engineOf(plainPurposes, own, nil)
	second := engineOf(otherPurposes, own, first)
	third := engineOf(otherPurposes, other, second)
	fourth, err := newEngine(third.policy, nil, third)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		old, now  *engine
		same      []string // the kinds of the files that go on, in their order
		different int
	}{
		{"another policy", first, second, []string{"guard.", "rules.", "hosts.", "rules.", "hosts."}, 1},
		{"another list", second, third, []string{"guard.", "second.", "rules.", "hosts."}, 2},
		{"the same policy", third, fourth, []string{"guard.", "second.", "rules.", "hosts.", "rules.", "hosts."}, 0},
	} {
		var same []string
		different := 0
		for _, f := range c.now.sentry.files {
			if slices.Contains(c.old.sentry.files, f) {
				same = append(same, f.stem)
			} else {
				different++
			}
		}
		if !slices.Equal(same, c.same) || different != c.different {
			t.Errorf("%s: %q go on and %d are new, want %q and %d", c.name, same, different, c.same, c.different)
		}
		if len(c.now.sentry.made) != 2 || c.now.sentry.files[0].stale == nil {
			t.Errorf("%s: %d lists are kept", c.name, len(c.now.sentry.made))
		}
	}
}

// BenchmarkReload is what an edit of the policy costs beside EasyPrivacy and EasyList until the guard's files can be served,
// compressed: of the first policy, and of one that comes after another.
func BenchmarkReload(b *testing.B) {
	folder := os.Getenv("PRIVET_CORPUS")
	if folder == "" {
		b.Skip("PRIVET_CORPUS names no folder")
	}
	lists := map[string]*rules.ListText{}
	for purpose, name := range map[string]string{"analytics": "easyprivacy.txt", "advertising": "easylist.txt"} {
		text, err := os.ReadFile(filepath.Join(folder, "lists", name))
		if err != nil {
			b.Fatal(err)
		}
		lists[purpose] = rules.ReadList(text)
	}
	engineOf := func(text string, before *engine) *engine {
		e, err := newEngine(listedPolicy(b, text, lists), nil, before)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range e.sentry.files {
			f.forms()
		}
		return e
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			engineOf(plainPurposes, nil)
		}
	})
	before := engineOf(plainPurposes, nil)
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			engineOf(otherPurposes, before)
		}
	})
}
