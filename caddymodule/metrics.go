package caddymodule

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/privet-gateway/privet/internal/filter"
)

// metrics are what privet counts. Every label comes from a closed set: words of the policy, or of this package.
type metrics struct {
	redactions     *prometheus.CounterVec
	transfers      *prometheus.CounterVec
	refusals       *prometheus.CounterVec
	cookies        *prometheus.CounterVec
	tags           *prometheus.CounterVec
	undeclared     *prometheus.CounterVec
	exchanges      *prometheus.CounterVec
	unknownPlaces  prometheus.Counter
	conflicts      *prometheus.CounterVec
	invalidSignals prometheus.Counter
	policyUp       prometheus.Gauge
	reloadFailures prometheus.Counter
	listRules      *prometheus.GaugeVec
	listCurrent    *prometheus.GaugeVec
	recalls        prometheus.Counter
	seconds        prometheus.Histogram

	bySum      remembered[filter.Sum]
	byExchange remembered[exchangeKey]
}

// registerMetrics joins a registry. Caddy makes a new registry for every configuration but may provision the app twice
// within one, so a collector that is there already is taken over.
func registerMetrics(registry *prometheus.Registry) (*metrics, error) {
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "privet", Name: name, Help: help}, labels)
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "privet", Name: name, Help: help})
	}
	m := &metrics{
		redactions:     vec("redactions_total", "Fields a rule acted on.", "category", "action", "kind", "direction"),
		transfers:      vec("transfers_total", "Transfers judged, by recipient and outcome.", "recipient", "state", "mode"),
		refusals:       vec("refusals_total", "Bodies and requests refused, by cause.", "direction", "cause"),
		cookies:        vec("cookies_total", "Cookies and click ids a rule acted on.", "kind", "action", "direction"),
		tags:           vec("tags_total", "References of pages to third parties, by recipient and what became of them.", "recipient", "action"),
		undeclared:     vec("undeclared_third_parties_total", "Contacts that browsers report third_parties: declared has stopped, by directive.", "directive"),
		exchanges:      vec("exchanges_total", "Requests decided.", "purpose", "origin", "regime"),
		unknownPlaces:  counter("unknown_places_total", "Data subjects whose country is unknown; the strictest rules hold for them."),
		conflicts:      vec("signal_conflicts_total", "Purposes that one source granted and another refused.", "purpose", "stood"),
		invalidSignals: counter("invalid_signals_total", "Consent cookies that could not be read and count as silence."),
		policyUp: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "privet", Name: "policy_up", Help: "1 while the policy in the files is the one enforced, 0 while an edit is refused.",
		}),
		listRules: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "privet", Name: "list_rules", Help: "Rules of a list that act; 0 while the list is not there.",
		}, []string{"list"}),
		listCurrent: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "privet", Name: "list_current_timestamp_seconds",
			Help: "When a list's file was written, or its publisher last said that it is current; 0 while it is not there.",
		}, []string{"list"}),
		recalls:        counter("recalled_pages_total", "Pages that came as they had been filtered before, byte by byte, and went out as then."),
		reloadFailures: counter("policy_reload_failures_total", "Edits of a policy that were refused."),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "privet", Name: "seconds", Help: "Time spent deciding and filtering, per request.",
			Buckets: []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1},
		}),
	}
	return m, errors.Join(
		join(registry, &m.redactions), join(registry, &m.transfers), join(registry, &m.refusals), join(registry, &m.cookies),
		join(registry, &m.exchanges), join(registry, &m.tags), join(registry, &m.undeclared), join(registry, &m.unknownPlaces), join(registry, &m.conflicts),
		join(registry, &m.invalidSignals), join(registry, &m.policyUp), join(registry, &m.reloadFailures), join(registry, &m.recalls), join(registry, &m.seconds),
		join(registry, &m.listRules), join(registry, &m.listCurrent),
	)
}

// setLists shows where each list stands.
func (m *metrics) setLists(states []listState) {
	m.listRules.Reset()
	m.listCurrent.Reset()
	for i := range states {
		s := &states[i]
		m.listRules.WithLabelValues(s.list.ID).Set(float64(s.report.Rules))
		current := 0.0
		if s.there {
			current = float64(s.since.Unix())
		}
		m.listCurrent.WithLabelValues(s.list.ID).Set(current)
	}
}

func join[C prometheus.Collector](registry *prometheus.Registry, collector *C) error {
	err := registry.Register(*collector)
	if err == nil {
		return nil
	}
	var already prometheus.AlreadyRegisteredError
	if !errors.As(err, &already) {
		return fmt.Errorf("registering metrics: %w", err)
	}
	known, ok := already.ExistingCollector.(C)
	if !ok {
		return fmt.Errorf("registering metrics: %w", err)
	}
	*collector = known
	return nil
}
