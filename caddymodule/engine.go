package caddymodule

import (
	"fmt"
	"os"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/internal/recall"
	"github.com/privet-gateway/privet/rules"
)

// planCache is how many plans are kept. A plan belongs to an outcome, and outcomes are few.
const planCache = 2048

// engine is one policy with the plans made from it. An exchange keeps the engine with which it began.
type engine struct {
	policy *rules.Policy
	tokens *filter.Pseudonyms
	schema *protobuf.Schema // of the messages of gRPC; nil where the operator names no descriptor sets
	plans  *lru.Cache[string, *filter.Plan]
	sets   *filter.Sets // of the plans' paths, under the aliases of GraphQL

	// prompts are what pages are given to choose by, by decision: a decision's id does not tell what was left unsaid.
	prompts *lru.Cache[*rules.Decision, *consent.Prompt]
	limits  *lru.Cache[*rules.Decision, *csp.Limit] // of whom pages may contact
	sentry  *sentry
	pages   *recall.Memory[pageKey, *filter.Tally]
	plain   *lru.Cache[string, struct{}] // tags of style sheets that name nobody
	since   time.Time                    // the policy's files have not changed since
}

// newEngine makes what serves a policy. The guard takes its time to make, so what has not changed of it is taken from the
// engine before, which may be nil.
func newEngine(policy *rules.Policy, tokens *filter.Pseudonyms, before *engine) (*engine, error) {
	plans, err := lru.New[string, *filter.Plan](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of plans: %w", err)
	}
	prompts, err := lru.New[*rules.Decision, *consent.Prompt](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of prompts: %w", err)
	}
	limits, err := lru.New[*rules.Decision, *csp.Limit](planCache)
	if err != nil {
		return nil, fmt.Errorf("making the cache of third parties: %w", err)
	}
	sets, err := filter.NewSets(keptSets)
	if err != nil {
		return nil, err
	}
	pages, err := recall.New[pageKey, *filter.Tally](keptPages)
	if err != nil {
		return nil, err
	}
	plain, err := lru.New[string, struct{}](plainSheets)
	if err != nil {
		return nil, fmt.Errorf("making the memory of style sheets: %w", err)
	}
	var guards *sentry
	if before != nil {
		guards = before.sentry
	}
	if before == nil || before.policy != policy {
		if guards, err = newSentry(policy, guards); err != nil {
			return nil, err
		}
	}
	return &engine{
		policy: policy, tokens: tokens, plans: plans, sets: sets, prompts: prompts, limits: limits, sentry: guards, pages: pages, plain: plain,
		since: lastChange(policy),
	}, nil
}

// lastChange is when the policy's files were written last; where it has none, when it was loaded.
func lastChange(policy *rules.Policy) time.Time {
	var latest time.Time
	for _, source := range policy.Sources() {
		if info, err := os.Stat(source.File); err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
	}
	if latest.IsZero() {
		latest = time.Now()
	}
	return latest
}

// prompt is what pages are given to choose by, made once for a decision.
func (e *engine) prompt(d *rules.Decision) *consent.Prompt {
	if prompt, ok := e.prompts.Get(d); ok {
		return prompt
	}
	prompt := consent.NewPrompt(e.policy, d)
	e.prompts.Add(d, prompt)
	return prompt
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
