package caddymodule

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/privet-gateway/privet/internal/jar"
)

// browser keeps the cookies of a site as browsers do: each by its name, Domain and Path.
type browser struct {
	host string
	kept []*http.Cookie
}

// take obeys the lines of an answer.
func (b *browser) take(t *testing.T, a reply) {
	t.Helper()
	for _, line := range a.header["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		b.kept = slices.DeleteFunc(b.kept, func(k *http.Cookie) bool {
			return k.Name == c.Name && k.Domain == c.Domain && k.Path == c.Path && k.Partitioned == c.Partitioned
		})
		if c.MaxAge >= 0 && (c.MaxAge > 0 || c.Expires.IsZero() || c.Expires.After(time.Now())) {
			b.kept = append(b.kept, c)
		}
	}
}

// get asks for a page, with the cookies that belong to it.
func (b *browser) get(t *testing.T, method, path string, header ...string) reply {
	t.Helper()
	var pairs []string
	for _, c := range b.kept {
		if c.Path == "" || strings.HasPrefix(path, strings.TrimSuffix(c.Path, "/")) {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	r := ask(t, method, path, nil, append(header, "Host", b.host)...)
	if len(pairs) > 0 {
		r.Header["Cookie"] = []string{strings.Join(pairs, "; ")}
	}
	a := send(t, r)
	b.take(t, a)
	return a
}

func (b *browser) names() []string {
	var names []string
	for _, c := range b.kept {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (b *browser) of(name string) *http.Cookie {
	for _, c := range b.kept {
		if c.Name == name {
			return c
		}
	}
	return &http.Cookie{}
}

// consents is a browser whose visitor has granted measuring.
func consents(t *testing.T) *browser {
	t.Helper()
	b := &browser{host: named}
	r := ask(t, http.MethodPost, "/.privacy/consent", strings.NewReader(`{"grant":["measuring"]}`), "Content-Type", "application/json", "Host", b.host)
	answer := send(t, r)
	if answer.status != 200 || len(answer.header["Set-Cookie"]) != 1 {
		t.Fatalf("the choice: status %d, %s", answer.status, answer.body)
	}
	b.take(t, answer)
	return b
}

// A withdrawal ends what the browser sent, whatever Domain and Path it has; what else it holds stays.
func TestWithdrawalClimbsTheLadder(t *testing.T) {
	serve(t, "page.caddyfile")
	b := consents(t)
	for _, line := range []string{
		"meter_a=1; Path=/", "meter_a=2; Path=/; Domain=shop.example", "meter_a=3; Path=/; Domain=www.shop.example", "meter_b=4; Path=/page/in",
		"meter_b=5; Path=/page/; Domain=shop.example", "session_id=6; Path=/", "unheard=7; Path=/",
	} {
		b.take(t, reply{header: http.Header{"Set-Cookie": {line}}})
	}
	answer := b.get(t, http.MethodDelete, "/.privacy/consent", "Referer", "http://www.shop.example/page/in/here")
	if answer.status != http.StatusNoContent {
		t.Fatalf("status %d, %s", answer.status, answer.body)
	}
	// The paths of meter_b are not those of the consent page, so the browser did not send it there.
	if got, want := b.names(), []string{"meter_b", "privet_consent", "session_id", "unheard"}; !slices.Equal(got, want) {
		t.Errorf("the browser keeps %q, want %q", got, want)
	}
	// The next page in that folder does away with it, and the upstream gets nothing of it.
	script("/page/in/here", sends(200, page, "Content-Type", "text/html"))
	got := b.get(t, http.MethodGet, "/page/in/here").has(t, "Cache-Control", "private", "Vary", "Cookie, Sec-GPC")
	if names := b.names(); slices.Contains(names, "meter_b") || len(got.header["Set-Cookie"]) > 16 {
		t.Errorf("the browser keeps %q after %q", names, got.header["Set-Cookie"])
	}
	if cookie := once(t, "/page/in/here").Header.Get("Cookie"); strings.Contains(cookie, "meter") {
		t.Errorf("the upstream got %q", cookie)
	}
	if again := b.get(t, http.MethodGet, "/page/in/here"); len(again.header["Set-Cookie"]) > 0 {
		t.Errorf("with nothing left to delete: %q", again.header["Set-Cookie"])
	}
}

// A withdrawal goes through proxies and browsers, which bound what they take.
func TestWithdrawalIsBounded(t *testing.T) {
	serve(t, "page.caddyfile")
	b := consents(t)
	for i := range 40 {
		b.kept = append(b.kept, &http.Cookie{Name: "meter_" + strconv.Itoa(i), Value: "1", Path: "/"})
	}
	answer := b.get(t, http.MethodDelete, "/.privacy/consent")
	size := 0
	for _, line := range answer.header["Set-Cookie"][1:] {
		size += len(line)
	}
	if n := len(answer.header["Set-Cookie"]); n < 41 || n > 65 || size > 8<<10 {
		t.Errorf("%d lines of %d bytes", n, size)
	}
	if got := b.names(); !slices.Equal(got, []string{"privet_consent"}) {
		t.Errorf("the browser keeps %q", got)
	}
}

// Three visits, each of which sets the cookie anew. Time passes by moving what the browser remembers into the past.
func TestVisitsDoNotLengthenALife(t *testing.T) {
	serve(t, "page.caddyfile")
	const path = "/page/aging"
	script(path, sends(200, "<p>x", "Content-Type", "text/html", "Set-Cookie", "meter_id=7; Max-Age=99999999; Path=/"))
	b := consents(t)
	b.get(t, http.MethodGet, path)
	const retention = 10 * 24 * time.Hour
	first := b.of("meter_id").MaxAge
	if first != int(retention/time.Second) || !slices.Equal(b.names(), []string{"meter_id", "privet_ages", "privet_consent"}) {
		t.Fatalf("at first it lives for %d s; the browser keeps %q", first, b.names())
	}
	if c := b.of(jar.AgesName); c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || c.HttpOnly || c.Secure || c.MaxAge <= 0 {
		t.Errorf("the companion is %+v", c)
	}
	ago := func(days int) {
		ages := jar.ReadAges(nil, time.Now().AddDate(0, 0, -days), retention)
		ages.Given("meter_id", retention)
		b.of(jar.AgesName).Value, _, _ = strings.Cut(strings.TrimPrefix(ages.Line(false), jar.AgesName+"="), ";")
	}
	ago(4)
	b.get(t, http.MethodGet, path)
	if left := b.of("meter_id").MaxAge; left > 6*24*3600 || left < 5*24*3600 {
		t.Errorf("on the second visit it lives for %d s", left)
	}
	ago(11)
	script(path, sends(200, "<p>x", "Content-Type", "text/html", "Set-Cookie", "meter_id=7; Max-Age=99999999; Path=/"))
	b.get(t, http.MethodGet, path)
	if cookie := once(t, path).Header.Get("Cookie"); strings.Contains(cookie, "meter_id") || strings.Contains(cookie, jar.AgesName) {
		t.Errorf("on the third visit the upstream got %q", cookie)
	}
	if got := b.names(); !slices.Equal(got, []string{"privet_consent"}) {
		t.Errorf("after the third visit the browser keeps %q", got)
	}
	b.get(t, http.MethodGet, path)
	if again := b.of("meter_id").MaxAge; again != first {
		t.Errorf("begun anew it lives for %d s", again)
	}
}

// What a script has set is noted with the next page, and not with what a shared cache may keep.
func TestCookiesOfScriptsAreNoted(t *testing.T) {
	serve(t, "page.caddyfile")
	b := consents(t)
	b.kept = append(b.kept, &http.Cookie{Name: "meter_js", Value: "1", Path: "/"})
	script("/free/x.css", sends(200, "p{}", "Content-Type", "text/css", "Cache-Control", "public"))
	b.get(t, http.MethodGet, "/free/x.css").has(t, "Set-Cookie", "", "Cache-Control", "public", "Vary", "")
	script("/page/noted", sends(200, "<p>x", "Content-Type", "text/html"))
	b.get(t, http.MethodGet, "/page/noted").has(t, "Cache-Control", "private")
	if !slices.Contains(b.names(), jar.AgesName) {
		t.Errorf("the browser keeps %q", b.names())
	}
	if cookie := once(t, "/page/noted").Header.Get("Cookie"); !strings.Contains(cookie, "meter_js=1") {
		t.Errorf("the upstream got %q", cookie)
	}
	if again := b.get(t, http.MethodGet, "/page/noted"); len(again.header["Set-Cookie"]) > 0 {
		t.Errorf("noted once more: %q", again.header["Set-Cookie"])
	}
	if cookie := reached("/page/noted")[1].Header.Get("Cookie"); strings.Contains(cookie, jar.AgesName) {
		t.Errorf("the upstream got %q", cookie)
	}
	// With the consent goes the companion.
	b.get(t, http.MethodDelete, "/.privacy/consent")
	if got := b.names(); !slices.Equal(got, []string{"privet_consent"}) {
		t.Errorf("after the withdrawal the browser keeps %q", got)
	}
}
