package policytest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// The key of tests never changes, so a token can stand in an expected file. docs/actions.md shows the same ones.
func TestTokensStandInExpectedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"in.json":  `{"name":"anna","account":-1234.5}`,
		"out.json": `{"name":"p_test_qvbzuitcu3divr34rdvng2esby","account":3278024391171301}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := rules.Load(rules.File{Name: filepath.Join(dir, "policy.yaml"), Text: []byte(`
categories: {named: {otherwise: pseudonymize}, numbered: {otherwise: {pseudonymize: {type: keep}}}}
endpoints: {GET /: {response: {$.name: named, $.account: numbered}}}
tests: [{name: tokens, request: GET /, response: in.json, expect: out.json}]
`)})
	if errs := problems.Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	results := Run(p, every, day)
	if len(results) != 1 || !results[0].Passed {
		t.Errorf("the results are %+v", results)
	}
}
