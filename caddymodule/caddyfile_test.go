package caddymodule

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// adapting gives the JSON of a Caddyfile that stands in a folder, and what adapting it fails with.
func adapting(dir, text string) (string, error) {
	out, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": filepath.Join(dir, "Caddyfile")})
	return string(out), err
}

func TestCaddyfileErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ global, directive, want string }{
		{"", "privacy service", "privacy takes no argument; its options stand in a block, at DIR/Caddyfile:4"},
		{"", "privacy {\npurpose\n}", "purpose needs an id, or a placeholder and the ids it may choose from, at DIR/Caddyfile:5"},
		{"", "privacy {\npurpose a b\n}", "purpose has 2 ids; write one id, or a placeholder and the ids it may choose from, at DIR/Caddyfile:5"},
		{"", "privacy {\npurpose {header.X}\n}", "purpose reads a placeholder but lists no ids; write the ids it may choose from behind it, at DIR/Caddyfile:5"},
		{"", "privacy {\ncaller {header.X}\n}", "caller reads a placeholder but lists no ids; write the ids it may choose from behind it, at DIR/Caddyfile:5"},
		{"", "privacy {\ncaller\n}", "caller needs an id, or a placeholder and the ids it may choose from, at DIR/Caddyfile:5"},
		{"", "privacy {\nrecipient\n}", "recipient takes one argument, at DIR/Caddyfile:5"},
		{"", "privacy {\nrecipient a b\n}", "recipient takes one argument, at DIR/Caddyfile:5"},
		{"", "privacy {\nsubject \"\"\n}", "subject takes one argument, at DIR/Caddyfile:5"},
		{"", "privacy {\npurpose a\npurpose b\n}", "purpose stands twice; one of them would be ignored, at DIR/Caddyfile:6"},
		{"", "privacy {\npolicy a\n}", `unknown option "policy"; privacy has purpose, recipient, caller, exporter, subject, residence, minor, third_parties and guard, at DIR/Caddyfile:5`},
		{"", "privacy {\nthird_parties closed\n}", "third_parties is open or declared, at DIR/Caddyfile:5"},
		{"", "privacy {\nthird_parties\n}", "third_parties takes one argument, at DIR/Caddyfile:5"},
		{"", "privacy {\nguard maybe\n}", "guard is on or off, at DIR/Caddyfile:5"},
		{"privacy yes", "", "privacy takes no argument; its options stand in a block, at DIR/Caddyfile:2"},
		{"privacy {\n}\nprivacy {\n}", "", "privacy stands twice among the global options; join them, at DIR/Caddyfile:4"},
		{"privacy {\npolicy\n}", "", "policy needs the paths or globs of policy files, at DIR/Caddyfile:3"},
		{"privacy {\npolicy *.yaml\n}", "", "policy: no file matches *.yaml, at DIR/Caddyfile:3"},
		{"privacy {\ndescriptors\n}", "", "descriptors needs files or globs of descriptor sets, such as `protoc --include_imports --descriptor_set_out` writes, at DIR/Caddyfile:3"},
		{"privacy {\ndescriptors *.pb\n}", "", "descriptors: no file matches *.pb, at DIR/Caddyfile:3"},
		{"privacy {\ncountry network 10.0.0.0/8\n}", "", "country takes `network PREFIX COUNTRY`, at DIR/Caddyfile:3"},
		{"privacy {\ncountry database a.mmdb\n}", "", "country database is not built yet; the embedded database and `country network` are, at DIR/Caddyfile:3"},
		{"privacy {\nstore\n}", "", "store takes `file PATH`, at DIR/Caddyfile:3"},
		{"privacy {\nstore sqlite a.db\n}", "", "store sqlite is not built yet; `store file PATH` reads stored choices from a YAML file, at DIR/Caddyfile:3"},
		{"privacy {\nkey\n}", "", "key needs a secret, best as {env.NAME}; several keys stand newest first, at DIR/Caddyfile:3"},
		{"privacy {\nmode off\n}", "", "mode is enforce or report, at DIR/Caddyfile:3"},
		{"privacy {\npurpose a\n}", "", `unknown option "purpose"; privacy has policy, descriptors, country, store, key, subject, residence, minor, exporter and mode, at DIR/Caddyfile:3`},
	} {
		text := "{\n" + c.global + "\n}\nhttp://:1 {\n" + c.directive + "\n}\n"
		if c.directive != "" {
			text = "{\n}\nhttp://:1 {\n" + c.directive + "\n}\n"
		}
		_, err := adapting(dir, text)
		if err == nil {
			t.Errorf("%q adapts", text)
			continue
		}
		// Caddy adds where the text was imported from, and for a directive which one it parsed.
		got := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "parsing caddyfile tokens for 'privacy': "), "parsing caddyfile: ")
		if want := strings.ReplaceAll(c.want, "DIR", dir); got != want {
			t.Errorf("%q\n gives  %q\n want   %q", text, got, want)
		}
	}
}

func TestMatcherErrors(t *testing.T) {
	for line, want := range map[string]string{
		"privacy_origin":                   "privacy_origin needs an area, country or subdivision",
		"privacy_consent":                  "privacy_consent needs a purpose",
		"privacy_transfer":                 "privacy_transfer takes a recipient, and `allowed` or `missing`",
		"privacy_transfer a allowed again": "privacy_transfer takes a recipient, and `allowed` or `missing`",
	} {
		_, err := adapting(t.TempDir(), "http://:1 {\n@m "+line+"\nrespond @m ok\n}\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %s", line, err, want)
		}
	}
}

func TestAdaptedJSON(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.yaml": "purposes: {service: {basis: contract}}\n", "f/b.yaml": "categories: {x: {purposes: [service]}}\n", "choices.yaml": "{}\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := "{\nadmin off\npersist_config off\nauto_https off\nprivacy {\npolicy a.yaml f/*.yaml\nstore file choices.yaml\nkey a-secret-of-the-tests\n}\n}\n" +
		"http://127.0.0.1:1 {\nprivacy {\npurpose {http.request.header.P} service analytics\n}\n}\n"
	out, err := adapting(dir, text)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Apps struct {
			Privacy App `json:"privacy"`
		} `json:"apps"`
	}
	if err := json.Unmarshal([]byte(out), &config); err != nil {
		t.Fatal(err)
	}
	app := &config.Apps.Privacy
	if len(app.Policy) != 2 || app.Policy[0] != filepath.Join(dir, "a.yaml") || app.Policy[1] != filepath.Join(dir, "f/*.yaml") || app.Store.File != filepath.Join(dir, "choices.yaml") {
		t.Errorf("the paths are %q and %q", app.Policy, app.Store.File)
	}
	for _, name := range []string{"a.yaml", "f/b.yaml"} {
		if sum := app.PolicyHashes[filepath.Join(dir, name)]; len(sum) != 64 {
			t.Errorf("the hash of %s is %q", name, sum)
		}
	}
	if !strings.Contains(out, `{"handler":"privacy","purpose":{"from":"{http.request.header.P}","of":["service","analytics"]}}`) {
		t.Errorf("the handler is not in %s", out)
	}
	// An edit changes the JSON, so that a reload sees it.
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("purposes: {service: {basis: contract, default: true}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := adapting(dir, text); err != nil || again == out {
		t.Errorf("an edited policy adapts to the same JSON (%v)", err)
	}
	// JSON without hashes, or with stale ones, works.
	app.PolicyHashes = nil
	bare, err := json.Marshal(map[string]any{"admin": map[string]any{"disabled": true, "config": map[string]any{"persist": false}}, "apps": map[string]any{"privacy": app}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(bare), out} {
		var config caddy.Config
		if err := json.Unmarshal([]byte(text), &config); err != nil {
			t.Fatal(err)
		}
		if err := caddy.Validate(&config); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestInvalidConfigurations(t *testing.T) {
	policy := `"policy":["` + filepath.Join(must(os.Getwd()), "testdata/wire.yaml") + `"],"keys":["a-secret-of-the-tests"]`
	for name, c := range map[string]struct{ app, handler, want string }{
		"mode":              {policy + `,"mode":"off"`, `{}`, `mode is "off"; it is "enforce" or "report"`},
		"exporter":          {policy + `,"exporter":"US"`, `{}`, "exporter is EEA, GB, CH or none"},
		"network":           {policy + `,"country":{"networks":[{"prefix":"10.0.0.0","country":"DE"}]}`, `{}`, "country network 1: a network is a CIDR prefix such as 10.8.0.0/16"},
		"empty key":         {`"keys":["{env.PRIVET_UNSET_IN_TESTS}"]`, `{}`, "key 1 of 1: empty; an environment variable or file that it names may be missing"},
		"no policy file":    {`"keys":["a-secret-of-the-tests"],"policy":["/nowhere.yaml"]`, `{}`, "the policy file cannot be read"},
		"unknown purpose":   {policy, `{"purpose":{"id":"x"}}`, `purpose "x" is not declared by the policy`},
		"unknown of list":   {policy, `{"purpose":{"from":"{http.vars.p}","of":["service","x"]}}`, `purpose "x" is not declared by the policy`},
		"id and source":     {policy, `{"purpose":{"id":"service","from":"{http.vars.p}","of":["service"]}}`, "purpose: either an id, or a placeholder with the list it may choose from"},
		"source, no list":   {policy, `{"caller":{"from":"{http.vars.p}"}}`, "caller: either an id, or a placeholder with the list it may choose from"},
		"unknown recipient": {policy, `{"recipient":"x"}`, `recipient "x" is not declared by the policy`},
		"unknown caller":    {policy, `{"caller":{"id":"x"}}`, `caller "x" is not declared by the policy`},
		"route's exporter":  {policy, `{"exporter":"US"}`, "exporter is EEA, GB, CH or none"},
	} {
		t.Run(name, func(t *testing.T) {
			handler := `{"handler":"privacy"` + strings.TrimSuffix(","+strings.TrimPrefix(c.handler, "{"), "}") + "}"
			handler = strings.Replace(handler, `",}`, `"}`, 1)
			text := `{"admin":{"disabled":true,"config":{"persist":false}},"apps":{"privacy":{` + c.app + `},"http":{"servers":{"s":{"listen":["127.0.0.1:1"],"automatic_https":{"disable":true},"routes":[{"handle":[` + handler + `]}]}}}}}`
			var config caddy.Config
			if err := json.Unmarshal([]byte(text), &config); err != nil {
				t.Fatal(err)
			}
			if err := caddy.Validate(&config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
