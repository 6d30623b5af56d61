package guard

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// testCookies has scripts set cookies. What is let through is set, and what is held can be deleted.
func testCookies(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/cookies.page")
	for _, c := range []struct{ name, code, want string }{
		{"held", "document.cookie = '_held=1'", ""},
		{"glob", "document.cookie = '_held_x=1; path=/; max-age=100'", ""},
		{"inner glob", "document.cookie = 'h_x_d=1'", ""},
		{"without value", "document.cookie = '_held'", "_held"},
		{"other", "document.cookie = '_heldx=1'", "_heldx=1"},
		{"value of that name", "document.cookie = 'a=_held=1; path=/'", "a=_held=1"},
		{"without a name", "document.cookie = '=_held=1'; document.cookie = ' \t= tail =1'", ""},
		{"longer glob", "document.cookie = '_held_nix=1'; document.cookie = '_held_nit=1'", "_held_nix=1"},
		{"whole name before globs", "document.cookie = '_held_not=1'; document.cookie = '_cat=1'", "_held_not=1; _cat=1"},
		{"catalogue", "document.cookie = '_catx=1'", ""},
		{"of two purposes", "document.cookie = 'both=1'", "both=1"},
		{"database", "document.cookie = 'tail=1'; document.cookie = '_tail_x=1; path=/'; document.cookie = '_tx=1'", ""},
		{"let through by the database", "document.cookie = '_tail_free1=1'; document.cookie = 'month=1'", "_tail_free1=1; month=1"},
		{"another", "document.cookie = 'tai=1'; document.cookie = 'Tail=1'; document.cookie = '__=1'", "tai=1; Tail=1; __=1"},
		{"not a string", "document.cookie = {toString: () => 'tail=1'}; document.cookie = {toString: () => 'a=1'}", "a=1"},
		{"store", "await cookieStore.set('_held', '1'); await cookieStore.set({name: ' tail', value: '1'}); await cookieStore.set('b', '1')", "b=1"},
		{"of a frame", "const f = make('iframe'); box.append(f); f.contentDocument.cookie = 'tail=1'; f.contentDocument.cookie = 'c=1'; await wait(100)", "c=1"},
		{"deletion", deleted("document.cookie = 'tail=1; expires=Thu, 01 Jan 1970 00:00:00 GMT'"), ""},
		{"deletion by age", deleted("document.cookie = 'tail=; Max-Age = -1; expires=Thu, 01 Jan 2099 00:00:00 GMT'"), ""},
		{"no deletion", deleted("document.cookie = 'tail=2; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=9'; document.cookie = 'tail=3; expires=-1'"), "tail=1"},
		{"deletion in the store", deleted("await cookieStore.set({name: 'tail', value: '2', expires: 0})"), ""},
		{"deletion in the store by age", deleted("await cookieStore.set({name: 'tail', value: '2', maxAge: 0})"), ""},
		{"deletion by the store", deleted("await cookieStore.delete('tail')"), ""},
	} {
		got := s.run(t, c.code+`; const all = document.cookie
			for (const pair of all.split('; ')) document.cookie = pair.split('=')[0] + '=; max-age=0'
			document.cookie = '=x; max-age=0'
			return all`)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// deleted has the site set a cookie, and then does what may delete it.
func deleted(code string) string {
	return "await fetch('/a.cookie?tail=1'); " + code
}

// testLives has scripts set cookies of a purpose with a life of thirty days.
func testLives(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/lives.page")
	for code, want := range map[string]string{
		"document.cookie = 'month=1; max-age=99999999; path=/lives.page'":                                                          "30 1 /lives.page",
		"document.cookie = 'month=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT'":                                                       "30 1 /",
		"document.cookie = 'month=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT; max-age=999999999; samesite=strict; path=/lives.page'": "30 1 /lives.page",
		"document.cookie = 'month=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT; max-age=99999999'":                                     "30 1 /",
		"document.cookie = 'month=a=b; max-age=864000'":                                                                            "10 a=b /",
		"document.cookie = 'month=1'":                                                                     "session 1 /",
		"document.cookie = 'month=1; max-age=1e9; expires=soon'":                                          "session 1 /",
		"document.cookie = 'month=1; max-age=x; expires=Thu, 01 Jan 2099 00:00:00 GMT'":                   "30 1 /",
		"document.cookie = '__Secure-month=1; secure; max-age=99999999'":                                  "",
		"document.cookie = 'other=1; max-age=10368000'":                                                   "120 1 /",
		"document.cookie = 'both=1; max-age=10368000'":                                                    "30 1 /",
		"await cookieStore.set('month', '1')":                                                             "session 1 /",
		"await cookieStore.set({name: 'month', value: '1', expires: Date.now() + 1e10, sameSite: 'lax'})": "30 1 /",
		"await cookieStore.set({name: 'month', value: '1', expires: new Date(Date.now() + 864e6)})":       "10 1 /",
		"await cookieStore.set({name: 'month', value: '1', expires: null})":                               "session 1 /",
	} {
		got := s.run(t, code+`
			const [c] = await cookieStore.getAll()
			document.cookie = c.name + "=; max-age=0; path=" + c.path
			return [c.expires ? Math.round((c.expires - Date.now()) / 864e5) : "session", c.value, c.path].join(" ")`)
		if want != "" && got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

// testConsent has scripts of a page set cookies that the database alone names, before consent to their purpose and after.
func testConsent(t *testing.T, s *site) {
	t.Helper()
	policy := load(t, "purposes: {service: {basis: contract, default: true}}\n")
	known := catalogue(t)
	script, err := New(known)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range script.Assets() {
		s.offer(defaultPath+a.Name, a)
	}
	tags := s.tags
	defer func() { s.tags = tags }()
	for _, c := range []struct {
		granted []string
		want    string
	}{
		{nil, "own=1"},
		{[]string{"analytics"}, "DotMetrics.DeviceKey=1; own=1"},
		{[]string{"analytics", "functionality", "advertising", "social"}, "DotMetrics.DeviceKey=1; KADUSERCOOKIE=1; own=1"},
	} {
		facts := rules.Facts{Country: "DE"}
		for _, id := range c.granted {
			policy.Choose(&facts.Signals.Prompt, id, true)
		}
		d := policy.Decide(facts)
		var held Held
		for i, p := range known.Parties {
			if !d.Embed(p.ID).Allowed {
				held.Parties = append(held.Parties, i)
			}
		}
		for i, p := range policy.Purposes() {
			if !d.Stored(p.ID).Allowed {
				held.Purposes = append(held.Purposes, i)
			}
		}
		s.tags = string(script.AppendTags(nil, held, []byte("n0nce")))
		s.visit(t, home+"/consent.page")
		got := s.run(t, `for (const name of ["DotMetrics.DeviceKey", "KADUSERCOOKIE", "own"]) document.cookie = name + "=1"
			const all = document.cookie.split("; ").sort().join("; ")
			for (const pair of all.split("; ")) document.cookie = pair.split("=")[0] + "=; max-age=0"
			return all + (document.cookie && " and there still is " + document.cookie)`)
		if got != c.want {
			t.Errorf("%v granted: %q, want %q", c.granted, got, c.want)
		}
	}
}

// judge is the second file's judge of cookies, in a page that has it from its own guard already.
func (s *site) judge(t *testing.T, asset Asset) string {
	t.Helper()
	s.offer("/judge", asset)
	return `const code = await (await fetch("/judge")).text(), tools = {denial: "", isHeld: () => false}
		globalThis[Symbol.for("privet")] = part => part(tools)
		new Function(code)()
		delete globalThis[Symbol.for("privet")]
	`
}

// testDates has the browser itself say what it takes for a date.
func testDates(t *testing.T, s *site) {
	t.Helper()
	asset, err := second(nil, []Purpose{{Cookies: []string{"d"}, Life: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	s.visit(t, home+"/dates.page")
	got := s.run(t, s.judge(t, asset)+`
		const wrong = []
		let read = 0
		for (const text of ["Thu, 01 Jan 2099 00:00:00 GMT", "Thursday, 01-Jan-99 00:00:00 GMT", "Thu Jan  1 00:00:00 2099", "1 jan 69 0:0:0", "01 Jan 2037 23:59:59", "2037 Feb 28 1:2:3",
			"29 Feb 2099 0:0:0", "29 Feb 2096 0:0:0", "31 Apr 2099 0:0:0", "1 Jan 2099", "1 Jan 2099 24:0:0", "Jan 2099 1:1:1", "1 Foo 2099 1:1:1", "1 January 2099 1:1:1", "0", "-1", "never",
			"2099-01-01T00:00:00Z", "01/Jan/2099/00:00:00", "1 Jan 2099 00:00:60", "Thu, 01 Jan 2099 00:00:00 +0100", "\"1 Jan 2099 0:0:0\"", "1 jAN 2099 0:0:0", "Tue, 1 Jan 099 1:1:1", "1 Jan 2099 1:1:111", "+1e12", ""]) {
			const args = ["d=1; expires=" + text]
			tools.cookie(args)
			const ours = args[0] == "d=1" ? "unread" : "read"
			document.cookie = "other=1; expires=" + text
			const [c] = await cookieStore.getAll()
			const theirs = !c || c.expires ? "read" : "unread"
			await cookieStore.delete("other")
			read += ours == "read"
			if (ours != theirs) wrong.push(text + " is " + theirs + ", not " + ours)
		}
		return [read, ...wrong].join("\n")`)
	if got != "13" {
		t.Error(got)
	}
}

// question of a name, and what the gateway says of it.
type named struct {
	Name string
	Held bool
	Life int64 // seconds; 0 for no bound
}

// testNames asks gateway and browser for all names there are, and for others that are nearly the same.
func testNames(t *testing.T, s *site) {
	t.Helper()
	policy := load(t, `
purposes:
  service: {basis: contract, default: true}
  analytics: {basis: consent, retention: 390d}
  advertising: {basis: consent, retention: 180d}
cookies: {session_id: strictly_necessary, _ga: advertising, "_ga_x*": strictly_necessary, "_hj*": functionality, "a*b*c": analytics, "a*bb*": advertising, __Host-own: analytics, own: advertising, "sbjs_*": service}
`)
	all := purposesOf(policy)
	asset, err := second(nil, all)
	if err != nil {
		t.Fatal(err)
	}
	s.visit(t, home+"/names.page")
	judge := s.judge(t, asset)
	var asked []string
	for i := range all {
		for _, side := range all[i].sides() {
			for _, name := range side {
				asked = append(asked, near(name)...)
			}
		}
	}
	for _, granted := range [][]string{nil, {"analytics"}, {"advertising", "functionality"}, {"social", "advertising"}, {"analytics", "advertising", "functionality", "social"}} {
		facts := rules.Facts{Country: "DE"}
		for _, id := range granted {
			policy.Choose(&facts.Signals.Prompt, id, true)
		}
		d := policy.Decide(facts)
		var held []int
		for i, purpose := range policy.Purposes() {
			if !d.Stored(purpose.ID).Allowed {
				held = append(held, i)
			}
		}
		questions := make([]named, 0, len(asked))
		for _, name := range asked {
			r := d.Cookie(name)
			q := named{Name: name, Held: r.Action.Kind != rules.Keep && r.Purpose != "", Life: int64(r.Lifetime / time.Second)}
			if q.Held {
				q.Life = 0
			}
			questions = append(questions, q)
		}
		body, err := json.Marshal(map[string]any{"held": held, "questions": questions})
		if err != nil {
			t.Fatal(err)
		}
		s.offer("/questions", Asset{Type: "application/json", Text: body})
		got := s.run(t, judge+`
			const {held, questions} = await (await fetch("/questions")).json(), wrong = [], start = performance.now()
			tools.isHeld = number => held.includes(number)
			let stopped = 0, shortened = 0
			for (const {Name, Held, Life} of questions) {
				const args = [Name + "=v; max-age=999999999"], got = tools.cookie(args), life = +args[0].split("max-age=")[1] % 999999999
				stopped += got
				shortened += life > 0
				if (got != Held || life != Life) wrong.push([Name, Held, Life, got, life].join(" "))
			}
			return [wrong.length + " wrong of " + questions.length, stopped + " held", shortened + " shortened", ((performance.now() - start) * 1000 / questions.length).toFixed(1) + " µs each", ...wrong.slice(0, 10)].join("\n")`)
		t.Log(granted, got)
		if !strings.HasPrefix(got, "0 wrong of ") || len(held) > 0 && strings.Contains(got, "\n0 held") || len(granted) > 0 && strings.Contains(got, "\n0 shortened") {
			t.Errorf("with %v granted the browser does not agree", granted)
		}
	}
}

// near are a name and such as are nearly the same, and for a glob some that it stands for.
func near(name string) []string {
	out := []string{name, name + "x", name[:len(name)-1], name[1:], strings.ToUpper(name), "__Secure-" + name, "__host-" + name, "__Host-Http-" + name, "__Http-" + name, "__Secure-__Host-" + name}
	for _, inside := range []string{"", "1", "x_y.z", "b"} {
		out = append(out, strings.ReplaceAll(name, "*", inside))
	}
	for at := range len(name) {
		if changed := name[at] ^ 1; changed > ' ' && changed < 0x7f && changed != ';' && changed != '=' {
			out = append(out, name[:at]+string(rune(changed))+name[at+1:])
		}
	}
	return out
}
