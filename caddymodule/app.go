package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/graphql"
	"github.com/privet-gateway/privet/internal/ledger"
	"github.com/privet-gateway/privet/internal/place"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/rules"
)

// Mode says whether rules act. The empty string enforces.
type Mode string

// The modes.
const (
	Enforce Mode = "enforce"
	Observe Mode = "report" // nothing in the traffic changes; all that would have been done is reported
)

// App is the policy of all routes: the global option `privacy`.
type App struct {
	// Policy are absolute paths or globs of policy files. None: the built-in catalogue alone.
	Policy []string `json:"policy,omitempty"`
	// PolicyHashes are SHA-256 sums in hexadecimal by path. A change marker only, so that a reload sees an edited
	// policy as a changed configuration; never verified, and not needed.
	PolicyHashes map[string]string `json:"policy_hashes,omitempty"`
	// ListHashes are to the files of the policy's lists what PolicyHashes are to the policy.
	ListHashes map[string]string `json:"list_hashes,omitempty"`
	// Descriptors are absolute paths or globs of protobuf descriptor sets (google.protobuf.FileDescriptorSet, imports
	// included), by which messages of gRPC, gRPC-web and Connect are read. Watched like the policy.
	Descriptors []string `json:"descriptors,omitempty"`
	// DescriptorHashes are to Descriptors what PolicyHashes are to Policy.
	DescriptorHashes map[string]string `json:"descriptor_hashes,omitempty"`
	// Country says how an address becomes a country.
	Country Country `json:"country,omitzero"`
	// Store holds the stored choices of data subjects. Default: none, every subject is silent.
	Store *Store `json:"store,omitempty"`
	// Keys are secrets for pseudonyms, the newest first. Default: one is made and kept in Caddy's storage.
	Keys []string `json:"keys,omitempty"`
	// Subject is a placeholder that gives the data subject's id. Default for all routes.
	Subject string `json:"subject,omitempty"`
	// Residence is a placeholder that gives the subject's country; it beats the address. Default for all routes.
	Residence string `json:"residence,omitempty"`
	// Minor is a placeholder that says whether the subject is a minor. Default for all routes.
	Minor string `json:"minor,omitempty"`
	// Exporter is the law this establishment is under: EEA, GB, CH or none. Default for all routes: none.
	Exporter string `json:"exporter,omitempty"`
	// Mode is "enforce" (the default) or "report".
	Mode Mode `json:"mode,omitempty"`

	ctx      caddy.Context
	log      *zap.Logger
	locator  *place.Locator
	choices  ledger.Choices
	file     *ledger.File
	tokens   *filter.Pseudonyms
	exporter rules.Laws
	required []word // by the modules of the configuration
	engine   atomic.Pointer[engine]
	schema   *protobuf.Schema  // by the descriptor sets; nil where none are named
	read     map[string]string // hashes of the policy files when they were last read
	sets     map[string]string // hashes of the descriptor sets, likewise
	stored   map[string]string // hash of the file of stored choices, likewise
	lists    lists
	listed   map[string]string // hashes of the lists' files, likewise
	health   health
	metrics  *metrics
	parties  *parties
	queries  *graphql.Store
	trees    *graphql.Trees
	stop     context.CancelFunc
	watching chan struct{}
	fetching chan struct{}
}

// Country says how an address becomes a country. The embedded database knows countries of IPv4 and IPv6 addresses.
type Country struct {
	// Networks are what the operator knows better than any database; the longest prefix wins.
	Networks []Network `json:"networks,omitempty"`
}

// Network is the country of one network.
type Network struct {
	Prefix  string `json:"prefix"`  // CIDR
	Country string `json:"country"` // ISO 3166-1
}

// Store holds stored choices.
type Store struct {
	// File is a YAML file: subject id → grants, refuses, at, restricted, minor. Watched like the policy.
	File string `json:"file,omitempty"`
}

// CaddyModule returns the module's identity.
func (*App) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "privacy", New: func() caddy.Module { return new(App) }}
}

// Provision loads the policy and everything it needs. A policy with errors fails it, with all of them.
func (a *App) Provision(ctx caddy.Context) (err error) {
	a.ctx, a.log = ctx, ctx.Logger()
	if a.metrics, err = registerMetrics(ctx.GetMetricsRegistry()); err != nil {
		return err
	}
	if a.parties, err = newParties(); err != nil {
		return err
	}
	if a.queries, err = graphql.NewStore(keptQueries, keptText); err != nil {
		return err
	}
	if a.trees, err = graphql.NewTrees(keptTrees, keptTree); err != nil {
		return err
	}
	if a.Mode == "" {
		a.Mode = Enforce
	}
	if a.Mode != Enforce && a.Mode != Observe {
		return fmt.Errorf("mode is %q; it is %q or %q", a.Mode, Enforce, Observe)
	}
	if a.exporter, err = parseExporter(a.Exporter); err != nil {
		return err
	}
	if a.locator, err = a.Country.locator(); err != nil {
		return err
	}
	if a.Store != nil && a.Store.File != "" {
		a.stored = hashes([]string{a.Store.File})
		if a.file, err = ledger.OpenFile(a.Store.File); err != nil {
			return fmt.Errorf("opening the store: %w", err)
		}
		a.choices = a.file
	}
	if a.tokens, err = a.pseudonyms(ctx); err != nil {
		return err
	}
	a.sets = hashes(a.Descriptors)
	if err = a.loadDescriptors(); err != nil {
		return err
	}
	a.lists.feeds = newFeeds(ctx.Storage(), a.log)
	a.read = hashes(a.Policy) // before the reading, so that an edit in between is seen as one
	if err = a.load(); err != nil {
		return err
	}
	a.publish(policyFiles, nil)
	return nil
}

// load makes the engine of the policy as it stands in the files now.
func (a *App) load() error {
	files, problems := readPolicy(a.Policy)
	if len(problems) > 0 {
		return problems
	}
	policy, problems := rules.Load(files...)
	if errs := problems.Errors(); len(errs) > 0 {
		return errs
	}
	for _, w := range problems.Warnings() {
		a.log.Warn("policy", zap.String("at", w.At.String()), zap.String("what", w.What), zap.String("instead", w.Instead))
	}
	if lost := a.missing(policy); len(lost) > 0 {
		return lost
	}
	a.listed = streamed(listFiles(policy))
	policy, err := a.addLists(policy)
	if err != nil {
		return err
	}
	e, err := newEngine(policy, a.tokens, a.engine.Load())
	if err != nil {
		return err
	}
	e.schema = a.schema
	a.engine.Store(e)
	a.lists.feeds.follow(policy.Lists())
	return nil
}

// Start watches the files and warns of error chains that no privacy handler stands in.
func (a *App) Start() error {
	ctx, stop := context.WithCancel(context.Background())
	a.stop, a.watching, a.fetching = stop, make(chan struct{}), make(chan struct{})
	go a.watch(ctx)
	go func() {
		defer close(a.fetching)
		a.lists.feeds.run(ctx)
	}()
	a.warnOfBareErrorChains()
	return nil
}

// Stop ends the watching.
func (a *App) Stop() error {
	a.stop()
	<-a.watching
	<-a.fetching
	return nil
}

func (c Country) locator() (*place.Locator, error) {
	networks := make([]place.Network, len(c.Networks))
	for i, n := range c.Networks {
		prefix, err := netip.ParsePrefix(n.Prefix)
		if err != nil {
			return nil, fmt.Errorf("country network %d: %w", i+1, errPrefix)
		}
		networks[i] = place.Network{Prefix: prefix, Country: n.Country}
	}
	return place.New(networks)
}

var (
	errPrefix   = errors.New("a network is a CIDR prefix such as 10.8.0.0/16")
	errExporter = errors.New("exporter is EEA, GB, CH or none")
)

func parseExporter(text string) (rules.Laws, error) {
	if text == "" || text == "none" {
		return 0, nil
	}
	law := rules.LawOf(text)
	if law == 0 {
		return 0, errExporter
	}
	return law, nil
}

var (
	_ caddy.App         = (*App)(nil)
	_ caddy.Provisioner = (*App)(nil)
)
