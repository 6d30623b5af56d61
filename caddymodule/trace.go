package caddymodule

import (
	"context"
	"strconv"

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
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(tracerName).Start(ctx, "privacy")
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
		attribute.String("privacy.country", d.Country()),
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
func (m *metrics) observe(span trace.Span, applied []filter.Applied) {
	for _, a := range applied {
		m.count(a)
		if a.Action == rules.Keep || !span.IsRecording() {
			continue
		}
		span.AddEvent("privacy.redaction", trace.WithAttributes(
			attribute.String("privacy.kind", a.Kind.String()),
			attribute.String("privacy.direction", a.Direction.String()),
			attribute.String("privacy.category", a.Ruling.Category),
			attribute.String("privacy.action", a.Action.String()),
			attribute.String("privacy.field", a.Field),
			attribute.String("privacy.reason", a.Ruling.Reason),
			attribute.String("privacy.rule", a.Ruling.At.String()),
			attribute.Bool("privacy.unfit", a.Unfit),
			attribute.Int("privacy.count", a.Count),
		))
	}
}

func (m *metrics) count(a filter.Applied) {
	n := float64(a.Count)
	switch a.Kind {
	case filter.Cookie, filter.ClickID:
		m.cookies.WithLabelValues(a.Kind.String(), a.Action.String(), a.Direction.String()).Add(n)
	default:
		if a.Action != rules.Keep {
			m.redactions.WithLabelValues(a.Ruling.Category, a.Action.String(), a.Kind.String(), a.Direction.String()).Add(n)
		}
	}
}

func (m *metrics) decided(d *rules.Decision, mode Mode) {
	m.exchanges.WithLabelValues(d.Purpose(), d.Origin(), d.Regime().String()).Inc()
	if d.Country() == rules.UnknownPlace {
		m.unknownPlaces.Inc()
	}
	for _, t := range []rules.Transfer{d.Transfer(), d.Caller()} {
		if t.State != rules.TransferNone {
			m.transfers.WithLabelValues(t.Recipient, t.State.String(), string(mode)).Inc()
		}
	}
	for _, c := range d.Conflicts() {
		m.conflicts.WithLabelValues(c.Purpose, strconv.FormatBool(c.Stood)).Inc()
	}
}

// refuse notes a refusal on the span and in the counters.
func (m *metrics) refuse(span trace.Span, direction rules.Direction, p *problem) {
	m.refusals.WithLabelValues(direction.String(), p.cause).Inc()
	span.SetStatus(codes.Error, p.cause)
	span.AddEvent("privacy.refusal", trace.WithAttributes(
		attribute.String("privacy.cause", p.cause),
		attribute.String("privacy.direction", direction.String()),
		attribute.Int("http.response.status_code", p.Status),
		attribute.String("privacy.detail", p.Detail),
		attribute.String("privacy.rule", p.Rule),
	))
}
