package caddymodule

import (
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// planCache is how many plans are kept. A plan belongs to an outcome, and outcomes are few.
const planCache = 2048

// engine is one policy with the plans made from it. An exchange keeps the engine with which it began.
type engine struct {
	policy *rules.Policy
	tokens *filter.Pseudonyms
	plans  *lru.Cache[string, *filter.Plan]
}

func newEngine(policy *rules.Policy, tokens *filter.Pseudonyms) (*engine, error) {
	plans, err := lru.New[string, *filter.Plan](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of plans: %w", err)
	}
	return &engine{policy: policy, tokens: tokens, plans: plans}, nil
}

// plan compiles a decision, or finds what was compiled for an equal one.
func (e *engine) plan(d *rules.Decision) (*filter.Plan, error) {
	if plan, ok := e.plans.Get(d.ID()); ok {
		return plan, nil
	}
	plan, err := filter.Compile(d, e.tokens, filter.Limits{})
	if err != nil {
		return nil, err
	}
	e.plans.Add(d.ID(), plan)
	return plan, nil
}
