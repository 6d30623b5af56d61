package consent_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/rules"
)

const policyText = `
purposes:
  service:     {basis: contract, default: true}
  fraud:       {basis: legitimate_interests}
  research:    {basis: public_task}
  legal:       {basis: legal_obligation}
  analytics:   {basis: consent, retention: 390d}
  advertising: {basis: consent, gpc: true}
categories:
  contact_list: {purposes: [service], choice: true}
  email:        {purposes: [service]}
cookies: {"_stats*": analytics, session_id: strictly_necessary, odd_*: analytics}
consent: {renew_after: 90d, conflicts: refusal}
`

const site = "https://www.example.com"

// today is 2026-11-01.
const today rules.Date = 20758

// visitor is a browser and the gateway before it: what was chosen, kept in ids rather than in a cookie.
type visitor struct {
	policy  *rules.Policy
	chosen  map[string]string // id → grant, refuse or shown
	gpc     bool
	minor   bool
	country string               // DE unless it is given
	account func(*rules.Signals) // what the account adds
	origin  string
	cookies []string
	err     error
	changes []consent.Change
}

// newVisitor chooses under `conflicts: refusal` unless another word is given.
func newVisitor(tb testing.TB, conflicts string) *visitor {
	tb.Helper()
	text := policyText
	if conflicts != "" {
		text = strings.Replace(text, "conflicts: refusal", "conflicts: "+conflicts, 1)
	}
	return newVisitorOf(tb, text)
}

func newVisitorOf(tb testing.TB, text string) *visitor {
	tb.Helper()
	p, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text)})
	if errs := problems.Errors(); len(errs) > 0 {
		tb.Fatal(errs)
	}
	return &visitor{policy: p, chosen: map[string]string{}, origin: site}
}

func (v *visitor) decide() *rules.Decision {
	s := rules.Signals{GPC: v.gpc}
	for id, word := range v.chosen {
		v.policy.Choose(&s.Prompt, id, word != "refuse")
		if word == "shown" {
			v.policy.MarkShown(&s.Prompt, id)
		}
	}
	if v.account != nil {
		v.account(&s)
	}
	country := cmp.Or(v.country, "DE")
	return v.policy.Decide(rules.Facts{Country: country, Minor: v.minor, Signals: s, Today: today})
}

func (v *visitor) choose(c consent.Change) (consent.Outcome, error) {
	v.changes = append(v.changes, c)
	if v.err != nil {
		return consent.Outcome{}, v.err
	}
	if c.Forget {
		v.chosen = map[string]string{}
	}
	for word, ids := range map[string][]string{"grant": c.Grant, "refuse": c.Refuse} {
		for _, id := range ids {
			v.chosen[id] = word
		}
	}
	for _, id := range c.Shown {
		v.chosen[id] = "shown"
	}
	o := consent.Outcome{Cookie: "privet_consent=", Decision: v.decide()}
	for _, id := range slices.Sorted(maps.Keys(v.chosen)) {
		o.Cookie += id + "." + v.chosen[id] + "!"
	}
	for _, name := range v.cookies {
		if o.Decision.Cookie(name).Action.Kind != rules.Keep {
			o.Dropped = append(o.Dropped, name)
		}
	}
	return o, nil
}

// send gives the answer to a request in the wire's own words: header fields as "Name: value" lines.
func (v *visitor) send(tb testing.TB, method, body string, fields ...string) *http.Response {
	tb.Helper()
	method, query, _ := strings.Cut(method, " ")
	r := httptest.NewRequest(method, site+"/.privacy/consent"+query, strings.NewReader(body))
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	err := consent.Answer(w, r, "consent", consent.Exchange{Policy: v.policy, Decision: v.decide(), Origin: v.origin, Choose: v.choose})
	if (err != nil) != (v.err != nil) || !errors.Is(err, v.err) {
		tb.Errorf("the error is %v, want %v", err, v.err)
	}
	res := w.Result()
	if got := res.Header.Get("Cache-Control") + " " + res.Header.Get("Vary"); got != "no-store Cookie, Sec-GPC" {
		tb.Errorf("caching is %q", got)
	}
	return res
}

const (
	asForm = "Content-Type: application/x-www-form-urlencoded"
	asJSON = "Content-Type: application/json"
)

type purposeState struct {
	State, Reason     string
	Permitted, Stored bool
}

type state struct {
	Purposes   map[string]purposeState
	Categories map[string]struct{ State string }
	GPC        bool
	Conflicts  []struct {
		Purpose, Granted, Refused string
		Stood                     bool
	}
}

func decode[T any](tb testing.TB, res *http.Response, mediaType string) T {
	tb.Helper()
	var v T
	if got := res.Header.Get("Content-Type"); got != mediaType || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		tb.Errorf("the type is %q, want %q and no sniffing", got, mediaType)
	}
	d := json.NewDecoder(res.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		tb.Fatal(err)
	}
	return v
}

type problem struct {
	Type, Title, Detail, Field string
	Status                     int
}

// refused checks a problem document and that nothing was recorded.
func (v *visitor) refused(tb testing.TB, res *http.Response, status int, field string) {
	tb.Helper()
	if res.StatusCode != status {
		tb.Fatalf("the status is %d, want %d", res.StatusCode, status)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if strings.Contains(string(text), "SECRET") {
		tb.Error("the request is echoed")
	}
	res.Body = io.NopCloser(strings.NewReader(string(text)))
	p := decode[problem](tb, res, "application/problem+json")
	if p.Status != status || p.Field != field || p.Type != "about:blank" || p.Title != http.StatusText(status) || p.Detail == "" {
		tb.Errorf("the problem is %+v, want field %q", p, field)
	}
	if len(res.Header["Set-Cookie"]) > 0 {
		tb.Errorf("a refusal sets cookies: %q", res.Header["Set-Cookie"])
	}
}
