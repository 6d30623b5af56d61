package consent_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/consent"
)

func TestChange(t *testing.T) {
	t.Parallel()
	// The built-in purposes on consent are functionality and social.
	onConsent := []string{"advertising", "analytics", "functionality", "social"}
	withCategory := append(append([]string{}, onConsent...), "contact_list")
	for _, c := range []struct {
		name, form, json string
		gpc              bool
		want             consent.Change
	}{
		{name: "a grant", form: "grant=analytics", json: `{"grant":["analytics"]}`, want: consent.Change{Grant: []string{"analytics"}}},
		{
			name: "several of each", form: "grant=analytics&refuse=fraud&grant=contact_list&refuse=advertising",
			json: `{"grant":["analytics","contact_list"],"refuse":["fraud","advertising"]}`,
			want: consent.Change{Grant: []string{"analytics", "contact_list"}, Refuse: []string{"advertising", "fraud"}},
		},
		{name: "a refusal wins", form: "grant=analytics&refuse=analytics", json: `{"refuse":["analytics"],"grant":["analytics"]}`, want: consent.Change{Refuse: []string{"analytics"}}},
		{name: "grant all", form: "grant=all", json: `{"grant":["all"]}`, want: consent.Change{Grant: withCategory}},
		{
			name: "refuse all", form: "refuse=all", json: `{"refuse":["all"]}`,
			want: consent.Change{Refuse: []string{"advertising", "analytics", "fraud", "functionality", "research", "social", "contact_list"}},
		},
		{
			name: "grant all but one", form: "grant=all&refuse=contact_list", json: `{"grant":["all"],"refuse":["contact_list"]}`,
			want: consent.Change{Grant: onConsent, Refuse: []string{"contact_list"}},
		},
		{
			name: "refuse all and grant one: a refusal wins", form: "grant=analytics&refuse=all", json: `{"grant":["analytics"],"refuse":["all"]}`,
			want: consent.Change{Refuse: []string{"advertising", "analytics", "fraud", "functionality", "research", "social", "contact_list"}},
		},
		{
			name: "grant all and refuse all", form: "grant=all&refuse=all", json: `{"grant":["all"],"refuse":["all"]}`,
			want: consent.Change{Refuse: []string{"advertising", "analytics", "fraud", "functionality", "research", "social", "contact_list"}},
		},
		{
			name: "an unchecked box", form: "offer=analytics&offer=advertising&offer=fraud&offer=contact_list&grant=analytics",
			json: `{"offer":["analytics","advertising","fraud","contact_list"],"grant":["analytics"]}`,
			want: consent.Change{Grant: []string{"analytics"}, Refuse: []string{"advertising", "fraud", "contact_list"}},
		},
		{name: "no box checked", form: "offer=analytics", json: `{"offer":["analytics"]}`, want: consent.Change{Refuse: []string{"analytics"}}},
		{
			name: "all of what was offered", form: "offer=fraud&grant=all", json: `{"offer":["fraud"],"grant":["all"]}`,
			want: consent.Change{Grant: []string{"advertising", "analytics", "fraud", "functionality", "social", "contact_list"}},
		},
		{
			name: "strictly necessary is not recorded, a contract is", form: "refuse=strictly_necessary&refuse=service&grant=legal&offer=strictly_necessary",
			json: `{"refuse":["strictly_necessary","service"],"grant":["legal"],"offer":["strictly_necessary"]}`,
			want: consent.Change{Grant: []string{"legal"}, Refuse: []string{"service"}},
		},
		{
			name: "the conflict was shown", gpc: true, form: "grant=advertising&shown=advertising", json: `{"grant":["advertising"],"shown":["advertising"]}`,
			want: consent.Change{Grant: []string{"advertising"}, Shown: []string{"advertising"}},
		},
		{
			name: "no conflict to show without GPC", form: "grant=advertising&shown=advertising", json: `{"grant":["advertising"],"shown":["advertising"]}`,
			want: consent.Change{Grant: []string{"advertising"}},
		},
		{
			name: "shown and refused", gpc: true, form: "refuse=advertising&shown=advertising", json: `{"refuse":["advertising"],"shown":["advertising"]}`,
			want: consent.Change{Refuse: []string{"advertising"}},
		},
		{name: "a name twice in JSON loses no refusal", form: "refuse=fraud&refuse=analytics", json: `{"refuse":["fraud"],"refuse":["analytics"]}`, want: consent.Change{Refuse: []string{"analytics", "fraud"}}},
		{name: "fields of the page's own", form: "token=SECRET&grant=analytics&submit=Save", json: `{"grant":["analytics"],"return":"/x"}`, want: consent.Change{Grant: []string{"analytics"}}},
	} {
		for kind, body := range map[string]string{asForm: c.form, asJSON: c.json} {
			v := newVisitor(t, "")
			v.gpc = c.gpc
			if res := v.send(t, "POST", body, kind); res.StatusCode >= 400 {
				t.Errorf("%s, %s: the status is %d", c.name, kind, res.StatusCode)
				continue
			}
			if diff := cmp.Diff([]consent.Change{c.want}, v.changes); diff != "" {
				t.Errorf("%s, %s: the change differs: %s", c.name, kind, diff)
			}
		}
	}
}

const gone = "=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"

// deletions are the lines that delete a cookie at https://www.example.com, where no page is known.
func deletions(name string) []string {
	var lines []string
	for _, as := range []string{
		"; SameSite=Lax; Secure", "; Domain=example.com; SameSite=Lax; Secure", "; SameSite=None; Secure; Partitioned", "; Domain=www.example.com; SameSite=Lax; Secure",
		"; Domain=example.com; SameSite=None; Secure; Partitioned", "; Domain=www.example.com; SameSite=None; Secure; Partitioned",
	} {
		lines = append(lines, name+gone+as)
	}
	return lines
}

func TestWithdrawal(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.chosen = map[string]string{"analytics": "grant", "fraud": "grant", "contact_list": "refuse", "service": "grant"}
	v.cookies = []string{"_stats_1", "session_id", "privet_consent", "odd_;x", "odd_\xff"}
	res := v.send(t, "DELETE", "")
	if res.StatusCode != 204 || res.ContentLength > 0 {
		t.Errorf("the status is %d", res.StatusCode)
	}
	want := consent.Change{Refuse: []string{"advertising", "analytics", "fraud", "functionality", "service", "social"}}
	if diff := cmp.Diff([]consent.Change{want}, v.changes); diff != "" {
		t.Errorf("the change differs: %s", diff)
	}
	wantCookies := []string{
		"privet_consent=advertising.refuse!analytics.refuse!contact_list.refuse!fraud.refuse!functionality.refuse!service.refuse!social.refuse!; Max-Age=7776000; Path=/; SameSite=Lax; Secure; HttpOnly",
	}
	wantCookies = append(wantCookies, deletions("_stats_1")...)
	if diff := cmp.Diff(wantCookies, res.Header["Set-Cookie"]); diff != "" {
		t.Errorf("the cookies differ: %s", diff)
	}
	if v := v.decide().Permitted("analytics"); v.Allowed {
		t.Errorf("analytics is still permitted: %s", v.Reason)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"?forget", "?forget=", "?a=b&forget=1"} {
		v := newVisitor(t, "")
		v.chosen = map[string]string{"analytics": "grant"}
		v.cookies = []string{"_stats"}
		v.origin = "http://www.example.com"
		res := v.send(t, "DELETE "+query, "")
		want := []string{
			"privet_consent=; Max-Age=0; Path=/; SameSite=Lax; HttpOnly",
			"_stats" + gone + "; SameSite=Lax", "_stats" + gone + "; Domain=example.com; SameSite=Lax", "_stats" + gone + "; Domain=www.example.com; SameSite=Lax",
		}
		if diff := cmp.Diff(want, res.Header["Set-Cookie"]); diff != "" || res.StatusCode != 204 || len(v.chosen) != 0 {
			t.Errorf("%s: status %d, %d choices left, cookies differ: %s", query, res.StatusCode, len(v.chosen), diff)
		}
	}
}

// An unchecked box ends the cookies as DELETE does; what the decision keeps stays.
func TestChoiceExpiresCookies(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.chosen = map[string]string{"analytics": "grant"}
	v.cookies = []string{"_stats", "session_id", "nobody_names_it"}
	res := v.send(t, "POST", "offer=analytics", asForm)
	want := []string{
		"privet_consent=analytics.refuse!; Max-Age=7776000; Path=/; SameSite=Lax; Secure; HttpOnly",
	}
	want = append(want, deletions("_stats")...)
	if diff := cmp.Diff(want, res.Header["Set-Cookie"]); diff != "" {
		t.Errorf("the cookies differ: %s", diff)
	}
	res = v.send(t, "POST", "grant=analytics", asForm)
	if got := res.Header["Set-Cookie"]; len(got) != 1 {
		t.Errorf("a grant expires cookies: %q", got)
	}
}

// The folders of the page that a choice was made on are tried, too.
func TestDeletionsKnowThePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, method, body, referer, folder string }{
		{"the way back", "POST", "refuse=analytics&return=/shop/cart?x=/y/", site + "/other/page", "/shop"},
		{"the Referer", "POST", "refuse=analytics", site + "/shop/cart?x=/y/", "/shop"},
		{"of a withdrawal", "DELETE", "", site + "/shop/cart", "/shop"},
		{"of another site", "POST", "refuse=analytics", "https://other.example/shop/cart", ""},
		{"none", "DELETE", "", "", ""},
		{"a way back that is none", "POST", "refuse=analytics&return=//other.example/shop/x", "", ""},
	} {
		v := newVisitor(t, "")
		v.chosen, v.cookies = map[string]string{"analytics": "grant"}, []string{"_stats"}
		res := v.send(t, c.method, c.body, asForm, "Referer: "+c.referer)
		lines := strings.Join(res.Header["Set-Cookie"], "\n")
		if has := strings.Contains(lines, "Path=/shop;") && strings.Contains(lines, "Path=/shop/;"); has != (c.folder != "") {
			t.Errorf("%s: the lines are\n%s", c.name, lines)
		}
	}
}

func TestManyCookiesAreDeletedWithinABound(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.chosen = map[string]string{"analytics": "grant"}
	for i := range 50 {
		v.cookies = append(v.cookies, "_stats"+string(rune('A'+i)))
	}
	lines := v.send(t, "DELETE", "").Header["Set-Cookie"]
	size := 0
	for _, line := range lines[1:] {
		size += len(line)
	}
	if len(lines) < 50 || len(lines) > 65 || size > 8<<10 {
		t.Errorf("%d lines of %d bytes", len(lines), size)
	}
}
