package jar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// noon is 2026-11-23 12:00 UTC.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const longest = 400 * day

// visit reads what the line of another visit left behind.
func visit(line string, after time.Duration) Ages {
	pair, _, _ := strings.Cut(line, ";")
	return ReadAges([]string{"a=1; " + pair, "b=2"}, noon.Add(after), longest)
}

// The form is what scripts in browsers read and write, too, so it stands here in full.
func TestAgesLine(t *testing.T) {
	t.Parallel()
	a := ReadAges(nil, noon, longest)
	if a.Changed() || a.Line(false) != "privet_ages=; Max-Age=0; Path=/; SameSite=Lax" {
		t.Errorf("without cookies: %s", a.Line(false))
	}
	a.Held("_ga", 390*day)
	a.Given("_fbp", 90*day)
	a.Held("_ga", 390*day)
	want := "privet_ages=1" + "9r-nFEs" + "L3kbFEs"
	if got := a.Line(true); !strings.HasPrefix(got, want+";") || !a.Changed() || !strings.HasSuffix(got, "; Max-Age=34516800; Path=/; SameSite=Lax; Secure") {
		t.Errorf("the line is %s", got)
	}
}

// A cookie that is set on every visit lives no longer than one that is set once.
func TestAgesOverVisits(t *testing.T) {
	t.Parallel()
	a := ReadAges(nil, noon, longest)
	if left := a.Given("_ga", 10*day); left != 10*day {
		t.Errorf("at first %v", left)
	}
	line := a.Line(false)
	for _, c := range []struct {
		after time.Duration
		want  time.Duration
	}{{time.Hour, 10*day - 13*time.Hour}, {3 * day, 6*day + 12*time.Hour}, {9*day + 11*time.Hour, time.Hour}} {
		a = visit(line, c.after)
		held, given := a.Held("_ga", 10*day), a.Given("_ga", 10*day)
		if held != c.want || given != c.want || a.Changed() {
			t.Errorf("after %v: %v held and %v given, want %v; changed %t", c.after, held, given, c.want, a.Changed())
		}
	}
	// It ends, whatever the answer says, and may begin anew with the next request.
	a = visit(line, 9*day+12*time.Hour)
	if held, given := a.Held("_ga", 10*day), a.Given("_ga", 10*day); held != 0 || given != 0 || !a.Changed() || !a.Empty() {
		t.Errorf("at the end: %v held and %v given", held, given)
	}
	a = visit(a.Line(false), 10*day)
	if given := a.Given("_ga", 10*day); given != 10*day {
		t.Errorf("anew: %v", given)
	}
	// One that the browser has dropped by itself begins anew at once.
	a = visit(line, 11*day)
	if given := a.Given("_ga", 10*day); given != 10*day || !a.Changed() {
		t.Errorf("dropped by the browser: %v", given)
	}
	if again := visit(a.Line(false), 12*day); again.Held("_ga", 10*day) != 9*day-12*time.Hour {
		t.Error("the second window does not begin with its first day")
	}
}

func TestAgesOfShortRetentions(t *testing.T) {
	t.Parallel()
	a := ReadAges(nil, noon, longest)
	if left := a.Given("brief", time.Hour); left != time.Hour {
		t.Errorf("at first %v", left)
	}
	line := a.Line(false)
	a = visit(line, 11*time.Hour)
	if left := a.Held("brief", time.Hour); left != time.Hour {
		t.Errorf("on the same day %v", left)
	}
	a = visit(line, 12*time.Hour)
	if left := a.Held("brief", time.Hour); left != 0 {
		t.Errorf("on the next day %v", left)
	}
}

// What cannot be read ends what the browser holds.
func TestAgesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	good := "1" + string(appendDigits(appendDigits(nil, hashOf("_ga"), hashLength), 20780, dayLength)) // the day is in 2026-11
	for _, value := range []string{
		"2", "0" + good[1:], good + "A", good[:len(good)-1], "1" + strings.Repeat("A", entryLength*(maxAges+1)), good[:2] + "=" + good[3:], good[:2] + "\xff" + good[3:],
		"1AAAA___", "x", "1 ", `"` + good + `"`,
	} {
		a := ReadAges([]string{"privet_ages=" + value}, noon, longest)
		if value == "1 " { // blanks are none of it, and no entries are none
			continue
		}
		if !a.unread || !a.Changed() || a.Held("_ga", 10*day) != 0 {
			t.Errorf("%q is read as %+v", value, a.list)
		}
		if a.Given("new", 10*day) != 10*day {
			t.Errorf("%q: nothing can begin", value)
		}
		// Beside one that can be read it counts for nothing.
		a = ReadAges([]string{"privet_ages=" + value + ";privet_ages=" + good}, noon, longest)
		if a.unread || len(a.list) != 1 || a.Held("_ga", 10*day) == 0 {
			t.Errorf("%q beside a good one: %+v", value, a)
		}
	}
	if a := ReadAges([]string{"privet_ages=", "privet_ages", "xprivet_ages=x"}, noon, longest); a.unread || a.Changed() {
		t.Error("an empty value is none")
	}
}

// With a full list, whatever is not in it is as old as the oldest in it.
func TestAgesThatAreFull(t *testing.T) {
	t.Parallel()
	a := ReadAges(nil, noon, longest)
	a.Given("first", 10*day)
	line := a.Line(false)
	a = visit(line, 4*day)
	for i := range maxAges - 1 {
		if left := a.Given(fmt.Sprint("filler", i), 300*day); left != 300*day {
			t.Fatalf("%d: %v left", i, left)
		}
	}
	line = a.Line(false)
	if n := strings.Index(line, ";"); n != len("privet_ages=1")+maxAges*entryLength || n > 1024 {
		t.Errorf("the pair has %d bytes", n)
	}
	a = visit(line, 5*day)
	if left := a.Held("late", 10*day); left != 4*day+12*time.Hour || a.Changed() {
		t.Errorf("the late one has %v left", left)
	}
	if left := a.Given("later", 3*day); left != 0 {
		t.Errorf("one that may be older than its retention has %v left", left)
	}
	// Once there is room, it is noted with the day that counted.
	a.Forget("filler0")
	if left := a.Held("late", 10*day); left != 4*day+12*time.Hour || !a.Changed() {
		t.Errorf("with room: %v left", left)
	}
	a = visit(a.Line(false), 6*day)
	if left := a.Held("late", 10*day); left != 3*day+12*time.Hour {
		t.Errorf("on the next visit: %v left", left)
	}
	// A list of nothing but what is over gives way.
	a = visit(line, 500*day)
	if left := a.Given("new", 10*day); left != 10*day || len(a.list) != 1 {
		t.Errorf("after all is over: %v left of %d entries", left, len(a.list))
	}
}

// FuzzAges holds the ages against a map of names and days.
func FuzzAges(f *testing.F) {
	f.Add("1AAAAAAA", uint64(1))
	f.Add("", uint64(2))
	f.Add("1"+strings.Repeat("AAAAFEs", 60), uint64(3))
	f.Fuzz(func(t *testing.T, value string, seed uint64) {
		if strings.ContainsAny(value, ";\x00") {
			t.Skip()
		}
		random := rand.New(rand.NewPCG(seed, 7))
		a := ReadAges([]string{AgesName + "=" + value}, noon, longest)
		a.Held("x", 10*day)
		if again := visit(a.Line(true), 0); again.unread || again.Changed() || len(again.list) > maxAges {
			t.Fatalf("%q is written as %s", value, a.Line(true))
		}
		born, line := map[string]int{}, ""
		for now := 0; now < 60; now += 1 + random.IntN(5) {
			a = visit(line, time.Duration(now)*day)
			for name := range born {
				retention := time.Duration(5+len(name)) * day
				held := random.IntN(2) == 0
				wantsEnd := born[name]+5+len(name) <= now
				if held && (a.Held(name, retention) <= 0) != wantsEnd {
					t.Fatalf("seed %d: %s of day %d on day %d", seed, name, born[name], now)
				}
				if held && wantsEnd {
					delete(born, name)
				}
			}
			name := strings.Repeat("n", 1+random.IntN(8))
			retention := time.Duration(5+len(name)) * day
			left := a.Given(name, retention)
			if left > retention {
				t.Fatalf("%s may live for %v", name, left)
			}
			if first, known := born[name]; left > 0 && (!known || first+5+len(name) <= now) {
				born[name] = now
			}
			if first, known := born[name]; known && left > 0 && noon.Add(time.Duration(now)*day).Add(left).After(noon.Add(time.Duration(first)*day).Add(retention)) {
				t.Fatalf("seed %d: %s of day %d is given %v on day %d", seed, name, first, left, now)
			}
			line = a.Line(false)
		}
	})
}
