package caddymodule

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/rules"
)

// limitOf is the policy of a site that a page gets where third_parties is declared.
func limitOf(site, others string) string {
	return "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: *." + site + ":* ws://*." + site + ":* " + site + ":* ws://" + site + ":*" +
		others + "; report-uri /.privacy/reports"
}

// player is what the one recipient that needs no consent adds.
const player = " player.example:* ws://player.example:* *.player.example:* ws://*.player.example:*" +
	" shared.example:*/play/ ws://shared.example:*/play/ *.shared.example:*/play/ ws://*.shared.example:*/play/"

func TestDeclaredThirdParties(t *testing.T) {
	serve(t, "document.caddyfile")
	const own = "img-src 'self'; script-src 'self'"
	limited := own + " | " + limitOf("shop.example", player)
	for _, c := range []struct {
		name, path string
		kind       string
		request    []string
		want       string
	}{
		{"a page", "/page/", "text/html", nil, limited},
		{"a frame", "/page/", "text/html", []string{"Sec-Fetch-Dest", "iframe"}, limited},
		{"a part that a script fetches", "/page/", "text/html", []string{"Sec-Fetch-Dest", "empty"}, own},
		{"SVG that is shown", "/page/", "image/svg+xml", []string{"Sec-Fetch-Dest", "document"}, limited},
		{"SVG as a picture", "/page/", "image/svg+xml", []string{"Sec-Fetch-Dest", "image"}, own},
		{"a script", "/page/", "text/javascript", nil, own},
		{"a type that the browser guesses", "/page/", "", nil, limited},
		{"a site that is open", "/open/", "text/html", nil, own},
		{"two handlers", "/twice/", "text/html", nil, limited},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := []string{"Content-Security-Policy", own}
			if c.kind != "" {
				header = append(header, "Content-Type", c.kind)
			} else {
				header = append(header, "Content-Type", "*/*")
			}
			script(c.path, sends(200, "<html><p>x", header...))
			get(t, c.path, append([]string{"Host", "www.shop.example"}, c.request...)...).has(t, "Content-Security-Policy", c.want, "Reporting-Endpoints", "")
		})
	}
}

func TestPromptIsDressedWhateverThePolicy(t *testing.T) {
	serve(t, "document.caddyfile")
	const path = "/open/sheet"
	script(path, sends(200, "<html><p>x", "Content-Type", "text/html", "Content-Security-Policy", "style-src 'unsafe-inline'"))
	get(t, path, "Host", "www.shop.example").has(t, "Content-Security-Policy", "style-src 'unsafe-inline' www.shop.example"+consent.PromptSheet())
	get(t, path, "Host", "www.shop.example", "Sec-Fetch-Dest", "iframe").has(t, "Content-Security-Policy", "style-src 'unsafe-inline'")
}

func TestDeclaredThirdPartiesFollowTheVisitor(t *testing.T) {
	serve(t, "document.caddyfile")
	script("/page/", sends(200, "<html><p>x", "Content-Type", "text/html", "Etag", `"v1"`))
	silent := get(t, "/page/", "Host", "www.shop.example")
	granted := post(t, "/.privacy/consent", "grant=measuring", "Host", "www.shop.example", "Content-Type", "application/x-www-form-urlencoded")
	cookie, _, _ := strings.Cut(granted.header.Get("Set-Cookie"), ";")
	free := get(t, "/page/", "Host", "www.shop.example", "Cookie", cookie)
	tracker := " tracker.example:* ws://tracker.example:* *.tracker.example:* ws://*.tracker.example:*"
	free.has(t, "Content-Security-Policy", limitOf("shop.example", strings.Replace(player, " shared", tracker+" shared", 1)))
	if tag := silent.header.Get("Etag"); tag == free.header.Get("Etag") || !strings.Contains(tag, "_declared") {
		t.Errorf("the tags of two variants are %s and %s", tag, free.header.Get("Etag"))
	}
}

func TestDeclaredThirdPartiesOverTLS(t *testing.T) {
	serve(t, "document.caddyfile")
	script("/page/", sends(200, "<html><p>x", "Content-Type", "text/html", "Reporting-Endpoints", `main="/own"`))
	r := ask(t, http.MethodGet, "/page/", nil, "Host", "www.shop.example", "X-Forwarded-Proto", "https") // by a proxy that is trusted
	send(t, r).has(t, "Content-Security-Policy", limitOf("shop.example", player)+"; report-to privet",
		"Reporting-Endpoints", `main="/own" | privet="/.privacy/reports"`)
}

const oneReport = `{"csp-report":{"document-uri":"https://www.shop.example/orders/s3cr3t","referrer":"https://www.shop.example/?s3cr3t",` +
	`"blocked-uri":"https://pixel.example/s3cr3t?id=s3cr3t","effective-directive":"img-src","original-policy":"s3cr3t"}}`

func TestReports(t *testing.T) {
	serve(t, "document.caddyfile")
	script("/.privacy/reports", sends(200, "upstream"))
	before := counters(t)
	for _, c := range []struct {
		name, method, kind, body string
		header                   []string
		status                   int
	}{
		{"a report", "POST", "application/csp-report", oneReport, []string{"Origin", "http://www.shop.example", "Sec-Fetch-Site", "same-origin"}, 204},
		{"a batch", "POST", "application/reports+json", `[{"type":"csp-violation","body":{"blockedURL":"https://static.hotjar.com/c/x.js","effectiveDirective":"script-src-elem"}}]`, nil, 204},
		{"a recipient that is held back", "POST", "application/csp-report", strings.Replace(oneReport, "pixel.example", "tracker.example", 1), nil, 204},
		{"what the guard held", "POST", "application/csp-report", strings.Replace(oneReport, "pixel.example", "held.invalid:1", 1), nil, 204},
		{"another site's", "POST", "application/csp-report", oneReport, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another origin's", "POST", "application/csp-report", oneReport, []string{"Origin", "https://evil.example"}, 403},
		{"no report", "POST", "application/csp-report", "{", nil, 400},
		{"no type of reports", "POST", "text/plain", oneReport, nil, 415},
		{"too large", "POST", "application/csp-report", strings.Repeat(" ", 16<<10) + oneReport, nil, 413},
		{"a question", "GET", "", "", nil, 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ask(t, c.method, "/.privacy/reports", strings.NewReader(c.body), append([]string{"Host", "www.shop.example", "Content-Type", c.kind}, c.header...)...)
			got := send(t, r)
			if got.status != c.status || strings.Contains(got.body, "s3cr3t") {
				t.Errorf("status %d and body %s, want %d", got.status, got.body, c.status)
			}
		})
	}
	if n := len(reached("/.privacy/reports")); n > 0 {
		t.Errorf("%d reports reached the upstream", n)
	}
	after := counters(t)
	for series, n := range map[string]float64{"{directive=img-src}": 2, "{directive=script-src-elem}": 1} {
		name := "undeclared_third_parties_total" + series
		if got := after[name] - before[name]; got != n {
			t.Errorf("%s grew by %v, want %v", name, got, n)
		}
	}
	today := rules.DateOf(time.Now()).String()
	want := []ThirdParty{
		{Site: "www.shop.example", Host: "pixel.example", Directive: "img-src", Count: 1, First: today, Last: today, Suggestion: "NAME: {country: CC, purpose: PURPOSE, embed: {hosts: [pixel.example]}}"},
		{Site: "www.shop.example", Host: "static.hotjar.com", Directive: "script-src-elem", Count: 1, First: today, Last: today, Recipient: "hotjar", Suggestion: "hotjar: {purpose: analytics}"},
		{Site: "www.shop.example", Host: "tracker.example", Directive: "img-src", Count: 1, First: today, Last: today, Recipient: "tracker", Declared: true},
	}
	answer := httptest.NewRecorder()
	if err := new(Admin).thirdParties(answer, httptest.NewRequest(http.MethodGet, "/privacy/third-parties", nil)); err != nil {
		t.Fatal(err)
	}
	var got []ThirdParty
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReportedPartiesAreBounded(t *testing.T) {
	t.Parallel()
	p, err := newParties()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * keptParties {
		p.count("shop.example", csp.Violation{Host: strings.Repeat("a", 1+i%50) + strings.Repeat("b", i/50), Directive: "img-src"}, time.Now())
	}
	if n := p.seen.Len(); n != keptParties {
		t.Errorf("%d third parties are kept", n)
	}
}

func TestFeaturesOfBrowsersAndReferrers(t *testing.T) {
	serve(t, "document.caddyfile")
	const path = "/page/features"
	script(path, sends(200, "<html><p>x", "Content-Type", "text/html", "Permissions-Policy", "geolocation=*", "Referrer-Policy", "unsafe-url"))
	choose := func(form string) string {
		got := post(t, "/.privacy/consent", form, "Content-Type", "application/x-www-form-urlencoded")
		cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
		return cookie
	}
	for _, c := range []struct {
		name, path         string
		request            []string
		features, referrer string
	}{
		{"a page", path, nil, "geolocation=* | geolocation=()", "unsafe-url | strict-origin-when-cross-origin"},
		{"a part", path, []string{"Sec-Fetch-Dest", "empty"}, "geolocation=*", "unsafe-url"},
		{"after a grant", path, []string{"Cookie", choose("grant=measuring")}, "geolocation=*", "unsafe-url | strict-origin-when-cross-origin"},
		{"after a refusal", path, []string{"Cookie", choose("grant=measuring&refuse=photo")}, "geolocation=* | camera=()", "unsafe-url | strict-origin-when-cross-origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			get(t, c.path, c.request...).has(t, "Permissions-Policy", c.features, "Referrer-Policy", c.referrer)
		})
	}
	script("/open/", sends(200, "<html><p>x", "Content-Type", "text/html", "Referrer-Policy", "unsafe-url"))
	get(t, "/open/").has(t, "Referrer-Policy", "unsafe-url")
	script("/open/", sends(200, "<html><p>x", "Content-Type", "text/html"))
	get(t, "/open/").has(t, "Referrer-Policy", "strict-origin-when-cross-origin")
}

func TestDocumentsInModeReport(t *testing.T) {
	serve(t, "document-report.caddyfile")
	script("/page/", sends(200, "<html><p>x", "Content-Type", "text/html", "Content-Security-Policy", "img-src 'self'"))
	get(t, "/page/").is(t, 200, "<html><p>x").has(t, "Content-Security-Policy", "img-src 'self'", "Permissions-Policy", "", "Referrer-Policy", "", "Reporting-Endpoints", "")
	script("/.privacy/reports", sends(200, "upstream"))
	post(t, "/.privacy/reports", oneReport, "Content-Type", "application/csp-report").is(t, 204, "")
	if n := len(reached("/.privacy/reports")); n > 0 {
		t.Errorf("%d reports reached the upstream", n)
	}
}
