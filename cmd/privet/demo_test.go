package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// person is the element of the list that was about an account, without white space and with each pseudonym as "p_*".
// The order of the list stands, and it begins with account 42.
func person(t *testing.T, list string, account int) string {
	t.Helper()
	var document struct{ Accounts []json.RawMessage }
	if err := json.Unmarshal([]byte(list), &document); err != nil {
		t.Fatalf("the list is no JSON: %v", err)
	}
	if len(document.Accounts) != 12 {
		t.Fatalf("%d people, want 12", len(document.Accounts))
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, document.Accounts[account-42]); err != nil {
		t.Fatal(err)
	}
	return pseudonym.ReplaceAllString(compact.String(), `"p_*"`)
}

var pseudonym = regexp.MustCompile(`"p_[a-z2-7]{6}_[a-z2-7]{26}"`)

// lacks says what an answer holds that it must not.
func lacks(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(body, word) {
			t.Errorf("the answer holds %q", word)
		}
	}
}

// holds says what an answer must hold and does not.
func holds(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(body, word) {
			t.Errorf("the answer lacks %q", word)
		}
	}
}

// reached is where the upstream notes each request it gets: a local answer carries no header of the upstream's, so the
// answer alone does not tell.
const reached = "upstream.log"

func TestDemo(t *testing.T) {
	t.Parallel()
	g := start(t, withFile(reached, ""), func(t *testing.T, g *gateway) {
		t.Helper()
		g.edit(t, "examples/communications/upstream.caddyfile", "\tbind 127.0.0.1\n", "\tbind 127.0.0.1\n\tlog {\n\t\toutput file "+reached+"\n\t}\n")
	})
	t.Run("account", func(t *testing.T) { testAccount(t, g) })
	t.Run("people", func(t *testing.T) { testPeople(t, g) })
	t.Run("session", func(t *testing.T) { testSession(t, g) })
	t.Run("import", func(t *testing.T) { testImport(t, g) })
	t.Run("transfer", func(t *testing.T) { testTransfer(t, g) })
	t.Run("refusals", func(t *testing.T) { testRefusals(t, g) })
	t.Run("explain", func(t *testing.T) { testExplain(t, g) })
}

func testAccount(t *testing.T, g *gateway) {
	t.Helper()
	const account = "/v1/accounts/42"
	original := g.read(t, "examples/communications/api/v1/accounts/42.json")

	service := g.must(t, 200, account).body
	holds(t, service, `"contacts": [`, "Ömer Aydın", `Th\u00e9r\u00e8se Blanchard`, `"lat": 52.51628, "lon": 13.37770`, "Danke! Komme morgen.",
		`"number": "************1111"`, `"ssn": "*******4320"`, `"iban": "DE`, "9007199254740993", `"id": "42"`)
	lacks(t, service, "4111111111111111", "987-65-4320", "DE89370400440532013000", "Kiefer-9-Regen", `"lead"`, `"credit"`)

	silent := g.must(t, 200, account, "Privacy-Purpose", "analytics").body
	lacks(t, silent, "contacts", `"messages"`, `"location"`, `"id"`, "p_", "Winterfeld", "winterfeld", "+49", "recent_calls", "13.3", "52.5")
	holds(t, silent, "9007199254740993", `"object": "account"`)

	choice := g.post(t, "/.privacy/consent", "application/x-www-form-urlencoded", "grant=analytics")
	if choice.status != http.StatusSeeOther {
		t.Fatalf("the consent was answered with %d, want 303", choice.status)
	}
	cookie, _, _ := strings.Cut(choice.header.Get("Set-Cookie"), ";")
	if !strings.HasPrefix(cookie, "privet_consent=") {
		t.Fatal("no cookie privet_consent was set")
	}
	granted := g.must(t, 200, account, "Privacy-Purpose", "analytics", "Cookie", cookie)
	lacks(t, granted.body, "contacts", `"messages": [`, "Danke", "place", "accuracy_m", "Winterfeld", "winterfeld", "+49", "13.37", "52.516")
	holds(t, granted.body, `"location": {"lat": 52.5, "lon": 13.5, "updated_at"`, `"recent_calls": 3`)
	if !regexp.MustCompile(`"id": "p_[a-z2-7_]+"`).MatchString(granted.body) {
		t.Error("the id is no pseudonym")
	}
	again := g.must(t, 200, account, "Privacy-Purpose", "analytics", "Cookie", cookie)
	if again.body != granted.body {
		t.Error("the same question gets another answer")
	}
	if cache := granted.header.Get("Cache-Control"); !strings.Contains(cache, "private") {
		t.Errorf("Cache-Control is %q, want it private", cache)
	}
	if vary := strings.Join(granted.header.Values("Vary"), ", "); !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Privacy-Purpose") {
		t.Errorf("Vary is %q, want Cookie and Privacy-Purpose in it", vary)
	}

	withdrawn, err := http.NewRequest(http.MethodDelete, g.site+"/.privacy/consent", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := send(with(withdrawn, "Cookie", cookie))
	if err != nil || answer.status != http.StatusNoContent {
		t.Fatalf("withdrawing: status %d, %v", answer.status, err)
	}
	cookie, _, _ = strings.Cut(answer.header.Get("Set-Cookie"), ";")
	if after := g.must(t, 200, account, "Privacy-Purpose", "analytics", "Cookie", cookie).body; after != silent {
		t.Error("after withdrawing the answer is not that without consent")
	}

	// What no rule touches comes through byte for byte.
	for _, piece := range []string{
		`"plan": {"code":"team_25","name":"Team 25","seats" : 25,"price":19.90,"currency":"EUR",   "renews_on":"2026-12-01"}`,
		`"balance": { "amount": 1.10, "currency": "EUR", "credit_limit": 1e3, "adjustment": -0 }`,
		`"rate_per_minute": 0.00750000000000000014`,
	} {
		holds(t, original, piece)
		holds(t, service, piece)
		holds(t, granted.body, piece)
	}
}

// Each expectation is derived by hand from choices.yaml, fields/accounts.yaml and privacy.yaml. A distance is a grid of
// 1, 2 or 5 times a power of ten degrees, and longitudes are taken as if far north: 1 km is 0.01 by 0.05 degrees, 10 km
// 0.1 by 0.5, 100 km 1 by 5.
func testPeople(t *testing.T, g *gateway) {
	t.Helper()
	for _, purpose := range []struct {
		id     string
		people []struct {
			account   int
			why, want string
		}
	}{
		{"analytics", []struct {
			account   int
			why, want string
		}{
			{42, "granted", `{"id":"p_*","country":"DE","email":"p_*","status":"active","plan":"team_25","balance":1.10,` +
				`"location":{"lat":52.5,"lon":13.5},"devices":[{"model":"BC-410","ip":"192.0.2.0"},{"model":"Pixel 9","ip":"2001:db8:42::"}]}`},
			{43, "granted, then restricted", `{"country":"FR","status":"active","plan":"solo","balance":0.00,"devices":[{}]}`},
			{44, "granted, refused the position", `{"id":"p_*","country":"GB","email":"p_*","status":"active","plan":"solo","balance":-3.20,` +
				`"location":{},"devices":[{"model":"iPhone 16","ip":"198.51.100.0"}]}`},
			{45, "granted after the restriction", `{"id":"p_*","country":"CH","email":"p_*","status":"active","plan":"team_5","balance":18.05,` +
				`"location":{"lat":47.4,"lon":8.5},"devices":[{"model":"BC-410","ip":"192.0.2.0"}]}`},
			{46, "silent in the US; calls ask for opt-in anywhere", `{"id":"p_*","country":"US","email":"p_*","status":"active","plan":"fleet_100","balance":12e2,` +
				`"location":{"lat":40.0,"lon":-83.0},"devices":[{"model":"BC-ATA2","ip":"203.0.113.0"}]}`},
			{47, "silent on analytics in the US", `{"id":"p_*","country":"US-CA","email":"p_*","status":"past_due","plan":"solo","balance":-19.98,` +
				`"location":{"lat":37.8,"lon":-122.5},"devices":[{"model":"Galaxy S26","ip":"203.0.113.0"}]}`},
			{49, "silent in Japan", `{"country":"JP","status":"active","plan":"solo","balance":0,"devices":[]}`},
			{50, "a minor", `{"country":"NO","status":"active","plan":"junior","balance":0.50,"devices":[{}]}`},
			{51, "granted, residence unknown", `{"id":"p_*","email":"p_*","status":"trial","plan":"trial","balance":0.00,` +
				`"location":{"lat":0.0,"lon":180.0},"devices":[{"model":"Fairphone 6","ip":"2001:db8:51::"}]}`},
			{52, "silent, residence no country", `{"country":"Atlantis","status":"active","plan":"solo","balance":9007199254740993,"devices":[{}]}`},
			{53, "silent in Germany", `{"country":"DE","status":"active","plan":"team_5","balance":0.30,"devices":[{}]}`},
		}},
		{"service", []struct {
			account   int
			why, want string
		}{
			{43, "restricted", `{"country":"FR","status":"active","plan":"solo","balance":0.00,"devices":[{}]}`},
			{44, "refused contacts and the position", `{"id":"44","name":"Priya Hallworth","country":"GB","email":"priya@hallworth.example",` +
				`"phone":"+447700900144","status":"active","plan":"solo","balance":-3.20,"location":{"place":"South Bank"},` +
				`"devices":[{"hardware_id":"5F7C0E61-0C41-4F0E-B1D4-2B86D1F3A944","model":"iPhone 16","ip":"198.51.100.44"}],` +
				`"last_call":{"from":"+447700900144","to":"+491713920042","start":"2026-11-20T08:05:44Z","duration_s":73}}`},
		}},
		{"fraud", []struct {
			account   int
			why, want string
		}{
			{49, "objected, overridden", `{"id":"49","name":"水無瀬 楓","country":"JP","email":"kaede@minase.example","phone":"+12*******49",` +
				`"status":"active","plan":"solo","balance":0,"location":{"lat":35.68,"lon":139.75},"devices":[],"last_call":null}`},
		}},
		{"advertising", []struct {
			account   int
			why, want string
		}{
			{42, "silent on it in Germany", `{"country":"DE","status":"active","plan":"team_25","balance":1.10,"devices":[{},{}]}`},
			{47, "refused", `{"country":"US-CA","status":"past_due","plan":"solo","balance":-19.98,"devices":[{}]}`},
			{48, "granted", `{"id":"p_*","country":"BR","email":"p_*","phone":"p_*","status":"active","plan":"solo","balance":7.00,` +
				`"location":{"lat":-23,"lon":-45},"devices":[{"ip":"203.0.113.0"}]}`},
		}},
	} {
		// The caller's own signals speak for nobody in the list.
		list := g.must(t, 200, "/v1/accounts", "Privacy-Purpose", purpose.id, "Sec-GPC", "1", "X-Forwarded-For", "8.8.8.8").body
		holds(t, list, `"next": null, "total": 12`)
		for _, p := range purpose.people {
			if got := person(t, list, p.account); got != p.want {
				t.Errorf("%s, account %d (%s):\ngot  %s\nwant %s", purpose.id, p.account, p.why, got, p.want)
			}
		}
	}
}

func testSession(t *testing.T, g *gateway) {
	t.Helper()
	names := func(a reply) (names []string) {
		for _, line := range a.header.Values("Set-Cookie") {
			name, _, _ := strings.Cut(line, "=")
			names = append(names, name)
		}
		return names
	}
	if got, want := names(g.must(t, 200, "/v1/session")), []string{"session_id", "ab_seen"}; !slices.Equal(got, want) {
		t.Errorf("cookies are %v, want %v", got, want)
	}
	choice := g.post(t, "/.privacy/consent", "application/json", `{"grant":["functionality","analytics"]}`)
	if choice.status != http.StatusOK {
		t.Fatalf("the consent was answered with %d, want 200", choice.status)
	}
	cookie, _, _ := strings.Cut(choice.header.Get("Set-Cookie"), ";")
	got := names(g.must(t, 200, "/v1/session", "Cookie", cookie))
	for _, name := range []string{"session_id", "ab_seen", "lang", "exp_variant"} {
		if !slices.Contains(got, name) {
			t.Errorf("with consent %s is missing from %v", name, got)
		}
	}
	for _, name := range []string{"_fbp", "_mkto_trk", "li_fat_id", "IDE"} {
		if slices.Contains(got, name) {
			t.Errorf("%s was let through without consent to advertising", name)
		}
	}
}

func testImport(t *testing.T, g *gateway) {
	t.Helper()
	const body = `{"source":"android", "revision": 9007199254740993, "owner":{"name":"Mia","phone":"+4930111"}, "contacts":[{"name":"Mum"}]}`
	research := g.post(t, "/v1/contacts/import?phone=%2B493023125042&page=2", "application/json", body, "Privacy-Purpose", "research", "X-Device-Id", "a81c6c2e")
	if research.status != http.StatusAccepted {
		t.Fatalf("status %d, want 202: %s", research.status, research.body)
	}
	lacks(t, research.body, "Mum", "contacts", "a81c6c2e", "493023125042", "+4930111", "Mia")
	holds(t, research.body, `"source":"android"`, "9007199254740993", "page=2", `"phone":"p_`)

	service := g.post(t, "/v1/contacts/import?phone=%2B493023125042", "application/json", body, "X-Device-Id", "a81c6c2e")
	holds(t, service.body, body, "a81c6c2e", "phone=%2B493023125042")
}

func testTransfer(t *testing.T, g *gateway) {
	t.Helper()
	blocked := g.must(t, 451, "/crm/leads", "X-Forwarded-For", "5.9.0.1")
	if blocked.header.Get("Link") != `</.privacy/>; rel="blocked-by"` || blocked.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the header is %v", blocked.header)
	}
	var problem struct {
		Status          int
		Recipient, Rule string
		Laws            []string
	}
	if err := json.Unmarshal([]byte(blocked.body), &problem); err != nil {
		t.Fatal(err)
	}
	if problem.Status != 451 || problem.Recipient != "crm-us" || !slices.Equal(problem.Laws, []string{"EEA"}) || problem.Rule != g.line(t, privacyFile, "crm-us:") {
		t.Errorf("the problem is %+v", problem)
	}
	g.must(t, 451, "/crm/leads") // loopback is nowhere known, so the strictest holds

	allowed := g.must(t, 200, "/crm/leads", "X-Forwarded-For", "8.8.8.8")
	holds(t, allowed.body, "Odalys Finnegan", "70368744177664")
	lacks(t, allowed.body, `"score"`, `"interests"`)
	// The allowed request came last, so once it is noted the blocked ones would be, too.
	eventually(t, "the upstream notes the request", func() error {
		if !strings.Contains(g.read(t, reached), `"uri":"/crm/leads"`) {
			return errors.New("nothing is noted")
		}
		return nil
	})
	if n := strings.Count(g.read(t, reached), `"uri":"/crm/leads"`); n != 1 {
		t.Errorf("the upstream was reached %d times, want once, by the allowed request", n)
	}
}

func testRefusals(t *testing.T, g *gateway) {
	t.Helper()
	broken := g.must(t, 502, "/v1/broken")
	lacks(t, broken.body, "winterfeld", "IntegrityError", "+49")
	if broken.header.Get("X-Request-Id") != "" || broken.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the refusal carries a header of the upstream's: %v", broken.header)
	}
	g.must(t, 403, "/v1/accounts/42", "Privacy-Purpose", "selling")
	g.must(t, 404, "/v1/nothing")
	picture := g.must(t, 200, "/v1/me/avatar.png")
	if want := g.read(t, "examples/communications/api/v1/me/avatar.png"); picture.body != want {
		t.Error("the picture came through changed")
	}
}

func testExplain(t *testing.T, g *gateway) {
	t.Helper()
	out, err := g.command("privacy", "explain", "--purpose", "analytics", "--country", "DE", "--grant", "analytics",
		"GET /v1/accounts/42", "examples/communications/api/v1/accounts/42.json")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	contacts, coarse := false, false
	for line := range strings.Lines(out) {
		columns := strings.Fields(line)
		switch {
		case len(columns) < 5:
		case columns[0] == "$.contacts":
			contacts = columns[1] == "contact_list" && columns[2] == "remove" && strings.HasPrefix(columns[4], privacyFile+":")
		case strings.HasPrefix(line, "$..['lat', 'lon']"):
			coarse = strings.Contains(line, " coarsen")
		}
	}
	if !contacts || !coarse {
		t.Errorf("contacts explained: %v, position explained: %v\n%s", contacts, coarse, out)
	}
}

// Every Caddyfile of the project loads without an error, and without a warning save the one about the demo's purpose.
func TestCaddyfiles(t *testing.T) {
	t.Parallel()
	g := prepare(t)
	files := []string{"Caddyfile"}
	err := filepath.WalkDir(filepath.Join(g.dir, "examples"), func(path string, _ os.DirEntry, err error) error {
		if name, _ := filepath.Rel(g.dir, path); filepath.Base(path) == "Caddyfile" || filepath.Ext(path) == ".caddyfile" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		out, err := g.command("validate", "--config", file, "--adapter", "caddyfile")
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
		for line := range strings.Lines(out) {
			var entry struct{ Level, Logger, Msg string }
			if json.Unmarshal([]byte(line), &entry) != nil || entry.Level != "warn" && entry.Level != "error" {
				continue
			}
			if strings.HasPrefix(entry.Msg, "the purpose is read from the request") {
				continue
			}
			t.Errorf("%s: %s", file, line)
		}
		if formatted, err := g.command("fmt", file); err != nil || formatted != g.read(t, file) {
			t.Errorf("%s is not as `privet fmt` writes it (%v)", file, err)
		}
	}
	if len(files) == 1 {
		t.Error("no example was found")
	}
}
