package rules_test

import (
	"fmt"

	"github.com/privet-gateway/privet/rules"
)

func ExampleLoad() {
	policy, problems := rules.Load(rules.File{Name: "privacy.yaml", Text: []byte(`
purposes:
  service: {basis: contract, default: true}
categories:
  email: {purposes: [service], otherwise: pseudonymize}
fields:
  $..email: email
`)})
	fmt.Println(problems.Summary())
	fmt.Println(policy.DefaultPurpose())
	email, _ := policy.Category("email")
	fmt.Println(email.Title, email.Otherwise, email.At)
	// Output:
	// 0 errors, 0 warnings
	// service
	// Email address pseudonymize privacy.yaml:5:3
}

// All that is wrong is said at once, with its place and what would be right.
func ExampleLoad_problems() {
	_, problems := rules.Load(rules.File{Name: "privacy.yaml", Text: []byte(`
purposes:
  service: {basis: contarct}
categories:
  email: {purposes: [servise]}
recipients:
  crm: {country: US, safeguards: [privacy_shield]}
`)})
	fmt.Println(problems)
	// Output:
	// privacy.yaml:3:20: "contarct" is no value of basis; did you mean contract?
	// privacy.yaml:5:22: purpose "servise" is not declared; did you mean service?
	// privacy.yaml:7:35: EU-U.S. Privacy Shield safeguards nothing since 2020-07-16: Court of Justice, C-311/18 (Schrems II); write {dpf: ORGANISATION} if the recipient is certified, or {scc: MODULE}
}

func ExampleLoadFiles() {
	policy, _ := rules.LoadFiles("testdata/policies/full.yaml")
	for _, endpoint := range policy.Endpoints() {
		fmt.Println(endpoint.Pattern.String(), endpoint.At)
	}
	_, problems := rules.LoadFiles("testdata/policies/missing.yaml")
	fmt.Println(problems)
	// Output:
	// GET /v1/accounts/{id} testdata/policies/full.yaml:48:3
	// GET /v1/accounts testdata/policies/full.yaml:52:3
	// POST *.example.com/v1/import/{rest...} testdata/policies/full.yaml:55:3
	// testdata/policies/missing.yaml:1:1: the file cannot be read: no such file or directory; name a file that exists and may be read
}

func ExampleSchema() {
	fmt.Println(string(rules.Schema()[:62]))
	// Output:
	// {
	//   "$schema": "https://json-schema.org/draft/2020-12/schema",
}

func ExampleNotBuilt() {
	for _, word := range rules.NotBuilt() {
		fmt.Println(word)
	}
	// Output:
	// the consent sources tcf, gpp and those of consent managers
	// store
}
