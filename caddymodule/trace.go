package caddymodule

import (
	"context"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

const tracerName = "github.com/privet-gateway/privet"

// startSpan begins the child span `privacy` in the caller's trace. The provider is that of the span in the context, so
// that without tracing it costs nothing, and a reload never leaves us with a provider that was shut down.
func startSpan(ctx context.Context) (context.Context, trace.Span) {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(tracerName).Start(ctx, "privacy") //nolint:spancheck // exchange.end ends it
}

// describe puts the decision on the span. Attributes come from the policy and from closed sets, never from the request.
func describe(span trace.Span, d *rules.Decision, mode Mode) {
	if !span.IsRecording() {
		return
	}
	t := d.Transfer()
	span.SetAttributes(
		attribute.String("privacy.decision", d.ID()),
		attribute.String("privacy.purpose", d.Purpose()),
		attribute.String("privacy.origin", d.Origin()),
		attribute.String("privacy.regime", d.Regime().String()),
		attribute.String("privacy.recipient", t.Recipient),
		attribute.String("privacy.transfer", t.State.String()),
		attribute.String("privacy.mode", string(mode)),
		attribute.StringSlice("privacy.endpoints", d.Labels().Patterns()),
	)
	if t.State != rules.TransferNone {
		span.SetAttributes(attribute.String("privacy.transfer.reason", t.Reason), attribute.String("privacy.transfer.rule", t.At.String()))
	}
	if c := d.Caller(); c.State != rules.TransferNone {
		span.SetAttributes(attribute.String("privacy.caller", c.Recipient), attribute.String("privacy.caller.transfer", c.State.String()))
	}
	if permitted := d.Permitted(d.Purpose()); d.Purpose() != "" {
		span.SetAttributes(
			attribute.Bool("privacy.permitted", permitted.Allowed),
			attribute.String("privacy.reason", permitted.Reason),
			attribute.String("privacy.rule", permitted.At.String()),
		)
	}
	for _, c := range d.Conflicts() {
		span.AddEvent("privacy.conflict", trace.WithAttributes(
			attribute.String("privacy.purpose", c.Purpose),
			attribute.String("privacy.granted_by", c.Granted.String()),
			attribute.String("privacy.refused_by", c.Refused.String()),
			attribute.Bool("privacy.stood", c.Stood),
		))
	}
}

// observe counts what the filters did, and puts one event on the span for each rule that acted.
func (m *metrics) observe(span trace.Span, tally *filter.Tally) {
	tally.Sums(func(sum filter.Sum, n int) {
		if isCounted(sum) {
			m.counter(sum).Add(float64(n))
		}
	})
	if !span.IsRecording() {
		return
	}
	for _, a := range tally.Applied() {
		if a.Action == rules.Keep {
			continue
		}
		attributes := []attribute.KeyValue{
			attribute.String("privacy.kind", a.Kind.String()),
			attribute.String("privacy.direction", a.Direction.String()),
			attribute.String("privacy.category", a.Ruling.Category),
			attribute.String("privacy.action", a.Action.String()),
			attribute.String("privacy.field", a.Field),
			attribute.String("privacy.reason", a.Ruling.Reason),
			attribute.String("privacy.rule", a.Ruling.At.String()),
			attribute.Bool("privacy.unfit", a.Unfit),
			attribute.Int("privacy.count", a.Count),
		}
		if a.Recipient != "" {
			attributes = append(attributes, attribute.String("privacy.recipient", a.Recipient))
		}
		span.AddEvent("privacy.redaction", trace.WithAttributes(attributes...))
	}
}

// counter is the counter of a sum.
func (m *metrics) counter(sum filter.Sum) prometheus.Counter {
	return m.bySum.get(sum, func() prometheus.Counter {
		switch sum.Kind {
		case filter.Cookie, filter.ClickID:
			return m.cookies.WithLabelValues(sum.Kind.String(), sum.Action.String(), sum.Direction.String())
		case filter.Tag:
			return m.tags.WithLabelValues(sum.Recipient, sum.Action.String())
		default:
			return m.redactions.WithLabelValues(sum.Category, sum.Action.String(), sum.Kind.String(), sum.Direction.String())
		}
	})
}

// isCounted leaves out fields that were kept.
func isCounted(sum filter.Sum) bool {
	switch sum.Kind {
	case filter.Cookie, filter.ClickID, filter.Tag:
		return true
	default:
		return sum.Action != rules.Keep
	}
}

// exchangeKey is what exchanges are counted by.
type exchangeKey struct {
	purpose, origin string
	regime          rules.Regime
}

func (m *metrics) exchange(key exchangeKey) prometheus.Counter {
	return m.byExchange.get(key, func() prometheus.Counter {
		return m.exchanges.WithLabelValues(key.purpose, key.origin, key.regime.String())
	})
}

func (m *metrics) decided(d *rules.Decision, mode Mode) {
	m.exchange(exchangeKey{d.Purpose(), d.Origin(), d.Regime()}).Inc()
	if d.Country() == rules.UnknownPlace {
		m.unknownPlaces.Inc()
	}
	m.transfer(d.Transfer(), mode)
	m.transfer(d.Caller(), mode)
	for _, c := range d.Conflicts() {
		m.conflicts.WithLabelValues(c.Purpose, strconv.FormatBool(c.Stood)).Inc()
	}
}

func (m *metrics) transfer(t rules.Transfer, mode Mode) {
	if t.State != rules.TransferNone {
		m.transfers.WithLabelValues(t.Recipient, t.State.String(), string(mode)).Inc()
	}
}

// refuse notes a refusal on the span and in the counters.
func (m *metrics) refuse(span trace.Span, direction rules.Direction, p *problem) {
	m.refusals.WithLabelValues(direction.String(), p.cause).Inc()
	if p.Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, p.cause) // a fault; what a rule refuses is no error of the server
	}
	span.AddEvent("privacy.refusal", trace.WithAttributes(
		attribute.String("privacy.cause", p.cause),
		attribute.String("privacy.direction", direction.String()),
		attribute.Int("http.response.status_code", p.Status),
		attribute.String("privacy.detail", p.Detail),
		attribute.String("privacy.rule", p.Rule),
	))
}
