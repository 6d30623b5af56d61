package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// receiver takes spans over OTLP, as a collector does.
type receiver struct {
	collector.UnimplementedTraceServiceServer
	address string

	mu    sync.Mutex
	spans []*trace.Span
}

func receive(t *testing.T) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{address: listener.Addr().String()}
	server := grpc.NewServer()
	collector.RegisterTraceServiceServer(server, r)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return r
}

// exporting makes a gateway send its spans here.
func (r *receiver) exporting() option {
	return withEnv(
		"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_INSECURE=true",
		"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+r.address, "OTEL_BSP_SCHEDULE_DELAY=20", "OTEL_PROPAGATORS=tracecontext",
	)
}

// Export implements the trace service.
func (r *receiver) Export(_ context.Context, request *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range request.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			r.spans = append(r.spans, scope.GetSpans()...)
		}
	}
	return new(collector.ExportTraceServiceResponse), nil
}

// all are the spans that have come so far.
func (r *receiver) all() []*trace.Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}

// of waits until the server's span of a trace has come, which ends last, and gives the spans named privacy and that one.
func (r *receiver) of(t *testing.T, traceID string) (privacy []*trace.Span, server *trace.Span) {
	t.Helper()
	eventually(t, "the trace arrives", func() error {
		privacy, server = nil, nil
		for _, span := range r.all() {
			switch {
			case fmt.Sprintf("%x", span.GetTraceId()) != traceID:
			case span.GetName() == "privacy":
				privacy = append(privacy, span)
			case span.GetKind() == trace.Span_SPAN_KIND_SERVER:
				server = span
			}
		}
		if server == nil {
			return fmt.Errorf("no server span of trace %s", traceID)
		}
		return nil
	})
	return privacy, server
}

// attributes are those of a span or an event, as text.
func attributes(list []*common.KeyValue) map[string]string {
	out := make(map[string]string, len(list))
	for _, kv := range list {
		switch v := kv.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			out[kv.GetKey()] = v.StringValue
		case *common.AnyValue_BoolValue:
			out[kv.GetKey()] = fmt.Sprint(v.BoolValue)
		case *common.AnyValue_IntValue:
			out[kv.GetKey()] = fmt.Sprint(v.IntValue)
		default:
			out[kv.GetKey()] = kv.GetValue().String()
		}
	}
	return out
}

// events are the attributes of a span's events of one name.
func events(span *trace.Span, name string) []map[string]string {
	var out []map[string]string
	for _, event := range span.GetEvents() {
		if event.GetName() == name {
			out = append(out, attributes(event.GetAttributes()))
		}
	}
	return out
}
