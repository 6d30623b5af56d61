package graphql

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// member is a name that a request's parameters may have. Some servers fold its case (Go's decoder does), so we do.
type member uint8

const (
	memberNone member = iota
	memberQuery
	memberOperation
	memberVariables
	memberExtensions
	memberDocument // the id of a stored document
	memberID       // the same, under names that mean other things elsewhere
)

// longestMember is more than the bytes of a name as written with escapes of its characters.
const longestMember = 128

func memberOf(name []byte) member {
	if len(name) > longestMember {
		return memberNone
	}
	for _, known := range []struct {
		name string
		is   member
	}{
		{"query", memberQuery},
		{"operationName", memberOperation},
		{"variables", memberVariables},
		{"extensions", memberExtensions},
		{"documentId", memberDocument},
		{"id", memberID},
		{"doc_id", memberID},
		{"queryId", memberID},
	} {
		if len(name) >= len(known.name) && bytes.EqualFold(name, []byte(known.name)) {
			return known.is
		}
	}
	return memberNone
}

// statement is what the parameters of one request, or of one element of a batch, say. What is said twice is noted twice:
// servers differ in which they take.
type statement struct {
	texts   []string
	names   choice // of the operation
	hash    choice // SHA-256 of a stored query
	unknown bool   // a stored query is named in a way that tells nothing
	id      bool   // there is an id, which may be that of anything
	graphql bool   // so do parameters that only GraphQL has
}

func (s *statement) reset() { *s = statement{texts: slices.Delete(s.texts, 0, len(s.texts))} }

// says reports whether anything of GraphQL has been said.
func (s *statement) says() bool {
	return s.graphql || s.unknown || s.hash.value != "" || len(s.texts) > 0
}

// stored reports whether a stored query is named otherwise than by its hash. An id alone is what half of all requests
// have; clients that mean a query send variables with it.
func (s *statement) stored() bool {
	return s.unknown || s.id && (s.graphql || slices.ContainsFunc(s.texts, executable))
}

// present notes that there is a parameter, whatever its value.
func (s *statement) present(m member) {
	switch m {
	case memberOperation, memberVariables, memberExtensions:
		s.graphql = true
	case memberID:
		s.id = true
	case memberDocument:
		s.unknown = true
	case memberNone, memberQuery:
	}
}

// text notes a parameter that is text.
func (s *statement) text(m member, value string) {
	switch m {
	case memberQuery:
		s.texts = append(s.texts, value)
	case memberOperation:
		s.present(m)
		s.names.add(value)
	case memberDocument:
		// GraphQL over HTTP, appendix A: a hash says so, anything else is the server's own.
		if hash, ok := strings.CutPrefix(value, "sha256:"); ok {
			s.hashed(hash)
		} else {
			s.unknown = true
		}
	case memberNone, memberVariables, memberExtensions, memberID:
		s.present(m)
	}
}

func (s *statement) hashed(hash string) {
	raw, err := hex.DecodeString(hash)
	if err != nil || len(raw) != 32 {
		s.unknown = true
		return
	}
	s.hash.add(strings.ToLower(hash))
}

// extensions looks for `persistedQuery` in an object that is valid JSON. One without the hash we know has another.
func (s *statement) extensions(object string) {
	s.present(memberExtensions)
	gjson.Parse(object).ForEach(func(name, value gjson.Result) bool {
		if !strings.EqualFold(name.String(), "persistedQuery") || value.Type == gjson.Null {
			return true
		}
		found := false
		if value.IsObject() {
			value.ForEach(func(name, value gjson.Result) bool {
				if strings.EqualFold(name.String(), "sha256Hash") {
					found = true
					s.hashed(value.String())
				}
				return true
			})
		}
		s.unknown = s.unknown || !found
		return true
	})
}
