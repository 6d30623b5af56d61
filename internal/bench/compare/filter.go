package main

import (
	"bytes"
	"errors"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// body is the gateway's filter with the rules of one endpoint.
type body struct {
	plan     *filter.Plan
	decision *rules.Decision
	tally    filter.Tally
	out      []byte
}

var errPolicy = errors.New("the policy does not load")

func newFilter(policy, path string) (*body, error) {
	p, _ := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(policy)})
	if p == nil {
		return nil, errPolicy
	}
	tokens, err := filter.NewPseudonyms([]filter.Key{{ID: keyID, Secret: []byte(secret)}})
	if err != nil {
		return nil, err
	}
	b := &body{decision: p.Decide(rules.Facts{
		Purpose: p.DefaultPurpose(), Country: "DE",
		Labels: p.Match(rules.Exchange{Method: "GET", Host: "api.example.com", Paths: []string{path}}),
	})}
	b.plan, err = filter.Compile(b.decision, tokens, filter.Limits{})
	return b, err
}

// piece is what a proxy reads at once.
const piece = 32 << 10

func (b *body) apply(doc []byte) ([]byte, error) {
	f := b.plan.Body(b.decision, filter.BodySpec{Direction: rules.Response, Media: filter.JSON}, &b.tally)
	defer f.Release()
	b.out = b.out[:0]
	for len(doc) > 0 {
		n := min(piece, len(doc))
		out, err := f.Feed(doc[:n])
		if err != nil {
			return nil, err
		}
		b.out = append(b.out, out...)
		doc = doc[n:]
	}
	out, err := f.Close()
	b.out = append(b.out, out...)
	return b.out, err
}

// quotes goes from quote to quote and does nothing else: what a reader of bytes could hardly beat.
func quotes(doc []byte) ([]byte, error) {
	for rest := doc; ; {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return doc, nil
		}
		rest = rest[i+1:]
	}
}
