package catalog

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The counts are stated so that a change of the rules or of the database shows what it does.
func TestCookieCounts(t *testing.T) {
	t.Parallel()
	if got, want := CountCookies(), (CookieCount{Rows: 2264, Advertising: 453, Analytics: 247, Functionality: 89}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	left := cookieTable().left
	for reason, want := range map[cookieReason]int{
		judged: 789, trustedClaim: 33, ownSoftware: 849, malformed: 5, tooShort: 296, plainWords: 193, ownChoice: 46, login: 52, claimedTwice: 0, repeated: 1,
	} {
		if left[reason] != want {
			t.Errorf("%d rows for reason %d, want %d", left[reason], reason, want)
		}
	}
}

func TestCookieNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"_shopify_y":            "analytics of Shopify",
		"_pk_ses.1.2c3d":        "analytics of Piwik",
		"_pk_ses_1":             "analytics of Matomo",
		"amplitude_id_abc":      "analytics of Amplitude",
		"amplitude_id-x":        "advertising of",
		"ezovuuidtime_1":        "analytics of Ezoic",
		"__kla_id":              "advertising of Klaviyo",
		"_vwo_uuid_v2":          "functionality of Visual Website Optimizer",
		"drift_aid":             "functionality of Drift",
		"_gcl_au":               "advertising of Google",
		"DotomiSession_":        "advertising of Dotomi",
		"ce_need_secure_cookie": "analytics of Crazy Egg",
	} {
		c, ok := CookieNamed(name)
		if got := c.Purpose + " of " + c.Platform; !ok || !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		lines := strings.Split(cookieText, "\n")
		if !strings.HasPrefix(lines[c.Line-1], c.Name) {
			t.Errorf("%s: line %d is %q", name, c.Line, lines[c.Line-1])
		}
	}
}

// What is not judged: a site's own cookie must not be lost to a row that happens to have its name.
func TestCookiesThatAreLeft(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(cookieText), "\n")
	j := newJudge()
	of := func(name string) (reasons []cookieReason) {
		for i, line := range lines[1:] {
			if r := rowOf(line, i+2); r.key() == name {
				reasons = append(reasons, j.reason(&r))
			}
		}
		return reasons
	}
	for name, want := range map[string]cookieReason{
		"PHPSESSID": ownSoftware, "JSESSIONID*": ownSoftware, "laravel_session": ownSoftware, "wordpress_logged_in_*": ownSoftware,
		"AWSALB": ownSoftware, "__cf_bm": ownSoftware, "OptanonConsent": ownSoftware, "lang": ownSoftware, "cart_sig": ownSoftware, "__stripe_mid": ownSoftware,
		"XSRF-TOKEN": trustedClaim, "__eoi": trustedClaim, "aboutads_sessNNN": trustedClaim, "_rails_session": trustedClaim, "sb-*": trustedClaim,
		"uid": tooShort, "id5": tooShort, "SID": tooShort, "mp_*": tooShort, "tp*": tooShort, "s_cc": tooShort,
		"viewer": plainWords, "version": plainWords, "visitor-id": plainWords, "data-*": tooShort, "queryString": plainWords, "rl_auth_token": plainWords,
		"ServerPool": plainWords, "audience": plainWords,
		"mtm_consent": ownChoice, "optout": ownChoice, "FCCDCF": ownChoice, "_cs_optout": ownChoice, "gdpr_status": ownChoice,
		"sessionid": login, "auth_token": login, "_gig_email": login, "svSession": login,
		"pvc_visits[0]": malformed,
	} {
		got := of(name)
		if !slices.Contains(got, want) {
			t.Errorf("%s is left for %v, want %d", name, got, want)
		}
		name = strings.TrimSuffix(name, "*")
		if c, ok := CookieNamed(name); ok {
			t.Errorf("%s is judged by %+v", name, c)
		}
	}
	for _, name := range []string{"", "token", "chk", "euconsent", "dc", "session", "id", "cart", "privet_consent", "_", "~", "\xff"} {
		if c, ok := CookieNamed(name); ok {
			t.Errorf("%q is judged by %+v", name, c)
		}
	}
}

// Of several rows the strictest stands, unless they are of different platforms.
func TestCookieRowsOfOneName(t *testing.T) {
	t.Parallel()
	table := readCookies("# source\n" +
		"qqtrail\t\tF\tHotjar\nqqtrail\t\tM\tHotjar\nqqtrail\t\tM\tHotjar\n" +
		"qqmuddle\t\tM\tOne\nqqmuddle\t\tA\tTwo\n" +
		"qqsame\t\tA\tOne\nqqsame\t\tA\tTwo\n" +
		"qqwide*\t\tM\tOne\nqqwide_in\t*\tA\tOne\nqqwide_in\t\tA\tOne\n")
	var got []string
	for _, c := range slices.Concat(table.exact, table.globs) {
		got = append(got, c.Name+" "+c.Purpose+" "+string(rune('0'+c.Line%10)))
	}
	if want := []string{"qqsame analytics 7", "qqtrail advertising 3", "qqwide_in analytics 1", "qqwide advertising 9", "qqwide_in analytics 0"}; !slices.Equal(got, want) {
		t.Errorf("judged by %q, want %q", got, want)
	}
	if table.left[claimedTwice] != 2 || table.left[repeated] != 3 {
		t.Errorf("left %v", table.left)
	}
}

// The longest beginning wins, found as by looking at all of them.
func TestCookieBeginnings(t *testing.T) {
	t.Parallel()
	all := Cookies()
	slow := func(name string) (best Cookie, ok bool) {
		for _, c := range all {
			switch {
			case !c.Glob && c.Name == name:
				return c, true
			case c.Glob && strings.HasPrefix(name, c.Name) && (!ok || len(c.Name) > len(best.Name)):
				best, ok = c, true
			}
		}
		return best, ok
	}
	for _, c := range all {
		for _, tail := range []string{"", "_", "1", "zz", "\x7f"} {
			for cut := range len(c.Name) + 1 {
				name := c.Name[:cut] + tail
				got, ok := CookieNamed(name)
				if want, found := slow(name); got != want || ok != found {
					t.Fatalf("%q is %+v, want %+v", name, got, want)
				}
			}
		}
	}
}

func TestCookieLookUpAllocatesNothing(t *testing.T) {
	CookieNamed("warm")
	if n := testing.AllocsPerRun(100, func() { CookieNamed("ezovuuidtime_1"); CookieNamed("nobody") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The file is the original, reduced.
func TestCookieDatabaseCorpus(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("PRIVET_CORPUS")
	if corpus == "" {
		t.Skip("PRIVET_CORPUS names no folder of the corpora")
	}
	file, err := os.Open(filepath.Join(corpus, "lists", "open-cookie-database.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(cookieText), "\n")
	if len(lines) != len(rows) {
		t.Fatalf("%d lines for %d", len(lines), len(rows))
	}
	for i, r := range rows[1:] {
		wildcard := strings.Replace(strings.TrimPrefix(r[9], "0"), "1", "*", 1)
		if want := strings.TrimSpace(r[3]) + "\t" + wildcard + "\t" + r[2][:1] + "\t" + strings.TrimSpace(r[1]); lines[i+1] != want {
			t.Errorf("line %d is %q, want %q", i+2, lines[i+1], want)
		}
	}
}

func BenchmarkCookieNamed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		CookieNamed("session_of_the_shop")
	}
}

func BenchmarkReadCookies(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		readCookies(cookieText)
	}
}
