package recall

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// turned is what a page comes to, in these tests.
func turned(in []byte) string { return strings.ToUpper(string(in)) }

// through sends a page in pieces through a memory, as its users do, and says whether it was recalled.
func through(m *Memory[string, int], key string, pieces ...[]byte) (out string, with int, recalled bool) {
	whole := bytes.Join(pieces, nil)
	r := m.Begin(key)
	if r == nil {
		return turned(whole), len(whole), false
	}
	defer r.Release()
	if !r.Compares() {
		for _, p := range pieces {
			r.Came(p)
			r.Went([]byte(turned(p)))
			r.Settled()
		}
		r.Keep(len(whole))
		return turned(whole), len(whole), false
	}
	given := ""
	afresh := func() (string, int, bool) {
		r.Unlike()
		if r.Given() != len(given) || !strings.HasPrefix(turned(r.Sofar()), given) {
			panic("what was given is not what the bytes so far come to")
		}
		return given + turned(whole)[r.Given():], len(whole), false
	}
	for _, p := range pieces {
		before := len(r.Sofar())
		if !r.Like(p) {
			if string(r.Sofar()) != string(whole[:before]) {
				panic("what was alike is another")
			}
			return afresh()
		}
		if len(p)%2 == 0 {
			due, all := r.Due()
			if given += string(due); all != (len(given) == len(r.Sofar())) {
				panic("all that is known was given, or it was not")
			}
		}
	}
	kept, with, ended := r.Whole()
	if !ended {
		return afresh()
	}
	return given + string(kept), with, true
}

func newMemory(t *testing.T, pages int) *Memory[string, int] {
	t.Helper()
	m, err := New[string, int](pages)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// visits sends a page so often and tells each time whether it was recalled, as a line of + and -.
func visits(t *testing.T, m *Memory[string, int], key, page string, times int) string {
	t.Helper()
	var line strings.Builder
	for range times {
		out, with, recalled := through(m, key, []byte(page))
		if out != turned([]byte(page)) || with != len(page) {
			t.Errorf("%q comes to %q with %d", page, out, with)
		}
		if recalled {
			line.WriteByte('+')
		} else {
			line.WriteByte('-')
		}
	}
	return line.String()
}

func TestPageIsKeptWhenItsKeyIsMetAgain(t *testing.T) {
	t.Parallel()
	m := newMemory(t, 2)
	if got := visits(t, m, "a", "one", 5); got != "--+++" {
		t.Errorf("the visits are %s", got)
	}
	if got := visits(t, m, "b", "one", 3); got != "--+" {
		t.Errorf("under another key they are %s", got)
	}
	if got := visits(t, m, "a", "", 2) + visits(t, m, "c", "", 3); got != "----+" {
		t.Errorf("an empty page gives %s", got)
	}
}

// TestPageThatChangesRests has a page be another each time: it is tried at ever longer distances.
func TestPageThatChangesRests(t *testing.T) {
	t.Parallel()
	m := newMemory(t, 2)
	var kept []int
	for i := range 64 {
		before := m.pages.Len()
		through(m, "a", []byte{byte(i)})
		if m.pages.Len() > before {
			kept = append(kept, i)
		}
	}
	// Kept at 1, changed at 2, so two rest: 3 and 4. Then four, then eight, then sixteen.
	want := []int{1, 5, 11, 21, 39}
	if len(kept) != len(want) {
		t.Fatalf("the page was kept at %v, want %v", kept, want)
	}
	for i := range want {
		if kept[i] != want[i] {
			t.Fatalf("the page was kept at %v, want %v", kept, want)
		}
	}
}

// TestPageThatWasWorthItDoesNotRest has a page change that has been recalled often.
func TestPageThatWasWorthItDoesNotRest(t *testing.T) {
	t.Parallel()
	m := newMemory(t, 2)
	visits(t, m, "a", "one", 2)
	for range 5 { // it changes in vain once, and then every seventh time
		visits(t, m, "a", "one", paid)
		if got := visits(t, m, "a", "two", 7); !strings.HasSuffix(got, "++++") {
			t.Errorf("a page that changed is recalled %s", got)
		}
		visits(t, m, "a", "one", 2)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	m := newMemory(t, 2)
	if got := visits(t, m, "large", strings.Repeat("x", Most+1), 5); got != "-----" {
		t.Errorf("what is too large is recalled %s", got)
	}
	if got := visits(t, m, "full", strings.Repeat("x", Most), 3); got != "--+" {
		t.Errorf("what just fits is recalled %s", got)
	}
	for _, key := range []string{"a", "b", "c"} {
		visits(t, m, key, "one", 3)
	}
	if m.pages.Len() != 2 || m.known.Len() > 2*knownPerPage {
		t.Errorf("%d pages and %d keys are kept", m.pages.Len(), m.known.Len())
	}
}

func TestDueKeepsBackLittle(t *testing.T) {
	t.Parallel()
	m := newMemory(t, 2)
	for range 2 {
		through(m, "a", []byte("one"), []byte("page"), []byte("of"), []byte("pieces"))
	}
	r := m.Begin("a")
	for _, c := range []struct {
		piece, due string
		all        bool
	}{{"", "", true}, {"o", "", false}, {"ne", "ONE", true}, {"", "", true}, {"pageo", "PAGE", false}, {"", "", false}, {"fpie", "OF", false}, {"ces", "PIECES", true}} {
		if !r.Like([]byte(c.piece)) {
			t.Fatalf("%q is not alike", c.piece)
		}
		if c.piece == "ces" {
			if rest, with, whole := r.Whole(); string(rest) != c.due || with != len("onepageofpieces") || !whole {
				t.Errorf("the rest is %q with %d, whole: %v", rest, with, whole)
			}
		} else if due, all := r.Due(); string(due) != c.due || all != c.all {
			t.Errorf("behind %q %q is due (all: %v), want %q", c.piece, due, all, c.due)
		}
	}
	if r.Given() != len("ONEPAGEOF") {
		t.Errorf("%d bytes were given", r.Given())
	}
	r.Release()
}

func TestUnlike(t *testing.T) {
	t.Parallel()
	const page = "one page of several pieces"
	for name, pieces := range map[string][]string{
		"a byte":  {"one page", " if several pieces"},
		"shorter": {"one page of several piece"},
		"longer":  {page, "."},
		"nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(t, 2)
			visits(t, m, "a", page, 3)
			var cut [][]byte
			for _, p := range pieces {
				cut = append(cut, []byte(p))
			}
			out, with, recalled := through(m, "a", cut...)
			if whole := strings.Join(pieces, ""); recalled || out != strings.ToUpper(whole) || with != len(whole) {
				t.Errorf("it comes to %q with %d, recalled: %v", out, with, recalled)
			}
			if got := visits(t, m, "a", page, 4); got[0] != '-' {
				t.Errorf("the page that was given up is recalled: %s", got)
			}
		})
	}
}

// FuzzThrough sends pages of few kinds under few keys in random pieces: each comes to what it is.
func FuzzThrough(f *testing.F) {
	f.Add(uint64(1), []byte("aabbccab"))
	f.Add(uint64(2), []byte("aaaaaaaabaaaaaa"))
	f.Fuzz(func(t *testing.T, seed uint64, order []byte) {
		m, err := New[string, int](2)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(seed, 0))
		for _, c := range order {
			page := []byte(strings.Repeat(string(rune('a'+c%3)), int(c/3)) + "x")
			var pieces [][]byte
			for left := page; len(left) > 0; {
				n := 1 + random.IntN(len(left))
				pieces, left = append(pieces, left[:n]), left[n:]
			}
			if out, with, _ := through(m, string(rune('k'+c%2)), pieces...); out != turned(page) || with != len(page) {
				t.Fatalf("%q comes to %q with %d", page, out, with)
			}
		}
	})
}
