package graphql

import "slices"

// Query is the text of a query and the operation of it that runs; an empty Operation says that any may.
type Query struct {
	Text      string
	Operation string
	Hash      string // SHA-256 of the text, lower-case hexadecimal; empty where the request gave none
}

// Parse makes the Tree of a query: a document of the GraphQL specification (October 2021 and its drafts since) with
// operations and fragments. The operation's name may be empty. Every error is an *Error.
func Parse(query, operationName string) (*Tree, error) {
	return ParseAll([]Query{{Text: query, Operation: operationName}})
}

// ParseAll makes the Tree of the responses to any of these queries: that of a batch. One that cannot be read is an error.
func ParseAll(queries []Query) (*Tree, error) {
	if len(queries) > maxQueries {
		return nil, &Error{Kind: TooLarge}
	}
	var roots []body
	texts := 0
	for _, q := range queries {
		if texts += len(q.Text); texts > maxTexts {
			return nil, &Error{Kind: TooLarge}
		}
		d, err := read(q.Text)
		if err != nil {
			return nil, err
		}
		for _, set := range d.operations(q.Operation) {
			roots = append(roots, body{d, set})
		}
	}
	t, err := newLayout().tree(slices.Clip(roots))
	if err != nil {
		return nil, err
	}
	t.weight += texts
	return t, nil
}
