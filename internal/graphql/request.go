package graphql

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Request is what a request says of GraphQL. The zero Request is no GraphQL.
type Request struct {
	// IsGraphQL reports that the request has the text of a query, or names one that the server has stored. The text may
	// still be something else: only reading it tells.
	IsGraphQL bool
	Queries   []Query // the different ones; one that is stored under a hash has no text
	Persisted bool    // a stored query is named whose text is not here, so what keys stand for is not known

	opaque  bool // a stored query is named otherwise than by a hash
	batched bool
	size    int // elements of the batches
}

// PersistedQueryNotFound is the answer of the protocol for automatic persisted queries (Apollo, since 2018; status 200,
// application/json) to a hash that is not known. The client then sends the text with it.
const PersistedQueryNotFound = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`

// NotFound gives the answer that makes the client send the texts that are not known, PersistedQueryNotFound or a batch
// of them. It is not ok where nothing is unknown, and where that answer would not help, so that the request is to be refused.
func (r *Request) NotFound() (body string, ok bool) {
	switch {
	case !r.Persisted || r.opaque || r.size > maxQueries:
		return "", false
	case !r.batched:
		return PersistedQueryNotFound, true
	default:
		return "[" + strings.Repeat(PersistedQueryNotFound+",", max(r.size, 1)-1) + PersistedQueryNotFound + "]", true
	}
}

// Batched reports whether the request is an array, whose response is one too.
func (r *Request) Batched() bool { return r.batched }

// Opaque reports whether a stored query is named in a way that tells nothing of it. Other requests have members of such
// names, too (`id`, `documentId`): what else is known of the exchange tells.
func (r *Request) Opaque() bool { return r.opaque }

// Told is the request without the stored queries that it names in a way that tells nothing of them.
func (r *Request) Told() Request {
	told := *r
	told.opaque = false
	told.Persisted = slices.ContainsFunc(r.Queries, func(q Query) bool { return q.Text == "" && q.Hash != "" })
	told.IsGraphQL = len(r.Queries) > 0
	return told
}

// settle adds what a statement says, with the operation's name that goes for it. Not ok: it is too much.
func (r *Request) settle(s *statement, operation string) bool {
	used := false
	hash := s.hash.single()
	for _, text := range s.texts {
		q := Query{Text: text, Operation: operation}
		if hash != "" && hash == hashOf(text) {
			q.Hash, used = hash, true
		}
		r.add(q)
	}
	if len(s.texts) == 0 && hash != "" {
		r.add(Query{Operation: operation, Hash: hash})
		r.Persisted, used = true, true
	}
	if s.stored() || s.hash.value != "" && !used {
		r.Persisted, r.opaque = true, true
	}
	r.IsGraphQL = r.Persisted || len(r.Queries) > 0
	return len(r.Queries) <= maxQueries
}

func (r *Request) add(q Query) {
	if !slices.Contains(r.Queries, q) {
		r.Queries = append(r.Queries, q)
	}
}

// widen takes the operation's name from each query that another name may go for.
func (r *Request) widen(names choice) {
	for i := range r.Queries {
		if q := &r.Queries[i]; names.value != "" && (names.several || q.Operation != names.value) {
			q.Operation = ""
		}
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// choice is a value that may be given once.
type choice struct {
	value   string
	several bool
}

func (c *choice) add(value string) {
	switch c.value {
	case "":
		c.value = value
	case value:
	default:
		c.several = c.several || value != ""
	}
}

// single gives the value, or nothing where there are several.
func (c *choice) single() string {
	if c.several {
		return ""
	}
	return c.value
}
