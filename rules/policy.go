package rules

import (
	"sort"
	"strings"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// decisionCache is how many decisions a policy keeps. Facts are few: places times choices times endpoints.
	decisionCache = 4096
	// labelsCache is how many combinations of matching endpoints a policy keeps.
	labelsCache = 1024
)

// Policy is a loaded policy. It is immutable and safe for concurrent use; Load and LoadFiles make one. Its zero value
// permits nothing.
type Policy struct {
	purposes   map[string]*Purpose
	categories map[string]*Category
	recipients map[string]*Recipient

	regimes     regimeTable
	consent     ConsentSettings
	transfers   TransferSettings
	minors      MinorSettings
	controllers []Controller

	declaredOnly bool // `third_parties: declared`

	cookies        nameTable
	params         nameTable
	marks          markTable // of recipients in pages
	lists          []List
	listed         []listing // what lists say, a purpose each; only after WithLists
	unclassified   Action    // of cookies that nothing names
	defaultPurpose string
	fields         []Label
	endpoints      []Endpoint
	tests          []Test

	digest   string // of all text it was loaded from
	warnings Problems
	sources  []Hashed

	decisions *lru.Cache[Facts, *Decision]
	matches   *lru.Cache[string, *Labels]
	matching  *sync.Mutex // one value of Labels for one combination
}

// Hashed is one file a policy was loaded from.
type Hashed struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Sources are the files that the policy was loaded from, without the catalogue.
func (p *Policy) Sources() []Hashed { return p.sources }

// Warnings are the lints found while loading.
func (p *Policy) Warnings() Problems { return p.warnings }

// Purposes are all purposes, sorted by id.
func (p *Policy) Purposes() []*Purpose { return sorted(p.purposes) }

// Categories are all categories, sorted by id.
func (p *Policy) Categories() []*Category { return sorted(p.categories) }

// Recipients are all recipients, sorted by id.
func (p *Policy) Recipients() []*Recipient { return sorted(p.recipients) }

// Endpoints are the endpoints in the order of the files.
func (p *Policy) Endpoints() []Endpoint { return p.endpoints }

// Tests are the policy's own tests.
func (p *Policy) Tests() []Test { return p.tests }

// Controllers are who answers for the processing.
func (p *Policy) Controllers() []Controller { return p.controllers }

// Consent is the `consent:` block.
func (p *Policy) Consent() ConsentSettings { return p.consent }

// Purpose is the purpose of an id.
func (p *Policy) Purpose(id string) (*Purpose, bool) { return found(p.purposes, id) }

// Category is the category of an id.
func (p *Policy) Category(id string) (*Category, bool) { return found(p.categories, id) }

// Recipient is the recipient of an id.
func (p *Policy) Recipient(id string) (*Recipient, bool) { return found(p.recipients, id) }

// DefaultPurpose is the purpose marked `default: true`, or "".
func (p *Policy) DefaultPurpose() string { return p.defaultPurpose }

// NamesSubdivisions are the countries of which `regimes` names subdivisions, sorted.
func (p *Policy) NamesSubdivisions() []string {
	seen := map[string]bool{}
	var countries []string
	for _, r := range p.regimes {
		if country, _, ok := strings.Cut(r.code, "-"); ok && !seen[country] {
			seen[country] = true
			countries = append(countries, country)
		}
	}
	sort.Strings(countries)
	return countries
}

// Exchange is what an endpoint's pattern is matched on.
type Exchange struct {
	Method string
	Host   string   // may have a port
	Paths  []string // escaped paths: as received, and as it stands at the handler; canonical forms are added
}

// Match gives the labels of an exchange: `fields` and those of every endpoint that one of the paths selects. What can be
// asked for in several ways (RPC that takes a GET in the place of a POST) is an endpoint under each of its methods.
func (p *Policy) Match(e Exchange, also ...string) *Labels {
	host := strings.ToLower(e.Host)
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	host = strings.TrimSuffix(host, ".")
	var room [64]byte
	key := room[:0]
	for i := range p.endpoints {
		if some, all := p.endpoints[i].matches(e, host, also); some {
			key = append(key, byte(i), byte(i>>8), byte(i>>16), bit(all))
		}
	}
	if labels, ok := p.matches.Get(string(key)); ok {
		return labels
	}
	return p.join(string(key))
}

// matches says whether the pattern matches some form of the exchange's path, and whether it matches all of them.
func (e *Endpoint) matches(x Exchange, host string, also []string) (some, all bool) {
	if !e.Pattern.matchesMethod(x.Method) && !e.Pattern.matchesOne(also) || !e.Pattern.matchesHost(host) {
		return false, false
	}
	all = true
	for _, path := range x.Paths {
		for _, form := range [...]string{path, CanonicalPath(path)} {
			matched := e.Pattern.matchesPath(form)
			some, all = some || matched, all && matched
		}
	}
	return some, all
}

func bit(set bool) byte {
	if set {
		return 1
	}
	return 0
}

func (p *Policy) join(key string) *Labels {
	p.matching.Lock()
	defer p.matching.Unlock()
	if labels, ok := p.matches.Get(key); ok {
		return labels
	}
	labels := &Labels{}
	labels.add(p.fields)
	for i := 0; i+3 < len(key); i += 4 {
		e := &p.endpoints[int(key[i])|int(key[i+1])<<8|int(key[i+2])<<16]
		first := len(labels.list)
		labels.add(e.Labels)
		for j := first; j < len(labels.list); j++ {
			labels.list[j].surely = key[i+3] == bit(true)
		}
		labels.addEach(e.Each)
		labels.addAllow(e.Allow)
		labels.patterns = append(labels.patterns, e.Pattern.String())
	}
	p.matches.Add(key, labels)
	return labels
}

func found[T any](m map[string]*T, id string) (*T, bool) {
	v, ok := m[id]
	return v, ok
}

func sorted[T any](m map[string]*T) []*T {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	out := make([]*T, len(ids))
	for i, id := range ids {
		out[i] = m[id]
	}
	return out
}
