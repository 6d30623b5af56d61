package csp

import (
	"crypto/sha256"
	"encoding/base64"
)

// Kind is what a page loads a file as. The zero value is a script.
type Kind uint8

// The kinds.
const (
	Script Kind = iota
	Sheet       // a style sheet, by a link element
)

// directives are those that judge a file of a kind, each standing in for the ones before it (CSP3 6.8.3).
func (k Kind) directives() [3]string {
	if k == Sheet {
		return [3]string{"style-src-elem", "style-src", "default-src"}
	}
	return [3]string{"script-src-elem", "script-src", "default-src"}
}

// File is a file of our own that a page loads from its own origin. A script's element bears what the Admission says, a
// sheet's neither nonce nor integrity.
type File struct {
	Kind   Kind
	Path   string // absolute, of letters, digits, "/", "." and "-": "/.privacy/assets/guard.0123456789ab.js"
	SHA256 [sha256.Size]byte
}

// Integrity is the value of an integrity attribute (SRI 3.5).
func (f *File) Integrity() string { return "sha256-" + base64.StdEncoding.EncodeToString(f.SHA256[:]) }
