package caddymodule

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// withKeys runs a site whose pseudonyms are made with these keys.
func withKeys(t *testing.T, keys string) {
	t.Helper()
	dir := t.TempDir()
	policy := "purposes: {service: {basis: contract, default: true}}\ncategories: {account: {otherwise: pseudonymize}}\n" +
		"endpoints: {GET /rotated: {response: {$.account: account}}}\n"
	rewrite(t, filepath.Join(dir, "policy.yaml"), policy)
	site.once.Do(func() {
		site.dead, site.upstream = freeAddress(), newUpstream()
	})
	site.addr, site.configuration = freeAddress(), t.Name()
	out, err := adapting(dir, "{\nadmin off\nauto_https off\npersist_config off\nlog {\noutput discard\n}\nprivacy {\npolicy policy.yaml\nkey "+keys+"\n}\n}\n"+
		"http://"+site.addr+" {\nprivacy\nreverse_proxy "+site.upstream.Listener.Addr().String()+"\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := caddy.Load([]byte(out), true); err != nil {
		t.Fatal(err)
	}
	client.CloseIdleConnections()
}

// A new key in front makes the tokens from the reload on; those of the old one are told by its id, and come back with it.
func TestKeysRotate(t *testing.T) {
	old := filepath.Join(t.TempDir(), "old.key")
	rewrite(t, old, "an-older-secret-of-the-tests\n")
	t.Setenv("PRIVET_KEY_OF_TESTS", "a-recent-secret-of-the-tests")
	var tokens, tags []string
	var ids [][]string
	for _, keys := range []string{"{file." + old + "}", "{env.PRIVET_KEY_OF_TESTS} {file." + old + "}", "an-older-secret-of-the-tests"} {
		withKeys(t, keys)
		script("/rotated", sends(200, `{"account":"ac-1"}`, "Content-Type", "application/json", "ETag", `"1"`))
		got := get(t, "/rotated")
		var body struct{ Account string }
		if err := json.Unmarshal([]byte(got.body), &body); err != nil {
			t.Fatalf("the body is %q (%v)", got.body, err)
		}
		tokens, tags = append(tokens, body.Account), append(tags, got.header.Get("ETag"))
		ids = append(ids, running(t).report().Keys)
	}
	if tokens[0] == tokens[1] || tokens[2] != tokens[0] {
		t.Errorf("the tokens are %q; want the second to differ", tokens)
	}
	for i, token := range tokens {
		if id := ids[i][0]; !strings.HasPrefix(token, "p_"+id+"_") || !strings.Contains(tags[i], "_"+id) {
			t.Errorf("the token %q or the tag %q has not the id of the newest key, %q", token, tags[i], ids[i])
		}
	}
	if want := []string{ids[1][0], ids[0][0]}; !slices.Equal(ids[1], want) {
		t.Errorf("the ids are %q, want %q", ids[1], want)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	dir := t.TempDir()
	empty, short := filepath.Join(dir, "empty.key"), filepath.Join(dir, "short.key")
	rewrite(t, empty, "\n")
	rewrite(t, short, "s3cr3t-s3cr3t\n")
	const good, missing = "a-secret-of-the-tests", "empty; an environment variable or file that it names may be missing"
	for keys, want := range map[string]string{
		"{env.PRIVET_UNSET_IN_TESTS}":             "key 1 of 1: " + missing,
		good + `","{env.PRIVET_UNSET_IN_TESTS}`:   "key 2 of 2: " + missing,
		"{file." + empty + "}":                    "key 1 of 1: " + missing,
		"{file." + filepath.Join(dir, "no") + "}": "key 1 of 1: " + missing,
		"{file." + short + "}":                    "key 1 of 1: shorter than 16 bytes",
		good + `","` + good:                       "key 2 of 2: its id is that of a newer key",
	} {
		var config caddy.Config
		text := `{"admin":{"disabled":true,"config":{"persist":false}},"apps":{"privacy":{"keys":["` + keys + `"]}}}`
		if err := json.Unmarshal([]byte(text), &config); err != nil {
			t.Fatal(err)
		}
		err := caddy.Validate(&config)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: the error is %v, want %s", keys, err, want)
		}
	}
}
