package caddymodule

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

func TestSettled(t *testing.T) {
	t.Parallel()
	old, half, whole := map[string]string{"a": "1"}, map[string]string{}, map[string]string{"a": "2"}
	for name, c := range map[string]struct {
		looks []map[string]string
		want  []bool
	}{
		"untouched":            {[]map[string]string{old, old, old}, []bool{false, false, false}},
		"edited":               {[]map[string]string{old, whole, whole}, []bool{false, false, true}},
		"edited before a look": {[]map[string]string{whole, whole}, []bool{false, true}},
		"half written":         {[]map[string]string{old, half, whole, whole}, []bool{false, false, false, true}},
		"empty for a moment":   {[]map[string]string{old, half, old, old}, []bool{false, false, false, false}},
		"gone":                 {[]map[string]string{old, half, half}, []bool{false, false, true}},
		"flickering":           {[]map[string]string{half, whole, half, whole}, []bool{false, false, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s sighting
			for i, look := range c.looks {
				if got := s.settled(maps.Clone(look), old); got != c.want[i] {
					t.Errorf("look %d settles: %t, want %t", i+1, got, c.want[i])
				}
			}
		})
	}
}

// running is the app of the configuration that runs.
func running(t *testing.T) *App {
	t.Helper()
	module, err := caddy.ActiveContext().AppIfConfigured("privacy")
	if err != nil {
		t.Fatal(err)
	}
	return module.(*App)
}

// becomes waits for what an edit must bring about in time.
func becomes(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within three seconds: %s", what)
		}
	}
}

// An emptied file is no policy: the old one goes on and says so, until there is one again.
func TestEmptiedPolicyIsRefused(t *testing.T) {
	const policy = `
purposes: {service: {basis: contract, default: true}}
categories: {secret: {title: For no purpose}}
endpoints:
  GET /swapped: {response: {$.secret: secret}}
`
	file := compose(t, policy, "", "privacy\nreverse_proxy UPSTREAM")
	script("/swapped", sends(200, document, "Content-Type", "application/json"))
	const old, edited = `{"id":1,"phone":"5551234"}`, `{"id":1}`
	app := running(t)
	get(t, "/swapped").is(t, 200, old)
	if h := app.report(); !h.Healthy {
		t.Fatalf("health before the edit: %+v", h)
	}
	rewrite(t, file, "")
	becomes(t, "the emptied file is refused", func() bool { return !app.report().Healthy })
	if h := app.report(); !strings.Contains(h.Failure, "policy.yaml:1:1: the policy file is empty") || h.Failed == nil {
		t.Errorf("health: %+v", h)
	}
	get(t, "/swapped").is(t, 200, old)
	rewrite(t, file, strings.Replace(policy, "$.secret: secret", "$.secret: secret, $.phone: secret", 1))
	becomes(t, "the edited file is taken up", func() bool { return app.report().Healthy })
	if h := app.report(); h.Failure != "" || h.Failed != nil {
		t.Errorf("health: %+v", h)
	}
	get(t, "/swapped").is(t, 200, edited)
}

// In mode report who states no purpose of the route, or does not say who calls, is counted and goes on.
func TestReportRefusesNobody(t *testing.T) {
	compose(t, "purposes: {service: {basis: contract, default: true}, billing: {basis: contract}}\nrecipients: {vendor-us: {country: US}}\n",
		"mode report", `
handle /reported/purpose {
	privacy {
		purpose {http.request.header.Privacy-Purpose} service billing
	}
	reverse_proxy UPSTREAM
}
handle /reported/caller {
	privacy {
		caller {http.request.header.X-Caller} vendor-us
	}
	reverse_proxy UPSTREAM
}`)
	for name, c := range map[string]struct {
		path, cause string
		header      []string
	}{
		"unlisted purpose": {"/reported/purpose", "purpose", []string{"Privacy-Purpose", "fraud"}},
		"absent caller":    {"/reported/caller", "caller", nil},
		"unlisted caller":  {"/reported/caller", "caller", []string{"X-Caller", "s3cr3t"}},
	} {
		t.Run(name, func(t *testing.T) {
			script(c.path, sends(200, "ok", "Content-Type", "text/plain", "Cache-Control", "public"))
			before := counters(t)
			get(t, c.path, c.header...).is(t, 200, "ok").has(t, "Cache-Control", "public", "Vary", "")
			once(t, c.path)
			done(t, before, refusedUpload(c.cause))
		})
	}
}

func TestPlacesOfOriginMatcher(t *testing.T) {
	for place, want := range map[string]string{
		"eea": "", "EEA": "", "gb": "", "de": "", "us-ca": "", "zz": "",
		"EU":      `privacy_origin: "EU" is no area (EEA, GB, CH), country or subdivision`,
		"Germany": `privacy_origin: "Germany" is no area (EEA, GB, CH), country or subdivision`,
		"US-CALI": `privacy_origin: "US-CALI" is no area (EEA, GB, CH), country or subdivision`,
	} {
		t.Run(place, func(t *testing.T) {
			out, err := adapting(t.TempDir(), "{\nadmin off\nauto_https off\npersist_config off\nprivacy {\nkey a-secret-of-the-tests\n}\n}\n"+
				"http://127.0.0.1:1 {\n@m privacy_origin "+place+"\nrespond @m ok\n}\n")
			if err != nil {
				t.Fatal(err)
			}
			var config caddy.Config
			if err := json.Unmarshal([]byte(out), &config); err != nil {
				t.Fatal(err)
			}
			switch err := caddy.Validate(&config); {
			case want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("the error is %v, want %s", err, want)
			}
		})
	}
}

// A global option that stands twice would be half ignored, unless it adds up.
func TestGlobalOptionsTwice(t *testing.T) {
	dir := t.TempDir()
	for lines, want := range map[string]string{
		"mode report\nmode enforce":                                      "mode stands twice; one of them would be ignored",
		"exporter EEA\nexporter GB":                                      "exporter stands twice; one of them would be ignored",
		"key a-secret-of-the-tests\nkey an-older-one-of-them":            "",
		"country network 10.0.0.0/8 DE\ncountry network 192.0.2.0/24 US": "",
	} {
		_, err := adapting(dir, "{\nprivacy {\n"+lines+"\n}\n}\nhttp://:1 {\n}\n")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q gives %v, want %q", lines, err, want)
		}
	}
}
