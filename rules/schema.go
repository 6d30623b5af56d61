package rules

import (
	"bytes"
	_ "embed"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of a policy file, for editors. It knows the form of the language; what refers
// to what, Load alone checks.
func Schema() []byte { return bytes.Clone(schema) }
