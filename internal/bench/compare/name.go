package main

import "errors"

var errInvalid = errors.New("the document is not valid")

// names are those that the rules ask for, so that reading one makes no string.
var names = [...]string{ //nolint:gochecknoglobals // a table, never written to
	"customers", "email", "phone", "address", "location", "lat", "lon", "messages", "body", "tax_id",
}

// nameOf is a name in quotes where a rule asks for it, and "" for all others.
func nameOf(raw []byte) string {
	for _, name := range names {
		if len(raw) == len(name)+2 && string(raw[1:len(raw)-1]) == name {
			return name
		}
	}
	return ""
}
